//! The data directory: who it belongs to, who holds it, which partitions it has, and the
//! checkpoints of all of them.
//!
//! ```text
//! meta.properties                    cluster, node and directory
//! .lock                              held while a broker runs
//! .kafka_cleanshutdown               it was stopped in order
//! recovery-point-offset-checkpoint   TOPIC PARTITION OFFSET: durable up to there
//! log-start-offset-checkpoint        records before it are deleted
//! replication-offset-checkpoint      high watermarks
//! cleaner-offset-checkpoint          compacted up to there
//! TOPIC-PARTITION/                   a log
//! TOPIC-PARTITION.UNIQUE-delete/     a log that waits to be removed
//! ```
//!
//! Source: `LogManager`, `MetaPropertiesEnsemble`, `CleanShutdownFileHandler` of Apache Kafka.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::names::failed;
use super::{LogError, checkpoint};
use crate::base::ids::Uuid;
use crate::base::limits::TOPIC_NAME_MAX;
use crate::base::sync::lock;
use crate::broker::disk::{self, Disk, Lock, Space};

const META: &str = "meta.properties";
const LOCK: &str = ".lock";
const CLEAN: &str = ".kafka_cleanshutdown";
/// File names are 255 bytes at the most.
const NAME_BYTES_MAX: usize = 255;

/// A topic and a partition of it.
pub type TopicPartition = (String, i32);

/// Whose directory it is (`meta.properties`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaProperties {
    pub cluster_id: String,
    pub node_id: i32,
    pub directory_id: Uuid,
}

/// One of the checkpoints of all partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    RecoveryPoint,
    LogStart,
    Replication,
    Cleaner,
}

impl Checkpoint {
    fn name(self) -> &'static str {
        match self {
            Checkpoint::RecoveryPoint => "recovery-point-offset-checkpoint",
            Checkpoint::LogStart => "log-start-offset-checkpoint",
            Checkpoint::Replication => "replication-offset-checkpoint",
            Checkpoint::Cleaner => "cleaner-offset-checkpoint",
        }
    }
}

/// What a directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partitions {
    /// Topic, partition and path of each log.
    pub logs: Vec<(TopicPartition, PathBuf)>,
    /// Directories that wait to be removed.
    pub doomed: Vec<PathBuf>,
}

/// A data directory that is held against other brokers, Apache Kafka's among them.
#[derive(Debug)]
pub struct DataDir {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    lock: Mutex<Option<Box<dyn Lock>>>,
}

