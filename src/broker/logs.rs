//! The logs of one data directory: opened at the start, hosted and deleted as topics come and
//! go, checkpointed and closed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tracing::{error, warn};

use super::config::{self, BrokerConfig, CompressionType, Configs, DynamicConfigs, TopicConfig};
use super::disk::{Disk, Space};
use super::log::{
    Checkpoint, DataDir, Log, LogConfig, LogError, MetaProperties, Recovery, TopicPartition,
};
use super::meta::{State, Topic as TopicState};
use super::partitions::{Partition, Partitions, Topic};
use super::random::Random;
use super::snapshots::Snapshots;
use super::syncer::Syncer;
use super::{BrokerError, Options};
use crate::base::clock::Millis;
use crate::base::hash::murmur2;
use crate::base::ids::Uuid;
use crate::base::sync::lock;
use crate::wire::batch::{Codec, TimestampType};

/// The topic that remembers the cluster's metadata.
const METADATA_TOPIC: &str = "__cluster_metadata";
/// The node id of a directory that is new, where none is given.
const NODE_ID: i32 = 1;
/// The largest batch of metadata: Kafka's `KafkaRaftClient.MAX_BATCH_SIZE_BYTES`.
const METADATA_BATCH_BYTES_MAX: u32 = 8 * 1024 * 1024;

/// How many threads close logs.
const CLOSERS: usize = 8;

/// What a data directory said of itself when it was opened.
pub(crate) struct Opened {
    pub(crate) logs: Logs,
    pub(crate) metadata: Log,
    pub(crate) snapshots: Snapshots,
    /// This node's epoch as the leader of the metadata log: a new one at each start.
    pub(crate) leader_epoch: i32,
    pub(crate) node_id: i32,
    pub(crate) cluster_id: String,
    pub(crate) directory_id: Uuid,
}

/// The logs of a data directory.
pub(crate) struct Logs {
    dir: DataDir,
    /// What was found at the start and is not hosted yet.
    found: Mutex<BTreeMap<TopicPartition, PathBuf>>,
    was_clean: bool,
    recovery_points: BTreeMap<TopicPartition, i64>,
    log_starts: BTreeMap<TopicPartition, i64>,
    cleaned: BTreeMap<TopicPartition, i64>,
    /// Held while checkpoints are written: each is put together beside its place.
    checkpointing: Mutex<BTreeMap<TopicPartition, i64>>,
    random: Random,
    /// With `--fsync`.
    syncer: Option<Arc<Syncer>>,
}

impl Logs {
    /// Takes a data directory, or makes a new one.
    pub(crate) fn open(
        options: &Options,
        disk: Arc<dyn Disk>,
        path: PathBuf,
        random: Random,
        now: Millis,
    ) -> Result<Opened, BrokerError> {
        let dir = DataDir::open(disk, path)?;
        let meta = identify(&dir, options, random)?;
        let found = dir.partitions()?;
        for doomed in &found.doomed {
            dir.remove(doomed)?;
        }
        let logs = Logs {
            was_clean: dir.take_clean_shutdown()?,
            recovery_points: dir.checkpoint(Checkpoint::RecoveryPoint)?,
            log_starts: dir.checkpoint(Checkpoint::LogStart)?,
            cleaned: dir.checkpoint(Checkpoint::Cleaner)?,
            found: Mutex::new(found.logs.into_iter().collect()),
            dir,
            checkpointing: Mutex::default(),
            random,
            syncer: options.fsync.then(Arc::default),
        };
        let (metadata, snapshots) = logs.open_metadata(metadata_config(options), now)?;
        let known = snapshots.latest().map_or(0, |snapshot| snapshot.epoch);
        let leader_epoch = metadata.latest_epoch().unwrap_or(0).max(known) + 1;
        let MetaProperties { cluster_id, node_id, directory_id } = meta;
        Ok(Opened { logs, metadata, snapshots, leader_epoch, node_id, cluster_id, directory_id })
    }

