//! Snapshots of the metadata log: the whole state in one file, so that the log before it can go
//! (KIP-630).
//!
//! `<end offset>-<epoch>.checkpoint` holds batches as the log does: a control batch with the
//! header and what the quorum knows of itself, the records of the state, a control batch with
//! the footer. It is written aside and renamed, so that there is all of it or none.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tracing::{info, warn};

use super::config::BrokerConfig;
use super::disk::{self, Disk, File, Open};
use super::log::{Due, Log, LogError};
use super::meta::{MetadataRecord, RecordError};
use super::quorum::Quorum;
use crate::base::clock::Millis;
use crate::base::sync::lock;
use crate::wire::batch::{BatchBuilder, BatchError, Batches, ControlType, check_stored, contents};
use crate::wire::messages::quorum::{SnapshotFooterRecord, SnapshotHeaderRecord};
use crate::wire::primitives::{DecodeError, EncodeError};
use crate::wire::schema::Message;

const ENDING: &str = ".checkpoint";
/// What is being written ends like this; after a crash it is nothing.
const PART: &str = ".checkpoint.part";
/// How many records a batch of a snapshot holds at most.
const BATCH_RECORDS_MAX: usize = 1000;

/// What a snapshot holds: everything before the offset, the last of it of this epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SnapshotId {
    pub offset: i64,
    pub epoch: i32,
}

impl SnapshotId {
    fn file_name(self) -> String {
        format!("{:020}-{:010}{ENDING}", self.offset, self.epoch)
    }

    fn of(name: &str) -> Option<Self> {
        let (offset, epoch) = name.strip_suffix(ENDING)?.split_once('-')?;
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(offset, 20) || !digits(epoch, 10) {
            return None;
        }
        Some(SnapshotId { offset: offset.parse().ok()?, epoch: epoch.parse().ok()? })
    }
}

