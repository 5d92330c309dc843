//! A stream of bytes as lines. A line ends with LF and with nothing else: a CR before it is part
//! of the line, because a record's bytes are its own. The last line may lack its LF.

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Whole(&'a [u8]),
    /// Longer than anything that could be sent: its length.
    TooLong(u64),
}

/// Cuts chunks into lines, and holds no more of a line than may be sent.
#[derive(Debug)]
pub(super) struct Lines {
    bytes_max: usize,
    /// The beginning of a line whose end has not come yet.
    carry: Vec<u8>,
    /// How long that line is so far: more than `carry` holds if it is too long.
    carry_bytes: u64,
}

impl Lines {
    pub(super) fn new(bytes_max: usize) -> Self {
        Lines { bytes_max, carry: Vec::new(), carry_bytes: 0 }
    }

    /// Takes a chunk and hands on each line that ends in it, until one is not wanted any more.
    /// Returns whether all were.
    pub(super) fn feed(&mut self, chunk: &[u8], mut each: impl FnMut(Line) -> bool) -> bool {
        let mut rest = chunk;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = (&rest[..at], &rest[at + 1..]);
            rest = after;
            let wanted = match self.carry_bytes {
                0 if line.len() <= self.bytes_max => each(Line::Whole(line)),
                _ => {
                    self.keep(line);
                    self.hand_on(&mut each)
                }
            };
            if !wanted {
                return false;
            }
        }
        self.keep(rest);
        true
    }

    /// Ends a file: what is left is a line, if it is anything.
    pub(super) fn end(&mut self, mut each: impl FnMut(Line) -> bool) -> bool {
        self.carry_bytes == 0 || self.hand_on(&mut each)
    }

    fn keep(&mut self, part: &[u8]) {
        self.carry_bytes += part.len() as u64;
        if self.carry_bytes <= self.bytes_max as u64 {
            self.carry.extend_from_slice(part);
        } else {
            self.carry = Vec::new();
        }
    }

    fn hand_on(&mut self, each: &mut impl FnMut(Line) -> bool) -> bool {
        let bytes = std::mem::take(&mut self.carry_bytes);
        let wanted = match bytes <= self.bytes_max as u64 {
            true => each(Line::Whole(&self.carry)),
            false => each(Line::TooLong(bytes)),
        };
        self.carry.clear();
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &[u8], step: usize, bytes_max: usize) -> Vec<Result<Vec<u8>, u64>> {
        let mut all = Vec::new();
        let mut lines = Lines::new(bytes_max);
        let mut each = |line: Line| {
            all.push(match line {
                Line::Whole(bytes) => Ok(bytes.to_vec()),
                Line::TooLong(bytes) => Err(bytes),
            });
            true
        };
        for chunk in text.chunks(step) {
            assert!(lines.feed(chunk, &mut each));
        }
        assert!(lines.end(&mut each));
        all
    }

    #[test]
    fn lines_end_with_lf_only_and_the_last_may_lack_it() {
        let known: &[(&[u8], &[&[u8]])] = &[
            (b"", &[]),
            (b"a", &[b"a"]),
            (b"a\n", &[b"a"]),
            (b"\n", &[b""]),
            (b"\n\n", &[b"", b""]),
            (b"a\n\nb", &[b"a", b"", b"b"]),
            (b"a\r\nb\r", &[b"a\r", b"b\r"]),
            (b"\0\xff\n\n", &[b"\0\xff", b""]),
        ];
        for (text, want) in known {
            let want: Vec<_> = want.iter().map(|line| Ok(line.to_vec())).collect();
            for step in 1..=3 {
                assert_eq!(cut(text, step, 100), want, "{text:?} by {step}");
            }
        }
    }

    #[test]
    fn what_is_too_long_is_counted_and_not_kept() {
        for step in 1..=12 {
            let lines = cut(b"abc\nabcdefgh\nabcd\nabcde", step, 4);
            assert_eq!(lines, [Ok(b"abc".to_vec()), Err(8), Ok(b"abcd".to_vec()), Err(5)]);
        }
    }

    #[test]
    fn nothing_is_handed_on_after_a_no() {
        let mut seen = 0;
        let mut lines = Lines::new(10);
        let go_on = lines.feed(b"a\nb\nc\n", |_| {
            seen += 1;
            seen < 2
        });
        assert!(!go_on);
        assert_eq!(seen, 2);
    }
}
