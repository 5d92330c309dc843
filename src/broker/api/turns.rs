//! Large answers take turns: one is made at a time, so that those who ask for them leave a thread
//! for the others, and what they take in memory before it is counted is that of one.
//!
//! A handler that is about to make one asks for its turn first ([`Turn::of`]), which lasts until
//! the answer is bytes.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::sync::lock;
use crate::broker::net::blocking;

/// From how many elements on an answer is large: a thousand take a millisecond or so.
const LARGE: usize = 1000;

/// Whose turn it is.
#[derive(Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Turns(Arc::new(Semaphore::new(1)))
    }
}

/// The turn of one request, if its answer is large.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<Option<OwnedSemaphorePermit>>);

impl Turn {
    /// Waits for the turn of an answer with this many elements.
    pub(super) async fn of(&self, turns: &Turns, elements: usize) {
        if elements >= LARGE {
            // The turns are never closed.
            let turn = Arc::clone(&turns.0).acquire_owned().await.ok();
            *lock(&self.0) = turn;
        }
    }

    /// Does a part of making the answer. Of a large one it is done on a thread of its own: the
    /// other connections of this thread go on meanwhile, and the memory that it takes and gives
    /// back is that of one thread, where many would each keep some.
    pub(super) fn work<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let is_large = lock(&self.0).is_some();
        if !is_large {
            return work();
        }
        let work = Mutex::new(Some(work));
        let take = || lock(&work).take();
        let done = blocking(|| {
            std::thread::scope(|scope| {
                let thread = std::thread::Builder::new().name("large-answer".to_owned());
                let thread = thread.spawn_scoped(scope, || take().map(|work| work())).ok()?;
                thread.join().unwrap_or_else(|panic| resume_unwind(panic))
            })
        });
        // Where there can be no more threads, this one has to do.
        done.or_else(|| take().map(|work| work())).expect("nobody else has done it")
    }
}
