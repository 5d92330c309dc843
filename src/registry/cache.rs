//! What was fetched, so that it is fetched once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::RegistryError;
use crate::base::clock::Moment;

/// How long it is remembered that something failed that may succeed the next time.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many things are remembered. Bytes that only look like ids may name any number of them.
const KEPT_MAX: usize = 10_000;

/// What came of a fetch: the thing, or why there is none, and whether that may change.
type Fetched<V> = OnceLock<Result<Arc<V>, (String, bool)>>;

struct Slot<V> {
    since: Moment,
    fetched: Arc<Fetched<V>>,
}

/// Things by what they are asked for by.
pub(super) struct Cache<K, V>(Mutex<HashMap<K, Slot<V>>>);

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}

impl<K, V> std::fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// Returns what is remembered, or fetches it: one of all who ask at the same time does, and
    /// the others wait for it.
    pub(super) fn get(
        &self,
        key: K,
        fetch: impl FnOnce() -> Result<V, RegistryError>,
    ) -> Result<Arc<V>, String> {
        let fetched = self.slot(key)?;
        let result = fetched.get_or_init(|| {
            fetch().map(Arc::new).map_err(|error| (error.to_string(), !error.is_lasting()))
        });
        result.clone().map_err(|(why, _)| why)
    }

    fn slot(&self, key: K) -> Result<Arc<Fetched<V>>, String> {
        // Nobody panics while holding it; and if, what is in it is whole.
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= KEPT_MAX && !slots.contains_key(&key) {
            return Err(format!("records name more than {KEPT_MAX} schemas"));
        }
        let new = || Slot { since: Moment::now(), fetched: Arc::default() };
        let slot = slots.entry(key).or_insert_with(new);
        let may_change = matches!(slot.fetched.get(), Some(Err((_, true))));
        if may_change && slot.since.elapsed() >= PATIENCE {
            *slot = new();
        }
        Ok(Arc::clone(&slot.fetched))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_all_ask_for_is_fetched_once() {
        let cache = Cache::<u8, u8>::default();
        let count = AtomicUsize::new(0);
        let barrier = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    barrier.wait();
                    let got = cache.get(1, || {
                        count.fetch_add(1, Ordering::SeqCst);
                        Ok(7)
                    });
                    assert_eq!(got.as_deref(), Ok(&7));
                });
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn that_there_is_none_is_remembered() {
        let cache = Cache::<u32, u8>::default();
        let odd = || Err(RegistryError::Odd { what: "x".to_owned() });
        assert!(cache.get(1, odd).is_err());
        assert!(cache.get(1, || Ok(1)).is_err());
        for key in 2..=KEPT_MAX as u32 {
            assert!(cache.get(key, || Ok(1)).is_ok());
        }
        assert!(cache.get(u32::MAX, || Ok(1)).is_err());
        assert!(cache.get(2, || Ok(2)).is_ok());
    }
}
