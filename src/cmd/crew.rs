//! Threads that look at what a [`Fetcher`] brings: each takes a chunk, and what it makes of it
//! comes back in the order in which the chunks came.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use crate::base::sync::lock;
use crate::client::{Chunk, ClientError, Fetcher, News, Notice, Weight};
use crate::ui::Ui;

/// How many threads look at records at most.
const THREADS_MAX: usize = 8;
/// How many of their answers wait to be taken: whoever has more waits with it, because what was
/// made of a chunk may be much larger than the chunk.
const WAITING_MAX: usize = 4;
/// How long a thread waits at most before it looks whether the run is over.
const IDLE_WAIT: Duration = Duration::from_millis(500);

/// What the threads have to say.
pub(super) enum Reply<T> {
    /// What was made of a chunk.
    Made(T),
    Notice(Notice),
    Failed(ClientError),
    OldFormat,
}

/// What the threads say, in order.
pub(super) struct Replies<T> {
    from: Receiver<(u64, Reply<T>)>,
    /// What came before its turn.
    early: BTreeMap<u64, Reply<T>>,
    number: u64,
}

/// Nothing has come.
pub(super) enum Silence {
    /// Yet.
    Quiet,
    /// And nothing will: the threads have ended.
    Over,
}

impl<T> Replies<T> {
    /// Returns what comes next in order, if it is there already.
    pub(super) fn now(&mut self) -> Result<Reply<T>, Silence> {
        loop {
            if let Some(reply) = self.early.remove(&self.number) {
                self.number += 1;
                return Ok(reply);
            }
            match self.from.try_recv() {
                Ok((number, reply)) => drop(self.early.insert(number, reply)),
                Err(TryRecvError::Empty) => return Err(Silence::Quiet),
                Err(TryRecvError::Disconnected) => return Err(Silence::Over),
            }
        }
    }

    /// Waits as long as `timeout` for something to come, though it may not be the next.
    pub(super) fn wait(&mut self, timeout: Duration) -> Result<Reply<T>, Silence> {
        match self.from.recv_timeout(timeout) {
            Ok((number, reply)) => drop(self.early.insert(number, reply)),
            Err(RecvTimeoutError::Timeout) => return Err(Silence::Quiet),
            Err(RecvTimeoutError::Disconnected) => return Err(Silence::Over),
        }
        self.now()
    }
}

/// Tells what a fetcher has to say beside records.
pub(super) fn tell(notice: &Notice, ui: &Ui) {
    match notice.weight {
        Weight::Warning => ui.note(&format!("note: {}", notice.text)),
        Weight::Detail => ui.detail(&notice.text),
    }
}

/// What the threads share.
struct Desk<'a> {
    fetcher: &'a Fetcher,
    /// The number of the next news.
    number: Mutex<u64>,
    is_over: &'a AtomicBool,
}

/// Has threads look at chunks, each with a look of its own that `train` makes, while `lead`
/// takes what they make of them. `is_over` is set when nobody wants to know any more.
pub(super) fn work<T: Send, L: FnMut(Chunk) -> T, R>(
    fetcher: &Fetcher,
    is_over: &AtomicBool,
    train: impl Fn() -> L + Sync,
    lead: impl FnOnce(&mut Replies<T>) -> R,
) -> R {
    let desk = Desk { fetcher, number: Mutex::new(0), is_over };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(THREADS_MAX);
    std::thread::scope(|scope| {
        let (sender, from) = sync_channel(WAITING_MAX);
        for _ in 0..threads {
            let (desk, train, sender) = (&desk, &train, sender.clone());
            scope.spawn(move || desk.serve(train(), &sender));
        }
        drop(sender);
        let mut replies = Replies { from, early: BTreeMap::new(), number: 0 };
        let result = lead(&mut replies);
        is_over.store(true, Ordering::Relaxed);
        fetcher.close(threads);
        // What waits for room in memory is let go.
        drop(replies);
        result
    })
}

impl Desk<'_> {
    /// Works until the run is over.
    fn serve<T>(&self, mut look: impl FnMut(Chunk) -> T, replies: &SyncSender<(u64, Reply<T>)>) {
        while let Some((number, news)) = self.next() {
            let reply = match news {
                News::Chunk(chunk) => Reply::Made(look(chunk)),
                News::Notice(notice) => Reply::Notice(notice),
                News::Failed(error) => Reply::Failed(error),
                News::OldFormat => Reply::OldFormat,
                News::Over => return,
            };
            if replies.send((number, reply)).is_err() {
                return;
            }
        }
    }

    /// Takes the next news and its number, of which there is one each.
    fn next(&self) -> Option<(u64, News)> {
        loop {
            // Whoever waits for news waits with the lock: the others wait for their turn.
            let mut number = lock(&self.number);
            if self.is_over.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(news) = self.fetcher.wait(IDLE_WAIT) {
                *number += 1;
                return Some((*number - 1, news));
            }
        }
    }
}
