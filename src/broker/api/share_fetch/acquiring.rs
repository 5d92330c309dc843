//! Acquiring for a fetch: reads what is available of each partition, and waits for it.
//!
//! Source: `kafka.server.share.{DelayedShareFetch, ShareFetchUtils}`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::{Fetched, nothing};
use crate::base::clock::Moment;
use crate::broker::Broker;
use crate::broker::coord::share::partition::{
    AbortedTransaction, Acquire, AcquireMode, Acquired, FetchedBatch, Limits,
};
use crate::broker::coord::share::session::{Member, Place};
use crate::broker::log::{Read, ReadError, UpTo};
use crate::broker::shares::held::Held;
use crate::broker::shares::{Trouble, key_of};
use crate::wire::ErrorCode;
use crate::wire::batch::control::EndMarker;
use crate::wire::batch::{Batches, contents};
use crate::wire::messages::share_fetch::{AcquiredRecords, PartitionData, ShareFetchRequest};
use crate::wire::schema::Records;

/// Waits without doing anything.
pub(super) async fn idle(wait_ms: i32) {
    let wait_ms = u64::try_from(wait_ms).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
}

/// What a member may have, and of which partitions.
struct Round<'a> {
    broker: &'a Broker,
    member: &'a Member,
    request: &'a ShareFetchRequest,
    limits: Limits,
    up_to: UpTo,
    mode: AcquireMode,
}

/// What was read of a share partition that has room.
struct Found {
    at: usize,
    fetch_offset: i64,
    read: Result<Read, ReadError>,
}

/// Acquires records of all these partitions.
pub(super) async fn acquire(
    broker: &Broker,
    member: &Member,
    request: &ShareFetchRequest,
    places: &[Place],
) -> Fetched {
    let mut answers: Fetched = Vec::new();
    let mut wanted: Vec<Place> = Vec::new();
    for place in places {
        match find(broker, *place) {
            Ok(()) => wanted.push(*place),
            Err(error) => answers.push((*place, nothing(place.1, error))),
        }
    }
    if wanted.is_empty() || request.max_records == 0 || request.max_bytes == 0 {
        return answers;
    }
    // Each request begins with another partition, so that each has its turn.
    if let Ok(epoch @ 1..) = usize::try_from(request.share_session_epoch) {
        let middle = epoch % wanted.len();
        wanted.rotate_left(middle);
    }
    let mut parts: Vec<(Place, Arc<Held>)> = Vec::new();
    for place in wanted {
        match broker.shares.hold(broker, &key_of(&member.group, place)) {
            Ok(held) => parts.push((place, held)),
            Err(Trouble { error, .. }) => answers.push((place, nothing(place.1, error))),
        }
    }
    if parts.is_empty() {
        return answers;
    }
    let config = broker.group_config(&member.group);
    let round = Round {
        broker,
        member,
        request,
        limits: broker.share_limits(&member.group),
        up_to: if config.share_read_committed { UpTo::LastStable } else { UpTo::HighWatermark },
        mode: match request.share_acquire_mode {
            1 => AcquireMode::RecordLimit,
            _ => AcquireMode::BatchOptimized,
        },
    };
    answers.extend(round.wait(&parts).await);
    answers
}

fn find(broker: &Broker, (topic_id, index): Place) -> Result<(), ErrorCode> {
    let name = broker.partitions.name_of(topic_id).ok_or(ErrorCode::UNKNOWN_TOPIC_ID)?;
    broker.controller.partition(&name, index).map(|_| ())
}