    /// Opens the metadata log, which begins no earlier than its oldest snapshot. Where the
    /// newest one goes further than the log, for the log was less durable, the log goes on
    /// from there.
    fn open_metadata(&self, config: LogConfig, now: Millis) -> Result<(Log, Snapshots), LogError> {
        let name = (METADATA_TOPIC.to_owned(), 0);
        let dir = self.dir.partition(METADATA_TOPIC, 0);
        let snapshots = Snapshots::open(Arc::clone(self.dir.disk()), dir.clone(), now)?;
        let oldest = snapshots.oldest().map_or(0, |snapshot| snapshot.offset);
        let newest = snapshots.latest().map_or(0, |snapshot| snapshot.offset);
        if lock(&self.found).remove(&name).is_none() {
            let disk = Arc::clone(self.dir.disk());
            return Ok((Log::create(disk, dir, Uuid::METADATA_TOPIC, config, now)?, snapshots));
        }
        let recovery = |log_start| Recovery {
            clean: self.was_clean,
            recovery_point: self.recovery_points.get(&name).copied().unwrap_or(0),
            log_start,
        };
        let open = |log_start| {
            let disk = Arc::clone(self.dir.disk());
            Log::open(disk, dir.clone(), config.clone(), recovery(log_start), now)
        };
        let mut log = open(oldest)?;
        if log.marks().end < newest {
            log = open(newest)?;
        }
        if log.topic_id().is_zero() {
            log.assign_topic_id(Uuid::METADATA_TOPIC)?;
        }
        for damage in log.damage() {
            warn!(%damage, "the metadata log was damaged");
        }
        Ok((log, snapshots))
    }

    fn open_or_create(
        &self,
        name: &TopicPartition,
        topic_id: Uuid,
        config: LogConfig,
        now: Millis,
    ) -> Result<Log, LogError> {
        let (topic, partition) = name;
        let path = self.dir.partition(topic, *partition);
        if lock(&self.found).remove(name).is_some() {
            let recovery = Recovery {
                clean: self.was_clean,
                recovery_point: self.recovery_points.get(name).copied().unwrap_or(0),
                log_start: self.log_starts.get(name).copied().unwrap_or(0),
            };
            let disk = Arc::clone(self.dir.disk());
            let log = Log::open(disk, path.clone(), config.clone(), recovery, now)?;
            for damage in log.damage() {
                warn!(%topic, partition, %damage, "a log was damaged");
            }
            if log.topic_id() == topic_id || log.topic_id().is_zero() {
                log.set_cleaned_to(self.cleaned.get(name).copied().unwrap_or(0));
                return Ok(log);
            }
            // A deleted topic of the same name, whose deletion a crash cut off.
            self.dir.remove(&log.delete(self.random.id())?)?;
        }
        Log::create(Arc::clone(self.dir.disk()), path, topic_id, config, now)
    }

    /// Opens or makes the logs of a topic that are not hosted yet: as many as can be, and why
    /// it went no further.
    pub(crate) fn host(
        &self,
        topic: &TopicState,
        mut hosted: Vec<Arc<Partition>>,
        config: &LogSettings,
        now: Millis,
    ) -> (Topic, Result<(), LogError>) {
        let name: Arc<str> = topic.name.as_str().into();
        let first = i32::try_from(hosted.len()).unwrap_or(i32::MAX);
        let mut missing = topic.partitions.range(first..);
        let all = missing.try_for_each(|(index, partition)| {
            let place = (topic.name.clone(), *index);
            let config = config.of_partition(&topic.name, *index);
            let log = self.open_or_create(&place, topic.id, config, now)?;
            let epoch = partition.leader_epoch;
            log.begin_epoch(epoch)?;
            if self.syncer.is_some() {
                log.serve_durable()?;
            }
            let syncer = self.syncer.clone();
            let partition = Partition::new(Arc::clone(&name), *index, epoch, log, syncer);
            hosted.push(Arc::new(partition));
            Ok(())
        });
        (Topic { name, id: topic.id, partitions: hosted }, all)
    }

    /// Deletes the logs of a topic.
    pub(crate) fn delete(&self, topic: &Topic) {
        for partition in &topic.partitions {
            let deleted = partition.log.delete(self.random.id());
            if let Err(error) = deleted.and_then(|doomed| self.dir.remove(&doomed)) {
                // What is left of it is removed at the next start.
                let (topic, partition) = (&topic.name, partition.index);
                error!(%topic, partition, %error, "cannot delete a log");
            }
        }
    }

    /// Sets aside the logs that the cluster's metadata does not know, as Kafka does: nothing of
    /// a directory is removed that nobody asked to remove.
    pub(crate) fn set_strays_aside(&self, state: &State) -> Result<(), LogError> {
        let known: BTreeSet<&str> = state.topics().map(|topic| topic.name.as_str()).collect();
        for ((topic, partition), path) in std::mem::take(&mut *lock(&self.found)) {
            if known.contains(topic.as_str()) && state.partition(&topic, partition).is_some() {
                continue;
            }
            let aside =
                self.dir.path().join(format!("{topic}-{partition}.{}-stray", self.random.id()));
            warn!(%topic, partition, aside = %aside.display(), "a log of no topic is set aside");
            let moved = self.dir.disk().rename(&path, &aside);
            moved.map_err(|error| LogError::Io { what: "cannot rename", path, error })?;
        }
        Ok(())
    }

