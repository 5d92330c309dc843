//! The desk: which requests wait for an answer, which appends are under way, and what follows.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::classic::Group;
use super::committed::Offsets;
use super::consumer::{ConsumerGroup, Then, Written};
use super::member::Terms;
use super::modern::topics::Image;
use super::sight::Sight;
use super::streams::StreamsGroup;
use super::{Act, AllSettings, Config, Groups, admin, join, sync};
use crate::base::clock::Millis;
use crate::base::hash::partition_of_id;
use crate::base::meter::Meter;
use crate::broker::coord::brain::Transaction;
use crate::broker::coord::effects::{Effect, Record, Reply, Ticket, error_of_append};
use crate::broker::coord::timers::Timers;
use crate::wire::ErrorCode;
use crate::wire::messages::delete_groups::DeletableGroupResult;
use crate::wire::messages::join_group::JoinGroupResponse;
use crate::wire::messages::sync_group::SyncGroupResponse;

/// Where a late answer goes, and in which version of its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) ticket: Ticket,
    pub(super) version: i16,
}

/// What may become due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Timer {
    /// A member, or one that was given an id and has not come back, has been silent too long.
    Session { group: String, member: String },
    /// The members that have joined wait no longer for the others.
    Join { group: String },
    /// The members that have not sent SyncGroup are waited for no longer.
    Sync { group: String },
    /// Something of a member of a group of the newer protocols.
    Modern { what: ModernTimer, group: String, member: String },
    /// The patterns of a consumer group are to be resolved.
    Patterns { group: String },
    /// Offsets may have expired.
    CleanUp,
}

impl Timer {
    /// Returns the group that it is of.
    pub(super) fn group(&self) -> Option<&str> {
        match self {
            Timer::Session { group, .. }
            | Timer::Join { group }
            | Timer::Sync { group }
            | Timer::Modern { group, .. }
            | Timer::Patterns { group } => Some(group),
            Timer::CleanUp => None,
        }
    }
}

/// What may become due of a member of a group of the newer protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ModernTimer {
    /// It has been silent too long.
    Session,
    /// It has not given up in time what it was asked to.
    Rebalance,
    /// A member of the classic protocol has not joined again in time.
    Join,
    /// A member of the classic protocol has not sent SyncGroup in time.
    Sync,
    /// A streams group has waited for more members long enough. It is of no member.
    Delay,
}

impl ModernTimer {
    pub(super) fn of(self, group: &str, member: &str) -> Timer {
        Timer::Modern { what: self, group: group.to_owned(), member: member.to_owned() }
    }

    /// Nothing of a member will become due.
    pub(super) fn stop_all(timers: &mut Timers<Timer>, group: &str, member: &str) {
        use ModernTimer::{Join, Rebalance, Session, Sync};
        for what in [Session, Rebalance, Join, Sync] {
            timers.stop(&what.of(group, member));
        }
    }
}

/// What follows when an append is done.
#[derive(Debug)]
pub(super) enum After {
    Nothing,
    /// The answer waits for the append, and becomes an error if that fails.
    Reply(Ticket, Reply),
    /// A group that was not there before, or that another kind of group has made way for.
    Created {
        group: String,
        before: Option<Box<Before>>,
    },
    /// The leader's assignment.
    Synced {
        group: String,
    },
    /// A static member has come back under a new id.
    Replaced(Box<Replaced>),
    /// A step of a group of the newer protocols.
    Modern(Box<Written>),
    /// Some of the groups of a DeleteGroups, by their place in its answer.
    Deleted {
        ticket: Ticket,
        places: Vec<usize>,
    },
}

/// A group without members whose place a classic one takes.
#[derive(Debug)]
pub(super) enum Before {
    Consumer(ConsumerGroup),
    Streams(StreamsGroup),
}

/// A static member that has come back under a new id, and how to undo it.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) group: String,
    pub(super) seat: Seat,
    pub(super) old_id: String,
    pub(super) new_id: String,
    pub(super) old_terms: Terms,
    /// Who led the group as the members know it.
    pub(super) old_leader: String,
}

#[derive(Debug)]
struct Append {
    records: Vec<Record>,
    within: Option<Transaction>,
    after: After,
}

/// A DeleteGroups whose groups live in several partitions.
#[derive(Debug)]
struct Deletion {
    appends_left: usize,
    results: Vec<DeletableGroupResult>,
}

/// Requests that wait and appends that are under way.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Who wants an answer. A ticket leaves with its answer, so there is one at most.
    waiting: HashSet<Ticket>,
    appends: BTreeMap<u64, Append>,
    next_token: u64,
    deletions: HashMap<Ticket, Deletion>,
    /// Groups of the newer protocols whose last step is being written, and what waits for that.
    busy: HashMap<String, VecDeque<Act>>,
    /// Whose sight counts when a group's patterns are resolved, where that is about to be.
    pub(super) sights: HashMap<String, Sight>,
}

