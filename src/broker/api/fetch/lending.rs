//! What all answers to Fetch hold together, so that many readers of much data, and readers that
//! never read, do not fill the memory.
//!
//! Apache Kafka need not count: it sends from the file. Here an answer is held until its peer
//! has taken it, so each gets a share of what is left; the rest is there at the next fetch.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use crate::base::limits::{FETCH_BYTES_HELD_MAX, FETCH_BYTES_MIN};

/// An answer takes at most this part of what is left, so that the next one finds something.
const SHARE: usize = 8;

/// Counts the bytes of records that are on their way to readers.
#[derive(Debug, Default)]
pub(crate) struct Lending {
    lent_bytes: Arc<AtomicUsize>,
}

impl Lending {
    /// Returns how many bytes an answer may hold now: fewer, the more is held already.
    pub(in crate::broker::api) fn room_bytes(&self) -> usize {
        let left = FETCH_BYTES_HELD_MAX.saturating_sub(self.lent_bytes.load(Ordering::Relaxed));
        (left / SHARE).max(FETCH_BYTES_MIN)
    }

    /// Counts bytes until the last part of them is dropped.
    pub(in crate::broker::api) fn lend(&self, bytes: Bytes) -> Bytes {
        if bytes.is_empty() {
            return bytes;
        }
        self.lent_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        Bytes::from_owner(Lent { bytes, lent_bytes: Arc::clone(&self.lent_bytes) })
    }
}

/// Bytes that are counted.
struct Lent {
    bytes: Bytes,
    lent_bytes: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.lent_bytes.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_shrinks_with_what_is_lent_and_comes_back() {
        let lending = Lending::default();
        let all = lending.room_bytes();
        assert_eq!(all, FETCH_BYTES_HELD_MAX / SHARE);
        let held = lending.lend(vec![1; all].into());
        let part = held.slice(..1);
        assert!(lending.room_bytes() < all);
        drop(held);
        assert!(lending.room_bytes() < all, "a part of it is still held");
        drop(part);
        assert_eq!(lending.room_bytes(), all);
    }

    #[test]
    fn everybody_gets_something_and_all_together_stay_within_bounds() {
        let lending = Lending::default();
        let held: Vec<Bytes> =
            (0..200).map(|_| lending.lend(vec![1; lending.room_bytes()].into())).collect();
        assert!(held.iter().all(|held| held.len() >= FETCH_BYTES_MIN));
        let sum: usize = held.iter().map(Bytes::len).sum();
        assert!(sum <= FETCH_BYTES_HELD_MAX + held.len() * FETCH_BYTES_MIN, "{sum}");
    }
}
