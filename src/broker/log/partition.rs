//! The log of one partition: its state, and appending to it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

use bytes::Bytes;

use super::active::Active;
use super::epochs::Epochs;
use super::names::{self, failed};
use super::open;
use super::producers::{Ended, Producers};
use super::segment::Segment;
use super::txn_index::Aborted;
use super::validate::{self, Prepared};
use super::verification::{Beginning, Verification, Verifications};
use super::{AppendError, Appended, LogConfig, LogError, Marks, Origin, ProducerState, snapshot};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::base::sync::lock_or_mend;
use crate::broker::disk::{self, Disk};
use crate::wire::batch::{BatchInfo, TimestampType};

/// One partition's log.
///
/// Appends go one after the other through one lock; reads take a snapshot of the marks and the
/// segments, and then read without any. All methods block on the disk, never on a reader.
#[derive(Debug)]
pub struct Log {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) dir: PathBuf,
    topic_id: Uuid,
    config: RwLock<Arc<LogConfig>>,
    state: Mutex<State>,
    view: RwLock<View>,
    /// Held by what moves segments out of the log or into it: one at a time.
    upkeep: Mutex<()>,
    /// Somebody waits to close or to delete the log.
    wanted: AtomicBool,
    /// What was found damaged, and cut off, when the log was opened.
    damage: Vec<LogError>,
}

/// What the writer knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) active: Active,
    pub(super) end: i64,
    pub(super) log_start: i64,
    pub(super) producers: Producers,
    pub(super) verifications: Verifications,
    pub(super) epochs: Epochs,
    /// The newest epoch is not in the file yet: it is written before its first record.
    pub(super) epoch_waits: bool,
    /// Everything before it is durable.
    pub(super) recovery_point: i64,
    /// The batches before it are durable; what else there is can be made of them again.
    pub(super) committed: i64,
    pub(super) flushed_ms: Millis,
    /// The offset of the newest snapshot of the producers.
    pub(super) snapshot_offset: i64,
    /// Files that wait to be removed, and until when.
    pub(super) doomed: Vec<(Millis, PathBuf)>,
    /// Everything before it was compacted.
    pub(super) cleaned_to: i64,
    /// Compaction met damage, or failed where it must not begin anew, and does not try again.
    pub(super) uncleanable: bool,
    /// Readers see only what is durable.
    pub(super) serves_durable: bool,
    pub(super) life: Life,
}

/// Whether a log takes appends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Open,
    /// What is durable is not known any more.
    Failed(String),
    Closed,
    Deleted,
}

/// What readers see.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// In order; the last one is the active segment.
    pub(super) segments: Arc<Vec<Arc<Segment>>>,
    pub(super) marks: Marks,
}

impl State {
    pub(super) fn marks(&self) -> Marks {
        let high_watermark = match self.serves_durable {
            true => self.durable().max(self.log_start),
            false => self.end,
        };
        Marks {
            log_start: self.log_start,
            high_watermark,
            last_stable: self.producers.first_open().map_or(high_watermark, |first| {
                // Of a transaction that is not durable yet nothing can be read either way.
                first.min(high_watermark)
            }),
            end: self.end,
        }
    }

    /// The batches before it are durable.
    pub(super) fn durable(&self) -> i64 {
        self.committed.max(self.recovery_point)
    }
}

impl Log {
    /// Makes an empty log in a directory that is not there, or is empty. Nothing is synced.
    pub fn create(
        disk: Arc<dyn Disk>,
        dir: PathBuf,
        topic_id: Uuid,
        config: LogConfig,
        now: Millis,
    ) -> Result<Log, LogError> {
        disk.create_dir(&dir).map_err(failed("cannot create", &dir))?;
        write_metadata(&*disk, &dir, topic_id)?;
        let epochs = Epochs::default();
        let path = dir.join(names::EPOCHS);
        let written = disk::replace(&*disk, &path, epochs.text().as_bytes(), false);
        written.map_err(failed("cannot write", &path))?;
        let active = Active::create(&disk, &dir, 0, &config, now)?;
        let segments = vec![Arc::clone(&active.segment)];
        let state = State {
            active,
            end: 0,
            log_start: 0,
            producers: Producers::default(),
            verifications: Verifications::default(),
            epochs,
            epoch_waits: false,
            recovery_point: 0,
            committed: 0,
            flushed_ms: now,
            snapshot_offset: 0,
            doomed: Vec::new(),
            cleaned_to: 0,
            uncleanable: false,
            serves_durable: false,
            life: Life::Open,
        };
        Ok(Log::assemble(disk, dir, topic_id, config, state, segments, Vec::new()))
    }

