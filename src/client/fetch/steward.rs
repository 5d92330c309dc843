//! Who leads which partition, and where reading goes on when its next record is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::parts::{Part, State};
use super::watch::Watcher;
use super::{News, Shared, leader};
use crate::base::clock::Moment;
use crate::client::admin::Admin;
use crate::client::error::ClientError;
use crate::client::offsets::{Isolation, OffsetSpec, Partition};
use crate::client::told::{Notice, Weight};

/// The pause before asking again; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// After so long without trouble the pause begins small again.
const CALM: Duration = Duration::from_secs(5);
/// How long a topic may be unknown before it counts as gone; if it was found by a pattern, it may
/// still come back, and is read on where it was.
const GONE_AFTER: Duration = Duration::from_secs(10);
const OUT_OF_SIGHT_AFTER: Duration = Duration::from_secs(1);
const IDLE_WAIT: Duration = Duration::from_secs(5);

/// Finds a leader for every partition that has none.
pub(super) fn settle(admin: &mut Admin, state: &mut State) -> Result<(), ClientError> {
    let homeless = |part: &&Part| part.is_homeless();
    let names: BTreeSet<String> =
        state.parts.iter().filter(homeless).map(|part| part.topic.to_string()).collect();
    let topics = match names.is_empty() {
        true => Vec::new(),
        false => admin.topics(&names.iter().map(String::as_str).collect::<Vec<_>>())?,
    };
    let mut found = BTreeMap::new();
    for topic in &topics {
        let name = topic.name.as_deref().unwrap_or_default();
        for partition in &topic.partitions {
            let known = (topic.topic_id, partition.leader_id);
            found.insert((name, partition.partition_index), known);
        }
    }
    for part in state.parts.iter_mut().filter(|part| part.is_homeless()) {
        match found.get(&(&*part.topic, part.partition)) {
            Some((_, -1)) => {}
            Some((id, leader)) => (part.topic_id, part.node) = (*id, Some(*leader)),
            None => {
                let (topic, partition) = (part.topic.to_string(), part.partition);
                let count = found.keys().filter(|(name, _)| *name == topic).count();
                return Err(ClientError::NoPartition { topic, partition, count });
            }
        }
    }
    state.brokers = admin
        .brokers()
        .map(|broker| (broker.node_id, (broker.host.clone(), broker.port)))
        .collect();
    Ok(())
}

/// Starts the threads: one for each leader, and the steward's own.
pub(super) fn serve(shared: &Arc<Shared>, mut admin: Admin, watcher: Watcher) {
    let mut served = BTreeSet::new();
    start_leaders(shared, &mut served, &mut admin);
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        if let Err(error) = keep(&shared, admin, served, watcher) {
            shared.tell(News::Failed(error));
        }
    });
}

fn start_leaders(shared: &Arc<Shared>, served: &mut BTreeSet<i32>, admin: &mut Admin) {
    let nodes: BTreeSet<i32> = shared.lock().parts.iter().filter_map(|part| part.node).collect();
    for node in nodes {
        if served.insert(node) {
            let (shared, conn) = (Arc::clone(shared), admin.take_connection(node));
            std::thread::spawn(move || leader::serve(&shared, node, conn));
        }
    }
}

