//! Opening a log that is there: after an orderly stop by its indexes and its last snapshot of
//! the producers, after any other by walking over what is not known to be durable.
//!
//! Source: `LogLoader` of Apache Kafka.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::active::Active;
use super::epochs::Epochs;
use super::names::{self, failed};
use super::partition::{self, Life, Log, State};
use super::producers::Producers;
use super::rebuild::{self, Source, Trust};
use super::segment::Segment;
use super::upkeep::with_suffix;
use super::verification::Verifications;
use super::{LogConfig, LogError, Recovery, snapshot, swap};
use crate::base::clock::Millis;
use crate::broker::disk::{self, Disk, Entry};
use crate::wire::batch;
use crate::wire::batch::control::EndMarker;

/// The segments of a directory, brought back.
struct Loaded {
    sealed: Vec<Arc<Segment>>,
    active: Active,
    end: i64,
    damage: Vec<LogError>,
    /// The first offset of the segments that were walked over: what stands beside them is
    /// made anew from there on.
    walked_from: i64,
}

impl Log {
    /// Opens the log in a directory.
    ///
    /// What `recovery` does not call durable is checked batch by batch; a torn or damaged end
    /// is cut off, told in the broker's log and kept in [`Log::damage`]. Segments after one
    /// that is damaged are out of the log, as in Kafka.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: PathBuf,
        config: LogConfig,
        recovery: Recovery,
        now: Millis,
    ) -> Result<Log, LogError> {
        swap::settle(&disk, &dir)?;
        let mut doomed = Vec::new();
        let mut loaded = load(&disk, &dir, &config, recovery, now, &mut doomed)?;
        let first = loaded
            .sealed
            .first()
            .map_or(loaded.active.segment.base_offset, |first| first.base_offset);
        let mut log_start = recovery.log_start.max(first);
        if log_start > loaded.end {
            // All that is left is said to be deleted: begin where the log should.
            loaded = restart(&disk, &dir, log_start, &config, now, loaded)?;
        }
        log_start = log_start.min(loaded.end);
        let mut segments = loaded.sealed.clone();
        segments.push(Arc::clone(&loaded.active.segment));
        let (producers, epochs, snapshot_offset) = replay(&disk, &dir, &segments, &loaded)?;
        find_aborted(&disk, &dir, &segments, loaded.walked_from)?;
        let topic_id = partition::read_metadata(&*disk, &dir).unwrap_or_default();
        let recovery_point = match recovery.clean {
            true => loaded.end,
            false => recovery.recovery_point.clamp(0, loaded.end),
        };
        let state = State {
            active: loaded.active,
            end: loaded.end,
            log_start,
            producers,
            verifications: Verifications::default(),
            epochs,
            epoch_waits: false,
            recovery_point,
            committed: recovery_point,
            flushed_ms: now,
            snapshot_offset,
            doomed,
            cleaned_to: 0,
            uncleanable: false,
            serves_durable: false,
            life: Life::Open,
        };
        let log = Log::assemble(disk, dir, topic_id, config, state, segments, loaded.damage);
        log.settle_epochs(log_start)?;
        Ok(log)
    }

    /// Fits the epochs to the log, and writes them if that changed them at their start, or if
    /// there is no file. Epochs that begin at the log's end or after it are only forgotten: the
    /// next opening forgets them again, and whatever epoch begins first writes the file.
    fn settle_epochs(&self, log_start: i64) -> Result<(), LogError> {
        let mut state = self.state();
        let end = state.end;
        state.epochs.truncate_end(end);
        state.epochs.truncate_start(log_start);
        let stored = read_epochs(&*self.disk, &self.dir).map(|mut stored| {
            stored.truncate_end(end);
            stored
        });
        if Some(&state.epochs) != stored.as_ref() {
            self.write_epochs(&state.epochs, false)?;
        }
        Ok(())
    }
}