/// Why a snapshot cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("the snapshot `{}` is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
    #[error("record {index} of the snapshot `{}`: {error}", path.display())]
    Record { path: PathBuf, index: i64, error: RecordError },
    #[error("a snapshot cannot be written: {0}")]
    Batch(#[from] BatchError),
    #[error("a snapshot cannot be written: {0}")]
    Encode(#[from] EncodeError),
}

/// The snapshots of a metadata log's directory.
#[derive(Debug)]
pub(crate) struct Snapshots {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    progress: Mutex<Progress>,
}

/// How far the log has come since the last snapshot.
#[derive(Debug, Default)]
struct Progress {
    stored: Vec<SnapshotId>,
    /// How many bytes of records came since.
    bytes: i64,
    /// When the last one was written, or when the broker began.
    since_ms: Millis,
    /// The time of the last batch of the log.
    last_timestamp: Millis,
}

impl Snapshots {
    /// Looks for what is there, and removes what a crash has left half written.
    pub(crate) fn open(disk: Arc<dyn Disk>, dir: PathBuf, now: Millis) -> Result<Self, LogError> {
        let mut stored = Vec::new();
        let entries = match disk.list(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(LogError::Io { what: "cannot list", path: dir, error }),
        };
        for entry in entries {
            if entry.name.ends_with(PART) {
                remove(&*disk, &dir.join(&entry.name))?;
            }
            stored.extend(SnapshotId::of(&entry.name));
        }
        stored.sort_unstable();
        let progress = Progress { stored, since_ms: now, ..Default::default() };
        Ok(Snapshots { disk, dir, progress: Mutex::new(progress) })
    }

    pub(crate) fn latest(&self) -> Option<SnapshotId> {
        lock(&self.progress).stored.last().copied()
    }

    pub(crate) fn oldest(&self) -> Option<SnapshotId> {
        lock(&self.progress).stored.first().copied()
    }

    /// Notes that the log has grown.
    pub(crate) fn grew(&self, bytes: usize, timestamp: Millis) {
        let mut progress = lock(&self.progress);
        progress.bytes = progress.bytes.saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX));
        progress.last_timestamp = progress.last_timestamp.max(timestamp);
    }

    /// Says whether the log has come far enough for another snapshot.
    pub(crate) fn is_due(&self, config: &BrokerConfig, now: Millis) -> bool {
        let progress = lock(&self.progress);
        let interval = config.metadata_log_max_snapshot_interval_ms;
        let waited = now.saturating_sub(progress.since_ms);
        progress.bytes >= config.metadata_log_max_record_bytes_between_snapshots
            || (progress.bytes > 0 && interval > 0 && waited >= interval)
    }

    /// Writes a snapshot, unless it is there.
    pub(crate) fn write(
        &self,
        id: SnapshotId,
        metadata_version: i16,
        quorum: &Quorum,
        records: impl Iterator<Item = MetadataRecord>,
        now: Millis,
    ) -> Result<(), SnapshotError> {
        if self.latest() >= Some(id) {
            return Ok(());
        }
        let timestamp = lock(&self.progress).last_timestamp;
        let path = self.dir.join(id.file_name());
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let io = |what, path: &Path| {
            let path = path.to_owned();
            move |error| SnapshotError::Log(LogError::Io { what, path, error })
        };
        let file = self.disk.open(&part, Open::Replace).map_err(io("cannot open", &part))?;
        let mut writer = Writer { file, path: part.clone(), at: 0, offset: 0, id, now };
        let header = SnapshotHeaderRecord { version: 0, last_contained_log_timestamp: timestamp };
        let mut first = vec![(ControlType::SnapshotHeader, header.to_bytes(0)?)];
        first.extend(quorum.records()?);
        writer.control(&first)?;
        let mut batch = BatchBuilder::new();
        let mut count = 0;
        for record in records {
            batch.push(now, None, Some(&record.to_value(metadata_version)?), &[]);
            count += 1;
            if count == BATCH_RECORDS_MAX {
                writer.batch(std::mem::take(&mut batch))?;
                count = 0;
            }
        }
        if count > 0 {
            writer.batch(batch)?;
        }
        let footer = SnapshotFooterRecord { version: 0 };
        writer.control(&[(ControlType::SnapshotFooter, footer.to_bytes(0)?)])?;
        writer.file.sync().map_err(io("cannot sync", &part))?;
        drop(writer);
        self.disk.rename(&part, &path).map_err(io("cannot rename", &part))?;
        self.disk.sync_dir(&self.dir).map_err(io("cannot sync", &self.dir))?;
        let mut progress = lock(&self.progress);
        progress.stored.push(id);
        progress.bytes = 0;
        progress.since_ms = now;
        info!(offset = id.offset, epoch = id.epoch, "the metadata log has a snapshot");
        Ok(())
    }

    /// Lets go of snapshots, and of the log before them, as `metadata.max.retention.bytes` and
    /// `metadata.max.retention.ms` say. The newest one stays.
    pub(crate) fn clean(
        &self,
        log: &Log,
        config: &BrokerConfig,
        now: Millis,
    ) -> Result<(), SnapshotError> {
        loop {
            let (oldest, next) = match lock(&self.progress).stored[..] {
                [oldest, next, ..] => (oldest, next),
                _ => break,
            };
            if !self.is_old(oldest, log, config, now)? {
                break;
            }
            // The log first: after a crash in between there is a snapshot too many.
            log.delete_records(next.offset)?;
            remove(&*self.disk, &self.dir.join(oldest.file_name()))?;
            lock(&self.progress).stored.remove(0);
        }
        log.maintain(now, Due { retention: true, compaction: false })?;
        Ok(())
    }

    fn is_old(
        &self,
        oldest: SnapshotId,
        log: &Log,
        config: &BrokerConfig,
        now: Millis,
    ) -> Result<bool, SnapshotError> {
        let max = config.metadata_max_retention_bytes;
        let entries = self.disk.list(&self.dir).map_err(|error| LogError::Io {
            what: "cannot list",
            path: self.dir.clone(),
            error,
        })?;
        let snapshots = entries.iter().filter(|entry| SnapshotId::of(&entry.name).is_some());
        let size = log.size_bytes() + snapshots.map(|entry| entry.len).sum::<u64>();
        if u64::try_from(max).is_ok_and(|max| size > max) {
            return Ok(true);
        }
        let ms = config.metadata_max_retention_ms;
        let name = oldest.file_name();
        let written = entries.iter().find(|entry| entry.name == name);
        let age = written.map_or(0, |entry| now.saturating_sub(entry.modified_ms));
        Ok(ms >= 0 && age > ms)
    }

    /// Reads a snapshot: what its control records say goes to the quorum, and each of the other
    /// records to `each`.
    pub(crate) fn read<E: From<SnapshotError>>(
        &self,
        id: SnapshotId,
        quorum: &mut Quorum,
        each: impl FnMut(MetadataRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.dir.join(id.file_name());
        let bytes = disk::read(&*self.disk, &path).map_err(|error| {
            let path = path.clone();
            E::from(SnapshotError::Log(LogError::Io { what: "cannot read", path, error }))
        })?;
        let last_timestamp = read(&path, &bytes, quorum, each)?;
        let mut progress = lock(&self.progress);
        progress.last_timestamp = progress.last_timestamp.max(last_timestamp);
        Ok(())
    }
}

