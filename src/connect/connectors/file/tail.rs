//! One file, read line by line as it grows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// How much is read at once.
const CHUNK_BYTES: usize = 256 * 1024;
/// The longest line: a file without line ends must not fill the memory.
pub(super) const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A file that is read.
pub(super) struct Tail {
    path: PathBuf,
    file: Option<File>,
    /// Where the next line begins, in bytes.
    position: u64,
    /// What was read from there on, and how far it was looked through for line ends.
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    from: usize,
    /// How far the buffer was looked through.
    seen: usize,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is shorter than it was: it is read from its beginning.
    Cut,
    /// Another file has its name: that one is read from its beginning.
    Replaced,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum TailError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("line at byte {0} is longer than {LINE_BYTES_MAX} bytes")]
    Long(u64),
}

impl Tail {
    /// A file that is to be read from a position on.
    pub(super) fn new(path: &Path, position: u64) -> Self {
        Tail { path: path.to_owned(), file: None, position, buffer: Vec::new(), from: 0, seen: 0 }
    }

    /// Where the next line begins.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Opens the file if it is not open. Says whether it is shorter than the position.
    fn open(&mut self) -> Result<Option<Turn>, TailError> {
        if self.file.is_some() {
            return Ok(None);
        }
        let mut file = File::open(&self.path)?;
        let is_cut = file.metadata()?.len() < self.position;
        if is_cut {
            self.position = 0;
        }
        file.seek(SeekFrom::Start(self.position))?;
        self.file = Some(file);
        self.forget();
        Ok(is_cut.then_some(Turn::Cut))
    }

    fn forget(&mut self) {
        self.buffer.clear();
        (self.from, self.seen) = (0, 0);
    }

