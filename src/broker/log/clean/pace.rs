//! How fast the cleaner may go: `log.cleaner.io.max.bytes.per.second`, of what it reads and of
//! what it writes together.

use std::time::Duration;

use super::super::partition::Log;
use crate::base::clock::Moment;

/// How long a pause is at most before it is looked whether somebody waits for the log.
const PAUSE: Duration = Duration::from_millis(20);

/// The pace of one compaction.
pub(super) struct Pace<'l> {
    log: &'l Log,
    bytes_per_second: f64,
    began: Moment,
    bytes: u64,
}

impl<'l> Pace<'l> {
    pub(super) fn new(log: &'l Log, bytes_per_second: f64) -> Self {
        Pace { log, bytes_per_second, began: Moment::now(), bytes: 0 }
    }

    /// Counts bytes, and pauses until they may have passed. Whoever wants to close or delete the
    /// log does not wait for that.
    pub(super) fn pass(&mut self, bytes: usize) {
        if self.bytes_per_second >= f64::MAX {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes as u64);
        let due = due(self.bytes, self.bytes_per_second);
        while self.began.elapsed() < due && !self.log.is_wanted() {
            std::thread::sleep(PAUSE.min(due.saturating_sub(self.began.elapsed())));
        }
    }
}

/// Returns how long this many bytes take at the least.
fn due(bytes: u64, bytes_per_second: f64) -> Duration {
    Duration::try_from_secs_f64(bytes as f64 / bytes_per_second).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_their_time() {
        assert_eq!(due(500, 1000.0), Duration::from_millis(500));
        assert_eq!(due(0, 1000.0), Duration::ZERO);
        for rate in [0.0, -1.0, f64::MIN_POSITIVE] {
            assert_eq!(due(500, rate), Duration::MAX, "{rate}");
        }
    }
}