fn load(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    config: &LogConfig,
    recovery: Recovery,
    now: Millis,
    doomed: &mut Vec<(Millis, PathBuf)>,
) -> Result<Loaded, LogError> {
    let entries = disk.list(dir).map_err(failed("cannot list", dir))?;
    let logs: Vec<(i64, &Entry)> = entries
        .iter()
        .filter_map(|entry| match names::parse(&entry.name)? {
            (base, names::LOG) => Some((base, entry)),
            _ => None,
        })
        .collect();
    remove_orphans(disk, dir, &entries, &logs)?;
    let mut sealed = Vec::new();
    let mut damage = Vec::new();
    let mut walked_from = i64::MAX;
    for (at, (base_offset, entry)) in logs.iter().enumerate() {
        let next = logs.get(at + 1).map(|(base, _)| *base);
        let durable = recovery.clean || next.is_some_and(|next| next <= recovery.recovery_point);
        let trust = if durable { Trust::Indexes } else { Trust::Nothing };
        let source = Source {
            disk,
            dir,
            base_offset: *base_offset,
            modified_ms: entry.modified_ms,
            next,
            last: next.is_none(),
            end: match recovery.clean && next.is_none() {
                true => Some(recovery.recovery_point).filter(|end| *end > 0),
                false => None,
            },
        };
        let mut restored = rebuild::restore(&source, trust, config)?;
        if trust == Trust::Nothing || restored.cut || restored.forgets_aborted {
            walked_from = walked_from.min(*base_offset);
        }
        let overlaps = next.is_some_and(|next| restored.next_offset > next);
        if restored.damage.is_none() && overlaps {
            let why = format!("offsets up to {}, over the next segment", restored.next_offset);
            return Err(restored.segment.corrupt(0, why));
        }
        tell_gap(&mut restored, next, config);
        let broken = restored.cut;
        if broken && next.is_some() {
            // From here on the log goes on in this segment.
            for (base, _) in &logs[at + 1..] {
                retire(disk, dir, *base, config, now, doomed)?;
            }
            let source = Source { last: true, end: None, ..source };
            let damaged = restored.damage.take();
            restored = rebuild::restore(&source, Trust::Nothing, config)?;
            restored.damage = damaged;
        }
        damage.extend(restored.damage.take());
        if broken || next.is_none() {
            let active = Active::resume(disk, restored.segment, restored.tail, now);
            let end = restored.next_offset;
            return Ok(Loaded { sealed, active, end, damage, walked_from });
        }
        sealed.push(Arc::new(restored.segment));
    }
    let start = recovery.log_start.max(0);
    let active = Active::create(disk, dir, start, config, now)?;
    Ok(Loaded { sealed, active, end: start, damage, walked_from })
}

/// Tells of offsets that are missing before the next segment: what follows is good and stays.
/// Compaction leaves such gaps; nothing else does.
fn tell_gap(restored: &mut rebuild::Restored, next: Option<i64>, config: &LogConfig) {
    let ends = restored.next_offset;
    if let Some(next) = next.filter(|next| ends < *next && !config.compact)
        && restored.damage.is_none()
    {
        let why = format!("it ends before offset {ends}, and the next segment begins at {next}");
        restored.damage = Some(restored.segment.corrupt(restored.segment.size(), why));
    }
}

/// Removes indexes that belong to no segment.
fn remove_orphans(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    entries: &[Entry],
    logs: &[(i64, &Entry)],
) -> Result<(), LogError> {
    for entry in entries {
        let Some((base, kind)) = names::parse(&entry.name) else { continue };
        let index = kind != names::LOG && names::SEGMENT_FILES.contains(&kind);
        if index && logs.binary_search_by_key(&base, |(base, _)| *base).is_err() {
            let path = dir.join(&entry.name);
            disk.remove(&path).map_err(failed("cannot remove", &path))?;
        }
    }
    Ok(())
}

/// Takes a segment's files out of the log.
fn retire(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    base_offset: i64,
    config: &LogConfig,
    now: Millis,
    doomed: &mut Vec<(Millis, PathBuf)>,
) -> Result<(), LogError> {
    for kind in names::SEGMENT_FILES {
        let path = names::file(dir, base_offset, kind);
        let renamed = with_suffix(&path, names::DELETED);
        match disk.rename(&path, &renamed) {
            Ok(()) => doomed.push((now.saturating_add(config.file_delete_delay_ms), renamed)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("cannot rename", &path)(error)),
        }
    }
    Ok(())
}

/// Begins anew at `start`: nothing before it is wanted.
fn restart(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    start: i64,
    config: &LogConfig,
    now: Millis,
    loaded: Loaded,
) -> Result<Loaded, LogError> {
    let active = &loaded.active.segment;
    for segment in loaded.sealed.iter().chain([active]) {
        for path in segment.files() {
            disk.remove(&path).map_err(failed("cannot remove", &path))?;
        }
    }
    let active = Active::create(disk, dir, start, config, now)?;
    let (sealed, damage) = (Vec::new(), loaded.damage);
    Ok(Loaded { sealed, active, end: start, damage, walked_from: i64::MAX })
}

pub(super) fn read_epochs(disk: &dyn Disk, dir: &Path) -> Option<Epochs> {
    let bytes = disk::read(disk, &dir.join(names::EPOCHS)).ok()?;
    Epochs::parse(std::str::from_utf8(&bytes).ok()?)
}

