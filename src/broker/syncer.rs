//! `--fsync`: what is acknowledged is on the disk, and not with the operating system alone.
//!
//! An append marks its partition. One round after the other makes durable what was marked before
//! it began, outside of every partition's lock, and then lets go of all who waited for it: one
//! sync for all of them. A round waits for those who were in the last one as well, but no longer
//! than a moment: whoever is alone does not wait for others.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;

use super::meta::topic_name::is_internal;
use super::partitions::Partition;
use crate::base::clock::Moment;
use crate::base::sync::lock;

/// How long a round waits at most for more to come.
const GATHER: Duration = Duration::from_millis(2);

/// How many logs are synced at once: a disk makes many files durable in little more time than
/// one, if they come together.
const AT_ONCE: usize = 8;

/// What the broker remembers could not be made durable, and so cannot be promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsynced;

/// Makes durable what was appended.
#[derive(Debug, Default)]
pub(crate) struct Syncer {
    inner: Mutex<Inner>,
    /// Rung when there is something to do.
    bell: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    dirty: Vec<Arc<Partition>>,
    waiting: Vec<oneshot::Sender<Result<(), Unsynced>>>,
    /// A round is under way.
    is_busy: bool,
}

impl Syncer {
    /// Has the next round make a partition durable.
    pub(super) fn mark(&self, partition: &Arc<Partition>) {
        let mut inner = lock(&self.inner);
        // Under the lock: whoever finds it dirty already finds it in the list as well.
        if partition.set_dirty() {
            inner.dirty.push(Arc::clone(partition));
            drop(inner);
            self.bell.notify_one();
        }
    }

    /// Waits until everything is durable that was appended before. An error says that a topic in
    /// which the broker itself remembers things is not; of others each log knows by itself.
    pub(crate) async fn settled(&self) -> Result<(), Unsynced> {
        let receiver = {
            let mut inner = lock(&self.inner);
            if inner.dirty.is_empty() && !inner.is_busy {
                return Ok(());
            }
            let (sender, receiver) = oneshot::channel();
            inner.waiting.push(sender);
            receiver
        };
        self.bell.notify_one();
        receiver.await.unwrap_or(Err(Unsynced))
    }

    /// Goes round after round until it is dropped.
    pub(super) async fn run(self: Arc<Self>) {
        let mut before = 0;
        loop {
            self.bell.notified().await;
            self.gather(before.max(1)).await;
            before = self.round().await;
        }
    }

    /// Waits until as many wait as did last time, or for a moment.
    async fn gather(&self, wanted: usize) {
        let deadline = Moment::now().after(GATHER);
        while lock(&self.inner).waiting.len() < wanted {
            let rung = tokio::time::timeout(deadline.remaining(), self.bell.notified());
            if rung.await.is_err() {
                return;
            }
        }
    }

    /// Makes durable what is marked. Returns how many waited for it.
    async fn round(&self) -> usize {
        let (dirty, waiting) = {
            let mut inner = lock(&self.inner);
            inner.is_busy = true;
            (std::mem::take(&mut inner.dirty), std::mem::take(&mut inner.waiting))
        };
        let synced = sync(dirty).await;
        lock(&self.inner).is_busy = false;
        let count = waiting.len();
        for sender in waiting {
            // Its connection may have left meanwhile.
            let _ = sender.send(synced);
        }
        count
    }
}

/// Makes partitions durable at once, with the thread that asks. Returns those that cannot be.
pub(super) fn sync_now(partitions: &[Arc<Partition>]) -> Vec<Arc<Partition>> {
    let sync = |some: &[Arc<Partition>]| -> Vec<Arc<Partition>> {
        some.iter().filter(|partition| partition.sync().is_err()).cloned().collect()
    };
    let each = partitions.len().div_ceil(AT_ONCE).max(1);
    if partitions.len() <= each {
        return sync(partitions);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            partitions.chunks(each).map(|some| (some, scope.spawn(move || sync(some)))).collect();
        let failed = threads.into_iter().flat_map(|(some, thread)| {
            // Of those whose thread broke down nothing is known.
            thread.join().unwrap_or_else(|_| some.to_vec())
        });
        failed.collect()
    })
}

async fn sync(mut dirty: Vec<Arc<Partition>>) -> Result<(), Unsynced> {
    let each = dirty.len().div_ceil(AT_ONCE).max(1);
    let mut syncing = JoinSet::new();
    while !dirty.is_empty() {
        let some = dirty.split_off(dirty.len().saturating_sub(each));
        syncing.spawn_blocking(move || {
            let failed = some.iter().filter(|partition| partition.sync().is_err());
            // All of them are tried.
            let failed: Vec<_> = failed.collect();
            !failed.iter().any(|partition| is_internal(&partition.topic))
        });
    }
    let mut synced = Ok(());
    while let Some(done) = syncing.join_next().await {
        if !matches!(done, Ok(true)) {
            synced = Err(Unsynced);
        }
    }
    synced
}