    pub(super) fn assemble(
        disk: Arc<dyn Disk>,
        dir: PathBuf,
        topic_id: Uuid,
        config: LogConfig,
        state: State,
        segments: Vec<Arc<Segment>>,
        damage: Vec<LogError>,
    ) -> Log {
        let view = View { segments: Arc::new(segments), marks: state.marks() };
        Log {
            disk,
            dir,
            topic_id,
            config: RwLock::new(Arc::new(config)),
            state: Mutex::new(state),
            view: RwLock::new(view),
            upkeep: Mutex::new(()),
            wanted: AtomicBool::new(false),
            damage,
        }
    }

    /// The topic's id, or [`Uuid::ZERO`] when `partition.metadata` did not survive.
    pub fn topic_id(&self) -> Uuid {
        self.topic_id
    }

    /// Gives the log its topic's id again, where [`topic_id`](Self::topic_id) has none.
    pub fn assign_topic_id(&mut self, topic_id: Uuid) -> Result<(), LogError> {
        write_metadata(&*self.disk, &self.dir, topic_id)?;
        self.topic_id = topic_id;
        Ok(())
    }

    /// The directory, as it was when the log was opened.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// From now on readers see only what is durable: the high watermark moves with
    /// [`commit`](Self::commit) instead of with each append. What is there becomes durable now.
    pub fn serve_durable(&self) -> Result<(), LogError> {
        self.state().serves_durable = true;
        self.commit()?;
        self.publish(&self.state());
        Ok(())
    }

    /// What was found damaged, and was cut off, when the log was opened.
    pub fn damage(&self) -> &[LogError] {
        &self.damage
    }

    /// Where the log begins and ends. Cheap.
    pub fn marks(&self) -> Marks {
        self.view.read().unwrap_or_else(PoisonError::into_inner).marks
    }