/// Finds out what is known of producers and epochs: from the newest snapshot that may be
/// believed, and from the batches after it.
fn replay(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    segments: &[Arc<Segment>],
    loaded: &Loaded,
) -> Result<(Producers, Epochs, i64), LogError> {
    let first = segments.first().map_or(0, |segment| segment.base_offset);
    let newest = loaded.end.min(loaded.walked_from);
    let snapshot = newest_snapshot(disk, dir, newest, loaded.end)?;
    let (mut from, mut producers) = snapshot.unwrap_or((first, Producers::default()));
    let mut snapshot_offset = from;
    let epochs = read_epochs(&**disk, dir);
    if epochs.is_none() {
        // Epochs are found again in the batches; all of them, so producers are as well.
        (from, producers, snapshot_offset) = (first, Producers::default(), first);
    }
    let mut epochs = epochs.unwrap_or_default();
    epochs.truncate_end(loaded.end);
    for segment in segments {
        let walked = segment.base_offset >= loaded.walked_from;
        if walked {
            let cleared = segment.aborted.clear();
            cleared.map_err(failed("cannot remove", segment.aborted.path()))?;
        }
        replay_segment(segment, from, walked, &mut producers, &mut epochs)?;
    }
    if snapshot_offset > loaded.end {
        snapshot_offset = loaded.end;
    }
    Ok((producers, epochs, snapshot_offset))
}

/// Finds out which transactions were aborted where the file that says so is gone. A segment of a
/// partition that transactions write to has one, if an empty one; what Kafka wrote has none where
/// no transaction was aborted, and gets one here. Kafka itself takes a file that is gone for one
/// that was never needed, and gives readers what was aborted.
fn find_aborted(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    segments: &[Arc<Segment>],
    walked_from: i64,
) -> Result<(), LogError> {
    let entries = disk.list(dir).map_err(failed("cannot list", dir))?;
    let is_gone = |segment: &Segment| {
        let path = segment.aborted.path();
        !entries.iter().any(|entry| dir.join(&entry.name) == path)
    };
    let gone = segments.iter().filter(|segment| segment.base_offset < walked_from);
    let gone: Vec<i64> =
        gone.filter(|segment| is_gone(segment)).map(|segment| segment.base_offset).collect();
    if gone.is_empty() || !has_transactions(disk, dir, &entries) {
        return Ok(());
    }
    let (mut producers, mut epochs) = (Producers::default(), Epochs::default());
    for segment in segments {
        let walked = gone.contains(&segment.base_offset);
        replay_segment(segment, segment.base_offset, walked, &mut producers, &mut epochs)?;
        if walked {
            let made = segment.aborted.make();
            made.map_err(failed("cannot write", segment.aborted.path()))?;
        }
    }
    Ok(())
}

/// Says whether transactions write to a partition, by what its newest snapshot says of producers.
fn has_transactions(disk: &Arc<dyn Disk>, dir: &Path, entries: &[Entry]) -> bool {
    let is_snapshot =
        |entry: &&Entry| matches!(names::parse(&entry.name), Some((_, names::SNAPSHOT)));
    let newest = entries.iter().rev().find(is_snapshot);
    let bytes = newest.and_then(|entry| disk::read(&**disk, &dir.join(&entry.name)).ok());
    let producers = bytes.and_then(|bytes| snapshot::read(&bytes));
    producers.is_some_and(|producers| producers.has_transactions())
}

fn replay_segment(
    segment: &Segment,
    from: i64,
    walked: bool,
    producers: &mut Producers,
    epochs: &mut Epochs,
) -> Result<(), LogError> {
    let start = if from > segment.base_offset { segment.floor(from)? } else { 0 };
    let mut scan = segment.headers(start);
    while let Some((at, info)) = scan.next_header()? {
        if info.base_offset < from {
            continue;
        }
        epochs.assign(info.leader_epoch, info.base_offset);
        let mut marker = None;
        if info.attributes.is_control() && info.has_producer() {
            let opened = batch::contents(scan.bytes(at, &info)?);
            let found = opened.and_then(|opened| EndMarker::of(&opened));
            marker = found.map_err(|error| segment.corrupt(at, error.to_string()))?;
        }
        let ended = producers.apply(&info, marker).filter(|ended| ended.aborted);
        if let Some(ended) = ended.filter(|_| walked) {
            partition::index_aborted(segment, producers, ended)?;
        }
    }
    Ok(())
}

/// Finds the newest snapshot up to an offset, and removes those from after the log's end and
/// those that are damaged.
fn newest_snapshot(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    up_to: i64,
    end: i64,
) -> Result<Option<(i64, Producers)>, LogError> {
    let entries = disk.list(dir).map_err(failed("cannot list", dir))?;
    for entry in entries.iter().rev() {
        let Some((offset, names::SNAPSHOT)) = names::parse(&entry.name) else { continue };
        let path = dir.join(&entry.name);
        if offset > up_to && offset <= end {
            continue;
        }
        if offset <= end {
            let bytes = disk::read(&**disk, &path).map_err(failed("cannot read", &path))?;
            if let Some(producers) = snapshot::read(&bytes) {
                return Ok(Some((offset, producers)));
            }
        }
        disk.remove(&path).map_err(failed("cannot remove", &path))?;
    }
    Ok(None)
}
