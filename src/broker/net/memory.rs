//! What all connections hold in bytes together: frames on their way in, what they were read into,
//! and answers on their way out. Kafka's `queued.max.request.bytes` has a default here, and counts
//! half-sent frames and unread answers as well.
//!
//! A connection holds a little for nothing, so that an ordinary request never waits for anybody.
//! Beyond that it waits until there is room: its frame is not read on. When somebody has to wait,
//! room is made: connections without a request give back their buffers, and then whoever has kept
//! a frame half-sent, or an answer unread, for the longest time is hung up on. One frame may be
//! larger than all the room there is, while nobody else holds anything.
//!
//! The records of answers to fetches are counted elsewhere (`api::fetch::lending`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::base::clock::Moment;
use crate::base::limits::{BUFFERED_BYTES_MAX, CONNECTION_BYTES_FREE};
use crate::base::sync::lock;

/// For how long a frame may be half-sent while others wait for the room that it takes.
const FRAME_GRACE_MS: u64 = 1000;
/// For how long an answer may be unread while there is too much of others.
const ANSWER_GRACE_MS: u64 = 100;
/// How often room is made at most: whoever was told to give back needs a moment for it, and all
/// that wait would look through all others each time.
const MAKE_ROOM_EVERY_MS: u64 = 5;
/// How often whoever waits for room looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// There is no room for what a connection wants to hold, or others need what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds memory that others wait for")]
pub(crate) struct NoRoom;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Doing {
    /// Nothing has come of its next request.
    Resting,
    /// A frame has come in part.
    Reading,
    /// A request is being answered.
    Working,
    /// An answer is being taken by the peer.
    Writing,
}

/// The room that all connections share.
#[derive(Debug)]
pub(crate) struct Memory {
    bytes_max: usize,
    used: AtomicUsize,
    freed: Notify,
    /// When room may be made again.
    make_room_next_ms: AtomicU64,
    began: Moment,
    claims: Mutex<HashMap<u64, Arc<State>>>,
    last: AtomicU64,
}

/// What a connection does with its part.
#[derive(Debug)]
struct State {
    /// What it holds beyond what is free.
    held: AtomicUsize,
    /// What of the next answer is counted elsewhere.
    lent: AtomicUsize,
    doing: AtomicU8,
    since_ms: AtomicU64,
    /// It was told to give back what it holds.
    called: AtomicBool,
    bell: Notify,
}

/// A connection's part; the last copy that is dropped gives it back.
#[derive(Clone, Debug)]
pub(crate) struct Claim(Arc<Owner>);

#[derive(Debug)]
struct Owner {
    memory: Arc<Memory>,
    id: u64,
    state: Arc<State>,
}

impl Memory {
    /// `configured` is `queued.max.request.bytes`: the default where it is not positive.
    pub(crate) fn new(configured: i64) -> Arc<Self> {
        let configured = usize::try_from(configured).ok().filter(|bytes| *bytes > 0);
        Arc::new(Memory {
            bytes_max: configured.unwrap_or(BUFFERED_BYTES_MAX),
            used: AtomicUsize::new(0),
            freed: Notify::new(),
            make_room_next_ms: AtomicU64::new(0),
            began: Moment::now(),
            claims: Mutex::default(),
            last: AtomicU64::new(0),
        })
    }

