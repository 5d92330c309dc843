//! What happens to a log besides appends: flushing, retention, deletion, closing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::active::Active;
use super::names::{self, failed};
use super::partition::{Life, Log, State};
use super::segment::Segment;
use super::{Due, LogConfig, LogError, Maintained};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::disk::Open;

impl Log {
    /// Makes everything durable that was appended before.
    pub fn flush(&self) -> Result<(), LogError> {
        let flushed_ms = self.state().flushed_ms;
        self.flush_at(flushed_ms)
    }

    pub(super) fn flush_at(&self, now: Millis) -> Result<(), LogError> {
        // Taken under the lock, synced outside of it: appends go on meanwhile.
        let (end, from, epochs) = {
            let mut state = self.state();
            match state.life {
                // After a failed sync, one that succeeds says nothing.
                Life::Failed(_) => return self.check_open(&state),
                Life::Deleted => return Ok(()),
                Life::Open | Life::Closed => state.flushed_ms = now,
            }
            (state.end, state.recovery_point, state.epochs.clone())
        };
        if end <= from {
            return Ok(());
        }
        let view = self.view();
        for segment in view.segments_from(from) {
            sync(segment).or_else(|error| self.sync_failed(&segment.path, error))?;
        }
        self.sync_names(from == 0)?;
        self.write_epochs(&epochs, true)?;
        let mut state = self.state();
        state.recovery_point = state.recovery_point.max(end);
        self.publish(&state);
        Ok(())
    }

    /// Makes the batches durable that were appended before, and no more than these: indexes,
    /// epochs and producers are made of them again after a crash, as the recovery point stays
    /// where it is. One call serves all who wait for it.
    pub fn commit(&self) -> Result<(), LogError> {
        let (end, from) = {
            let state = self.state();
            match state.life {
                Life::Failed(_) => return self.check_open(&state),
                Life::Deleted => return Ok(()),
                Life::Open | Life::Closed => {}
            }
            (state.end, state.durable())
        };
        if end <= from {
            return Ok(());
        }
        let mut has_new_files = from == 0;
        for segment in self.view().segments_from(from) {
            has_new_files |= segment.base_offset >= from;
            segment.file.sync().or_else(|error| self.sync_failed(&segment.path, error))?;
        }
        if has_new_files {
            self.sync_names(from == 0)?;
        }
        let mut state = self.state();
        state.committed = state.committed.max(end);
        self.publish(&state);
        Ok(())
    }

    /// Says whether the records before an offset are durable, and why not.
    pub fn check_durable(&self, before: i64) -> Result<(), LogError> {
        let state = self.state();
        if state.durable() >= before {
            return Ok(());
        }
        self.check_open(&state)?;
        let (path, why) = (self.dir.clone(), "what was written is not synced".to_owned());
        Err(LogError::Failed { path, why })
    }

    /// The kernel may have dropped what it could not write: nothing is known any more. What is
    /// deleted meanwhile needs no sync.
    fn sync_failed(&self, path: &Path, error: std::io::Error) -> Result<(), LogError> {
        let mut state = self.state();
        if state.life == Life::Deleted {
            return Ok(());
        }
        state.life = Life::Failed(error.to_string());
        Err(LogError::Io { what: "cannot sync", path: path.to_owned(), error })
    }

