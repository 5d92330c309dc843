//! What happens by itself as time passes: sessions, rebalances, offsets that expire.

use super::acts::Act;
use super::classic::Group;
use super::committed::Committed;
use super::desk::{After, Cx, ModernTimer, Timer};
use super::modern::MemberState;
use super::offsets::BATCH_RECORDS_MAX;
use super::state::State;
use super::{Groups, consumer, records, streams};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Record};

/// The log has been read. Members that it speaks of have their whole session to be heard of.
pub(super) fn loaded(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    let ids = all.groups.keys().chain(all.consumers.keys()).chain(all.streams.keys());
    for id in ids.cloned().collect::<Vec<_>>() {
        all.weigh(&id);
    }
    let hall = all.hall(now, out);
    for group in hall.consumers.values() {
        let session_ms = Millis::from(hall.cx.settings.of(&group.id).session_timeout_ms);
        for member in group.members() {
            hall.cx.timers.set(ModernTimer::Session.of(&group.id, &member.id), now + session_ms);
            if member.state == MemberState::Unrevoked {
                let at = now + Millis::from(member.rebalance_timeout_ms);
                hall.cx.timers.set(ModernTimer::Rebalance.of(&group.id, &member.id), at);
            }
        }
    }
    let mut hall = all.hall(now, out);
    streams::loaded(hall.streams, &mut hall.cx);
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
        all.act(now, Act::Due(timer), out);
    }
}

/// Forgets offsets that have expired, and empty groups that have none left.
fn clean_up(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    clean_up_consumers(all, now, out);
    clean_up_streams(all, now, out);
    let (groups, offsets, mut cx) = all.enter(now, None, out);
    schedule_clean_up(&mut cx);
    for group in groups.values().filter(|group| !cx.desk.is_busy(&group.id)).collect::<Vec<_>>() {
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

/// The same for consumer groups: what members do not read goes by the time of its commit.
fn clean_up_consumers(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    let ids: Vec<String> = all.consumers.keys().cloned().collect();
    for id in ids.iter().filter(|id| !all.desk.is_busy(id)).collect::<Vec<_>>() {
        let offsets = &all.offsets;
        let Some(group) = all.consumers.get(id) else { continue };
        let retention_ms = all.config.offsets_retention_ms;
        let mut records: Vec<Record> = Vec::new();
        let mut is_bare = !offsets.has_pending(id);
        for (topic, partition, committed) in offsets.of(id) {
            let is_kept =
                group.subscriptions().contains(topic) || offsets.is_pending(id, topic, partition);
            if !is_kept && is_old(committed, committed.commit_timestamp_ms, retention_ms, now) {
                records.push(records::no_offset(id, topic, partition));
            } else {
                is_bare = false;
            }
        }
        if is_bare && group.is_empty() {
            consumer::records::remove_group(&mut records, group, None);
        }
        let (_, _, mut cx) = all.enter(now, None, out);
        for records in records.chunks(BATCH_RECORDS_MAX) {
            cx.append(id, records.to_vec(), After::Nothing);
        }
    }
}

/// The same for streams groups.
fn clean_up_streams(all: &mut Groups, now: Millis, out: &mut Vec<Effect>) {
    let ids: Vec<String> = all.streams.keys().cloned().collect();
    for id in ids.iter().filter(|id| !all.desk.is_busy(id)).collect::<Vec<_>>() {
        let Some(group) = all.streams.get(id) else { continue };
        let retention_ms = all.config.offsets_retention_ms;
        let offsets = &all.offsets;
        let (kept, expired): (Vec<_>, Vec<_>) =
            offsets.of(id).partition(|(topic, index, committed)| {
                let since = committed.commit_timestamp_ms;
                group.is_subscribed(topic)
                    || offsets.is_pending(id, topic, *index)
                    || !is_old(committed, since, retention_ms, now)
            });
        let expired = expired.into_iter();
        let mut records: Vec<Record> =
            expired.map(|(topic, index, _)| records::no_offset(id, topic, index)).collect();
        if kept.is_empty() && group.is_empty() && !offsets.has_pending(id) {
            streams::records::remove_group(&mut records, group);
        }
        let (_, _, mut cx) = all.enter(now, None, out);
        for records in records.chunks(BATCH_RECORDS_MAX) {
            cx.append(id, records.to_vec(), After::Nothing);
        }
    }
}

/// Says whether an offset has been kept long enough, counted from `since` unless its commit said
/// when it expires.
fn is_old(committed: &Committed, since: Millis, retention_ms: Millis, now: Millis) -> bool {
    match committed.expire_timestamp_ms {
        Some(at) => now >= at,
        None => now.saturating_sub(since) >= retention_ms,
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
    is_old(committed, since, cx.config.offsets_retention_ms, cx.now)
}