    /// Gives a connection its part, of which it holds nothing yet.
    pub(super) fn claim(self: &Arc<Self>) -> Claim {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let state = Arc::new(State {
            held: AtomicUsize::new(0),
            lent: AtomicUsize::new(0),
            doing: AtomicU8::new(Doing::Resting as u8),
            since_ms: AtomicU64::new(self.now_ms()),
            called: AtomicBool::new(false),
            bell: Notify::new(),
        });
        lock(&self.claims).insert(id, Arc::clone(&state));
        Claim(Arc::new(Owner { memory: Arc::clone(self), id, state }))
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn give_back(&self, bytes: usize) {
        if bytes > 0 {
            self.used.fetch_sub(bytes, Ordering::AcqRel);
            self.freed.notify_waiters();
        }
    }

    /// Tells others to give back as much as is wanted: those that rest at once, and then those
    /// whose peers have made them wait for the longest time, beyond what is granted to each.
    fn make_room(&self, wanted: usize) {
        let now = self.now_ms();
        let next = |next: u64| (next <= now).then_some(now + MAKE_ROOM_EVERY_MS);
        let turn = self.make_room_next_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        if turn.is_ok() {
            self.make_room_at(wanted, now);
        }
    }

    fn make_room_at(&self, wanted: usize, now: u64) {
        let mut others: Vec<(u64, Arc<State>)> = Vec::new();
        for state in lock(&self.claims).values() {
            let since = state.since_ms.load(Ordering::Relaxed);
            let age = now.saturating_sub(since);
            let doing = state.doing.load(Ordering::Relaxed);
            let order = match doing {
                _ if state.held.load(Ordering::Relaxed) == 0 => continue,
                doing if doing == Doing::Resting as u8 => 0,
                doing if doing == Doing::Reading as u8 && age >= FRAME_GRACE_MS => 1 + since,
                doing if doing == Doing::Writing as u8 && age >= ANSWER_GRACE_MS => 1 + since,
                _ => continue,
            };
            others.push((order, Arc::clone(state)));
        }
        others.sort_by_key(|(order, _)| *order);
        let mut made = 0;
        for (_, state) in others {
            if made >= wanted {
                return;
            }
            made += state.held.load(Ordering::Relaxed);
            if !state.called.swap(true, Ordering::AcqRel) {
                state.bell.notify_one();
            }
        }
    }
}

impl Claim {
    fn state(&self) -> &State {
        &self.0.state
    }

    /// Says what the connection does from now on.
    pub(super) fn does(&self, doing: Doing) {
        let state = self.state();
        if state.doing.swap(doing as u8, Ordering::Relaxed) != doing as u8 {
            state.since_ms.store(self.0.memory.now_ms(), Ordering::Relaxed);
        }
    }

    /// Holds so many bytes in all, if there is room for them.
    pub(crate) fn try_hold(&self, bytes: usize) -> Result<(), NoRoom> {
        let (memory, state) = (&self.0.memory, self.state());
        let wanted = bytes.saturating_sub(CONNECTION_BYTES_FREE);
        let held = state.held.load(Ordering::Relaxed);
        if wanted <= held {
            state.held.store(wanted, Ordering::Relaxed);
            memory.give_back(held - wanted);
            return Ok(());
        }
        let grown = |used: usize| {
            let all = used + (wanted - held);
            (all <= memory.bytes_max || used == held).then_some(all)
        };
        let taken = memory.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, grown);
        if let Err(used) = taken {
            memory.make_room((used + (wanted - held)).saturating_sub(memory.bytes_max));
            return Err(NoRoom);
        }
        state.held.store(wanted, Ordering::Relaxed);
        Ok(())
    }

