//! `rk groups reset-offsets`: makes the plan, shows it, and with `--execute` acts on it.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{self, Known, Remark, Step, Target};
use super::{Context, Ended, failed, words};
use crate::client::{Admin, ClientError, Group, Isolation, OffsetAt, OffsetSpec, Partition};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::position::Position;
use crate::settings::time;

pub(super) fn run(words: &words::ResetOffsets, admin: &mut Admin, cx: &mut Context) -> Ended {
    let group = words.group.as_str();
    let cannot = || format!("cannot reset offsets of group `{group}`");
    let fail = |error: ClientError| failed(cannot(), error);
    let described = admin.describe_group(group).map_err(fail)?;
    if let Some(active) = described.as_ref().filter(|group| !group.is_inactive()) {
        return Err(refuse_active(&cannot(), active));
    }
    let is_share = described.is_some_and(|group| group.is_share());
    let committed = match is_share {
        true => {
            let starts = admin.share_starts(group).map_err(fail)?;
            starts.into_iter().map(|(at, start)| (at, start.offset)).collect()
        }
        false => admin.committed(group).map_err(fail)?,
    };
    let partitions = match words.scope.all_topics {
        true => committed.keys().cloned().collect(),
        false => scope(&words.scope, admin).map_err(fail)?,
    };
    if partitions.is_empty() {
        return Err(Failure::new(cannot())
            .because("it has committed no offsets")
            .hint("name the topics with `--topic`")
            .exit(Exit::NotThere));
    }
    let target = target(&words.target, cx);
    let known = gather(admin, &partitions, &committed, target).map_err(fail)?;
    let steps = steps(group, target, &known, cx)?;
    let exit = if words.execute { act(admin, (group, is_share), &steps, cx)? } else { Exit::Done };
    cx.show(words.output.output, &steps)?;
    if !words.execute && !words.dry_run {
        cx.ui.note("nothing has changed: say `--execute` to act");
    }
    Ok(exit)
}

/// While members are there, they know better where they stand, and would commit over it.
fn refuse_active(cannot: &str, group: &Group) -> Failure {
    let members = match group.members.len() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    Failure::new(cannot)
        .because(format!("it is in use: its state is {} and it has {members}", group.state))
        .hint("stop its members, and wait until their session has ended")
}