    /// Gives lines to `take` until it has enough or there are no more. Returns whether there may
    /// be more at once, and whether the file took a turn.
    pub(super) fn lines(
        &mut self,
        most: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(bool, Option<Turn>), TailError> {
        let mut turn = self.open()?;
        let mut count = 0;
        loop {
            while count < most {
                let Some((end, next)) = self.line_end() else { break };
                take(&self.buffer[self.from..end]);
                self.position += (next - self.from) as u64;
                (self.from, self.seen) = (next, next);
                count += 1;
            }
            if count >= most {
                return Ok((true, turn));
            }
            if self.fill()? > 0 {
                continue;
            }
            match self.look_around()? {
                Some(Turn::Replaced) => {
                    // The old file's last line has no end and never will have.
                    let rest = self.buffer.len() - self.from;
                    if rest > 0 {
                        let line = &self.buffer[self.from..];
                        take(line.strip_suffix(b"\r").unwrap_or(line));
                    }
                    (self.file, self.position) = (None, 0);
                    self.forget();
                    self.open()?;
                    turn = Some(Turn::Replaced);
                }
                Some(Turn::Cut) => {
                    self.position = 0;
                    self.forget();
                    if let Some(file) = &mut self.file {
                        file.seek(SeekFrom::Start(0))?;
                    }
                    turn = Some(Turn::Cut);
                }
                None => return Ok((false, turn)),
            }
            if count > 0 {
                return Ok((true, turn));
            }
        }
    }

    /// Where the next line ends, and where the one after it begins.
    fn line_end(&mut self) -> Option<(usize, usize)> {
        match line_end(&self.buffer, self.seen) {
            Some(found) => Some(found),
            None => {
                // A carriage return at the end may be half of a line end.
                let waits = self.buffer.last() == Some(&b'\r') && self.buffer.len() > self.from;
                self.seen = self.buffer.len() - usize::from(waits);
                None
            }
        }
    }

    fn fill(&mut self) -> Result<usize, TailError> {
        let Some(file) = &mut self.file else { return Ok(0) };
        if self.from > 0 {
            self.buffer.drain(..self.from);
            self.seen -= self.from;
            self.from = 0;
        }
        if self.buffer.len() > LINE_BYTES_MAX {
            return Err(TailError::Long(self.position));
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK_BYTES, 0);
        let read = file.read(&mut self.buffer[before..]);
        self.buffer.truncate(before + read.as_ref().copied().unwrap_or(0));
        Ok(read?)
    }

    /// At the end: looks whether the file is still the one that has the name, and as long.
    fn look_around(&self) -> Result<Option<Turn>, TailError> {
        let Some(file) = &self.file else { return Ok(None) };
        let own = file.metadata()?;
        let read = self.position + (self.buffer.len() - self.from) as u64;
        match std::fs::metadata(&self.path) {
            Ok(named) if (named.dev(), named.ino()) != (own.dev(), own.ino()) => {
                // What was written to the old one at the last moment comes first.
                Ok((own.len() <= read).then_some(Turn::Replaced))
            }
            // Moved away, and nothing has come in its place yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
            Ok(_) if own.len() < read => Ok(Some(Turn::Cut)),
            Ok(_) => Ok(None),
        }
    }
}

/// Finds `\n`, `\r\n` or `\r` from a place on: where the line ends, and where the next begins. A
/// `\r` at the very end is none yet.
pub(super) fn line_end(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let end = from + memchr::memchr2(b'\n', b'\r', &bytes[from..])?;
    match (bytes[end], bytes.get(end + 1)) {
        (b'\n', _) => Some((end, end + 1)),
        (_, None) => None,
        (_, Some(b'\n')) => Some((end, end + 2)),
        (_, Some(_)) => Some((end, end + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(tail: &mut Tail, most: usize) -> (Vec<String>, bool, Option<Turn>) {
        let mut all = Vec::new();
        let text = |line: &[u8]| String::from_utf8(line.to_vec()).unwrap();
        let (more, turn) = tail.lines(most, |line| all.push(text(line))).unwrap();
        (all, more, turn)
    }

    fn append(path: &Path, text: &str) {
        let mut file = File::options().append(true).create(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn lines_end_in_three_ways_and_the_last_one_waits() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        append(&path, "a\nbü\r\nc\rd\r");
        let mut tail = Tail::new(&path, 0);
        assert_eq!(read(&mut tail, 9), (vec!["a".into(), "bü".into(), "c".into()], false, None));
        assert_eq!(tail.position(), 2 + 5 + 2);
        append(&path, "\ne");
        assert_eq!(read(&mut tail, 9), (vec!["d".into()], false, None));
        append(&path, "f\n");
        assert_eq!(read(&mut tail, 9), (vec!["ef".into()], false, None));
        // Bytes, not characters: a second reader goes on where the first one was.
        append(&path, "g\n");
        let mut second = Tail::new(&path, tail.position());
        assert_eq!(read(&mut second, 9), (vec!["g".into()], false, None));
    }

    #[test]
    fn what_was_read_is_all_given_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        append(&path, "1\n2\n3\n");
        let mut tail = Tail::new(&path, 0);
        assert_eq!(read(&mut tail, 2), (vec!["1".into(), "2".into()], true, None));
        assert_eq!(read(&mut tail, 2), (vec!["3".into()], false, None));
    }

    #[test]
    fn a_file_that_was_cut_or_replaced_is_read_from_its_beginning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        append(&path, "first\nsecond\n");
        let mut tail = Tail::new(&path, 0);
        assert_eq!(read(&mut tail, 9).0.len(), 2);
        std::fs::write(&path, "new\n").unwrap();
        assert_eq!(read(&mut tail, 9), (vec!["new".into()], false, Some(Turn::Cut)));
        append(&path, "unfinished");
        assert_eq!(read(&mut tail, 9).0.len(), 0);
        std::fs::rename(&path, dir.path().join("f.1")).unwrap();
        assert_eq!(read(&mut tail, 9), (vec![], false, None));
        append(&path, "other\n");
        let (lines, _, turn) = read(&mut tail, 9);
        assert_eq!(
            (lines, turn),
            (vec!["unfinished".into(), "other".into()], Some(Turn::Replaced))
        );
        assert_eq!(tail.position(), 6);
        // And so is one that was cut while nobody looked.
        let mut late = Tail::new(&path, 1000);
        assert_eq!(read(&mut late, 9), (vec!["other".into()], false, Some(Turn::Cut)));
    }
}
