//! What a fuzz target is.

use crate::kit::rng::Rng;

/// A reader of bytes.
pub(super) struct Target {
    pub(super) name: &'static str,
    /// Valid inputs to begin with.
    pub(super) corpus: fn(&mut Rng) -> Vec<Vec<u8>>,
    /// Reads an input, and checks what must hold of whatever it makes of it.
    pub(super) read: fn(&[u8]),
    /// How many bytes reading an input of this length may hold at most.
    pub(super) held_bytes_max: fn(usize) -> usize,
}

/// The bound for what is read into structs: an element of a few bytes becomes a struct of some
/// more, a vector grows by doubling, and what was read is written again, twice.
pub(super) fn some_times(length: usize) -> usize {
    16 * 1024 + 64 * length
}