impl Desk {
    /// Says whether a step of a group is being written.
    pub(super) fn is_busy(&self, group: &str) -> bool {
        self.busy.contains_key(group)
    }

    /// Keeps what is asked of a group for when its step is written. Gives it back where there
    /// is none.
    pub(super) fn keep(&mut self, group: &str, act: Act) -> Option<Act> {
        match self.busy.get_mut(group) {
            Some(acts) => acts.push_back(act),
            None => return Some(act),
        }
        None
    }

    pub(super) fn seat(&mut self, ticket: Ticket) {
        self.waiting.insert(ticket);
    }

    pub(super) fn abandon(&mut self, ticket: Ticket) {
        self.waiting.remove(&ticket);
    }

    /// Says whether a record with this key is being written.
    pub(super) fn is_writing(&self, key: &[u8]) -> bool {
        let mut records = self.appends.values().flat_map(|append| &append.records);
        records.any(|record| record.key == key)
    }

    /// A group's step is written. Returns what waited for that.
    pub(super) fn free(&mut self, group: &str) -> VecDeque<Act> {
        self.busy.remove(group).unwrap_or_default()
    }

    /// Says whether nothing is being written.
    pub(super) fn is_idle(&self) -> bool {
        self.appends.is_empty()
    }
}

/// All that a room needs beside the group that it works on.
pub(super) struct Cx<'a> {
    pub(super) now: Millis,
    pub(super) config: &'a Config,
    pub(super) settings: &'a AllSettings,
    pub(super) image: &'a Image,
    pub(super) meter: &'a Meter,
    pub(super) offsets: &'a Offsets,
    pub(super) timers: &'a mut Timers<Timer>,
    pub(super) desk: &'a mut Desk,
    pub(super) out: &'a mut Vec<Effect>,
}

impl Cx<'_> {
    /// Answers a request, if its answer is still wanted.
    pub(super) fn reply(&mut self, ticket: Ticket, reply: Reply) {
        if self.desk.waiting.remove(&ticket) {
            self.out.push(Effect::Reply(ticket, reply));
        }
    }

    pub(super) fn reply_join(&mut self, seat: Seat, mut answer: JoinGroupResponse) {
        // Before version 7 no protocol is an empty one.
        if seat.version < 7 && answer.protocol_name.is_none() {
            answer.protocol_name = Some(String::new());
        }
        self.reply(seat.ticket, Reply::JoinGroup(answer));
    }

    /// Refuses a JoinGroup. An error names no protocol.
    pub(super) fn refuse_join(&mut self, seat: Seat, member: &str, error: ErrorCode) {
        let (error_code, member_id) = (error.0, member.to_owned());
        let protocol_name = None;
        let answer =
            JoinGroupResponse { error_code, member_id, protocol_name, ..Default::default() };
        self.reply_join(seat, answer);
    }

    pub(super) fn refuse_sync(&mut self, seat: Seat, error: ErrorCode) {
        let error_code = error.0;
        self.reply_sync(seat, SyncGroupResponse { error_code, ..Default::default() });
    }

    pub(super) fn reply_sync(&mut self, seat: Seat, answer: SyncGroupResponse) {
        self.reply(seat.ticket, Reply::SyncGroup(answer));
    }

    /// Has records of a group written, and then goes on with `after`. Without records it goes on
    /// at once, which is of use for an answer only.
    pub(super) fn append(&mut self, group: &str, records: Vec<Record>, after: After) {
        if !records.is_empty() {
            let partition = partition_of_id(group, self.config.offsets_partitions);
            self.append_to(partition, records, after);
        } else if let After::Reply(ticket, reply) = after {
            self.reply(ticket, reply);
        }
    }

    /// Has records of a group written as part of a transaction.
    pub(super) fn append_within(
        &mut self,
        transaction: Transaction,
        group: &str,
        records: Vec<Record>,
        after: After,
    ) {
        if records.is_empty() {
            return self.append(group, records, after);
        }
        let partition = partition_of_id(group, self.config.offsets_partitions);
        self.write(partition, records, Some(transaction), after);
    }

    /// Has the assignment of a group written. Returns the token of the append.
    pub(super) fn append_assignment(&mut self, group: &str, record: Record) -> u64 {
        let partition = partition_of_id(group, self.config.offsets_partitions);
        self.append_to(partition, vec![record], After::Synced { group: group.to_owned() })
    }

    /// Has a step of a group of the newer protocols written. Until then the group is busy.
    pub(super) fn append_modern(&mut self, records: Vec<Record>, written: Written) {
        let partition = partition_of_id(&written.group, self.config.offsets_partitions);
        self.desk.busy.entry(written.group.clone()).or_default();
        self.append_to(partition, records, After::Modern(Box::new(written)));
    }

    /// Has records written to a partition. Returns the token of the append.
    fn append_to(&mut self, partition: i32, records: Vec<Record>, after: After) -> u64 {
        self.write(partition, records, None, after)
    }

    fn write(
        &mut self,
        partition: i32,
        records: Vec<Record>,
        within: Option<Transaction>,
        after: After,
    ) -> u64 {
        let token = self.desk.next_token;
        self.desk.next_token += 1;
        self.desk.appends.insert(token, Append { records: records.clone(), within, after });
        self.out.push(Effect::Append { token, partition, records, within });
        token
    }

    /// Starts a DeleteGroups: the results of the groups that can be deleted are still open
    /// until the appends decide them.
    pub(super) fn delete(
        &mut self,
        ticket: Ticket,
        results: Vec<DeletableGroupResult>,
        appends: Vec<(i32, Vec<Record>, Vec<usize>)>,
    ) {
        if appends.is_empty() {
            return self.reply(ticket, admin::deleted(results));
        }
        let deletion = Deletion { appends_left: appends.len(), results };
        self.desk.deletions.insert(ticket, deletion);
        for (partition, records, places) in appends {
            self.append_to(partition, records, After::Deleted { ticket, places });
        }
    }

    /// Ends one append of a DeleteGroups, and with the last of them the whole.
    fn deleted(&mut self, ticket: Ticket, places: &[usize], result: Result<(), ErrorCode>) {
        let Some(deletion) = self.desk.deletions.get_mut(&ticket) else { return };
        if let Err(error) = result {
            for place in places {
                deletion.results[*place].error_code = error.0;
            }
        }
        deletion.appends_left -= 1;
        if deletion.appends_left == 0
            && let Some(deletion) = self.desk.deletions.remove(&ticket)
        {
            self.reply(ticket, admin::deleted(deletion.results));
        }
    }
}