    /// Replaces the settings; they hold from the next call on.
    pub fn configure(&self, config: LogConfig) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }

    pub fn config(&self) -> Arc<LogConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Locks the state. After a panic in the middle of a change it takes no more appends, as
    /// after a failing flush: what is on disk is sound, and the next start reads it.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock_or_mend(&self.state, |state| {
            if state.life == Life::Open {
                state.life = Life::Failed("a change of it broke down".to_owned());
            }
        })
    }

    pub(super) fn view(&self) -> View {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until nothing else moves segments, for what ends the log.
    pub(super) fn upkeep(&self) -> MutexGuard<'_, ()> {
        self.wanted.store(true, Ordering::Release);
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None where something else moves segments.
    pub(super) fn try_upkeep(&self) -> Option<MutexGuard<'_, ()>> {
        match self.upkeep.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Says whether somebody waits to close or to delete the log.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    /// Lets readers see the state.
    pub(super) fn publish(&self, state: &State) {
        self.view.write().unwrap_or_else(PoisonError::into_inner).marks = state.marks();
    }

    /// Lets readers see other segments, and the state.
    pub(super) fn publish_segments(&self, state: &State, segments: Vec<Arc<Segment>>) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        view.marks = state.marks();
        view.segments = Arc::new(segments);
    }

    pub(super) fn check_open(&self, state: &State) -> Result<(), LogError> {
        let path = self.dir.clone();
        match &state.life {
            Life::Open => Ok(()),
            Life::Failed(why) => Err(LogError::Failed { path, why: why.clone() }),
            Life::Closed => Err(LogError::Failed { path, why: "it is closed".to_owned() }),
            Life::Deleted => Err(LogError::Deleted { path }),
        }
    }

    /// Appends one batch, and returns the offsets that it got.
    ///
    /// The bytes must be exactly one batch of format 2, as Kafka asks of every producer. A batch
    /// that an idempotent producer sends again is not appended; the answer is the first one's.
    pub fn append(
        &self,
        records: Bytes,
        origin: Origin,
        leader_epoch: i32,
        now: Millis,
    ) -> Result<Appended, AppendError> {
        let config = self.config();
        let name = self.dir.file_name().unwrap_or_default().to_string_lossy();
        let prepared = validate::prepare(records, &name, origin, &config, now)?;
        let mut state = self.state();
        self.check_open(&state)?;
        if origin == Origin::Client
            && let Some(sent) = state.producers.duplicate(&prepared.info)
        {
            return Ok(Appended {
                base_offset: sent.first_offset(),
                last_offset: sent.last_offset,
                append_time_ms: sent.timestamp,
                log_start: state.log_start,
                duplicate: true,
            });
        }
        check_producer(&state, &prepared, origin, config.verify_transactions)?;
        let appended = self.write(&mut state, prepared, &config, leader_epoch, now)?;
        let unflushed = state.end - state.recovery_point;
        drop(state);
        if unflushed >= config.flush_messages {
            self.flush_at(now)?;
        }
        Ok(appended)
    }

    /// Says whether to append a batch means to decompress or to compress it.
    pub fn takes_long(&self, batch: &BatchInfo, now: Millis) -> bool {
        validate::takes_long(batch, &self.config(), now)
    }

    /// Begins to ask whether a transaction may begin here. None where it has begun already.
    pub fn begin_verification(&self, of: Beginning, now: Millis) -> Option<Verification> {
        let mut state = self.state();
        let is_open = state.producers.is_open(of.producer_id, of.epoch);
        (!is_open).then(|| state.verifications.begin(of, now))
    }

    /// Says whether the batch's producer has a transaction open here.
    pub fn has_open_transaction(&self, batch: &BatchInfo) -> bool {
        self.state().producers.is_open(batch.producer_id, batch.producer_epoch)
    }

    /// Returns what is known of each producer, in the order of their ids.
    pub fn producers(&self) -> Vec<ProducerState> {
        self.state().producers.describe()
    }

    /// The transaction's coordinator says that this partition is part of it.
    pub fn vouch(&self, verification: Verification) {
        self.state().verifications.vouch(verification);
    }

    fn write(
        &self,
        state: &mut State,
        prepared: Prepared,
        config: &LogConfig,
        leader_epoch: i32,
        now: Millis,
    ) -> Result<Appended, AppendError> {
        let Prepared { mut info, records, marker } = prepared;
        let (size, max) = (info.size_bytes(), config.segment_bytes as usize);
        if size > max {
            return Err(AppendError::LargerThanSegment { size, max });
        }
        info.assign(state.end, leader_epoch);
        if state.active.is_full_for(&info, config, now) {
            self.roll(state, config, now)?;
        }
        self.assign_epoch(state, leader_epoch)?;
        if let Err(error) = state.active.append(&info, &records, config, now) {
            // What was written of it lies after the end: the next append goes over it. It is
            // cut off all the same, for a crash before that.
            if let Err(cut) = state.active.cut() {
                tracing::warn!(log = %self.dir.display(), error = %cut, "cannot cut off a write");
            }
            let path = state.active.segment.path.clone();
            return Err(LogError::Io { what: "cannot write", path, error }.into());
        }
        state.end = info.next_offset();
        let ended = state.producers.apply(&info, marker);
        if info.has_producer() && info.attributes.is_transactional() {
            state.verifications.end(info.producer_id);
        }
        self.publish(state);
        if let Some(ended) = ended {
            let segment = &state.active.segment;
            match ended.aborted {
                true => index_aborted(segment, &state.producers, ended)?,
                // Opening the log tells by it that nothing was aborted here. Without it the log
                // is walked over: no reason to fail what is written already.
                false => drop(segment.aborted.make()),
            }
        }
        let append_time_ms = match config.timestamp_type {
            TimestampType::CreateTime => -1,
            TimestampType::LogAppendTime => info.max_timestamp,
        };
        Ok(Appended {
            base_offset: info.base_offset,
            last_offset: info.last_offset(),
            append_time_ms,
            log_start: state.log_start,
            duplicate: false,
        })
    }

    /// Says that a leader epoch begins at the log's end, as Kafka does when a broker becomes the
    /// leader: an empty partition then has an epoch to tell.
    ///
    /// In a file that has epochs already the new one is written with its first record: a start
    /// with many logs would otherwise replace as many files, for what no record needs.
    pub fn begin_epoch(&self, epoch: i32) -> Result<(), LogError> {
        let mut state = self.state();
        self.check_open(&state)?;
        let stored = open::read_epochs(&*self.disk, &self.dir);
        if stored.is_none_or(|stored| stored.latest().is_none()) {
            return self.assign_epoch(&mut state, epoch);
        }
        let end = state.end;
        if state.epochs.latest() < Some(epoch) && state.epochs.assign(epoch, end) {
            state.epoch_waits = true;
        }
        Ok(())
    }

    /// Makes sure that the records from the log's end on have their epoch in the file.
    fn assign_epoch(&self, state: &mut State, epoch: i32) -> Result<(), LogError> {
        if !state.epoch_waits && state.epochs.latest() >= Some(epoch) {
            return Ok(());
        }
        let mut epochs = state.epochs.clone();
        let is_new = epochs.latest() < Some(epoch) && epochs.assign(epoch, state.end);
        if is_new || state.epoch_waits {
            self.write_epochs(&epochs, false)?;
            state.epochs = epochs;
            state.epoch_waits = false;
        }
        Ok(())
    }

    pub(super) fn write_epochs(&self, epochs: &Epochs, durable: bool) -> Result<(), LogError> {
        let path = self.dir.join(names::EPOCHS);
        let written = disk::replace(&*self.disk, &path, epochs.text().as_bytes(), durable);
        written.map_err(failed("cannot write", &path))
    }

    /// Begins a new segment at the log's end. The active one must not be empty.
    pub(super) fn roll(
        &self,
        state: &mut State,
        config: &LogConfig,
        now: Millis,
    ) -> Result<(), LogError> {
        state.active.finish()?;
        self.snapshot_producers(state, false)?;
        let next = Active::create(&self.disk, &self.dir, state.end, config, now)?;
        let mut segments = self.view().segments.to_vec();
        segments.pop();
        segments.push(Arc::new(state.active.sealed()));
        segments.push(Arc::clone(&next.segment));
        state.active = next;
        self.publish_segments(state, segments);
        Ok(())
    }

    /// Writes down what is known of producers, if anything happened since the last time.
    pub(super) fn snapshot_producers(
        &self,
        state: &mut State,
        durable: bool,
    ) -> Result<(), LogError> {
        if state.end <= state.snapshot_offset {
            return Ok(());
        }
        let path = names::file(&self.dir, state.end, names::SNAPSHOT);
        let Some(bytes) = snapshot::write(&state.producers) else { return Ok(()) };
        let written = disk::replace(&*self.disk, &path, &bytes, durable);
        written.map_err(failed("cannot write", &path))?;
        state.snapshot_offset = state.end;
        Ok(())
    }
}

