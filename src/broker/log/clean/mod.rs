//! Compaction: of the records with a key, the last one stays, at its offset.
//!
//! First the dirty part of the log is read for the last offset of every key ([`map`]); then
//! all segments up to there are written anew without what was overtaken ([`filter`], [`write`]),
//! and swapped in. What was cleaned once is only filtered, not mapped, again. Readers keep the
//! old files. Source: `LogCleaner`, `LogCleanerManager`, `Cleaner` of Apache Kafka.

mod filter;
mod map;
mod pace;
mod transactions;
mod write;

use std::sync::Arc;

use self::filter::Filter;
use self::map::OffsetMap;
use self::pace::Pace;
use self::transactions::Transactions;
use super::names::{self, failed};
use super::partition::{Log, State};
use super::segment::Segment;
use super::{LogConfig, LogError};
use crate::base::clock::Millis;

/// What there is to clean.
struct Plan {
    /// All segments that may be cleaned.
    segments: Vec<Arc<Segment>>,
    /// Keys are sought from here on.
    first_dirty: i64,
    /// The base of the first segment that may not be cleaned.
    upper: i64,
}

impl Log {
    /// Compacts the log if it is dirty enough. Returns how many segments were replaced.
    ///
    /// Damage in a batch ends compaction of this log, as in Kafka, and nothing else.
    pub(super) fn compact(&self, config: &LogConfig, now: Millis) -> Result<usize, LogError> {
        let Some(plan) = self.plan(config, now) else { return Ok(0) };
        match self.clean(&plan, config, now) {
            Err(damage @ LogError::Corrupt { .. }) => {
                tracing::warn!(%damage, "a log is not compacted any more");
                self.state().uncleanable = true;
                Ok(0)
            }
            other => other,
        }
    }

    fn plan(&self, config: &LogConfig, now: Millis) -> Option<Plan> {
        let (cleaned_to, uncleanable) = {
            let state = self.state();
            (state.cleaned_to, state.uncleanable)
        };
        if uncleanable {
            return None;
        }
        let view = self.view();
        let marks = view.marks;
        let known = (marks.log_start..=marks.end).contains(&cleaned_to);
        let first_dirty = if known { cleaned_to } else { marks.log_start };
        let fresh = now.saturating_sub(config.min_compaction_lag_ms.max(0));
        let mut segments = Vec::new();
        let (mut clean_bytes, mut dirty_bytes) = (0, 0);
        let mut upper = view.segments.first()?.base_offset;
        let mut oldest_dirty = Millis::MAX;
        // The active segment is never cleaned, nor what an open transaction may still decide.
        for pair in view.segments.windows(2) {
            let (segment, next) = (&pair[0], pair[1].base_offset);
            let dirty = next > first_dirty;
            let lagging = config.min_compaction_lag_ms > 0 && segment.largest_timestamp() > fresh;
            if next > marks.last_stable || (dirty && lagging) {
                break;
            }
            if dirty {
                dirty_bytes += segment.size();
                oldest_dirty = oldest_dirty.min(first_timestamp(segment));
            } else {
                clean_bytes += segment.size();
            }
            segments.push(Arc::clone(segment));
            upper = next;
        }
        if dirty_bytes == 0 {
            return None;
        }
        let ratio = dirty_bytes as f64 / (clean_bytes + dirty_bytes) as f64;
        let overdue = oldest_dirty < now.saturating_sub(config.max_compaction_lag_ms.max(0));
        let due = ratio > config.min_cleanable_dirty_ratio || overdue;
        due.then_some(Plan { segments, first_dirty, upper })
    }

    fn clean(&self, plan: &Plan, config: &LogConfig, now: Millis) -> Result<usize, LogError> {
        let mut pace = Pace::new(self, config.cleaner_bytes_per_second);
        let map = OffsetMap::build(&plan.segments, plan.first_dirty, plan.upper, &mut pace)?;
        let producers = self.state().producers.clone();
        let mut filter = Filter {
            map: &map,
            transactions: Transactions::default(),
            producers: &producers,
            now,
            horizon: now.saturating_add(config.delete_retention_ms),
            upper: plan.upper,
        };
        let end = map.end();
        let within = plan.segments.partition_point(|segment| segment.base_offset < end);
        let mut replaced = 0;
        for group in grouped(&plan.segments[..within], plan.upper, config) {
            let cleaned =
                write::write(&self.disk, &self.dir, group, &mut filter, config, &mut pace)?;
            let mut state = self.state();
            self.check_open(&state)?;
            if let Err(error) = self.swap_in(&mut state, group, &cleaned, config, now) {
                // What is written anew may be all that is left. The next start puts it into its
                // place, unless another round has begun to write the same segment (`swap`).
                tracing::warn!(%error, dir = %self.dir.display(), "not compacted until a restart");
                state.uncleanable = true;
                return Err(error);
            }
            replaced += group.len();
        }
        self.state().cleaned_to = end;
        Ok(replaced)
    }

    /// Puts a cleaned segment into the place of those that it was made of.
    fn swap_in(
        &self,
        state: &mut State,
        group: &[Arc<Segment>],
        cleaned: &write::Cleaned,
        config: &LogConfig,
        now: Millis,
    ) -> Result<(), LogError> {
        for segment in group {
            self.doom(state, segment, config, now)?;
        }
        let segment = Arc::new(cleaned.take_place(&self.disk, &self.dir)?);
        // Snapshots stand where segments begin; these begin no more.
        for gone in group.iter().skip(1).map(|segment| segment.base_offset) {
            if gone != state.snapshot_offset {
                let path = names::file(&self.dir, gone, names::SNAPSHOT);
                self.disk.remove(&path).map_err(failed("cannot remove", &path))?;
            }
        }
        let first = group.first().map_or(0, |segment| segment.base_offset);
        let last = group.last().map_or(0, |segment| segment.base_offset);
        let mut segments = self.view().segments.to_vec();
        let at = segments.partition_point(|segment| segment.base_offset < first);
        let after = segments.partition_point(|segment| segment.base_offset <= last);
        segments.splice(at..after, [segment]);
        self.publish_segments(state, segments);
        Ok(())
    }
}

/// The time of a segment's first batch, if it has one.
fn first_timestamp(segment: &Segment) -> Millis {
    match segment.headers(0).next_header() {
        Ok(Some((_, info))) if info.max_timestamp > 0 => info.max_timestamp,
        _ => Millis::MAX,
    }
}

/// Puts neighbours together that make one segment at the most.
fn grouped<'s>(
    segments: &'s [Arc<Segment>],
    upper: i64,
    config: &LogConfig,
) -> Vec<&'s [Arc<Segment>]> {
    let mut groups = Vec::new();
    let mut rest = segments;
    while let Some(first) = rest.first() {
        let (mut bytes, mut offsets, mut times) = (0, 0, 0);
        let mut count = 0;
        for (at, segment) in rest.iter().enumerate() {
            bytes += segment.size();
            offsets += segment.offsets.len() * 8;
            times += segment.times.len() * 12;
            let end = rest.get(at + 1).map_or(upper, |next| next.base_offset);
            let index_max = u64::from(config.segment_index_bytes);
            let fits = bytes <= u64::from(config.segment_bytes)
                && offsets <= index_max
                && times <= index_max
                && end - 1 - first.base_offset <= i64::from(i32::MAX);
            if at > 0 && !fits {
                break;
            }
            count = at + 1;
        }
        let (group, after) = rest.split_at(count);
        groups.push(group);
        rest = after;
    }
    groups
}