    /// Writes down how far each log is safe, where it starts, and how far it is compacted.
    pub(crate) fn checkpoint(
        &self,
        partitions: &Partitions,
        metadata: &Log,
    ) -> Result<(), LogError> {
        let mut written = lock(&self.checkpointing);
        let mut points = BTreeMap::new();
        let mut marks = BTreeMap::new();
        let mut cleaned = BTreeMap::new();
        points.insert((METADATA_TOPIC.to_owned(), 0), metadata.recovery_point());
        for partition in partitions.topics().into_iter().flat_map(|topic| topic.partitions) {
            let place = (partition.topic.to_string(), partition.index);
            let log = &partition.log;
            let at = log.marks();
            points.insert(place.clone(), log.recovery_point());
            marks.insert(place.clone(), at.high_watermark);
            if log.cleaned_to() > 0 {
                cleaned.insert(place, log.cleaned_to());
            }
        }
        self.dir.write_checkpoint(Checkpoint::RecoveryPoint, &points)?;
        self.dir.write_checkpoint(Checkpoint::LogStart, &starts(partitions))?;
        self.dir.write_checkpoint(Checkpoint::Replication, &marks)?;
        *written = marks;
        self.dir.write_checkpoint(Checkpoint::Cleaner, &cleaned)
    }

    /// Writes down the high watermarks, if they are not what was written last.
    pub(crate) fn checkpoint_marks(&self, partitions: &Partitions) -> Result<(), LogError> {
        let mut written = lock(&self.checkpointing);
        let all = partitions.topics().into_iter().flat_map(|topic| topic.partitions);
        let marks = all.map(|partition| {
            let place = (partition.topic.to_string(), partition.index);
            (place, partition.log.marks().high_watermark)
        });
        let marks = marks.collect();
        if *written != marks {
            self.dir.write_checkpoint(Checkpoint::Replication, &marks)?;
            *written = marks;
        }
        Ok(())
    }

    /// Writes down where each log starts: records that somebody deleted stay deleted. Kafka does
    /// so once a minute, and forgets it when it is killed before.
    pub(crate) fn checkpoint_starts(&self, partitions: &Partitions) -> Result<(), LogError> {
        let _writing = lock(&self.checkpointing);
        self.dir.write_checkpoint(Checkpoint::LogStart, &starts(partitions))
    }

    /// Closes every log, and writes down that all went well.
    pub(crate) fn close(
        &self,
        partitions: &Partitions,
        metadata: &Log,
        broker_epoch: i64,
    ) -> Result<(), LogError> {
        let logs: Vec<Arc<Partition>> =
            partitions.topics().into_iter().flat_map(|topic| topic.partitions).collect();
        // A disk makes many files durable in little more time than one, if they come at once.
        let each = logs.len().div_ceil(CLOSERS).max(1);
        std::thread::scope(|scope| {
            let closers: Vec<_> = logs
                .chunks(each)
                .map(|some| scope.spawn(|| some.iter().try_for_each(|one| one.log.close())))
                .collect();
            // A closer that broke down has left its logs to the recovery of the next start.
            closers.into_iter().try_for_each(|closer| closer.join().unwrap_or(Ok(())))
        })?;
        metadata.close()?;
        self.checkpoint(partitions, metadata)?;
        self.dir.mark_clean_shutdown(broker_epoch)?;
        // A round of the upkeep that found everything closed may still be on its way home.
        self.dir.release();
        Ok(())
    }

    /// Returns the size of the disk and what is left of it.
    pub(crate) fn space(&self) -> Result<Space, LogError> {
        self.dir.space()
    }

    /// Returns who makes what is appended durable before it is acknowledged: nobody without
    /// `--fsync`.
    pub(crate) fn syncer(&self) -> Option<&Arc<Syncer>> {
        self.syncer.as_ref()
    }

    /// Returns the data directory and its disk.
    pub(crate) fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// Returns the directory as it is named to clients.
    pub(crate) fn directory(&self) -> String {
        self.dir.path().display().to_string()
    }
}

