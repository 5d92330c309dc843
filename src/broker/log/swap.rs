//! Files in between: what compaction or deletion left when the broker died.
//!
//! ```text
//! .cleaned   was being written: it never happened
//! .swap      is whole: the segments whose offsets it has go, and it takes their place
//! .deleted   is out of the log already
//! ```
//!
//! While a `.cleaned` file of the same segment is there, its `.swap` is not whole yet. Source:
//! `LogLoader.removeTempFilesAndCollectSwapFiles` of Apache Kafka.

use std::path::Path;
use std::sync::Arc;

use super::LogError;
use super::names::{self, CLEANED, DELETED, SWAP, failed};
use super::scan::Scan;
use crate::broker::disk::{Disk, Open};

/// A file that was being replaced.
const TEMPORARY: &str = ".tmp";

/// Finishes or undoes what was under way in a log's directory.
pub(super) fn settle(disk: &Arc<dyn Disk>, dir: &Path) -> Result<(), LogError> {
    let list = || disk.list(dir).map_err(failed("cannot list", dir));
    let remove = |name: &str| {
        let path = dir.join(name);
        disk.remove(&path).map_err(failed("cannot remove", &path))
    };
    let entries = list()?;
    let in_between = |name: &str| {
        [SWAP, DELETED, CLEANED, TEMPORARY].iter().any(|suffix| name.ends_with(suffix))
    };
    if !entries.iter().any(|entry| in_between(&entry.name)) {
        return Ok(());
    }
    let cleaned = |name: &str| match names::parse(name) {
        Some((base, kind)) if kind.ends_with(CLEANED) => Some(base),
        _ => None,
    };
    let unfinished = entries.iter().filter_map(|entry| cleaned(&entry.name)).min();
    for entry in &entries {
        let name = &entry.name;
        let base = names::parse(name).map(|(base, _)| base);
        let half = name.ends_with(SWAP) && unfinished.is_some_and(|min| base >= Some(min));
        let half_written = name.ends_with(TEMPORARY);
        if name.ends_with(DELETED) || name.ends_with(CLEANED) || half || half_written {
            remove(name)?;
        }
    }
    for entry in list()? {
        let Some((base, kind)) = names::parse(&entry.name) else { continue };
        if kind != "log.swap" {
            continue;
        }
        let end = end_of(disk, &dir.join(&entry.name), base)?;
        for other in list()? {
            let Some((other_base, kind)) = names::parse(&other.name) else { continue };
            let replaced = (base..end.max(base + 1)).contains(&other_base);
            if replaced && names::SEGMENT_FILES.contains(&kind) {
                remove(&other.name)?;
            }
        }
    }
    for entry in list()? {
        if let Some(name) = entry.name.strip_suffix(SWAP) {
            let from = dir.join(&entry.name);
            let renamed = disk.rename(&from, &dir.join(name));
            renamed.map_err(failed("cannot rename", &from))?;
        }
    }
    Ok(())
}

/// The offset after the last batch of a file.
fn end_of(disk: &Arc<dyn Disk>, path: &Path, base: i64) -> Result<i64, LogError> {
    let file = disk.open(path, Open::Read).map_err(failed("cannot open", path))?;
    let size = file.len().map_err(failed("cannot open", path))?;
    let mut scan = Scan::headers(&*file, path, 0, size);
    let mut end = base;
    while let Some((_, info)) = scan.next_header()? {
        end = info.next_offset();
    }
    Ok(end)
}