/// An append is done: what it wrote is remembered, or is not, and what waited for it goes on.
pub(super) fn appended(
    all: &mut Groups,
    now: Millis,
    token: u64,
    result: Result<(), ErrorCode>,
    out: &mut Vec<Effect>,
) {
    let Some(append) = all.desk.appends.remove(&token) else { return };
    let mut result = result.map_err(error_of_append);
    if result.is_ok() {
        make_way(all, &append.after);
        for record in &append.records {
            if all.apply_within(append.within, &record.key, record.value.as_deref()).is_err() {
                // Cannot be: the record is our own. The client is not told a lie, though.
                result = Err(ErrorCode::UNKNOWN_SERVER_ERROR);
            }
        }
    }
    if let After::Modern(written) = append.after {
        let group = written.group.clone();
        all.hall(now, out).finish(*written, result);
        all.weigh(&group);
        return all.go_on(now, &group, out);
    }
    let changed = match &append.after {
        After::Created { group, .. } | After::Synced { group } => Some(group.clone()),
        After::Replaced(replaced) => Some(replaced.group.clone()),
        After::Nothing | After::Reply(..) | After::Deleted { .. } | After::Modern(_) => None,
    };
    let (groups, _, mut cx) = all.enter(now, None, out);
    match (append.after, result) {
        (After::Nothing, _) | (After::Created { .. }, Ok(())) => {}
        (After::Reply(ticket, reply), Ok(())) => cx.reply(ticket, reply),
        (After::Reply(ticket, reply), Err(error)) => cx.reply(ticket, reply.failed(error)),
        (After::Created { group, before }, Err(error)) => {
            undo_creation(groups, &mut cx, &group, error);
            if let Some(before) = before {
                match *before {
                    Before::Consumer(before) => drop(all.consumers.insert(group, before)),
                    Before::Streams(before) => drop(all.streams.insert(group, before)),
                }
            }
        }
        (After::Synced { group }, result) => {
            if let Some(group) = groups.get_mut(&group) {
                sync::written(group, &mut cx, token, result);
            }
        }
        (After::Replaced(replaced), result) => {
            if let Some(group) = groups.get_mut(&replaced.group) {
                join::replaced(group, &mut cx, *replaced, result);
            }
        }
        (After::Deleted { ticket, places }, result) => cx.deleted(ticket, &places, result),
        // Went on above.
        (After::Modern(_), _) => {}
    }
    if let Some(id) = changed {
        all.weigh(&id);
    }
}

/// A classic group that has become another kind goes before that is taken in.
fn make_way(all: &mut Groups, after: &After) {
    if let After::Modern(written) = after
        && matches!(written.then, Then::Upgraded)
        && let Some(group) = all.groups.remove(&written.group)
    {
        group.stop_timers(&mut all.timers);
    }
}

/// The first record of a group could not be written: the group has never been. What else was
/// asked to be written of it comes later in the log, and so has not been told yet.
fn undo_creation(groups: &mut BTreeMap<String, Group>, cx: &mut Cx, id: &str, error: ErrorCode) {
    if let Some(mut group) = groups.remove(id) {
        group.dissolve(cx, error);
    }
}
