//! Large buffers for reads, used again: a megabyte that the system gives, clears and takes back
//! for every read costs more than the read itself.

use std::sync::Mutex;

use bytes::Bytes;

use crate::base::sync::lock;

/// Smaller ones are no burden on the allocator.
const REUSED_BYTES_MIN: usize = 64 * 1024;
/// Larger ones are rare.
const REUSED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How much is kept for later, by the whole process.
const KEPT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Those that nobody uses, and how much they take together.
static FREE: Mutex<(Vec<Vec<u8>>, usize)> = Mutex::new((Vec::new(), 0));

/// A buffer of at least so many bytes, whatever they are.
#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    length: usize,
}

impl Buffer {
    pub(super) fn new(length: usize) -> Self {
        if !(REUSED_BYTES_MIN..=REUSED_BYTES_MAX).contains(&length) {
            return Buffer { bytes: vec![0; length], length };
        }
        let mut free = lock(&FREE);
        let found = free.0.iter().position(|bytes| bytes.len() >= length);
        let bytes = found.map(|at| free.0.swap_remove(at));
        free.1 -= bytes.as_ref().map_or(0, Vec::len);
        drop(free);
        // Of sizes that differ by little, so that one fits where another was.
        let bytes = bytes.unwrap_or_else(|| vec![0; length.next_multiple_of(REUSED_BYTES_MIN)]);
        Buffer { bytes, length }
    }

    /// The bytes to read into.
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.length]
    }

    /// Forgets what is behind so many bytes.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Returns the bytes as what is handed on: the buffer is used again when all of it is dropped.
    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if !(REUSED_BYTES_MIN..=REUSED_BYTES_MAX + REUSED_BYTES_MIN).contains(&bytes.len()) {
            return;
        }
        let mut free = lock(&FREE);
        if free.1 + bytes.len() <= KEPT_BYTES_MAX {
            free.1 += bytes.len();
            free.0.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_has_the_length_that_was_asked_for_and_so_much_is_kept() {
        for length in [0, 1, REUSED_BYTES_MIN, REUSED_BYTES_MIN + 1, REUSED_BYTES_MAX + 1] {
            let mut buffer = Buffer::new(length);
            assert_eq!(buffer.bytes_mut().len(), length);
            buffer.bytes_mut().fill(7);
            buffer.truncate(length / 2);
            buffer.truncate(length);
            let bytes = buffer.freeze();
            assert_eq!(bytes, vec![7; length / 2]);
        }
        let many: Vec<Buffer> = (0..20).map(|_| Buffer::new(1024 * 1024)).collect();
        drop(many);
        let free = lock(&FREE);
        let kept: usize = free.0.iter().map(Vec::len).sum();
        assert_eq!(kept, free.1);
        assert!(kept <= KEPT_BYTES_MAX);
    }
}