    /// Makes the names in the directory durable, and those that creation made: it syncs nothing,
    /// and what it wrote becomes durable with the first records.
    fn sync_names(&self, and_creation: bool) -> Result<(), LogError> {
        if and_creation {
            let path = self.dir.join(names::METADATA);
            match self.disk.open(&path, Open::Write).and_then(|file| file.sync()) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    self.sync_failed(&path, error)?;
                }
                _ => {}
            }
        }
        let sync =
            |dir: &Path| self.disk.sync_dir(dir).or_else(|error| self.sync_failed(dir, error));
        sync(&self.dir)?;
        match self.dir.parent() {
            Some(parent) if and_creation => sync(parent),
            _ => Ok(()),
        }
    }

    /// Everything before this offset is durable: for `recovery-point-offset-checkpoint`.
    pub fn recovery_point(&self) -> i64 {
        self.state().recovery_point
    }

    /// Everything before this offset was compacted: for `cleaner-offset-checkpoint`.
    pub fn cleaned_to(&self) -> i64 {
        self.state().cleaned_to
    }

    /// Tells an opened log what `cleaner-offset-checkpoint` says of it.
    pub fn set_cleaned_to(&self, offset: i64) {
        let mut state = self.state();
        state.cleaned_to = offset.clamp(0, state.end);
    }

    /// The first offset of the first segment: a log start above it is worth a line in
    /// `log-start-offset-checkpoint`.
    pub fn first_segment_offset(&self) -> i64 {
        self.view().segments.first().map_or(0, |segment| segment.base_offset)
    }

    /// How many segments there are.
    pub fn segment_count(&self) -> usize {
        self.view().segments.len()
    }

    /// Moves the log's start to `before`, or to the high watermark for -1. Returns the log's
    /// start, which never moves back. Segments that lie before it go with the next maintenance.
    pub fn delete_records(&self, before: i64) -> Result<i64, LogError> {
        let mut state = self.state();
        self.check_open(&state)?;
        let marks = state.marks();
        let before = if before == -1 { marks.high_watermark } else { before };
        if before < 0 || before > marks.high_watermark {
            let (log_start, end) = (marks.log_start, marks.high_watermark);
            return Err(LogError::OffsetOutOfRange { offset: before, log_start, end });
        }
        self.move_start(&mut state, before)?;
        Ok(state.log_start)
    }

    fn move_start(&self, state: &mut State, to: i64) -> Result<(), LogError> {
        if to <= state.log_start {
            return Ok(());
        }
        state.log_start = to;
        let mut epochs = state.epochs.clone();
        if epochs.truncate_start(to) {
            self.write_epochs(&epochs, false)?;
            state.epochs = epochs;
        }
        self.publish(state);
        Ok(())
    }

    /// Does what is due: closes an old segment, lets go of what retention does not keep,
    /// compacts, flushes, forgets producers, removes files. To be called now and then.
    /// A round that meets another one, of a log that takes long to compact, does nothing.
    pub fn maintain(&self, now: Millis, due: Due) -> Result<Maintained, LogError> {
        let Some(_alone) = self.try_upkeep() else {
            return Ok(Maintained { busy: true, ..Maintained::default() });
        };
        let mut done = Maintained::default();
        let config = self.config();
        {
            let mut state = self.state();
            self.check_open(&state)?;
            if state.active.is_old(&config, now) {
                self.roll(&mut state, &config, now)?;
                done.rolled = true;
            }
            let expired = state.producers.expire(now, config.producer_id_expiration_ms);
            done.producers_expired = expired;
            state.verifications.expire(now, config.producer_id_expiration_ms);
        }
        if due.retention {
            done.segments_deleted = self.retain(&config, now)?;
        }
        if due.compaction && config.compact {
            done.segments_compacted = self.compact(&config, now)?;
        }
        let due = {
            let state = self.state();
            let waited = now.saturating_sub(state.flushed_ms);
            // Sealed segments are made durable on the way, so that recovery stays short.
            let sealed = state.recovery_point < state.active.segment.base_offset;
            sealed || (state.recovery_point < state.end && waited >= config.flush_ms)
        };
        if due {
            self.flush_at(now)?;
        }
        done.files_removed = self.remove_doomed(now)?;
        Ok(done)
    }

    /// Lets go of the segments that retention does not keep.
    fn retain(&self, config: &LogConfig, now: Millis) -> Result<usize, LogError> {
        let view = self.view();
        let mut count = deletable(&view.segments, view.marks.log_start, config, now);
        if count == 0 {
            return Ok(0);
        }
        let mut state = self.state();
        if count == view.segments.len() {
            // The end of the log must survive: in a new, empty segment.
            if state.active.size() == 0 {
                count -= 1;
            } else {
                self.roll(&mut state, config, now)?;
            }
        }
        let mut segments = self.view().segments.to_vec();
        let gone: Vec<Arc<Segment>> = segments.drain(..count).collect();
        let Some(first) = segments.first() else { return Ok(0) };
        let start = first.base_offset;
        self.move_start(&mut state, start)?;
        self.publish_segments(&state, segments);
        for segment in &gone {
            self.doom(&mut state, segment, config, now)?;
        }
        self.doom_snapshots(&mut state, start)?;
        Ok(count)
    }

    /// Takes a segment's files out of the log; they are removed later, for readers' sake.
    pub(super) fn doom(
        &self,
        state: &mut State,
        segment: &Segment,
        config: &LogConfig,
        now: Millis,
    ) -> Result<(), LogError> {
        segment.leave();
        let due = now.saturating_add(config.file_delete_delay_ms);
        for path in segment.files() {
            let renamed = with_suffix(&path, names::DELETED);
            match self.disk.rename(&path, &renamed) {
                Ok(()) => state.doomed.push((due, renamed)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("cannot rename", &path)(error)),
            }
        }
        Ok(())
    }

    /// Removes snapshots of the producers from before the log's first segment.
    fn doom_snapshots(&self, state: &mut State, start: i64) -> Result<(), LogError> {
        let entries = self.disk.list(&self.dir).map_err(failed("cannot list", &self.dir))?;
        for entry in entries {
            let Some((offset, names::SNAPSHOT)) = names::parse(&entry.name) else { continue };
            if offset < start && offset != state.snapshot_offset {
                let path = self.dir.join(&entry.name);
                self.disk.remove(&path).map_err(failed("cannot remove", &path))?;
            }
        }
        Ok(())
    }

    fn remove_doomed(&self, now: Millis) -> Result<usize, LogError> {
        let due: Vec<PathBuf> = {
            let mut state = self.state();
            let doomed = std::mem::take(&mut state.doomed);
            let (due, later): (Vec<_>, Vec<_>) = doomed.into_iter().partition(|d| d.0 <= now);
            state.doomed = later;
            due.into_iter().map(|(_, path)| path).collect()
        };
        for path in &due {
            self.disk.remove(path).map_err(failed("cannot remove", path))?;
        }
        Ok(due.len())
    }

    /// Ends the log in order: indexes, producers and all batches are durable. It takes no more
    /// appends; reads still work. Closing twice is harmless.
    pub fn close(&self) -> Result<(), LogError> {
        let _alone = self.upkeep();
        {
            let mut state = self.state();
            match &state.life {
                Life::Open => {}
                Life::Closed | Life::Deleted => return Ok(()),
                Life::Failed(_) => return self.check_open(&state),
            }
            state.active.finish()?;
            self.snapshot_producers(&mut state, true)?;
            state.life = Life::Closed;
        }
        let closed = self.flush();
        if closed.is_ok() {
            // Nothing to flush does not mean that the indexes are.
            let active = Arc::clone(&self.state().active.segment);
            sync(&active).map_err(failed("cannot sync", &active.path))?;
        }
        closed
    }

    /// Takes the log out of the data directory: renames its directory to
    /// `<topic>-<partition>.<unique>-delete` and returns the new path, which the caller removes
    /// when it likes. Reads under way go on; appends are refused.
    pub fn delete(&self, unique: Uuid) -> Result<PathBuf, LogError> {
        let _alone = self.upkeep();
        let mut state = self.state();
        if state.life == Life::Deleted {
            return Err(LogError::Deleted { path: self.dir.clone() });
        }
        let renamed = self.dir.with_file_name(super::dir::doomed_name(&self.dir, unique));
        for segment in self.view().segments.iter() {
            segment.leave();
        }
        self.disk.rename(&self.dir, &renamed).map_err(failed("cannot rename", &self.dir))?;
        state.life = Life::Deleted;
        state.doomed.clear();
        Ok(renamed)
    }
}

/// How many of the first segments need not be kept.
fn deletable(segments: &[Arc<Segment>], start: i64, config: &LogConfig, now: Millis) -> usize {
    let next = |at: usize| segments.get(at + 1).map(|segment| segment.base_offset);
    let before_start =
        (0..segments.len()).take_while(|at| next(*at).is_some_and(|next| next <= start)).count();
    if !config.delete {
        return before_start;
    }
    let mut size: u64 = segments.iter().map(|segment| segment.size()).sum();
    let too_large = segments.iter().take_while(|segment| {
        let Ok(max) = u64::try_from(config.retention_bytes) else { return false };
        let fits = size - segment.size() >= max && segment.size() > 0;
        size -= segment.size();
        fits
    });
    let too_large = too_large.count();
    let too_old = segments.iter().take_while(|segment| {
        let age = now.saturating_sub(segment.largest_timestamp());
        config.retention_ms >= 0 && age > config.retention_ms
    });
    // A segment that is active and empty is not worth replacing.
    let too_old = too_old.count();
    before_start.max(too_large).max(too_old)
}

fn sync(segment: &Segment) -> std::io::Result<()> {
    segment.offsets.write()?;
    segment.times.write()?;
    Active::sync(segment)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
