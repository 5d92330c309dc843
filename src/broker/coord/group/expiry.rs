//! What happens by itself as time passes: sessions, rebalances, offsets that expire.

use super::classic::Group;
use super::desk::{After, Cx, Timer};
use super::offsets::{BATCH_RECORDS_MAX, Committed};
use super::state::State;
use super::{Groups, records};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Record};

/// The log has been read. Members that it speaks of have their whole session to be heard of.
pub(super) fn loaded(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    let (groups, _, mut cx) = all.enter(now, None, out);
    for group in groups.values_mut() {
        let members: Vec<String> = group.members.keys().cloned().collect();
        for member in &members {
            group.hear_of(&mut cx, member);
        }
        if members.len() > cx.config.group_max_size {
            // Who joins first may stay.
            let records = group.prepare(&mut cx);
            cx.append(&group.id, records, After::Nothing);
        }
    }
    schedule_clean_up(&mut cx);
}

fn schedule_clean_up(cx: &mut Cx) {
    let interval_ms = cx.config.offsets_retention_check_interval_ms.max(1);
    cx.timers.set(Timer::CleanUp, cx.now.saturating_add(interval_ms));
}

/// Does all that is due.
pub(super) fn tick(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    while let Some(timer) = all.timers.expired(now) {
        if timer == Timer::CleanUp {
            clean_up(all, now, out);
            continue;
        }
        let (groups, _, mut cx) = all.enter(now, None, out);
        let (Timer::Session { group: id, .. }
        | Timer::Join { group: id }
        | Timer::Sync { group: id }) = &timer
        else {
            continue;
        };
        let Some(group) = groups.get_mut(id) else { continue };
        let records = match &timer {
            Timer::Session { member, .. } => group.session_expired(&mut cx, member),
            Timer::Join { .. } => group.join_expired(&mut cx),
            Timer::Sync { .. } => group.sync_expired(&mut cx),
            Timer::CleanUp => Vec::new(),
        };
        // If an empty group cannot be written, its last generation comes back after a restart,
        // with members that are not there any more and soon expire.
        cx.append(id, records, After::Nothing);
    }
}

/// Forgets offsets that have expired, and empty groups that have none left.
fn clean_up(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    let (groups, offsets, mut cx) = all.enter(now, None, out);
    schedule_clean_up(&mut cx);
    for group in groups.values() {
        let mut records: Vec<Record> = Vec::new();
        let mut is_bare = !offsets.has_pending(&group.id);
        for (topic, partition, committed) in offsets.of(&group.id) {
            let is_open = offsets.is_pending(&group.id, topic, partition);
            if !group.is_subscribed(topic) && !is_open && has_expired(group, committed, &cx) {
                records.push(records::no_offset(&group.id, topic, partition));
            } else {
                is_bare = false;
            }
        }
        if is_bare && group.state() == State::Empty {
            records.push(records::no_group(&group.id));
        }
        for records in records.chunks(BATCH_RECORDS_MAX) {
            cx.append(&group.id, records.to_vec(), After::Nothing);
        }
    }
}

/// Says whether an offset has been kept long enough: since the group became empty; or, if it is
/// one of consumers that no longer read the topic or one without members at all, since it was
/// committed. While a group rebalances nothing expires (KIP-211).
fn has_expired(group: &Group, committed: &Committed, cx: &Cx) -> bool {
    let since = match (group.state(), &group.protocol_type) {
        (_, None) => committed.commit_timestamp_ms,
        (State::Empty, _) => group.state_since.unwrap_or(committed.commit_timestamp_ms),
        (State::Stable, _) if group.uses_consumer_protocol() && group.subscribed.is_some() => {
            committed.commit_timestamp_ms
        }
        _ => return false,
    };
    match committed.expire_timestamp_ms {
        Some(at) => cx.now >= at,
        None => cx.now.saturating_sub(since) >= cx.config.offsets_retention_ms,
    }
}
