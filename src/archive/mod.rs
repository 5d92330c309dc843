//! The file that `rk topics archive` writes: a topic's records, its partitions and its configs.
//!
//! ```text
//! file   = "rk archive 1\n" frame...
//! frame  = kind (1 byte) · length of the payload (4 bytes) · CRC-32C of kind, length and
//!          payload (4 bytes) · payload
//! ```
//!
//! Numbers are big-endian. The kinds:
//!
//! - `H`, the first frame and nowhere else: JSON, `{"topic", "cluster_id", "configs": {name:
//!   value}, "partitions": [{"partition", "from", "until"}]}`. Each partition was archived from
//!   offset `from` to before `until`.
//! - `B`: a partition's number (4 bytes) and a Kafka record batch (format v2), compressed with
//!   zstd, whose records have their offsets, timestamps, keys, values and headers. The batches of
//!   one partition stand in the order of their offsets; those of several are mixed.
//! - `E`, the last frame: JSON, `{"partitions": [{"partition", "records"}]}`. A file without it
//!   is not complete.
//!
//! Pure but for the reader and the writer that it is given.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::wire::batch::{BatchError, contents};

/// What a file begins with.
pub const MAGIC: &[u8] = b"rk archive 1\n";
/// The kind, the length and the checksum of a frame.
const FRAME_HEAD_BYTES: usize = 9;
/// The largest payload that is believed.
const PAYLOAD_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Why a file is not an archive, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it does not begin as an archive does")]
    NotOne,
    #[error("it ends in the middle of what begins at byte {at}")]
    Torn { at: u64 },
    #[error("the checksum of what begins at byte {at} is wrong")]
    Checksum { at: u64 },
    #[error("what begins at byte {at} cannot be read: {why}")]
    Malformed { at: u64, why: String },
}

/// What is archived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub topic: String,
    pub cluster_id: Option<String>,
    pub configs: Vec<(String, String)>,
    /// From which offset to before which, by partition.
    pub partitions: BTreeMap<i32, (i64, i64)>,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    Head(Head),
    Batch {
        partition: i32,
        batch: Bytes,
    },
    /// How many records each partition has.
    End(BTreeMap<i32, u64>),
}

impl Head {
    fn to_json(&self) -> Value {
        let partition = |(partition, (from, until)): (&i32, &(i64, i64))| {
            let mut one = json!({"partition": partition});
            one["from"] = (*from).into();
            one["until"] = (*until).into();
            one
        };
        let configs = self.configs.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        json!({
            "topic": self.topic,
            "cluster_id": self.cluster_id,
            "configs": configs.collect::<serde_json::Map<_, _>>(),
            "partitions": self.partitions.iter().map(partition).collect::<Vec<_>>(),
        })
    }

    fn of_json(value: &Value) -> Option<Self> {
        let partition = |one: &Value| {
            let number = i32::try_from(one["partition"].as_i64()?).ok()?;
            Some((number, (one["from"].as_i64()?, one["until"].as_i64()?)))
        };
        let config =
            |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        Some(Head {
            topic: value["topic"].as_str()?.to_owned(),
            cluster_id: value["cluster_id"].as_str().map(str::to_owned),
            configs: value["configs"].as_object()?.iter().map(config).collect::<Option<_>>()?,
            partitions: value["partitions"]
                .as_array()?
                .iter()
                .map(partition)
                .collect::<Option<_>>()?,
        })
    }
}

fn counts_to_json(counts: &BTreeMap<i32, u64>) -> Value {
    let one = |(partition, records)| json!({"partition": partition, "records": records});
    json!({"partitions": counts.iter().map(one).collect::<Vec<_>>()})
}

fn counts_of_json(value: &Value) -> Option<BTreeMap<i32, u64>> {
    let one = |one: &Value| {
        Some((i32::try_from(one["partition"].as_i64()?).ok()?, one["records"].as_u64()?))
    };
    value["partitions"].as_array()?.iter().map(one).collect()
}

