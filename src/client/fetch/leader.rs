//! The thread of one broker: asks it for its partitions, again and again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::parts::{Ask, LAST_BY_NAME, Part, State};
use super::sift::{Sifted, sift};
use super::{CHUNK_BYTES, Chunk, Credit, News, Shared};
use crate::base::clock::Moment;
use crate::client::conn::Conn;
use crate::client::error::ClientError;
use crate::client::offsets::Isolation;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchError, BatchInfo};
use crate::wire::messages::fetch::{FetchRequest, FetchResponse, PartitionData};
use crate::wire::schema::Message as _;

/// How long a thread sleeps at most before it looks at the state again.
const IDLE_WAIT: Duration = Duration::from_secs(5);

/// Asks a broker until the reading is over.
pub(super) fn serve(shared: &Arc<Shared>, node: i32, mut conn: Option<Conn>) {
    while let Some((ask, address)) = next(shared, node) {
        match converse(shared, &mut conn, &ask, &address) {
            Ok(throttle) => rest(shared, throttle),
            Err(error) => {
                conn = None;
                if !passes(&error) {
                    return shared.tell(News::Failed(error));
                }
                shared.lock().leave(node);
                shared.changed.notify_all();
            }
        }
    }
}

/// Waits for something to ask. None: the reading is over.
fn next(shared: &Arc<Shared>, node: i32) -> Option<(Ask, (String, u16))> {
    let mut state = shared.lock();
    loop {
        if state.is_over {
            return None;
        }
        let address = state.brokers.get(&node).cloned();
        match (state.ask(node, &shared.manner), address) {
            (Some(ask), Some(address)) => return Some((ask, address)),
            _ => state = shared.wait(state, IDLE_WAIT),
        }
    }
}

/// What a broker that is asked too much wants to be spared.
fn rest(shared: &Arc<Shared>, throttle: Duration) {
    let until = Moment::now().after(throttle);
    let mut state = shared.lock();
    while !state.is_over && !until.has_passed() {
        state = shared.wait(state, until.remaining());
    }
}

/// Says whether another attempt, at this broker or another, may well succeed.
fn passes(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Disconnected { .. }
            | ClientError::Timeout { .. }
            | ClientError::Unreachable { .. }
    ) || error.is_transient()
}

/// One request and its answer. Returns how long the broker wants to be left alone.
fn converse(
    shared: &Arc<Shared>,
    conn: &mut Option<Conn>,
    ask: &Ask,
    address: &(String, u16),
) -> Result<Duration, ClientError> {
    let options = &shared.options;
    let conn = match conn {
        Some(conn) => conn,
        none => {
            let until = Moment::now().after(options.connect_timeout);
            none.insert(Conn::open(&address.0, address.1, options, until)?)
        }
    };
    let mut version = conn.version_of::<FetchRequest>()?;
    if !ask.has_ids() {
        version = version.min(LAST_BY_NAME);
    }
    let wait = Duration::from_millis(u64::try_from(ask.request.max_wait_ms).unwrap_or(0));
    let (now, patience) = (Moment::now(), options.request_timeout + wait);
    conn.send(&ask.request, version, now.after(patience))?;
    let body = conn.receive::<FetchRequest>(version, now, now.after(patience))?;
    let answer = FetchResponse::from_bytes(body, version)
        .map_err(|e| ClientError::garbled(&conn.address, "Fetch", &e))?;
    ClientError::check(answer.error_code, None)?;
    let throttle = Duration::from_millis(u64::try_from(answer.throttle_time_ms).unwrap_or(0));
    take(shared, ask, answer);
    Ok(throttle)
}

/// Takes an answer in: hands its batches over, and moves the partitions on.
fn take(shared: &Arc<Shared>, ask: &Ask, answer: FetchResponse) {
    // An answer without records says where the records end; but not if it is a broker's way to
    // slow us down, nor if other partitions took all the room.
    let has_records = |data: &PartitionData| data.records.as_ref().is_some_and(|r| !r.0.is_empty());
    let mut all = answer.responses.iter().flat_map(|topic| &topic.partitions);
    let is_dry = answer.throttle_time_ms == 0 && !all.any(has_records);
    let mut by_part: BTreeMap<usize, PartitionData> = BTreeMap::new();
    for topic in answer.responses {
        for data in topic.partitions {
            if let Some(index) = ask.find(&topic.topic, topic.topic_id, data.partition_index) {
                by_part.insert(index, data);
            }
        }
    }
    let mut news = Vec::new();
    let mut state = shared.lock();
    for (index, data) in by_part {
        take_part(shared, &mut state, index, data, is_dry, &mut news);
    }
    drop(state);
    // The steward may have something to do.
    shared.changed.notify_all();
    news.into_iter().for_each(|news| shared.tell(news));
}

