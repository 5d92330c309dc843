//! The only place that reads the clock. Everything else is told what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch, as Kafka counts time.
pub type Millis = i64;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Returns the wall-clock time in milliseconds since the Unix epoch.
    fn now(&self) -> Millis;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Millis {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that moves only when it is told to: for simulations and tests.
#[derive(Clone, Debug, Default)]
pub struct Manual(Arc<AtomicI64>);

impl Manual {
    /// Returns a clock that stands at `now`.
    pub fn at(now: Millis) -> Self {
        Manual(Arc::new(AtomicI64::new(now)))
    }

    /// Moves the clock forward by `millis`.
    pub fn advance(&self, millis: Millis) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for Manual {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

/// A point on the monotonic clock: for deadlines and for measuring how long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Instant);

impl Moment {
    /// Returns the present moment.
    pub fn now() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        Moment(Instant::now())
    }

    /// Returns how long ago this moment was.
    pub fn elapsed(self) -> Duration {
        Moment::now().0.saturating_duration_since(self.0)
    }

    /// Returns the moment `later` after this one.
    pub fn after(self, later: Duration) -> Self {
        Moment(self.0 + later)
    }

    /// Returns how long it is until this moment: zero when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Moment::now().0)
    }

    /// Says whether this moment has passed.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// Returns the moment as the standard library's instant, for a timer that wants one.
    pub fn instant(self) -> Instant {
        self.0
    }
}