impl Round<'_> {
    /// Tries until there is something to give or to tell, or the time is up.
    async fn wait(&self, parts: &[(Place, Arc<Held>)]) -> Fetched {
        let wait_ms = u64::try_from(self.request.max_wait_ms).unwrap_or(0);
        let deadline = Moment::now().after(Duration::from_millis(wait_ms));
        let waiter = Arc::new(Notify::new());
        // Asking first and reading then misses nothing in between.
        for (_, held) in parts {
            held.log.wake_at_append(&waiter);
            held.wake_at_release(&waiter);
        }
        loop {
            let is_last = deadline.has_passed();
            if let Some(fetched) = self.once(parts, is_last) {
                return fetched;
            }
            // A waiter that was called and dropped is asked for again.
            let _ = tokio::time::timeout(deadline.remaining(), waiter.notified()).await;
        }
    }

    /// Reads what is available, and gives it to the member. None where it is too little, and
    /// there is time to wait.
    fn once(&self, parts: &[(Place, Arc<Held>)], is_last: bool) -> Option<Fetched> {
        let mut open = Vec::new();
        for (at, (_, held)) in parts.iter().enumerate() {
            let mut state = held.state();
            let limits = state.within_room(&self.limits);
            if state.can_acquire(&limits) {
                open.push((at, state.next_fetch_offset()));
            }
        }
        let found = self.read(parts, open);
        let bytes: usize = found.iter().map(|found| length(&found.read)).sum();
        let is_error = found.iter().any(|found| found.read.is_err());
        let is_gone = parts.iter().any(|(_, held)| held.is_fenced() || held.log.is_gone());
        let min_bytes = usize::try_from(self.request.min_bytes).unwrap_or(0);
        let room = self.room();
        if !is_last && !is_error && !is_gone && (bytes < min_bytes.min(room) || found.is_empty()) {
            return None;
        }
        let mut fetched = Vec::new();
        let mut left = i64::from(self.request.max_records);
        for found in found {
            let Some((place, held)) = parts.get(found.at) else { continue };
            let data = self.give(*place, held, found, &mut left);
            fetched.push((*place, data));
        }
        for (place, held) in parts {
            if held.log.is_gone() {
                fetched.retain(|(one, _)| one != place);
                fetched.push((*place, nothing(place.1, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)));
            }
        }
        // What was read may have gone to another member meanwhile.
        let is_empty = fetched
            .iter()
            .all(|(_, data)| data.error_code == 0 && data.acquired_records.is_empty());
        let is_worth_it = is_last || is_error || is_gone || !is_empty || min_bytes == 0;
        is_worth_it.then_some(fetched)
    }

    fn room(&self) -> usize {
        let asked = usize::try_from(self.request.max_bytes).unwrap_or(0);
        asked.min(self.broker.lending.room_bytes()).min(self.broker.fetch_bytes_max)
    }

    /// Reads each partition, all with the same share of what the answer may hold.
    fn read(&self, parts: &[(Place, Arc<Held>)], open: Vec<(usize, i64)>) -> Vec<Found> {
        let share = self.room() / open.len().max(1);
        let mut bytes = 0;
        let mut all = Vec::with_capacity(open.len());
        for (at, fetch_offset) in open {
            let Some((_, held)) = parts.get(at) else { continue };
            // The first batch of all is given whatever its size, or nobody could pass it.
            let read = held.log.log.read(fetch_offset, share, self.up_to, bytes == 0);
            bytes += length(&read);
            all.push(Found { at, fetch_offset, read });
        }
        all
    }

    /// Has the member acquire what was read.
    fn give(&self, place: Place, held: &Held, found: Found, left: &mut i64) -> PartitionData {
        let mut data = nothing(place.1, ErrorCode::NONE);
        let read = match found.read {
            Ok(read) => read,
            Err(error) if error.code() == ErrorCode::OFFSET_OUT_OF_RANGE => {
                // The log begins later now: the next fetch finds its beginning.
                held.state().log_start_moved(held.log.log.marks().log_start);
                return data;
            }
            Err(error) => return nothing(place.1, error.code()),
        };
        let (batches, sizes) = batches(&read.records, self.up_to == UpTo::LastStable);
        let aborted: Vec<AbortedTransaction> = read
            .aborted
            .iter()
            .map(|aborted| AbortedTransaction {
                producer_id: aborted.producer_id,
                first_offset: aborted.first_offset,
            })
            .collect();
        let ask = Acquire {
            member: &self.member.member,
            mode: self.mode,
            batch_size: i64::from(self.request.batch_size).max(1),
            records_max: *left,
            fetch_offset: found.fetch_offset,
            batches: &batches,
            aborted: &aborted,
        };
        let now = self.broker.clock.now();
        let mut state = held.state();
        // A fenced share partition is nobody's to give from.
        let acquired = match held.is_fenced() {
            true => Vec::new(),
            false => {
                let limits = state.within_room(&self.limits);
                state.acquire(now, &limits, &ask)
            }
        };
        drop(state);
        self.broker.shares.look_by(held);
        let (Some(first), Some(last)) = (acquired.first(), acquired.last()) else { return data };
        let records = slice(&read.records, &batches, &sizes, first.first_offset, last.last_offset);
        data.records = Some(Records(self.broker.lending.lend(records)));
        *left -= acquired.iter().map(|a| a.last_offset - a.first_offset + 1).sum::<i64>();
        data.acquired_records = acquired.iter().map(told).collect();
        data
    }
}

fn told(acquired: &Acquired) -> AcquiredRecords {
    AcquiredRecords {
        first_offset: acquired.first_offset,
        last_offset: acquired.last_offset,
        delivery_count: acquired.delivery_count,
    }
}

fn length(read: &Result<Read, ReadError>) -> usize {
    read.as_ref().map_or(0, |read| read.records.len())
}

/// Returns what there is to know of the batches that were read, and their sizes.
fn batches(records: &[u8], markers: bool) -> (Vec<FetchedBatch>, Vec<usize>) {
    let (mut all, mut sizes) = (Vec::new(), Vec::new());
    // What is stored was checked when it came: the first that does not parse ends it.
    for batch in Batches::of(records).map_while(Result::ok) {
        let header = &batch.header;
        let is_abort_marker = markers
            && header.attributes.is_control()
            && contents(batch.bytes)
                .and_then(|contents| EndMarker::of(&contents))
                .is_ok_and(|marker| marker.is_some_and(|marker| !marker.commit));
        all.push(FetchedBatch {
            base_offset: header.base_offset,
            last_offset: header.last_offset(),
            producer_id: header.producer_id,
            is_transactional: header.attributes.is_transactional(),
            is_abort_marker,
        });
        sizes.push(batch.bytes.len());
    }
    (all, sizes)
}

/// Returns the batches that touch what was acquired.
fn slice(
    records: &Bytes,
    batches: &[FetchedBatch],
    sizes: &[usize],
    first: i64,
    last: i64,
) -> Bytes {
    let (mut from, mut to) = (0, 0);
    for (batch, size) in batches.iter().zip(sizes) {
        if batch.last_offset < first && batch.base_offset <= first {
            from += size;
        }
        if batch.base_offset <= last {
            to += size;
        }
    }
    records.slice(from..to.max(from))
}
