//! Waiting awake for a peer that asks again at once.
//!
//! Who sends a record, waits for its answer and sends the next one pays for two threads that are
//! woken from sleep each time, which takes longer than everything else that the broker does for
//! it. So a connection whose requests have come quickly one after the other stays awake for a
//! moment after each answer: its thread looks for what has come instead of being told, and serves
//! other connections meanwhile. Where nobody asks again so soon, nothing is spent.

use std::sync::OnceLock;
use std::time::Duration;

use crate::base::clock::Moment;

/// A peer that usually asks again within this time is worth staying awake for.
const SOON: Duration = Duration::from_micros(60);
/// How long the thread stays awake at most.
const AWAKE: Duration = Duration::from_micros(100);
/// What a longer wait counts as: one of them ends it, and many short ones begin it.
const LONG: Duration = Duration::from_millis(2);

/// How quickly a peer asks again.
#[derive(Debug)]
pub(super) struct Eager {
    /// The mean of the last waits; recent ones weigh more.
    usual: Duration,
}

impl Eager {
    pub(super) fn new() -> Self {
        Eager { usual: LONG }
    }

    /// Takes note of how long it was until something came.
    pub(super) fn came_after(&mut self, wait: Duration) {
        self.usual = (self.usual * 7 + wait.min(LONG)) / 8;
    }

    /// Never ends. While the peer may ask again soon, whoever polls this is polled again.
    pub(super) async fn stay_awake(&self, since: Moment) {
        if self.usual <= SOON && has_room() {
            while since.elapsed() < AWAKE {
                tokio::task::yield_now().await;
            }
        }
        std::future::pending().await
    }
}

/// Says whether there is a processor for the peer beside the one that is kept awake.
fn has_room() -> bool {
    static ROOM: OnceLock<bool> = OnceLock::new();
    *ROOM.get_or_init(|| std::thread::available_parallelism().is_ok_and(|count| count.get() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_short_waits_make_eager_and_one_long_one_ends_it() {
        let mut eager = Eager::new();
        let mut times = 0;
        while eager.usual > SOON {
            eager.came_after(Duration::from_micros(30));
            times += 1;
        }
        assert!((10..40).contains(&times), "{times}");
        eager.came_after(Duration::from_secs(60));
        assert!(eager.usual > SOON);
    }
}
