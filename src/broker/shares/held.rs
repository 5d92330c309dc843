//! A share partition that is held in memory, with the log that it is of and who waits for it.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use tokio::sync::Notify;

use crate::base::meter::{Charge, Meter};
use crate::base::sync::{lock, lock_or_mend};
use crate::broker::coord::share::partition::{Changes, Limits, SharePartition};
use crate::broker::coord::share::state::{Batch, Key, Refusal, Write};
use crate::broker::partitions::Partition;

use super::store::Store;

/// The state of a share partition while somebody looks at it. What is in flight is counted when
/// they are done.
pub(crate) struct Open<'a> {
    inner: MutexGuard<'a, (SharePartition, Charge)>,
    in_flight: &'a Meter,
}

impl Open<'_> {
    /// Returns the limits with no more records in flight than all share partitions have room for.
    pub(crate) fn within_room(&self, limits: &Limits) -> Limits {
        let room = self.inner.1.amount().saturating_add(self.in_flight.room());
        let records_max = limits.records_max.min(i64::try_from(room).unwrap_or(i64::MAX));
        Limits { records_max, ..*limits }
    }
}

impl Deref for Open<'_> {
    type Target = SharePartition;

    fn deref(&self) -> &SharePartition {
        &self.inner.0
    }
}

impl DerefMut for Open<'_> {
    fn deref_mut(&mut self) -> &mut SharePartition {
        &mut self.inner.0
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let (state, charge) = &mut *self.inner;
        self.in_flight.charge(charge, state.weight());
    }
}

/// One share partition.
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) log: Arc<Partition>,
    state: Mutex<(SharePartition, Charge)>,
    /// The records in flight of all share partitions.
    in_flight: Meter,
    /// Fetches that wait for records to become available.
    waiting: Mutex<Vec<Weak<Notify>>>,
    /// It counts no longer: whoever comes next reads what is remembered.
    fenced: AtomicBool,
}

impl Held {
    pub(super) fn new(
        key: Key,
        log: Arc<Partition>,
        state: SharePartition,
        in_flight: &Meter,
    ) -> Self {
        let mut charge = Charge::default();
        in_flight.charge(&mut charge, state.weight());
        Held {
            key,
            log,
            state: Mutex::new((state, charge)),
            in_flight: in_flight.clone(),
            waiting: Mutex::default(),
            fenced: AtomicBool::new(false),
        }
    }

    pub(crate) fn state(&self) -> Open<'_> {
        // Half-changed by a panic it counts no longer: what is remembered of it does.
        let inner = lock_or_mend(&self.state, |_| self.fence());
        Open { inner, in_flight: &self.in_flight }
    }

    pub(crate) fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Acquire)
    }

    pub(super) fn fence(&self) {
        self.fenced.store(true, Ordering::Release);
        self.wake();
    }

    /// Has `waiter` woken when records may have become available, until it is dropped.
    pub(crate) fn wake_at_release(&self, waiter: &Arc<Notify>) {
        let mut waiting = lock(&self.waiting);
        if waiting.len() == waiting.capacity() {
            waiting.retain(|waiter| waiter.strong_count() > 0);
        }
        waiting.push(Arc::downgrade(waiter));
    }

    pub(super) fn wake(&self) {
        lock(&self.waiting).retain(|waiter| {
            let waiter = waiter.upgrade();
            waiter.inspect(|waiter| waiter.notify_one()).is_some()
        });
    }

    /// Changes the state, writes what has changed, and takes it back where that fails.
    pub(super) fn change<E: From<Refusal>>(
        &self,
        store: &Store,
        change: impl FnOnce(&mut SharePartition) -> Result<Changes, E>,
    ) -> Result<(), E> {
        let mut state = self.state();
        let changes = change(&mut state)?;
        if changes.is_empty() {
            return Ok(());
        }
        match self.write(store, &state, &changes) {
            Ok(()) => state.written(changes),
            Err(refusal) => {
                state.take_back(changes);
                return Err(refusal.into());
            }
        }
        drop(state);
        self.wake();
        Ok(())
    }

    /// Takes records from members that have held them for too long. That counts whether or not
    /// it can be written, as in Kafka.
    pub(super) fn expire(&self, store: &Store, now: i64, limits: &Limits) -> Option<i64> {
        let mut state = self.state();
        let changes = state.expire_locks(now, limits);
        let any = !changes.is_empty();
        if any {
            let _ = self.write(store, &state, &changes);
            state.written(changes);
        }
        let next = state.next_deadline();
        drop(state);
        if any {
            self.wake();
        }
        next
    }

    fn write(
        &self,
        store: &Store,
        state: &SharePartition,
        changes: &Changes,
    ) -> Result<(), Refusal> {
        let batches = changes.batches.iter().map(|batch| Batch {
            first_offset: batch.first_offset,
            last_offset: batch.last_offset,
            delivery_state: batch.state.id(),
            delivery_count: batch.delivery_count,
        });
        let write = Write {
            state_epoch: state.state_epoch(),
            leader_epoch: self.log.leader_epoch,
            start_offset: state.start_offset(),
            delivery_complete_count: state.delivery_complete_count(),
            batches: batches.collect(),
        };
        store.write(&self.key, &write)
    }
}
