//! The names of a log's files: a base offset in twenty digits, and what the file is.

use std::path::{Path, PathBuf};

use super::LogError;

pub(super) const LOG: &str = "log";
pub(super) const OFFSET_INDEX: &str = "index";
pub(super) const TIME_INDEX: &str = "timeindex";
pub(super) const TXN_INDEX: &str = "txnindex";
pub(super) const SNAPSHOT: &str = "snapshot";
/// A file that is out of the log and waits to be removed.
pub(super) const DELETED: &str = ".deleted";
/// A file that compaction is still writing.
pub(super) const CLEANED: &str = ".cleaned";
/// A file that compaction has written, and that takes the place of others.
pub(super) const SWAP: &str = ".swap";
pub(super) const EPOCHS: &str = "leader-epoch-checkpoint";
pub(super) const METADATA: &str = "partition.metadata";

/// The files of a segment, the log first.
pub(super) const SEGMENT_FILES: [&str; 4] = [LOG, OFFSET_INDEX, TIME_INDEX, TXN_INDEX];

pub(super) fn file(dir: &Path, base_offset: i64, kind: &str) -> PathBuf {
    dir.join(format!("{base_offset:020}.{kind}"))
}

/// Splits a file's name into the base offset and the rest after the dot.
pub(super) fn parse(name: &str) -> Option<(i64, &str)> {
    let (digits, kind) = name.split_once('.')?;
    if digits.len() != 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, kind))
}

/// Names what was being done, and to which file, when the system answered an error.
pub(super) fn failed(
    what: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> LogError + use<> {
    let path = path.to_owned();
    move |error| LogError::Io { what, path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        let path = file(Path::new("/d/t-0"), 1234, TIME_INDEX);
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, "00000000000000001234.timeindex");
        assert_eq!(parse(name), Some((1234, "timeindex")));
        assert_eq!(parse("00000000000000001234.log.deleted"), Some((1234, "log.deleted")));
        for other in ["", "1234.log", "leader-epoch-checkpoint", "0000000000000000123x.log"] {
            assert_eq!(parse(other), None, "{other}");
        }
        // Twenty digits hold more than an offset does.
        assert_eq!(parse("99999999999999999999.log"), None);
    }
}