/// Returns the partitions that are named: all of a topic where none is.
fn scope(words: &words::Scope, admin: &mut Admin) -> Result<BTreeSet<Partition>, ClientError> {
    let names: BTreeSet<&str> = words.topics.iter().map(|scope| scope.topic.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let topics = admin.topics(&names)?;
    let mut wanted = BTreeSet::new();
    for scope in &words.topics {
        let found = topics.iter().filter(|topic| topic.name.as_ref() == Some(&scope.topic));
        let there: BTreeSet<i32> =
            found.flat_map(|topic| &topic.partitions).map(|p| p.partition_index).collect();
        let named = scope.partitions.iter().copied();
        let all: Vec<i32> = match scope.partitions.is_empty() {
            true => there.iter().copied().collect(),
            false => named.collect(),
        };
        for partition in all {
            let topic = scope.topic.clone();
            if !there.contains(&partition) {
                return Err(ClientError::NoPartition { topic, partition, count: there.len() });
            }
            wanted.insert(Partition { topic, partition });
        }
    }
    Ok(wanted)
}

/// Reads the one target that the words name.
fn target(words: &words::Target, cx: &Context) -> Target {
    let now = cx.started;
    if words.to_earliest {
        return Target::Earliest;
    }
    if words.to_latest {
        return Target::Latest;
    }
    if let Some(place) = words.to {
        return match place {
            Position::Beginning => Target::Earliest,
            Position::End => Target::Latest,
            Position::At(offset) => Target::Offset(offset),
            Position::BeforeEnd(count) => Target::BeforeEnd(count),
            Position::AfterBeginning(count) => Target::AfterBeginning(count),
            Position::Time(time) => Target::Time(time.millis(now)),
            Position::Later(ms) => Target::Time(now.saturating_add(ms)),
        };
    }
    let offset = words.to_offset.map(Target::Offset);
    let at = words.to_datetime.map(|time| Target::Time(time.millis(now)));
    let ago = words.by_duration.map(|ago| {
        let ago = i64::try_from(ago.as_millis()).unwrap_or(i64::MAX);
        Target::Time(now.saturating_sub(ago))
    });
    let shift = words.shift_by.map(Target::ShiftBy);
    offset.or(at).or(ago).or(shift).unwrap_or(Target::Current)
}

/// Asks the leaders for all that the plan stands on.
fn gather(
    admin: &mut Admin,
    partitions: &BTreeSet<Partition>,
    committed: &BTreeMap<Partition, i64>,
    target: Target,
) -> Result<BTreeMap<Partition, Known>, ClientError> {
    let mut ask = |spec| {
        let wanted: Vec<_> = partitions.iter().map(|at| (at.clone(), spec)).collect();
        admin.list_offsets(&wanted, Isolation::ReadUncommitted)
    };
    let starts = ask(OffsetSpec::Earliest)?;
    let ends = ask(OffsetSpec::Latest)?;
    let times = match target {
        Target::Time(millis) => ask(OffsetSpec::AtTime(millis))?,
        _ => BTreeMap::new(),
    };
    let known = |at: &Partition| Known {
        committed: committed.get(at).copied(),
        start: offset(&starts, at).unwrap_or(0),
        end: offset(&ends, at).unwrap_or(0),
        at_time: offset(&times, at),
    };
    Ok(partitions.iter().map(|at| (at.clone(), known(at))).collect())
}

fn offset(found: &BTreeMap<Partition, Option<OffsetAt>>, at: &Partition) -> Option<i64> {
    found.get(at).copied().flatten().map(|found| found.offset)
}

/// Makes the plan, and says where it differs from what was asked.
fn steps(
    group: &str,
    target: Target,
    known: &BTreeMap<Partition, Known>,
    cx: &Context,
) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    for (at, known) in known {
        let (topic, partition) = (&at.topic, at.partition);
        let (new, remark) = plan::aim(target, known).map_err(|plan::NotCommitted| {
            Failure::new(format!("cannot shift the offset of `{topic}` partition {partition}"))
                .because("the group has committed none there")
                .hint("`--to-current` commits the log's end where nothing is committed")
        })?;
        let why = match remark {
            None => None,
            Some(Remark::AboveEnd { asked }) => Some(format!("{asked} is after the end")),
            Some(Remark::BelowStart { asked }) => Some(format!("{asked} is before the beginning")),
            Some(Remark::NothingSoLate { time }) => {
                Some(format!("no record is of {} or later", time::show(time)))
            }
        };
        if let Some(why) = why {
            cx.ui.note(&format!("note: `{topic}` partition {partition}: {why}; it goes to {new}"));
        }
        steps.push(Step { group: group.into(), at: at.clone(), old: known.committed, new });
    }
    Ok(steps)
}

/// Commits the plan, or moves the start offsets of a share group. Each partition that is refused
/// is told.
fn act(
    admin: &mut Admin,
    (group, is_share): (&str, bool),
    steps: &[Step],
    cx: &Context,
) -> Result<Exit, Failure> {
    let offsets: Vec<_> = steps.iter().map(|step| (step.at.clone(), step.new)).collect();
    let results = match is_share {
        true => admin.alter_share_starts(group, &offsets),
        false => admin.commit(group, &offsets),
    };
    let results = results
        .map_err(|error| failed(format!("cannot reset offsets of group `{group}`"), error))?;
    let mut exits = Vec::new();
    for (at, result) in results {
        if let Err(error) = result {
            let what = format!("cannot reset `{}` partition {}", at.topic, at.partition);
            let failure = failed(&what, error);
            cx.ui.failure(&failure);
            exits.push(failure.exit);
        }
    }
    Ok(Exit::of_many(steps.len(), &exits))
}
