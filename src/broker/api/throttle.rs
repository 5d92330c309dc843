//! What an API counts against its client's quotas, and what becomes of those who exceed them.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use super::Context;
use crate::base::clock::Moment;
use crate::broker::Broker;
use crate::broker::quota::Client;
use crate::broker::quota::limit::Kind;
use crate::wire::ErrorCode;
use crate::wire::messages::fetch::{FetchRequest, FetchResponse};

/// Kafka's text for a change that its client has no quota for.
pub(super) const EXCEEDED: &str = "The throttling quota has been exceeded.";
pub(super) const EXCEEDED_CODE: i16 = ErrorCode::THROTTLING_QUOTA_EXCEEDED.0;

/// For how long a client is held back after one request.
#[derive(Debug, Default)]
pub(crate) struct HoldBack {
    /// The longest of what its quotas say.
    held_ms: AtomicI64,
    /// How long its handler kept a thread.
    busy_ns: AtomicU64,
}

impl HoldBack {
    fn at_least(&self, held_ms: i64) {
        self.held_ms.fetch_max(held_ms, Ordering::Relaxed);
    }

    pub(super) fn duration(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.held_ms.load(Ordering::Relaxed)).unwrap_or(0))
    }

    /// Returns it as answers tell it.
    pub(super) fn told_ms(&self) -> i32 {
        i32::try_from(self.held_ms.load(Ordering::Relaxed)).unwrap_or(i32::MAX)
    }
}

fn client<'a>(cx: &'a Context<'_>) -> Client<'a> {
    Client { user: cx.peer.principal.name(), client_id: cx.client_id }
}

/// Counts the bytes of a produce request.
pub(super) fn produced(broker: &Broker, cx: &Context<'_>) {
    if broker.controller.has_quotas() {
        let (state, now) = (broker.controller.state(), broker.clock.now());
        let bytes = cx.frame_bytes as f64;
        let held_ms = broker.quotas.record(&state, Kind::Produce, client(cx), bytes, now);
        cx.hold_back.at_least(held_ms);
    }
}

/// Bounds what a fetch may ask for to what its client may ever be given.
pub(super) fn bound_fetch(broker: &Broker, cx: &Context<'_>, request: &mut FetchRequest) {
    if broker.controller.has_quotas() {
        let state = broker.controller.state();
        if let Some(most) = broker.quotas.fetch_bytes_max(&state, client(cx)) {
            request.max_bytes = request.max_bytes.min(most.min(f64::from(i32::MAX)) as i32);
        }
    }
}

/// Counts the records of an answer to a fetch. A client that has had enough gets none of them,
/// and is told when to come again.
pub(super) fn fetched(broker: &Broker, cx: &Context<'_>, response: &mut FetchResponse) {
    if !broker.controller.has_quotas() {
        return;
    }
    let partitions = response.responses.iter().flat_map(|topic| &topic.partitions);
    let bytes = partitions.filter_map(|partition| partition.records.as_ref());
    let bytes = bytes.map(|records| records.0.len()).sum::<usize>() as f64;
    let (state, now) = (broker.controller.state(), broker.clock.now());
    let held_ms = broker.quotas.record(&state, Kind::Fetch, client(cx), bytes, now);
    if held_ms > 0 {
        broker.quotas.take_back(&state, client(cx), bytes, now);
        response.responses.clear();
        cx.hold_back.at_least(held_ms);
    }
}

/// Counts changes of partitions, one topic at a time: which topics there is no quota for.
pub(super) fn mutations(
    broker: &Broker,
    cx: &Context<'_>,
    strict_since: i16,
    partitions: impl Iterator<Item = f64>,
) -> Vec<bool> {
    if !broker.controller.has_quotas() {
        return partitions.map(|_| true).collect();
    }
    let (state, now) = (broker.controller.state(), broker.clock.now());
    let strict = cx.version >= strict_since;
    let counted = partitions.map(|permits| {
        let counted = broker.quotas.mutate(&state, client(cx), permits, strict, now);
        let (Ok(held_ms) | Err(held_ms)) = counted;
        cx.hold_back.at_least(held_ms);
        counted.is_ok()
    });
    counted.collect()
}

/// Runs a handler and measures for how long it keeps a thread, not for how long it waits.
pub(super) async fn metered<F: Future + Unpin>(
    broker: &Broker,
    cx: &Context<'_>,
    mut work: F,
) -> F::Output {
    if !broker.controller.has_quotas() {
        return work.await;
    }
    let output = std::future::poll_fn(|task| {
        let began = Moment::now();
        let polled = Pin::new(&mut work).poll(task);
        let busy_ns = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        cx.hold_back.busy_ns.fetch_add(busy_ns, Ordering::Relaxed);
        polled
    });
    let output = output.await;
    let (state, now) = (broker.controller.state(), broker.clock.now());
    let busy_ns = cx.hold_back.busy_ns.load(Ordering::Relaxed) as f64;
    // In percent of one thread.
    let value = busy_ns * 100.0 / 1e9;
    let held_ms = broker.quotas.record(&state, Kind::Request, client(cx), value, now);
    cx.hold_back.at_least(held_ms);
    output
}
