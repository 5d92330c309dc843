//! `rk groups describe`: offsets and lag, members, or state.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Ended, failed, no_group, words};
use crate::client::{
    Admin, ClientError, Group, Isolation, Member, OffsetSpec, Partition, ShareStart,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Cell, Row};

/// A partition of a group; or a member that has none.
#[derive(Debug, Default, PartialEq, Eq)]
struct OffsetRow {
    group: String,
    at: Option<Partition>,
    committed: Option<i64>,
    end: Option<i64>,
    lag: Option<i64>,
    consumer_id: Option<String>,
    host: Option<String>,
    client_id: Option<String>,
}

impl Row for OffsetRow {
    const COLUMNS: &'static [&'static str] = &[
        "group",
        "topic",
        "partition",
        "current_offset",
        "log_end_offset",
        "lag",
        "consumer_id",
        "host",
        "client_id",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.group.as_str().into(),
            self.at.as_ref().map(|at| at.topic.clone()).into(),
            self.at.as_ref().map(|at| at.partition).into(),
            self.committed.into(),
            self.end.into(),
            self.lag.into(),
            self.consumer_id.clone().into(),
            self.host.clone().into(),
            self.client_id.clone().into(),
        ]
    }
}

/// A partition of a share group, as `kafka-share-groups` has it: such a group commits nothing, and
/// has a first record that it is not done with.
struct ShareRow<'a>(&'a OffsetRow);

impl Row for ShareRow<'_> {
    const COLUMNS: &'static [&'static str] =
        &["group", "topic", "partition", "start_offset", "lag"];

    fn cells(&self) -> Vec<Cell> {
        let ShareRow(row) = self;
        vec![
            row.group.as_str().into(),
            row.at.as_ref().map(|at| at.topic.clone()).into(),
            row.at.as_ref().map(|at| at.partition).into(),
            row.committed.into(),
            row.lag.into(),
        ]
    }
}

/// A member of a group.
struct MemberRow<'a>(&'a str, &'a Member);

impl Row for MemberRow<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "group",
        "consumer_id",
        "group_instance_id",
        "host",
        "client_id",
        "partition_count",
        "epoch",
        "assignment",
        "target_assignment",
    ];

    fn cells(&self) -> Vec<Cell> {
        let MemberRow(group, member) = self;
        vec![
            (*group).into(),
            member.member_id.as_str().into(),
            member.instance_id.clone().into(),
            member.host.as_str().into(),
            member.client_id.as_str().into(),
            member.assignment.len().into(),
            member.epoch.into(),
            assignment(&member.assignment).into(),
            member.target.as_deref().map(assignment).into(),
        ]
    }
}

/// Writes an assignment as Kafka's tool does: `a:0,1;b:0`.
fn assignment(partitions: &[Partition]) -> String {
    let mut topics: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in partitions {
        topics.entry(&one.topic).or_default().push(one.partition.to_string());
    }
    let topics: Vec<String> =
        topics.iter().map(|(topic, list)| format!("{topic}:{}", list.join(","))).collect();
    topics.join(";")
}

/// A group as a whole.
struct StateRow<'a>(&'a Group);

impl Row for StateRow<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "group",
        "coordinator",
        "coordinator_id",
        "type",
        "assignment_strategy",
        "state",
        "epoch",
        "target_epoch",
        "member_count",
    ];

    fn cells(&self) -> Vec<Cell> {
        let group = self.0;
        let broker = group.coordinator.as_ref();
        vec![
            group.group.as_str().into(),
            broker.map(|broker| format!("{}:{}", broker.host, broker.port)).into(),
            broker.map(|broker| broker.node_id).into(),
            group.kind.into(),
            group.assignor.clone().into(),
            group.state.as_str().into(),
            group.epochs.map(|epochs| epochs.0).into(),
            group.epochs.map(|epochs| epochs.1).into(),
            group.members.len().into(),
        ]
    }
}

pub(super) fn run(words: &words::Describe, admin: &mut Admin, cx: &mut Context) -> Ended {
    let mut names = words.names();
    if names.is_empty() {
        let (listed, errors) = admin.list_groups();
        if let Some(error) = errors.into_iter().next() {
            return Err(failed("cannot list groups", error));
        }
        names = listed.into_iter().map(|listed| listed.group).collect();
    }
    let mut exits = Vec::new();
    let mut groups = Vec::new();
    for name in &names {
        let failure = match admin.describe_group(name) {
            Ok(Some(group)) => {
                groups.push(group);
                continue;
            }
            Ok(None) => no_group("describe", name),
            Err(error) => failed(format!("cannot describe group `{name}`"), error),
        };
        cx.ui.failure(&failure);
        exits.push(failure.exit);
    }
    if !groups.is_empty() || exits.is_empty() {
        show(words, admin, &groups, cx)?;
    }
    Ok(Exit::of_many(names.len(), &exits))
}