/// Appends a frame.
pub fn put(out: &mut Vec<u8>, frame: &Frame) {
    let (kind, payload) = match frame {
        Frame::Head(head) => (b'H', head.to_json().to_string().into_bytes()),
        Frame::End(counts) => (b'E', counts_to_json(counts).to_string().into_bytes()),
        Frame::Batch { partition, batch } => (b'B', [&partition.to_be_bytes()[..], batch].concat()),
    };
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    let crc = checksum(kind, length, &payload);
    out.push(kind);
    out.extend_from_slice(&length);
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(&payload);
}

fn checksum(kind: u8, length: [u8; 4], payload: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&[kind]);
    crc32c::crc32c_append(crc32c::crc32c_append(crc, &length), payload)
}

/// Begins a file.
pub fn begin(out: &mut impl Write, head: &Head) -> io::Result<()> {
    let mut bytes = MAGIC.to_vec();
    put(&mut bytes, &Frame::Head(head.clone()));
    out.write_all(&bytes)
}

/// Reads a file frame by frame.
pub struct Reader<R> {
    from: R,
    at: u64,
}

impl<R: Read> Reader<R> {
    /// Begins to read, and returns what is archived.
    pub fn open(mut from: R) -> Result<(Self, Head), ArchiveError> {
        let mut magic = [0; MAGIC.len()];
        if fill(&mut from, &mut magic)? < MAGIC.len() || magic != MAGIC {
            return Err(ArchiveError::NotOne);
        }
        let mut reader = Reader { from, at: MAGIC.len() as u64 };
        match reader.read()? {
            Some(Frame::Head(head)) => Ok((reader, head)),
            _ => Err(ArchiveError::NotOne),
        }
    }

    /// Where the next frame begins.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Returns the next frame; none at the end of the file.
    pub fn read(&mut self) -> Result<Option<Frame>, ArchiveError> {
        let at = self.at;
        let mut head = [0; FRAME_HEAD_BYTES];
        match fill(&mut self.from, &mut head)? {
            0 => return Ok(None),
            FRAME_HEAD_BYTES => {}
            _ => return Err(ArchiveError::Torn { at }),
        }
        let [kind, l0, l1, l2, l3, c0, c1, c2, c3] = head;
        let length = [l0, l1, l2, l3];
        let size = u32::from_be_bytes(length) as usize;
        if size > PAYLOAD_BYTES_MAX {
            return Err(ArchiveError::Checksum { at });
        }
        // What is announced is not believed before it is there.
        let mut payload = Vec::new();
        (&mut self.from).take(size as u64).read_to_end(&mut payload)?;
        if payload.len() < size {
            return Err(ArchiveError::Torn { at });
        }
        if checksum(kind, length, &payload) != u32::from_be_bytes([c0, c1, c2, c3]) {
            return Err(ArchiveError::Checksum { at });
        }
        self.at += (FRAME_HEAD_BYTES + size) as u64;
        frame(kind, payload.into()).map(Some).map_err(|why| ArchiveError::Malformed { at, why })
    }
}

fn frame(kind: u8, payload: Bytes) -> Result<Frame, String> {
    let json = || serde_json::from_slice::<Value>(&payload).map_err(|e| e.to_string());
    let odd = || "it has not the members that it should have".to_owned();
    match kind {
        b'H' => Head::of_json(&json()?).map(Frame::Head).ok_or_else(odd),
        b'E' => counts_of_json(&json()?).map(Frame::End).ok_or_else(odd),
        b'B' => match payload.split_first_chunk::<4>() {
            Some((partition, _)) => {
                let partition = i32::from_be_bytes(*partition);
                Ok(Frame::Batch { partition, batch: payload.slice(4..) })
            }
            None => Err(odd()),
        },
        kind => Err(format!("its kind is {kind}")),
    }
}