/// Looks after partitions without a leader until the reading is over.
fn keep(
    shared: &Arc<Shared>,
    mut admin: Admin,
    mut served: BTreeSet<i32>,
    mut watcher: Watcher,
) -> Result<(), ClientError> {
    let mut pause = PAUSE_MIN;
    // Since when it fails, and whether that was told.
    let mut failing: Option<Moment> = None;
    let mut is_told = false;
    let mut settled = None;
    loop {
        let mut state = shared.lock();
        while !state.is_over && !state.is_anyone_homeless() && !watcher.is_due() {
            state = shared.wait(state, watcher.rest().min(IDLE_WAIT));
        }
        if state.is_over {
            return Ok(());
        }
        let is_settled = !state.is_anyone_homeless();
        drop(state);
        if is_settled {
            if let Err(error) = watcher.look(shared, &mut admin) {
                tell(shared, Weight::Detail, error.to_string());
            }
            start_leaders(shared, &mut served, &mut admin);
            shared.changed.notify_all();
            continue;
        }
        if settled.is_some_and(|settled: Moment| settled.elapsed() >= CALM) {
            pause = PAUSE_MIN;
        }
        let result = attempt(shared, &mut admin);
        start_leaders(shared, &mut served, &mut admin);
        shared.changed.notify_all();
        match result {
            Ok(true) => (failing, is_told, settled) = (None, false, Some(Moment::now())),
            Ok(false) => {}
            Err(ClientError::NoTopic { topic }) => {
                let since = *failing.get_or_insert_with(Moment::now);
                if watcher.is_by_pattern() && since.elapsed() >= OUT_OF_SIGHT_AFTER {
                    Watcher::let_go(shared, &topic);
                    failing = None;
                } else if since.elapsed() >= GONE_AFTER {
                    return Err(ClientError::NoTopic { topic });
                }
            }
            Err(ClientError::Unreachable { .. }) if !is_told => {
                is_told = true;
                let text = "the connection to the cluster is lost; trying again until it is back";
                tell(shared, Weight::Warning, text.to_owned());
            }
            Err(
                error @ (ClientError::Tls { .. }
                | ClientError::Login { .. }
                | ClientError::Replaced { .. }
                | ClientError::NoPartition { .. }),
            ) => return Err(error),
            Err(error) => tell(shared, Weight::Detail, error.to_string()),
        }
        // A leader that refuses us may be asked again at once, but not in a circle.
        sleep(shared, pause);
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

fn sleep(shared: &Arc<Shared>, pause: Duration) {
    let until = Moment::now().after(pause);
    let mut state = shared.lock();
    while !state.is_over && !until.has_passed() {
        state = shared.wait(state, until.remaining());
    }
}

pub(super) fn tell(shared: &Arc<Shared>, weight: Weight, text: String) {
    shared.tell(News::Notice(Notice { weight, text }));
}

/// Asks once. Returns whether every partition has its leader now.
fn attempt(shared: &Arc<Shared>, admin: &mut Admin) -> Result<bool, ClientError> {
    let lost: Vec<Partition> = {
        let state = shared.lock();
        state.parts.iter().filter(|part| part.is_lost).map(Part::partition).collect()
    };
    let wanted = |spec| lost.iter().map(|of| (of.clone(), spec)).collect::<Vec<_>>();
    let begins = admin.list_offsets(&wanted(OffsetSpec::Earliest), Isolation::ReadUncommitted)?;
    let ends = admin.list_offsets(&wanted(OffsetSpec::Latest), shared.manner.isolation)?;
    // Metadata are asked for without the lock: answers are taken in meanwhile.
    let mut known = State::of(&BTreeMap::new());
    known.parts = homeless(shared);
    settle(admin, &mut known)?;
    let mut notices = Vec::new();
    let mut state = shared.lock();
    state.brokers = known.brokers;
    for part in state.parts.iter_mut().filter(|part| part.node.is_none()) {
        let of = part.partition();
        let found = known.parts.iter().find(|known| known.partition() == of);
        if let Some(found) = found {
            let is_other = part.topic_id != found.topic_id && !part.topic_id.is_zero();
            if is_other && part.until != i64::MAX {
                return Err(ClientError::Replaced { topic: part.topic.to_string() });
            }
            if is_other {
                let (partition, topic) = (part.partition, &part.topic);
                notices.push(format!(
                    "`{topic}` was deleted and made anew: partition {partition} is read from its \
                     beginning"
                ));
                (part.next, part.is_lost) = (0, false);
            }
            (part.topic_id, part.node) = (found.topic_id, found.node);
        }
        let offset = |all: &BTreeMap<_, Option<super::super::offsets::OffsetAt>>| {
            all.get(&of).copied().flatten().map(|at| at.offset)
        };
        if let (true, Some(begin), Some(end)) = (part.is_lost, offset(&begins), offset(&ends)) {
            part.is_lost = false;
            let there = part.next.clamp(begin, end.max(begin));
            if there != part.next {
                let (partition, topic) = (part.partition, &part.topic);
                notices.push(format!(
                    "offset {} of partition {partition} of `{topic}` is not there any more: \
                     reading goes on at {there}",
                    part.next
                ));
            }
            part.next = there;
            // Nothing is left of what was to be read.
            if part.next >= part.until || end < part.until && part.until != i64::MAX {
                part.until = part.until.min(end).max(part.next);
            }
        }
    }
    let is_settled = !state.is_anyone_homeless();
    drop(state);
    notices.into_iter().for_each(|text| tell(shared, Weight::Warning, text));
    Ok(is_settled)
}

/// Copies of the partitions that have nobody to be asked of.
fn homeless(shared: &Arc<Shared>) -> Vec<Part> {
    let state = shared.lock();
    state.parts.iter().filter(|part| part.is_homeless()).map(Part::stub).collect()
}
