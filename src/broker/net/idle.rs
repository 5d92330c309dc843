//! When a connection has been silent for too long: Kafka's `connections.max.idle.ms`.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::base::clock::Moment;

/// One timer a connection, which is not set anew for each request: when it rings too early, it is
/// set to what is left.
#[derive(Debug)]
pub(super) struct Idle {
    /// None where there is no limit.
    after: Option<Duration>,
    since: Moment,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    pub(super) fn new(after: Option<Duration>) -> Self {
        Idle { after, since: Moment::now(), timer: None }
    }

    /// The silence begins now. Returns when that is.
    pub(super) fn begin(&mut self) -> Moment {
        self.since = Moment::now();
        self.since
    }

    /// Waits until the silence has been too long.
    pub(super) async fn over(&mut self) {
        let Some(after) = self.after else { return std::future::pending().await };
        loop {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(after)));
            timer.as_mut().await;
            let left = after.saturating_sub(self.since.elapsed());
            if left.is_zero() {
                return;
            }
            timer.set(sleep(left));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn a_timer_that_rings_too_early_is_set_again() {
        let after = Duration::from_millis(20);
        let mut idle = Idle::new(Some(after));
        idle.timer = Some(Box::pin(sleep(Duration::ZERO)));
        idle.begin();
        let began = Moment::now();
        idle.over().await;
        assert!(began.elapsed() >= after);
    }

    #[tokio::test]
    async fn without_a_limit_it_is_never_over() {
        let mut idle = Idle::new(None);
        let mut task = Context::from_waker(Waker::noop());
        assert_eq!(Box::pin(idle.over()).as_mut().poll(&mut task), Poll::Pending);
    }
}
