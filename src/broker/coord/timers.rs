//! A table of deadlines: set, stop, and what has expired. Not a task, not a clock.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::base::clock::Millis;

/// Deadlines by key. A key has one deadline at most; setting it again moves it. Of two that are
/// due at the same time the one that was set first comes first.
#[derive(Debug)]
pub(super) struct Timers<K> {
    by_time: BTreeMap<(Millis, u64), K>,
    by_key: HashMap<K, (Millis, u64)>,
    next: u64,
}

impl<K: Clone + Eq + Hash> Timers<K> {
    pub(super) fn new() -> Self {
        Timers { by_time: BTreeMap::new(), by_key: HashMap::new(), next: 0 }
    }

    pub(super) fn set(&mut self, key: K, at: Millis) {
        self.stop(&key);
        let place = (at, self.next);
        self.next += 1;
        self.by_time.insert(place, key.clone());
        self.by_key.insert(key, place);
    }

    pub(super) fn stop(&mut self, key: &K) {
        if let Some(place) = self.by_key.remove(key) {
            self.by_time.remove(&place);
        }
    }

    /// Says whether a key has a deadline.
    pub(super) fn is_set(&self, key: &K) -> bool {
        self.by_key.contains_key(key)
    }

    /// Returns the earliest deadline.
    pub(super) fn next(&self) -> Option<Millis> {
        self.by_time.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes out the earliest key whose time has come.
    pub(super) fn expired(&mut self, now: Millis) -> Option<K> {
        if self.next()? > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_in_order_and_move_when_set_again() {
        let mut timers = Timers::new();
        timers.set("b", 20);
        timers.set("a", 10);
        timers.set("c", 20);
        timers.set("a", 30);
        timers.set("d", 5);
        timers.stop(&"d");
        assert_eq!((timers.is_set(&"a"), timers.is_set(&"d")), (true, false));
        assert_eq!(timers.next(), Some(20));
        assert_eq!(timers.expired(19), None);
        assert_eq!(timers.expired(20), Some("b"));
        assert_eq!(timers.expired(20), Some("c"));
        assert_eq!(timers.expired(20), None);
        assert_eq!(timers.expired(30), Some("a"));
        assert_eq!((timers.next(), timers.by_key.len()), (None, 0));
    }
}