fn show(
    words: &words::Describe,
    admin: &mut Admin,
    groups: &[Group],
    cx: &mut Context,
) -> Result<(), Failure> {
    let output = words.output.output;
    if words.state {
        let rows: Vec<StateRow> = groups.iter().map(StateRow).collect();
        return cx.show(output, &rows);
    }
    groups.iter().for_each(|group| remark(group, cx));
    if words.members {
        let of = |group| {
            let Group { group, members, .. }: &Group = group;
            members.iter().map(move |member| MemberRow(group, member))
        };
        let rows: Vec<MemberRow> = groups.iter().flat_map(of).collect();
        return cx.show(output, &rows);
    }
    let mut rows = Vec::new();
    for group in groups {
        let what = format!("cannot read the offsets of group `{}`", group.group);
        rows.extend(offsets(admin, group, cx).map_err(|error| failed(&what, error))?);
    }
    if !groups.is_empty() && groups.iter().all(Group::is_share) {
        return cx.show(output, &share_rows(&rows));
    }
    cx.show(output, &rows)
}

/// Leaves out the members without a partition: in a share group no partition is a member's own.
fn share_rows(rows: &[OffsetRow]) -> Vec<ShareRow<'_>> {
    rows.iter().filter(|row| row.at.is_some()).map(ShareRow).collect()
}

/// Says what the rows of a group do not.
fn remark(group: &Group, cx: &Context) {
    let name = &group.group;
    if group.members.is_empty() && group.is_inactive() {
        cx.ui.note(&format!("note: group `{name}` has no active members"));
    } else if group.is_rebalancing() {
        cx.ui.note(&format!("note: group `{name}` is rebalancing"));
    }
}

fn offsets(admin: &mut Admin, group: &Group, cx: &Context) -> Result<Vec<OffsetRow>, ClientError> {
    let committed = match group.is_share() {
        true => admin.share_starts(&group.group)?,
        false => {
            let committed = admin.committed(&group.group)?.into_iter();
            committed.map(|(at, offset)| (at, ShareStart { offset, lag: None })).collect()
        }
    };
    let assigned = group.members.iter().flat_map(|member| member.assignment.iter().cloned());
    let all: BTreeSet<Partition> = committed.keys().cloned().chain(assigned).collect();
    let ends = ends(admin, &all, cx)?;
    Ok(rows(group, &committed, &ends))
}