    /// Holds so many bytes in all, and waits until there is room for them.
    pub(super) async fn hold(&self, bytes: usize) -> Result<(), NoRoom> {
        loop {
            // Asking first and looking then misses nothing in between.
            let freed = self.0.memory.freed.notified();
            if self.try_hold(bytes).is_ok() {
                return Ok(());
            }
            tokio::select! {
                () = self.called() => return Err(NoRoom),
                () = freed => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// Holds so many bytes in all, which are there already. Where that is too much, others that
    /// wait for their peers are told to give back theirs.
    pub(super) fn hold_anyway(&self, bytes: usize) {
        if self.try_hold(bytes).is_err() {
            let wanted = bytes.saturating_sub(CONNECTION_BYTES_FREE);
            let held = self.state().held.swap(wanted, Ordering::Relaxed);
            self.0.memory.used.fetch_add(wanted - held, Ordering::AcqRel);
        }
    }

    /// Waits until others need what this connection holds.
    pub(super) async fn called(&self) {
        let state = self.state();
        while !state.called.load(Ordering::Acquire) {
            state.bell.notified().await;
        }
    }

    /// So many bytes of the next answer are counted elsewhere.
    pub(crate) fn lent(&self, bytes: usize) {
        self.state().lent.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn take_lent(&self) -> usize {
        self.state().lent.swap(0, Ordering::Relaxed)
    }

    /// What was asked for was given back.
    pub(super) fn obeyed(&self) {
        self.state().called.store(false, Ordering::Release);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        lock(&self.memory.claims).remove(&self.id);
        self.memory.give_back(self.state.held.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: usize = CONNECTION_BYTES_FREE;

    fn used(memory: &Memory) -> usize {
        memory.used.load(Ordering::Relaxed)
    }

    #[test]
    fn there_is_a_bound_where_none_is_set() {
        for configured in [-1, 0] {
            let memory = Memory::new(configured);
            let [one, two] = [memory.claim(), memory.claim()];
            assert_eq!(one.try_hold(FREE + BUFFERED_BYTES_MAX - 1), Ok(()));
            assert_eq!(two.try_hold(FREE + 2), Err(NoRoom));
            assert_eq!(two.try_hold(FREE + 1), Ok(()));
        }
    }

    #[test]
    fn all_hold_no_more_than_there_is() {
        let memory = Memory::new(1000);
        let [one, two] = [memory.claim(), memory.claim()];
        assert_eq!((one.try_hold(FREE), used(&memory)), (Ok(()), 0));
        assert_eq!((one.try_hold(FREE + 600), used(&memory)), (Ok(()), 600));
        assert_eq!((two.try_hold(FREE + 401), used(&memory)), (Err(NoRoom), 600));
        assert_eq!((two.try_hold(FREE + 400), used(&memory)), (Ok(()), 1000));
        assert_eq!((one.try_hold(FREE + 1), used(&memory)), (Ok(()), 401));
        drop(two);
        assert_eq!(used(&memory), 1);
        assert_eq!(one.try_hold(FREE + 9999), Ok(()), "one alone may hold any frame");
        one.hold_anyway(FREE + 10_000);
        drop(one);
        assert_eq!((used(&memory), lock(&memory.claims).len()), (0, 0));
    }

    #[tokio::test]
    async fn who_rests_gives_back_before_anybody_is_hung_up_on() {
        let memory = Memory::new(1000);
        let [reads, rests, wants] = [memory.claim(), memory.claim(), memory.claim()];
        reads.try_hold(FREE + 500).unwrap();
        reads.does(Doing::Reading);
        reads.state().since_ms.store(0, Ordering::Relaxed);
        rests.try_hold(FREE + 500).unwrap();
        assert_eq!(wants.try_hold(FREE + 10), Err(NoRoom));
        rests.called().await;
        assert!(!reads.state().called.load(Ordering::Relaxed));
        rests.try_hold(0).unwrap();
        rests.obeyed();
        assert_eq!(wants.hold(FREE + 10).await, Ok(()));
    }

    #[test]
    fn the_one_that_waits_for_its_peer_the_longest_goes_first() {
        let memory = Memory::new(1000);
        let claims: Vec<Claim> = (0..3).map(|_| memory.claim()).collect();
        let doing = [Doing::Writing, Doing::Reading, Doing::Working];
        for ((claim, doing), bytes) in claims.iter().zip(doing).zip([300, 300, 400]) {
            claim.try_hold(FREE + bytes).unwrap();
            claim.does(doing);
        }
        let called = || {
            let called = |claim: &Claim| claim.state().called.load(Ordering::Relaxed);
            claims.iter().map(called).collect::<Vec<_>>()
        };
        memory.make_room_at(200, 0);
        assert_eq!(called(), [false; 3], "each has a moment");
        claims[0].state().since_ms.store(5, Ordering::Relaxed);
        claims[1].state().since_ms.store(4, Ordering::Relaxed);
        memory.make_room_at(200, 5 + FRAME_GRACE_MS);
        assert_eq!(called(), [false, true, false]);
        memory.make_room_at(400, 5 + FRAME_GRACE_MS);
        assert_eq!(called(), [true, true, false], "who works is left alone");
    }
}