fn take_part(
    shared: &Arc<Shared>,
    state: &mut State,
    index: usize,
    data: PartitionData,
    is_dry: bool,
    news: &mut Vec<News>,
) {
    if let Some(refusal) = refused(&mut state.parts[index], &data) {
        return news.extend(refusal);
    }
    let part = &mut state.parts[index];
    let is_committed = shared.manner.isolation == Isolation::ReadCommitted;
    let (from, until) = (part.next, part.until);
    let records = data.records.map(|records| records.0).unwrap_or_default();
    let aborted = is_committed.then(|| data.aborted_transactions.unwrap_or_default());
    let sifted = match sift(&records, from, until, aborted) {
        Ok(sifted) => sifted,
        Err(BatchError::Magic { .. }) => return news.push(News::OldFormat),
        Err(cause) => {
            let (topic, partition) = (part.topic.to_string(), part.partition);
            let error = ClientError::Corrupt { topic, partition, offset: from, cause };
            return news.push(News::Failed(error));
        }
    };
    let Sifted { batches, next, torn_bytes } = sifted;
    part.want(torn_bytes.unwrap_or(0));
    part.next = next.unwrap_or(from);
    // What is visible reaches to here; between its last record and that, there may be nothing.
    let end = match is_committed {
        true => data.last_stable_offset,
        false => data.high_watermark,
    };
    let is_gap = is_dry && torn_bytes.is_none() && end >= until;
    let is_last = part.next >= until || is_gap;
    part.is_done |= is_last;
    if next.is_none() && !is_last {
        return;
    }
    let end = if is_last { until } else { part.next };
    let (topic, partition) = (part.topic.clone(), part.partition);
    state.had_turn(index);
    let mut pieces = pieces(batches).into_iter().peekable();
    while let Some(Slice { batches, bytes, next }) = pieces.next() {
        // What is between the last batch and the end is dealt with by the last chunk.
        let is_end = pieces.peek().is_none();
        news.push(News::Chunk(Chunk {
            part: index,
            next: if is_end { end } else { next },
            is_last: is_last && is_end,
            bytes,
            credit: Credit::of(shared, state, index, bytes),
            topic: topic.clone(),
            partition,
            from,
            until,
            batches,
            check_crcs: shared.manner.check_crcs,
        }));
    }
}

/// Batches that follow each other.
#[derive(Default)]
struct Slice {
    batches: Vec<Bytes>,
    bytes: usize,
    /// The offset after the last.
    next: i64,
}

/// Cuts batches into pieces of [`CHUNK_BYTES`] or little more: one at least, which may be empty.
fn pieces(batches: Vec<Bytes>) -> Vec<Slice> {
    let mut all = vec![Slice::default()];
    for batch in batches {
        if all.last().is_none_or(|last| last.bytes >= CHUNK_BYTES) {
            all.push(Slice::default());
        }
        if let Some(last) = all.last_mut() {
            last.bytes += batch.len();
            last.next = BatchInfo::parse(&batch).map_or(last.next, |header| header.next_offset());
            last.batches.push(batch);
        }
    }
    all
}

/// What an answer without records means: another broker is to be asked, or it cannot go on.
fn refused(part: &mut Part, data: &PartitionData) -> Option<Option<News>> {
    match ErrorCode(data.error_code) {
        ErrorCode::NONE if data.preferred_read_replica >= 0 => {
            part.node = Some(data.preferred_read_replica);
            Some(None)
        }
        ErrorCode::NONE => None,
        ErrorCode::OFFSET_OUT_OF_RANGE => {
            (part.node, part.is_lost) = (None, true);
            Some(None)
        }
        code if code.is_retriable() => {
            part.node = None;
            Some(None)
        }
        code => {
            let message = Some(format!("partition {} of topic `{}`", part.partition, part.topic));
            Some(Some(News::Failed(ClientError::Refused { code, message })))
        }
    }
}