/// Reads whose directory it is, or writes it into a new one.
/// Returns where logs start, of those that do not start with their first file.
fn starts(partitions: &Partitions) -> BTreeMap<TopicPartition, i64> {
    let all = partitions.topics().into_iter().flat_map(|topic| topic.partitions);
    let cut = all.filter_map(|partition| {
        let start = partition.log.marks().log_start;
        let place = (partition.topic.to_string(), partition.index);
        (start > partition.log.first_segment_offset()).then_some((place, start))
    });
    cut.collect()
}

fn identify(
    dir: &DataDir,
    options: &Options,
    random: Random,
) -> Result<MetaProperties, BrokerError> {
    let given = options.cluster_id.map(|id| id.to_string());
    let Some(meta) = dir.meta()? else {
        let meta = MetaProperties {
            cluster_id: given.unwrap_or_else(|| random.id().to_string()),
            node_id: options.node_id.unwrap_or(NODE_ID),
            directory_id: random.id(),
        };
        dir.write_meta(&meta)?;
        return Ok(meta);
    };
    if let Some(asked) = given.filter(|asked| *asked != meta.cluster_id) {
        return Err(BrokerError::OtherCluster { asked, found: meta.cluster_id });
    }
    if let Some(asked) = options.node_id.filter(|asked| *asked != meta.node_id) {
        return Err(BrokerError::OtherNode { asked, found: meta.node_id });
    }
    Ok(meta)
}

/// Returns how the metadata log is kept: snapshots say what of it may go, not its age.
fn metadata_config(options: &Options) -> LogConfig {
    let dynamic = DynamicConfigs::default();
    let config = Configs::new(&options.fixed, &dynamic, NODE_ID).broker();
    LogConfig {
        max_message_bytes: METADATA_BATCH_BYTES_MAX,
        segment_bytes: u32::try_from(config.metadata_log_segment_bytes).unwrap_or(0),
        segment_ms: config.metadata_log_segment_ms,
        retention_ms: -1,
        delete: false,
        ..LogConfig::default()
    }
}

/// What a topic's configs say to its logs.
pub(crate) struct LogSettings {
    config: LogConfig,
    /// `segment.jitter.ms`: by how much the partitions' segments differ in age at the most, so
    /// that they do not all end in the same moment.
    segment_jitter_ms: i64,
}

impl LogSettings {
    pub(crate) fn of(topic: &TopicConfig, broker: &BrokerConfig) -> Self {
        let segment_jitter_ms = topic.segment_jitter_ms;
        LogSettings { config: log_config(topic, broker), segment_jitter_ms }
    }

    /// Returns what one partition's log is told.
    pub(crate) fn of_partition(&self, topic: &str, partition: i32) -> LogConfig {
        let mut config = self.config.clone();
        let most = self.segment_jitter_ms.min(config.segment_ms);
        if most > 0 {
            // Any even spread will do; Kafka draws at random.
            let draw = murmur2(format!("{topic}-{partition}").as_bytes());
            config.segment_ms -= i64::from(draw).rem_euclid(most);
        }
        config
    }
}