impl DataDir {
    /// Takes the directory; it is made if it is not there. [`LogError::Locked`] when another
    /// broker has it.
    pub fn open(disk: Arc<dyn Disk>, path: PathBuf) -> Result<Self, LogError> {
        disk.create_dir(&path).map_err(failed("cannot create", &path))?;
        let file = path.join(LOCK);
        match disk.lock(&file) {
            Ok(held) => Ok(DataDir { disk, path, lock: Mutex::new(Some(held)) }),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(LogError::Locked { path })
            }
            Err(error) => Err(failed("cannot lock", &file)(error)),
        }
    }

    /// Lets others have the directory: nothing is written to it from now on.
    pub fn release(&self) {
        *lock(&self.lock) = None;
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    pub fn space(&self) -> Result<Space, LogError> {
        self.disk.space(&self.path).map_err(failed("cannot look at", &self.path))
    }

    /// The directory of a partition's log.
    pub fn partition(&self, topic: &str, partition: i32) -> PathBuf {
        self.path.join(format!("{topic}-{partition}"))
    }

    /// Reads a text file; none when it is not there.
    fn text(&self, name: &str) -> Result<Option<String>, LogError> {
        let path = self.path.join(name);
        match disk::read(&*self.disk, &path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(LogError::Metadata { path, why: "it is not text".to_owned() }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("cannot read", &path)(error)),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), LogError> {
        let path = self.path.join(name);
        let written = disk::replace(&*self.disk, &path, text.as_bytes(), true);
        written.map_err(failed("cannot write", &path))
    }

    /// Reads `meta.properties`; none in a directory that is new.
    pub fn meta(&self) -> Result<Option<MetaProperties>, LogError> {
        let Some(text) = self.text(META)? else { return Ok(None) };
        let meta = parse_meta(&text);
        let path = self.path.join(META);
        meta.map(Some).map_err(|why| LogError::Metadata { path, why })
    }

    pub fn write_meta(&self, meta: &MetaProperties) -> Result<(), LogError> {
        let MetaProperties { cluster_id, node_id, directory_id } = meta;
        self.write(
            META,
            &format!(
                "cluster.id={cluster_id}\ndirectory.id={directory_id}\n\
                 node.id={node_id}\nversion=1\n"
            ),
        )
    }

    /// Says whether the last broker stopped in order, and forgets it: from now on it has not.
    pub fn take_clean_shutdown(&self) -> Result<bool, LogError> {
        let was_clean = self.text(CLEAN)?.is_some();
        let path = self.path.join(CLEAN);
        self.disk.remove(&path).map_err(failed("cannot remove", &path))?;
        self.disk.sync_dir(&self.path).map_err(failed("cannot sync", &self.path))?;
        Ok(was_clean)
    }

    /// Writes down that the broker stopped in order: after every log is closed and every
    /// checkpoint is written.
    ///
    /// `broker_epoch` is that of the registration which ended: Kafka compares it with the one in
    /// its metadata (KIP-966).
    pub fn mark_clean_shutdown(&self, broker_epoch: i64) -> Result<(), LogError> {
        self.write(CLEAN, &format!("{{\"version\":0,\"brokerEpoch\":{broker_epoch}}}"))
    }

    /// Reads a checkpoint. One that is missing is empty; one that is damaged is empty too, and
    /// told in the broker's log: everything in it can be found out again, or is only a hint.
    pub fn checkpoint(&self, which: Checkpoint) -> Result<BTreeMap<TopicPartition, i64>, LogError> {
        let read = match self.text(which.name()) {
            Ok(Some(text)) => parse_offsets(&text),
            Ok(None) => return Ok(BTreeMap::new()),
            Err(LogError::Metadata { .. }) => None,
            Err(error) => return Err(error),
        };
        if read.is_none() {
            let path = self.path.join(which.name());
            tracing::warn!(path = %path.display(), "a damaged checkpoint is taken as empty");
        }
        Ok(read.unwrap_or_default())
    }

    pub fn write_checkpoint(
        &self,
        which: Checkpoint,
        offsets: &BTreeMap<TopicPartition, i64>,
    ) -> Result<(), LogError> {
        let lines = offsets
            .iter()
            .map(|((topic, partition), offset)| format!("{topic} {partition} {offset}"));
        self.write(which.name(), &checkpoint::text(lines))
    }

    /// Lists the logs, and the directories that wait to be removed.
    pub fn partitions(&self) -> Result<Partitions, LogError> {
        let entries = self.disk.list(&self.path).map_err(failed("cannot list", &self.path))?;
        let mut found = Partitions::default();
        for entry in entries.into_iter().filter(|entry| entry.is_dir) {
            let path = self.path.join(&entry.name);
            if entry.name.ends_with("-delete") && entry.name.contains('.') {
                found.doomed.push(path);
            } else if let Some(name) = parse_dir(&entry.name) {
                found.logs.push((name, path));
            }
        }
        Ok(found)
    }

    /// Removes a directory that [`Log::delete`](super::Log::delete) left.
    pub fn remove(&self, doomed: &Path) -> Result<(), LogError> {
        self.disk.remove(doomed).map_err(failed("cannot remove", doomed))
    }
}

fn parse_meta(text: &str) -> Result<MetaProperties, String> {
    let mut fields = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        if let Some((name, value)) = line.split_once(['=', ':']) {
            // Java's Properties escapes the colon and the equals sign in values.
            fields.insert(name.trim(), value.trim().replace('\\', ""));
        }
    }
    let field = |name: &str| fields.get(name).ok_or(format!("`{name}` is missing"));
    if field("version")? != "1" {
        return Err(format!("version `{}` is not known, only 1 is", field("version")?));
    }
    let node_id = field("node.id")?;
    let directory_id = match fields.get("directory.id") {
        Some(id) => id.parse().map_err(|error| format!("directory.id: {error}"))?,
        None => Uuid::ZERO,
    };
    Ok(MetaProperties {
        cluster_id: field("cluster.id")?.clone(),
        node_id: node_id.parse().map_err(|_| format!("node.id `{node_id}` is not a number"))?,
        directory_id,
    })
}

fn parse_offsets(text: &str) -> Option<BTreeMap<TopicPartition, i64>> {
    let mut offsets = BTreeMap::new();
    for line in checkpoint::lines(text)? {
        let mut words = line.split_whitespace();
        let (topic, partition, offset) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        offsets.insert((topic.to_owned(), partition.parse().ok()?), offset.parse().ok()?);
    }
    Some(offsets)
}

/// Splits a directory's name into topic and partition.
fn parse_dir(name: &str) -> Option<TopicPartition> {
    let (topic, partition) = name.rsplit_once('-')?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let named = !topic.is_empty() && topic.len() <= TOPIC_NAME_MAX && topic.bytes().all(allowed);
    if !named || !partition.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((topic.to_owned(), partition.parse().ok()?))
}

