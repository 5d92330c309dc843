//! Client quotas: how much a user or a client id may send, fetch, keep us busy or change, and
//! how long those who exceed that are held back (KIP-13, KIP-55, KIP-124, KIP-599, KIP-612).
//!
//! - [`rate`]: rates over windows and buckets of tokens, as Kafka's metrics count them
//! - [`limit`]: which quota counts for whom
//!
//! Counted here is what passes; nothing is remembered over a restart, as in Kafka.

pub mod limit;
pub mod rate;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use self::limit::{Kind, Whose};
use self::rate::{Bucket, Rate, Window};
use super::config::BrokerConfig;
use crate::base::clock::Millis;
use crate::base::limits::QUOTA_METERS_MAX;
use crate::base::sync::lock_or_mend;
use crate::broker::meta::State;

/// Who is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client<'a> {
    /// `alice`.
    pub(crate) user: &'a str,
    pub(crate) client_id: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Rate(Kind, Whose),
    Bucket(Whose),
    Connections(IpAddr),
}

#[derive(Debug)]
enum Meter {
    Rate(Rate),
    Bucket(Bucket),
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Quotas {
    meters: Mutex<HashMap<Key, (Millis, Meter)>>,
    clients: Window,
    mutations: Window,
}

impl Quotas {
    pub(crate) fn new(config: &BrokerConfig) -> Self {
        Quotas {
            meters: Mutex::default(),
            clients: Window::of(config.quota_window_num, config.quota_window_size_seconds),
            mutations: Window::of(
                config.controller_quota_window_num,
                config.controller_quota_window_size_seconds,
            ),
        }
    }

    /// Counts, and returns for how long the client is to be held back.
    pub(crate) fn record(
        &self,
        state: &State,
        kind: Kind,
        client: Client,
        value: f64,
        now: Millis,
    ) -> i64 {
        let quotas = state.access().quotas();
        let Some((bound, whose)) = limit::of(quotas, kind, client) else { return 0 };
        let held_ms = self.rate(Key::Rate(kind, whose), now, |rate| {
            rate.record(value, now);
            rate.throttle_ms(bound, now)
        });
        match kind {
            // Who keeps us busy is held back for one window at the most.
            Kind::Request => held_ms.min(self.clients.length_ms),
            Kind::Produce | Kind::Fetch | Kind::Mutation => held_ms,
        }
    }

    /// Takes back what was counted for an answer that is not given.
    pub(crate) fn take_back(&self, state: &State, client: Client, bytes: f64, now: Millis) {
        if let Some((_, whose)) = limit::of(state.access().quotas(), Kind::Fetch, client) {
            self.rate(Key::Rate(Kind::Fetch, whose), now, |rate| {
                rate.record(-bytes, now);
                0
            });
        }
    }

    /// Returns how much a client may fetch at once: more could never be answered.
    pub(crate) fn fetch_bytes_max(&self, state: &State, client: Client) -> Option<f64> {
        let (bound, _) = limit::of(state.access().quotas(), Kind::Fetch, client)?;
        let windows = (self.clients.samples - 1).max(1) * self.clients.length_ms / 1000;
        Some(bound * windows as f64)
    }

    /// Counts changes of the cluster, if there are tokens for them: else, for how long there are
    /// none. Without `strict` they are counted in any case.
    pub(crate) fn mutate(
        &self,
        state: &State,
        client: Client,
        permits: f64,
        strict: bool,
        now: Millis,
    ) -> Result<i64, i64> {
        let quotas = state.access().quotas();
        let Some((bound, whose)) = limit::of(quotas, Kind::Mutation, client) else { return Ok(0) };
        let window = self.mutations;
        let mut meters = lock_or_mend(&self.meters, HashMap::clear);
        let entry = entry(&mut meters, Key::Bucket(whose), now);
        let (_, Meter::Bucket(bucket)) =
            entry.or_insert_with(|| (now, Meter::Bucket(Bucket::default())))
        else {
            return Ok(0);
        };
        bucket.refill(bound, window, now);
        let missing_ms = bucket.throttle_ms(bound);
        if strict && missing_ms > 0 {
            return Err(missing_ms);
        }
        bucket.take(permits);
        Ok(bucket.throttle_ms(bound))
    }

    /// Counts a connection, and returns for how long it is to be kept waiting before it is
    /// closed: zero for one that is welcome.
    pub(crate) fn connect(&self, state: &State, address: IpAddr, now: Millis) -> i64 {
        let bound = limit::of_address(state.access().quotas(), address);
        bound.map_or(0, |bound| {
            self.rate(Key::Connections(address), now, |rate| {
                rate.record(1.0, now);
                let held_ms = rate.throttle_ms(bound, now);
                if held_ms > 0 {
                    rate.record(-1.0, now);
                }
                held_ms.min(self.clients.length_ms)
            })
        })
    }

    fn rate(&self, key: Key, now: Millis, act: impl FnOnce(&mut Rate) -> i64) -> i64 {
        let mut meters = lock_or_mend(&self.meters, HashMap::clear);
        let entry = entry(&mut meters, key, now);
        let (used, meter) = entry.or_insert_with(|| (now, Meter::Rate(Rate::new(self.clients))));
        *used = now;
        match meter {
            Meter::Rate(rate) => act(rate),
            Meter::Bucket(_) => 0,
        }
    }
}

/// Finds a place for a meter. Where there are too many, those that nobody used for an hour go,
/// and then all: a quota is exceeded for a moment rather than memory without end.
fn entry(
    meters: &mut HashMap<Key, (Millis, Meter)>,
    key: Key,
    now: Millis,
) -> std::collections::hash_map::Entry<'_, Key, (Millis, Meter)> {
    if meters.len() >= QUOTA_METERS_MAX && !meters.contains_key(&key) {
        meters.retain(|_, (used, _)| now.saturating_sub(*used) < 3_600_000);
        if meters.len() >= QUOTA_METERS_MAX {
            meters.clear();
        }
    }
    meters.entry(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_rates_are_counted_and_those_of_long_ago_go_first() {
        let mut meters = HashMap::new();
        let most = u32::try_from(QUOTA_METERS_MAX).unwrap();
        let key = |id: u32| Key::Connections(IpAddr::from(id.to_be_bytes()));
        let mut count = |id, now| {
            entry(&mut meters, key(id), now).or_insert((now, Meter::Bucket(Bucket::default())));
            meters.len()
        };
        // Half of them long ago.
        let last = (0..most).map(|id| count(id, i64::from(id % 2) * 4_000_000)).last();
        assert_eq!(last, Some(QUOTA_METERS_MAX));
        assert_eq!(count(0, 4_000_000), QUOTA_METERS_MAX, "it is there");
        assert_eq!(count(most, 4_000_000), QUOTA_METERS_MAX / 2 + 1);
        let last = (most..2 * most).map(|id| count(id, 4_000_000)).max();
        assert_eq!(last, Some(QUOTA_METERS_MAX), "and then all");
    }
}
