//! An answer on its way out: chunks that are written together, without being joined first.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// Chunks as one buffer.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    parts: VecDeque<Bytes>,
    remaining: usize,
}

impl Chunks {
    /// Returns a frame: the length of all chunks, and then the chunks.
    pub(super) fn frame(chunks: Vec<Bytes>) -> Self {
        let body: usize = chunks.iter().map(Bytes::len).sum();
        // An answer is bounded far below this: see the assertions in `base::limits`.
        let head = u32::try_from(body).unwrap_or(u32::MAX).to_be_bytes();
        let mut parts = VecDeque::with_capacity(chunks.len() + 1);
        parts.push_back(Bytes::copy_from_slice(&head));
        parts.extend(chunks.into_iter().filter(|chunk| !chunk.is_empty()));
        Chunks { parts, remaining: body + head.len() }
    }
}

impl Buf for Chunks {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn chunk(&self) -> &[u8] {
        self.parts.front().map_or(&[], |part| part)
    }

    fn chunks_vectored<'a>(&'a self, out: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (slot, part) in out.iter_mut().zip(&self.parts) {
            *slot = IoSlice::new(part);
            filled += 1;
        }
        filled
    }

    fn advance(&mut self, mut count: usize) {
        self.remaining -= count;
        while let Some(part) = self.parts.front_mut() {
            if count < part.len() {
                part.advance(count);
                return;
            }
            count -= part.len();
            self.parts.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_its_length_and_its_chunks() {
        let chunks = vec![Bytes::from_static(b"ab"), Bytes::new(), Bytes::from_static(b"cde")];
        let mut frame = Chunks::frame(chunks);
        assert_eq!(frame.remaining(), 9);
        let mut slots = [IoSlice::new(&[]); 8];
        assert_eq!(frame.chunks_vectored(&mut slots), 3);
        frame.advance(5);
        assert_eq!(frame.chunk(), b"b");
        assert_eq!(&frame.copy_to_bytes(4)[..], b"bcde");
        assert_eq!(frame.remaining(), 0);
    }
}
