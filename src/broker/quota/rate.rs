//! How fast something happens: over sliding windows, or by a bucket of tokens.
//!
//! Sources: `org.apache.kafka.common.metrics.stats.{Rate, SampledStat, TokenBucket}`,
//! `QuotaUtils`.

use std::collections::VecDeque;

use crate::base::clock::Millis;

/// How many windows are looked at, and how long each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub samples: i64,
    pub length_ms: i64,
}

impl Window {
    /// Returns what Kafka's two configs of a quota say.
    pub fn of(num: i32, size_seconds: i32) -> Self {
        Window { samples: i64::from(num.max(1)), length_ms: i64::from(size_seconds.max(1)) * 1000 }
    }
}

/// A rate per second.
#[derive(Clone, Debug)]
pub struct Rate {
    window: Window,
    /// When each window began, and what came in it.
    samples: VecDeque<(Millis, f64)>,
}

impl Rate {
    pub fn new(window: Window) -> Self {
        Rate { window, samples: VecDeque::new() }
    }

    /// Counts.
    pub fn record(&mut self, value: f64, now: Millis) {
        self.forget(now);
        match self.samples.back_mut() {
            Some((began, sum)) if now.saturating_sub(*began) < self.window.length_ms => {
                *sum += value;
            }
            _ => self.samples.push_back((now, value)),
        }
    }

    fn forget(&mut self, now: Millis) {
        let kept_ms = self.window.samples.saturating_mul(self.window.length_ms);
        while self.samples.front().is_some_and(|(at, _)| now.saturating_sub(*at) >= kept_ms) {
            self.samples.pop_front();
        }
    }

    /// Returns over how long the rate is counted: all windows but the last at the least, so that
    /// a burst at the beginning is no excess.
    fn window_ms(&self, now: Millis) -> i64 {
        let oldest = self.samples.front().map_or(now, |(at, _)| *at);
        let elapsed_ms = now.saturating_sub(oldest);
        let full = elapsed_ms / self.window.length_ms;
        let missing = (self.window.samples - 1 - full).max(0);
        let total_ms = elapsed_ms + missing * self.window.length_ms;
        if total_ms == 0 { self.window.length_ms } else { total_ms }
    }

    /// Returns how long nothing may come for the rate to be back at its bound.
    pub fn throttle_ms(&mut self, bound: f64, now: Millis) -> i64 {
        self.forget(now);
        let window_ms = self.window_ms(now) as f64;
        let sum: f64 = self.samples.iter().map(|(_, sum)| sum).sum();
        let rate = sum * 1000.0 / window_ms;
        if rate <= bound {
            return 0;
        }
        ((rate - bound) / bound * window_ms).round() as i64
    }
}

/// Tokens that come at a steady rate, and gather up to a burst.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    tokens: f64,
    filled: Millis,
}

impl Bucket {
    /// Adds the tokens that have come since the last time. The first time it is full.
    pub fn refill(&mut self, bound: f64, window: Window, now: Millis) {
        let burst = bound * (window.samples * window.length_ms) as f64 / 1000.0;
        let came = bound * now.saturating_sub(self.filled).max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + came).min(burst);
        self.filled = now;
    }

    pub fn take(&mut self, tokens: f64) {
        self.tokens -= tokens;
    }

    /// Returns how long it is until there is a token again.
    pub fn throttle_ms(&self, bound: f64) -> i64 {
        if self.tokens >= 0.0 { 0 } else { (-self.tokens / bound * 1000.0).round() as i64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { samples: 11, length_ms: 1000 };

    #[test]
    fn a_rate_over_its_bound_is_held_back_as_long_as_kafka_would() {
        // 10 windows are looked at from the beginning: 1,000 at once are 100 a second.
        let mut rate = Rate::new(WINDOW);
        rate.record(1000.0, 5000);
        assert_eq!(rate.throttle_ms(100.0, 5000), 0);
        rate.record(100.0, 5000);
        // 110 a second instead of 100 over 10 s: one second too much.
        assert_eq!(rate.throttle_ms(100.0, 5000), 1000);
        assert_eq!(rate.throttle_ms(50.0, 5000), 12_000);
        assert_eq!(rate.throttle_ms(100.0, 6000), 1000);
        // What was longest ago is forgotten.
        assert_eq!(rate.throttle_ms(100.0, 16_000), 0);
        rate.record(-100.0, 16_000);
        assert_eq!(rate.throttle_ms(1.0, 16_000), 0);
    }

    #[test]
    fn windows_pass() {
        let mut rate = Rate::new(Window { samples: 2, length_ms: 1000 });
        for at in 0..10 {
            rate.record(50.0, at * 500);
            assert_eq!(rate.throttle_ms(200.0, at * 500), 0, "{at}");
        }
        assert_eq!(rate.samples.len(), 2);
    }

    #[test]
    fn a_bucket_begins_full() {
        let mut bucket = Bucket::default();
        bucket.refill(2.0, WINDOW, 1_000_000);
        bucket.take(22.0);
        assert_eq!(bucket.throttle_ms(2.0), 0);
        bucket.take(4.0);
        assert_eq!(bucket.throttle_ms(2.0), 2000);
        bucket.refill(2.0, WINDOW, 1_001_000);
        assert_eq!(bucket.throttle_ms(2.0), 1000);
        bucket.refill(2.0, WINDOW, 9_001_000);
        assert_eq!(bucket.throttle_ms(2.0), 0);
    }
}