fn log_config(topic: &TopicConfig, broker: &BrokerConfig) -> LogConfig {
    let unsigned = |value: i32| u32::try_from(value).unwrap_or(0);
    LogConfig {
        segment_bytes: unsigned(topic.segment_bytes),
        segment_ms: topic.segment_ms,
        segment_index_bytes: unsigned(topic.segment_index_bytes),
        index_interval_bytes: unsigned(topic.index_interval_bytes),
        retention_ms: topic.retention_ms,
        retention_bytes: topic.retention_bytes,
        max_message_bytes: unsigned(topic.max_message_bytes),
        timestamp_type: match topic.message_timestamp_type {
            config::TimestampType::CreateTime => TimestampType::CreateTime,
            config::TimestampType::LogAppendTime => TimestampType::LogAppendTime,
        },
        timestamp_before_max_ms: topic.message_timestamp_before_max_ms,
        timestamp_after_max_ms: topic.message_timestamp_after_max_ms,
        compact: topic.cleanup_compact,
        delete: topic.cleanup_delete,
        delete_retention_ms: topic.delete_retention_ms,
        min_compaction_lag_ms: topic.min_compaction_lag_ms,
        max_compaction_lag_ms: topic.max_compaction_lag_ms,
        min_cleanable_dirty_ratio: topic.min_cleanable_dirty_ratio,
        cleaner_bytes_per_second: broker.log_cleaner_io_max_bytes_per_second,
        file_delete_delay_ms: topic.file_delete_delay_ms,
        compression_type: match topic.compression_type {
            CompressionType::Producer => None,
            CompressionType::Uncompressed => Some(Codec::None),
            CompressionType::Gzip(_) => Some(Codec::Gzip),
            CompressionType::Snappy => Some(Codec::Snappy),
            CompressionType::Lz4(_) => Some(Codec::Lz4),
            CompressionType::Zstd(_) => Some(Codec::Zstd),
        },
        compression_level: match topic.compression_type {
            CompressionType::Gzip(level) | CompressionType::Zstd(level) => Some(level),
            _ => None,
        },
        flush_messages: topic.flush_messages,
        flush_ms: topic.flush_ms,
        preallocate: topic.preallocate,
        producer_id_expiration_ms: i64::from(broker.producer_id_expiration_ms),
        verify_transactions: broker.transaction_partition_verification_enable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::config::{StaticConfig, Values};

    fn settings(own: &[(&str, &str)]) -> LogSettings {
        let of_cleaner = ("log.cleaner.io.max.bytes.per.second", "5000.5");
        let given = [(of_cleaner.0.to_owned(), of_cleaner.1.to_owned())];
        let (fixed, dynamic) = (StaticConfig::parse(given).unwrap(), DynamicConfigs::default());
        let configs = Configs::new(&fixed, &dynamic, 1);
        let own = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        LogSettings::of(&configs.topic_with(&own.collect::<Values>()), &configs.broker())
    }

    #[test]
    fn every_config_of_a_topic_comes_to_its_log() {
        let own = [
            ("segment.bytes", "1048577"),
            ("segment.ms", "2"),
            ("segment.index.bytes", "40"),
            ("index.interval.bytes", "5"),
            ("retention.ms", "6"),
            ("retention.bytes", "7"),
            ("max.message.bytes", "8"),
            ("message.timestamp.type", "LogAppendTime"),
            ("message.timestamp.before.max.ms", "9"),
            ("message.timestamp.after.max.ms", "10"),
            ("cleanup.policy", "compact"),
            ("delete.retention.ms", "11"),
            ("min.compaction.lag.ms", "12"),
            ("max.compaction.lag.ms", "13"),
            ("min.cleanable.dirty.ratio", "0.25"),
            ("file.delete.delay.ms", "14"),
            ("compression.type", "gzip"),
            ("compression.gzip.level", "3"),
            ("flush.messages", "15"),
            ("flush.ms", "16"),
            ("preallocate", "true"),
        ];
        let expected = LogConfig {
            segment_bytes: 1_048_577,
            segment_ms: 2,
            segment_index_bytes: 40,
            index_interval_bytes: 5,
            retention_ms: 6,
            retention_bytes: 7,
            max_message_bytes: 8,
            timestamp_type: TimestampType::LogAppendTime,
            timestamp_before_max_ms: 9,
            timestamp_after_max_ms: 10,
            compact: true,
            delete: false,
            delete_retention_ms: 11,
            min_compaction_lag_ms: 12,
            max_compaction_lag_ms: 13,
            min_cleanable_dirty_ratio: 0.25,
            cleaner_bytes_per_second: 5000.5,
            file_delete_delay_ms: 14,
            compression_type: Some(Codec::Gzip),
            compression_level: Some(3),
            flush_messages: 15,
            flush_ms: 16,
            preallocate: true,
            producer_id_expiration_ms: 86_400_000,
            verify_transactions: true,
        };
        assert_eq!(settings(&own).of_partition("t", 0), expected);
        let zstd = [("compression.type", "zstd"), ("compression.zstd.level", "19")];
        assert_eq!(settings(&zstd).config.compression_level, Some(19));
        // The level of another codec is none of this one's, and lz4 has one level.
        let lz4 = [("compression.type", "lz4"), ("compression.lz4.level", "17")];
        assert_eq!(settings(&lz4).config.compression_level, None);
    }

    #[test]
    fn a_jitter_makes_segments_end_earlier_each_at_its_own_time() {
        for (jitter, least) in [("0", 1000), ("100", 901), ("5000", 1)] {
            let settings = settings(&[("segment.ms", "1000"), ("segment.jitter.ms", jitter)]);
            let ages: BTreeSet<Millis> =
                (0..50).map(|partition| settings.of_partition("t", partition).segment_ms).collect();
            assert!(ages.iter().all(|age| (least..=1000).contains(age)), "{jitter}: {ages:?}");
            assert_eq!(ages.len() > 20, jitter != "0", "{jitter}: {ages:?}");
        }
    }
}