/// Reads until `buf` is full or the file ends. Returns how many bytes there were.
fn fill(from: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut there = 0;
    while there < buf.len() {
        match from.read(&mut buf[there..]) {
            Ok(0) => break,
            Ok(n) => there += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(there)
}

/// What is known of the partitions of a file as it is read or written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many records each partition has.
    pub records: BTreeMap<i32, u64>,
    /// The offset after the last record of each partition.
    pub next: BTreeMap<i32, i64>,
}

impl Progress {
    /// Begins with nothing.
    pub fn of(head: &Head) -> Self {
        Progress {
            records: head.partitions.keys().map(|partition| (*partition, 0)).collect(),
            next: head.partitions.iter().map(|(at, (from, _))| (*at, *from)).collect(),
        }
    }

    /// Takes a batch in, every record of which is looked at: offsets must ascend within the
    /// partition's range.
    pub fn take(&mut self, head: &Head, partition: i32, batch: &[u8]) -> Result<(), BatchError> {
        let misplaced = BatchError::Record { index: 0 };
        let (_, until) = head.partitions.get(&partition).ok_or_else(|| misplaced.clone())?;
        let next = self.next.entry(partition).or_default();
        let records = self.records.entry(partition).or_default();
        crate::wire::batch::check_stored(batch)?;
        for record in contents(batch)?.records() {
            let record = record?;
            if record.offset < *next || record.offset >= *until {
                return Err(misplaced);
            }
            *next = record.offset + 1;
            *records += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::batch::{BatchBuilder, Codec};

    fn head() -> Head {
        Head {
            topic: "t".to_owned(),
            cluster_id: Some("c".to_owned()),
            configs: vec![("retention.ms".to_owned(), "5".to_owned())],
            partitions: BTreeMap::from([(0, (3, 10)), (1, (0, 0))]),
        }
    }

    fn batch(offset: i64) -> Bytes {
        let mut builder = BatchBuilder::new().codec(Codec::Zstd).base_offset(offset);
        builder.push(7, Some(b"k"), None, &[(b"h", Some(b"v"))]);
        builder.build().unwrap()
    }

    fn file() -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out, &head()).unwrap();
        put(&mut out, &Frame::Batch { partition: 0, batch: batch(4) });
        put(&mut out, &Frame::End(BTreeMap::from([(0, 1), (1, 0)])));
        out
    }

    fn all(bytes: &[u8]) -> Result<Vec<Frame>, ArchiveError> {
        let (mut reader, head) = Reader::open(bytes)?;
        let mut frames = vec![Frame::Head(head)];
        while let Some(frame) = reader.read()? {
            frames.push(frame);
        }
        Ok(frames)
    }

    #[test]
    fn what_is_written_is_read() {
        let want = [
            Frame::Head(head()),
            Frame::Batch { partition: 0, batch: batch(4) },
            Frame::End(BTreeMap::from([(0, 1), (1, 0)])),
        ];
        assert_eq!(all(&file()).unwrap(), want);
    }

    #[test]
    fn every_cut_and_every_wrong_byte_is_noticed() {
        let file = file();
        let mut whole = 0;
        for cut in 0..file.len() {
            match all(&file[..cut]) {
                // Between two frames a file may end, though it is not complete then.
                Ok(frames) => {
                    whole += 1;
                    assert!(!frames.iter().any(|frame| matches!(frame, Frame::End(_))));
                }
                Err(ArchiveError::Torn { .. } | ArchiveError::NotOne) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(whole, 2);
        for at in 0..file.len() {
            let mut wrong = file.clone();
            wrong[at] ^= 0x41;
            assert!(all(&wrong).is_err(), "byte {at}");
        }
    }

    #[test]
    fn offsets_ascend_within_their_range() {
        let head = head();
        let mut progress = Progress::of(&head);
        progress.take(&head, 0, &batch(4)).unwrap();
        assert_eq!((progress.records[&0], progress.next[&0]), (1, 5));
        assert!(progress.take(&head, 0, &batch(4)).is_err());
        assert!(progress.take(&head, 0, &batch(10)).is_err());
        assert!(progress.take(&head, 2, &batch(5)).is_err());
        progress.take(&head, 0, &batch(9)).unwrap();
        assert_eq!((progress.records[&0], progress.next[&0]), (2, 10));
    }
}