/// Reads the file that `storage format` leaves for a controller's first start: the features of
/// the cluster that is to be.
pub(crate) fn bootstrap(
    disk: &dyn Disk,
    data_dir: &Path,
) -> Result<Option<Vec<MetadataRecord>>, SnapshotError> {
    let path = data_dir.join("bootstrap.checkpoint");
    let bytes = match disk::read(disk, &path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::Io { what: "cannot read", path, error }.into()),
    };
    let mut records = Vec::new();
    read(&path, &bytes, &mut Quorum::default(), |record| {
        records.push(record);
        Ok::<(), SnapshotError>(())
    })?;
    Ok(Some(records))
}

/// Reads a snapshot's bytes. Returns the time of the last batch of the log that is in it.
fn read<E: From<SnapshotError>>(
    path: &Path,
    bytes: &[u8],
    quorum: &mut Quorum,
    mut each: impl FnMut(MetadataRecord) -> Result<(), E>,
) -> Result<Millis, E> {
    let damaged = |why: String| SnapshotError::Damaged { path: path.to_owned(), why };
    let bad_batch = |error: BatchError| damaged(error.to_string());
    let bad_control = |error: DecodeError| damaged(error.to_string());
    let (mut timestamp, mut begun, mut ended) = (0, false, false);
    for batch in Batches::of(bytes) {
        let batch = batch.map_err(bad_batch)?;
        check_stored(batch.bytes).map_err(bad_batch)?;
        let opened = contents(batch.bytes).map_err(bad_batch)?;
        if ended {
            return Err(damaged("something comes after its end".to_owned()).into());
        }
        for record in opened.records() {
            let record = record.map_err(bad_batch)?;
            let value = record.value.unwrap_or_default();
            if !opened.header.attributes.is_control() {
                let value = Bytes::copy_from_slice(value);
                let read = MetadataRecord::from_value(value).map_err(|error| {
                    let (path, index) = (path.to_owned(), record.offset);
                    SnapshotError::Record { path, index, error }
                })?;
                each(read)?;
                continue;
            }
            match record.key.and_then(ControlType::of_key) {
                Some(ControlType::SnapshotHeader) => {
                    let header = Bytes::copy_from_slice(value);
                    let header =
                        SnapshotHeaderRecord::from_bytes(header, 0).map_err(bad_control)?;
                    (begun, timestamp) = (true, header.last_contained_log_timestamp);
                }
                Some(ControlType::SnapshotFooter) => ended = true,
                Some(kind) => quorum.learn(kind, value, false).map_err(bad_control)?,
                None => {}
            }
        }
        if !begun {
            return Err(damaged("it does not begin with a header".to_owned()).into());
        }
    }
    if !ended {
        return Err(damaged("its end is missing".to_owned()).into());
    }
    Ok(timestamp)
}

fn remove(disk: &dyn Disk, path: &Path) -> Result<(), LogError> {
    disk.remove(path).map_err(|error| {
        warn!(path = %path.display(), %error, "cannot remove a snapshot");
        LogError::Io { what: "cannot remove", path: path.to_owned(), error }
    })
}

/// Writes batches one after the other.
struct Writer {
    file: Arc<dyn File>,
    path: PathBuf,
    at: u64,
    offset: i64,
    id: SnapshotId,
    now: Millis,
}

impl Writer {
    fn control(&mut self, records: &[(ControlType, Bytes)]) -> Result<(), SnapshotError> {
        let mut batch = BatchBuilder::new().control();
        for (kind, value) in records {
            batch.push(self.now, Some(&kind.key()), Some(value), &[]);
        }
        self.batch(batch)
    }

    fn batch(&mut self, batch: BatchBuilder) -> Result<(), SnapshotError> {
        let count = batch.record_count();
        let bytes = batch.base_offset(self.offset).leader_epoch(self.id.epoch).build()?;
        self.file.write_at(&[&bytes], self.at).map_err(|error| LogError::Io {
            what: "cannot write",
            path: self.path.clone(),
            error,
        })?;
        self.at += bytes.len() as u64;
        self.offset += i64::from(count);
        Ok(())
    }
}