/// Asks for the ends of the logs. Of a partition that is gone, or that has no leader, the end
/// is not known, and the others' still are.
fn ends(
    admin: &mut Admin,
    partitions: &BTreeSet<Partition>,
    cx: &Context,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let names: BTreeSet<&str> = partitions.iter().map(|one| one.topic.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut led = BTreeSet::new();
    for topic in admin.metadata(Some(&names))?.topics {
        let name = topic.name.unwrap_or_default();
        for p in topic.partitions.iter().filter(|p| p.leader_id >= 0) {
            led.insert(Partition { topic: name.clone(), partition: p.partition_index });
        }
    }
    let wanted: Vec<_> =
        partitions.intersection(&led).map(|one| (one.clone(), OffsetSpec::Latest)).collect();
    match admin.list_offsets(&wanted, Isolation::ReadUncommitted) {
        Ok(found) => {
            let known = found.into_iter().filter_map(|(at, found)| Some((at, found?.offset)));
            Ok(known.collect())
        }
        Err(error) => {
            cx.ui.note(&format!("note: no log ends: {error}"));
            Ok(BTreeMap::new())
        }
    }
}

/// Returns how many records are still to be read. Records of a share group are not done with in
/// order: only the broker knows.
fn lag(group: &Group, at: &ShareStart, end: Option<&i64>) -> Option<i64> {
    if group.is_share() { at.lag } else { end.map(|end| end - at.offset) }
}

/// Joins what members are assigned with what is committed: by topic and partition, and then
/// the members that have nothing to do.
fn rows(
    group: &Group,
    committed: &BTreeMap<Partition, ShareStart>,
    ends: &BTreeMap<Partition, i64>,
) -> Vec<OffsetRow> {
    let mut owners: BTreeMap<&Partition, Option<&Member>> =
        committed.keys().map(|at| (at, None)).collect();
    for member in &group.members {
        for at in &member.assignment {
            owners.insert(at, Some(member));
        }
    }
    let row = |at: Option<&Partition>, member: Option<&Member>| OffsetRow {
        group: group.group.clone(),
        committed: at.and_then(|at| committed.get(at)).map(|start| start.offset),
        end: at.and_then(|at| ends.get(at).copied()),
        lag: at.and_then(|at| lag(group, committed.get(at)?, ends.get(at))),
        at: at.cloned(),
        consumer_id: member.map(|member| member.member_id.clone()),
        host: member.map(|member| member.host.clone()),
        client_id: member.map(|member| member.client_id.clone()),
    };
    let idle = group.members.iter().filter(|member| member.assignment.is_empty());
    let busy = owners.iter().map(|(at, member)| row(Some(at), *member));
    busy.chain(idle.map(|member| row(None, Some(member)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;
    use crate::settings::look::Output;

    fn at(topic: &str, partition: i32) -> Partition {
        Partition { topic: topic.into(), partition }
    }

    fn member(id: &str, assignment: &[Partition]) -> Member {
        Member {
            member_id: id.into(),
            instance_id: None,
            client_id: "c".into(),
            host: "/127.0.0.1".into(),
            assignment: assignment.into(),
            epoch: None,
            target: None,
        }
    }

    fn group(members: Vec<Member>) -> Group {
        Group {
            group: "g".into(),
            coordinator: None,
            kind: "Classic",
            state: "Stable".into(),
            assignor: Some("range".into()),
            epochs: None,
            members,
        }
    }

    #[test]
    fn offsets_show_what_is_committed_assigned_and_idle() {
        let group = group(vec![member("m2", &[]), member("m1", &[at("t", 0), at("t", 1)])]);
        let start = |offset| ShareStart { offset, lag: Some(1) };
        let committed = [(at("t", 0), start(40)), (at("old", 3), start(7))].into();
        let ends = [(at("t", 0), 42), (at("t", 1), 5)].into();
        let want = "\
GROUP  TOPIC  PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  HOST        CLIENT-ID
g      old            3               7               -    -  -            -           -
g      t              0              40              42    2  m1           /127.0.0.1  c
g      t              1               -               5    -  m1           /127.0.0.1  c
g      -              -               -               -    -  m2           /127.0.0.1  c
";
        assert_eq!(render::rows(Output::Table, &rows(&group, &committed, &ends)), want);
        let share = Group { kind: "Share", ..group };
        let rows = rows(&share, &committed, &ends);
        // As kafka-share-groups prints it.
        let want = "\
GROUP  TOPIC  PARTITION  START-OFFSET  LAG
g      old            3             7    1
g      t              0            40    1
g      t              1             -    -
";
        assert_eq!(render::rows(Output::Table, &share_rows(&rows)), want);
    }

    #[test]
    fn members_and_states_are_rows_too() {
        let group = group(vec![member("m", &[at("a", 0), at("a", 1), at("b", 0)])]);
        let members = [MemberRow("g", &group.members[0])];
        let want = "\
group,consumer_id,group_instance_id,host,client_id,partition_count,epoch,assignment,\
target_assignment
g,m,,/127.0.0.1,c,3,,\"a:0,1;b:0\",
";
        assert_eq!(render::rows(Output::Csv, &members), want);
        let want = "\
group,coordinator,coordinator_id,type,assignment_strategy,state,epoch,target_epoch,member_count
g,,,Classic,range,Stable,,,1
";
        assert_eq!(render::rows(Output::Csv, &[StateRow(&group)]), want);
    }

    #[test]
    fn of_consumer_groups_epochs_and_targets_are_told() {
        let mut group = group(vec![member("m", &[at("a", 0)])]);
        group.kind = "Consumer";
        group.epochs = Some((7, 6));
        group.members[0].epoch = Some(5);
        group.members[0].target = Some(vec![at("a", 0), at("a", 1)]);
        let want = "\
group,consumer_id,group_instance_id,host,client_id,partition_count,epoch,assignment,\
target_assignment
g,m,,/127.0.0.1,c,1,5,a:0,\"a:0,1\"
";
        let members = [MemberRow("g", &group.members[0])];
        assert_eq!(render::rows(Output::Csv, &members), want);
        let want = "\
group,coordinator,coordinator_id,type,assignment_strategy,state,epoch,target_epoch,member_count
g,,,Consumer,range,Stable,7,6,1
";
        assert_eq!(render::rows(Output::Csv, &[StateRow(&group)]), want);
    }
}