/// Checks a batch against what is known of its producer.
fn check_producer(
    state: &State,
    prepared: &Prepared,
    origin: Origin,
    verify: bool,
) -> Result<(), AppendError> {
    let info = &prepared.info;
    let begins = info.has_producer()
        && info.attributes.is_transactional()
        && !info.attributes.is_control()
        && !state.producers.is_open(info.producer_id, info.producer_epoch);
    if begins && verify {
        state.verifications.check(info)?;
    }
    if begins && origin == Origin::Client {
        let known = state.producers.known.get(&info.producer_id);
        let is_unknown = known.is_none_or(|producer| producer.sent.is_empty());
        state.verifications.check_sequence(info, is_unknown)?;
    }
    state.producers.check(info, prepared.marker, origin)
}

/// Puts an aborted transaction into the index of the segment that has its marker.
pub(super) fn index_aborted(
    segment: &Segment,
    producers: &Producers,
    ended: Ended,
) -> Result<(), LogError> {
    let aborted = Aborted {
        producer_id: ended.producer_id,
        first_offset: ended.first_offset,
        last_offset: ended.last_offset,
        last_stable: producers.first_open().unwrap_or(ended.last_offset + 1),
    };
    let pushed = segment.aborted.push(aborted);
    pushed.map_err(failed("cannot write", segment.aborted.path()))
}

fn write_metadata(disk: &dyn Disk, dir: &Path, topic_id: Uuid) -> Result<(), LogError> {
    let path = dir.join(names::METADATA);
    let text = format!("version: 0\ntopic_id: {topic_id}");
    let written = disk::replace(disk, &path, text.as_bytes(), false);
    written.map_err(failed("cannot write", &path))
}

/// Reads the topic's id, if the file is there and whole.
pub(super) fn read_metadata(disk: &dyn Disk, dir: &Path) -> Option<Uuid> {
    let bytes = disk::read(disk, &dir.join(names::METADATA)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    if fields.next()?.1.trim() != "0" {
        return None;
    }
    let (name, id) = fields.next()?;
    if name.trim() != "topic_id" { None } else { id.trim().parse().ok() }
}