/// The name of a log's directory while it waits to be removed.
pub(super) fn doomed_name(dir: &Path, unique: Uuid) -> String {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let suffix = format!(".{}-delete", data_encoding::HEXLOWER.encode(&unique.0));
    let kept = name.len().min(NAME_BYTES_MAX - suffix.len());
    format!("{}{suffix}", name.get(..kept).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::disk::memory::MemoryDisk;

    fn open(disk: &MemoryDisk) -> DataDir {
        DataDir::open(Arc::new(disk.clone()), PathBuf::from("/data")).unwrap()
    }

    #[test]
    fn a_directory_is_held_by_one() {
        let disk = MemoryDisk::new();
        let dir = open(&disk);
        let second = DataDir::open(Arc::new(disk.clone()), PathBuf::from("/data"));
        assert!(matches!(second, Err(LogError::Locked { .. })));
        drop(dir);
        open(&disk);
    }

    #[test]
    fn properties_come_back_and_bad_ones_say_why() {
        let dir = open(&MemoryDisk::new());
        assert_eq!(dir.meta().unwrap(), None);
        let meta = MetaProperties {
            cluster_id: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            node_id: 1,
            directory_id: Uuid::from_random([7; 16]),
        };
        dir.write_meta(&meta).unwrap();
        assert_eq!(dir.meta().unwrap(), Some(meta));
        // As Java writes it.
        let java = "#\n#Sat Nov 21 12:14:00 UTC 2026\ncluster.id=x\nnode.id=3\nversion=1\n";
        assert_eq!(parse_meta(java).unwrap().node_id, 3);
        let bad = [
            ("version=0\n", "version `0` is not known, only 1 is"),
            ("version=1\ncluster.id=x\n", "`node.id` is missing"),
            ("version=1\ncluster.id=x\nnode.id=y\n", "node.id `y` is not a number"),
            ("", "`version` is missing"),
        ];
        for (text, why) in bad {
            assert_eq!(parse_meta(text), Err(why.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn checkpoints_come_back() {
        let dir = open(&MemoryDisk::new());
        let mut offsets = BTreeMap::new();
        offsets.insert(("a-b".to_owned(), 0), 17);
        offsets.insert(("c".to_owned(), 12), i64::MAX);
        for which in [Checkpoint::RecoveryPoint, Checkpoint::LogStart] {
            assert!(dir.checkpoint(which).unwrap().is_empty());
            dir.write_checkpoint(which, &offsets).unwrap();
            assert_eq!(dir.checkpoint(which).unwrap(), offsets);
        }
        for text in ["0\n2\na 0 1\n", "0\n1\na 0\n", "0\n1\na 0 1 2\n", "1\n0\n", "0\n1\na b 1\n"] {
            assert_eq!(parse_offsets(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_clean_shutdown_is_told_once() {
        let dir = open(&MemoryDisk::new());
        assert!(!dir.take_clean_shutdown().unwrap());
        dir.mark_clean_shutdown(7).unwrap();
        assert!(dir.take_clean_shutdown().unwrap());
        assert!(!dir.take_clean_shutdown().unwrap());
    }

    #[test]
    fn directories_name_topic_and_partition() {
        let table = [
            ("t-0", Some(("t", 0))),
            ("a-b-12", Some(("a-b", 12))),
            ("__cluster_metadata-0", Some(("__cluster_metadata", 0))),
            ("t", None),
            ("-0", None),
            ("t-", None),
            ("t-x", None),
            ("t-99999999999", None),
            ("t é-0", None),
        ];
        for (name, expected) in table {
            let expected = expected.map(|(topic, partition)| (topic.to_owned(), partition));
            assert_eq!(parse_dir(name), expected, "{name}");
        }
        let name = doomed_name(Path::new("/data/t-0"), Uuid([0xab; 16]));
        assert_eq!(name, "t-0.abababababababababababababababab-delete");
        let long = PathBuf::from(format!("/data/{}-0", "t".repeat(249)));
        assert_eq!(doomed_name(&long, Uuid([0xab; 16])).len(), NAME_BYTES_MAX);
    }

    #[test]
    fn a_directory_lists_its_logs_and_what_waits_to_be_removed() {
        let disk = MemoryDisk::new();
        let dir = open(&disk);
        for name in ["t-0", "u-3", "lost+found", "t-1.abab-delete"] {
            disk.create_dir(&dir.path().join(name)).unwrap();
        }
        let found = dir.partitions().unwrap();
        let logs: Vec<_> = found.logs.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(logs, [("t".to_owned(), 0), ("u".to_owned(), 3)]);
        assert_eq!(found.doomed, [dir.path().join("t-1.abab-delete")]);
        dir.remove(&found.doomed[0]).unwrap();
        assert!(dir.partitions().unwrap().doomed.is_empty());
    }
}
