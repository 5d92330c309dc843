//! A stream handed to a reader piece by piece.

use super::{Next, Read, Reader};

/// What came out of a stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed<'a> {
    Record(Read<'a>),
    /// A record that is longer than may be sent: how long it is.
    TooLong(u64),
    /// Nothing can be read from here on: at which byte of the source, and why.
    Bad {
        byte: u64,
        what: String,
    },
}

/// Holds what has not been read yet: no more than a record that may be sent, and a piece.
#[derive(Debug, Default)]
pub struct Feeder {
    buffer: Vec<u8>,
    /// How many bytes of the source came before the buffer.
    before: u64,
}

impl Feeder {
    /// Takes a piece and hands on every record that ends in it, until one is not wanted any
    /// more; `is_end` says that the source ends with it. Returns whether all were wanted.
    pub fn feed(
        &mut self,
        reader: &mut dyn Reader,
        piece: &[u8],
        is_end: bool,
        mut each: impl FnMut(Fed) -> bool,
    ) -> bool {
        self.buffer.extend_from_slice(piece);
        let mut at = 0;
        let mut wanted = true;
        loop {
            let is_empty = self.before == 0 && self.buffer.is_empty();
            let is_left = at < self.buffer.len() || (is_end && reader.has_more(is_empty));
            if !wanted || !is_left {
                break;
            }
            let (used, fed) = match reader.next(&self.buffer[at..], is_end) {
                Next::More if is_end => {
                    let what = "the input ends within a record".to_owned();
                    (0, Some(Fed::Bad { byte: self.before + self.buffer.len() as u64, what }))
                }
                Next::More => break,
                Next::Nothing { used } => (used, None),
                Next::Record { used, record } => (used, Some(Fed::Record(record))),
                Next::TooLong { used, bytes } => (used, Some(Fed::TooLong(bytes))),
                Next::Bad { at: place, what } => {
                    (0, Some(Fed::Bad { byte: self.before + (at + place) as u64, what }))
                }
            };
            let is_bad = matches!(fed, Some(Fed::Bad { .. }));
            wanted = fed.is_none_or(&mut each) && !is_bad;
            at += used;
            if is_empty {
                break;
            }
        }
        self.before += at as u64;
        self.buffer.drain(..at);
        if is_end {
            self.buffer.clear();
            self.before = 0;
            reader.restart();
        }
        wanted
    }
}
