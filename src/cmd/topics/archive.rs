//! `rk topics archive`: a topic into a file, which is whole or not there.
//!
//! It is written beside its name, with `.part` at the end, and gets its name when all is written,
//! on the disk and read back. The same command goes on with a part that is there.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::super::crew::{self, Reply, Silence};
use super::super::interrupt::Interrupt;
use super::{Context, Ended, failed, words};
use crate::archive::{self, ArchiveError, Frame, Head, Progress, Reader};
use crate::client::{
    Admin, Chunk, ClientError, Credit, Fetcher, Isolation, OffsetSpec, Partition, Properties, Span,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Cluster;
use crate::wire::batch::{BatchBuilder, Codec};

/// From this size on a block ends.
const BLOCK_BYTES: usize = 512 * 1024;
/// How far apart the offsets of one block may be.
const BLOCK_OFFSETS_MAX: i64 = i32::MAX as i64;
const IDLE_WAIT: Duration = Duration::from_millis(100);

pub(super) fn run(words: &words::Archive, cluster: &Cluster, cx: &mut Context) -> Ended {
    let (topic, file) = (words.topic.as_str(), words.file.as_path());
    let what = format!("cannot archive `{topic}` in `{}`", file.display());
    if file.exists() {
        return Err(Failure::new(what)
            .because("the file is there already")
            .hint("remove it, or name another")
            .exit(Exit::Failed));
    }
    let interrupt = Interrupt::listen()?;
    let refused = |error| failed(what.clone(), error);
    let mut properties = cluster.properties.clone();
    properties.insert("isolation.level".to_owned(), "read_committed".to_owned());
    let mut admin = Admin::open(&cluster.brokers, &properties).map_err(refused)?;
    let part = PathBuf::from(format!("{}.part", file.display()));
    let broken = |error: ArchiveError| Failure::new(what.clone()).caused_by(error);
    let mut work = match part.exists() {
        true => resume(&part, topic, cx).map_err(broken)?,
        false => {
            let head = head(&mut admin, topic).map_err(refused)?;
            begin(&part, head).map_err(|e| broken(e.into()))?
        }
    };
    let written = work.write(admin, &properties, &interrupt, cx);
    let is_whole = written.map_err(|trouble| match trouble {
        Trouble::Cluster(error) => failed(what.clone(), error),
        Trouble::File(error) => Failure::new(what.clone()).caused_by(error),
    })?;
    if !is_whole {
        cx.ui.end_line();
        cx.ui.note(&format!("note: the same command goes on with `{}`", part.display()));
        return Ok(Exit::Interrupted);
    }
    let (records, bytes) = work.end(&part, file).map_err(broken)?;
    cx.ui.note(&format!("archived {records} records of `{topic}` in {bytes} bytes"));
    Ok(Exit::Done)
}

/// What there is to archive.
pub(super) fn head(admin: &mut Admin, topic: &str) -> Result<Head, ClientError> {
    let described = admin.topics(&[topic])?;
    let partitions: Vec<Partition> = (described.iter().flat_map(|topic| &topic.partitions))
        .map(|p| Partition { topic: topic.to_owned(), partition: p.partition_index })
        .collect();
    let mut ask = |spec| {
        let wanted: Vec<_> = partitions.iter().map(|at| (at.clone(), spec)).collect();
        admin.list_offsets(&wanted, Isolation::ReadCommitted)
    };
    let (begins, ends) = (ask(OffsetSpec::Earliest)?, ask(OffsetSpec::Latest)?);
    let offset = |at: &Partition, all: &BTreeMap<Partition, Option<crate::client::OffsetAt>>| {
        all.get(at).copied().flatten().map_or(0, |at| at.offset)
    };
    let ranges = partitions.iter().map(|at| {
        let from = offset(at, &begins);
        (at.partition, (from, offset(at, &ends).max(from)))
    });
    let ranges = ranges.collect();
    let configs = admin.topic_configs(&[topic.to_owned()])?.remove(topic);
    let configs = configs.transpose()?.unwrap_or_default();
    let own = configs.into_iter().filter(|config| config.is_own);
    Ok(Head {
        topic: topic.to_owned(),
        cluster_id: admin.cluster_id().map(str::to_owned),
        configs: own.filter_map(|config| Some((config.name, config.value?))).collect(),
        partitions: ranges,
    })
}

/// A file in the making.
struct Work {
    out: BufWriter<File>,
    head: Head,
    progress: Progress,
    /// Whether it was complete already, but for its name.
    is_ended: bool,
}

/// Why it cannot go on.
enum Trouble {
    Cluster(ClientError),
    File(std::io::Error),
}

fn begin(part: &Path, head: Head) -> std::io::Result<Work> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create_new(part)?);
    archive::begin(&mut out, &head)?;
    let progress = Progress::of(&head);
    Ok(Work { out, head, progress, is_ended: false })
}

/// Reads what is there of a file, and goes on after its last whole frame.
fn resume(part: &Path, topic: &str, cx: &Context) -> Result<Work, ArchiveError> {
    let (mut reader, head) = Reader::open(BufReader::with_capacity(1 << 20, File::open(part)?))?;
    if head.topic != topic {
        let why = format!("it is an archive of `{}`", head.topic);
        return Err(ArchiveError::Malformed { at: 0, why });
    }
    let mut progress = Progress::of(&head);
    let (mut end, mut is_ended) = (reader.position(), false);
    loop {
        match reader.read() {
            Ok(Some(Frame::Batch { partition, batch })) => {
                if progress.take(&head, partition, &batch).is_err() {
                    break;
                }
            }
            Ok(Some(Frame::End(_))) => is_ended = true,
            Err(ArchiveError::Io(error)) => return Err(error.into()),
            Ok(Some(Frame::Head(_)) | None) | Err(_) => break,
        }
        end = reader.position();
    }
    let file = OpenOptions::new().append(true).open(part)?;
    file.set_len(end)?;
    let records: u64 = progress.records.values().sum();
    cx.ui.note(&format!("note: it goes on after the {records} records that are there"));
    let out = BufWriter::with_capacity(1 << 20, file);
    Ok(Work { out, head, progress, is_ended })
}

/// What a thread makes of a chunk: frames.
struct Frames {
    partition: i32,
    next: i64,
    is_last: bool,
    bytes: Vec<u8>,
    records: u64,
    failed: Option<ClientError>,
    _credit: Credit,
}

/// Gathers a chunk's records into blocks, and compresses them.
fn frames(chunk: Chunk) -> Frames {
    let partition = chunk.partition();
    let mut bytes = Vec::new();
    let mut records = 0;
    let mut failed = None;
    let new = || BatchBuilder::new().codec(Codec::Zstd);
    let (mut block, mut first) = (new(), 0);
    let mut close = |block: BatchBuilder, first| match block.build() {
        Ok(batch) => archive::put(&mut bytes, &Frame::Batch { partition, batch }),
        Err(cause) => {
            let (topic, offset) = (chunk.topic().to_owned(), first);
            failed = Some(ClientError::Corrupt { topic, partition, offset, cause });
        }
    };
    let read = chunk.for_each_stored(
        |_, _| true,
        |_, record| {
            let is_far = record.offset - first > BLOCK_OFFSETS_MAX;
            if !block.is_empty() && (is_far || block.size_bytes() >= BLOCK_BYTES) {
                close(std::mem::replace(&mut block, new()), first);
            }
            if block.is_empty() {
                first = record.offset;
            }
            block.push_at(&record);
            records += 1;
            true
        },
    );
    if !block.is_empty() {
        close(block, first);
    }
    let failed = failed.or(read.err());
    let (next, is_last) = (chunk.next, chunk.is_last);
    let mut credit = chunk.into_credit();
    credit.resize(bytes.len());
    Frames { partition, next, is_last, bytes, records, failed, _credit: credit }
}

impl Work {
    /// Writes what is missing. Returns whether that was all.
    fn write(
        &mut self,
        admin: Admin,
        properties: &Properties,
        interrupt: &Interrupt,
        cx: &mut Context,
    ) -> Result<bool, Trouble> {
        let span = |(partition, (_, until)): (&i32, &(i64, i64))| {
            let from = self.progress.next.get(partition).copied().unwrap_or(0);
            let at = Partition { topic: self.head.topic.clone(), partition: *partition };
            (at, Span { from, until: Some(*until) })
        };
        let spans: BTreeMap<Partition, Span> = self.head.partitions.iter().map(span).collect();
        let left = |span: &Span| span.until.unwrap_or(0).saturating_sub(span.from).max(0);
        let mut open = spans.values().filter(|span| left(span) > 0).count();
        if self.is_ended || open == 0 {
            return Ok(true);
        }
        let total: i64 = spans.values().map(left).sum();
        let bar = cx.ui.record_progress("archived", total.unsigned_abs());
        let fetcher = Fetcher::open(admin, properties, &spans, false).map_err(Trouble::Cluster)?;
        let mut passed = 0;
        let mut next: BTreeMap<i32, i64> =
            spans.iter().map(|(at, span)| (at.partition, span.from)).collect();
        let is_over = AtomicBool::new(false);
        crew::work(
            &fetcher,
            &is_over,
            || frames,
            |replies| {
                while open > 0 {
                    if interrupt.is_asked() {
                        self.out.flush().map_err(Trouble::File)?;
                        return Ok(false);
                    }
                    match replies.now().or_else(|_| replies.wait(IDLE_WAIT)) {
                        Ok(Reply::Made(frames)) => {
                            self.out.write_all(&frames.bytes).map_err(Trouble::File)?;
                            *self.progress.records.entry(frames.partition).or_default() +=
                                frames.records;
                            let before = next.insert(frames.partition, frames.next).unwrap_or(0);
                            passed += (frames.next - before).max(0).unsigned_abs();
                            bar.set(passed);
                            open -= usize::from(frames.is_last);
                            if let Some(error) = frames.failed {
                                return Err(Trouble::Cluster(error));
                            }
                        }
                        Ok(Reply::Notice(notice)) => cx.ui.detail(&notice.text),
                        Ok(Reply::Failed(error)) => return Err(Trouble::Cluster(error)),
                        Ok(Reply::OldFormat) => return Err(Trouble::Cluster(old_format())),
                        Err(Silence::Quiet) => {}
                        Err(Silence::Over) => break,
                    }
                }
                Ok(true)
            },
        )
    }

    /// Completes the file, reads it back and gives it its name. Returns how many records and
    /// bytes it has.
    fn end(mut self, part: &Path, file: &Path) -> Result<(u64, u64), ArchiveError> {
        if !self.is_ended {
            let mut bytes = Vec::new();
            archive::put(&mut bytes, &Frame::End(self.progress.records.clone()));
            self.out.write_all(&bytes)?;
        }
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        let read = File::open(part)?;
        let bytes = read.metadata()?.len();
        let counts = check(BufReader::with_capacity(1 << 20, read))?;
        if counts != self.progress.records {
            let why = "it has not as many records as were written".to_owned();
            return Err(ArchiveError::Malformed { at: bytes, why });
        }
        std::fs::rename(part, file)?;
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok((counts.values().sum(), bytes))
    }
}

/// Why batches cannot be taken as they are.
pub(super) fn old_format() -> ClientError {
    ClientError::Rdkafka("there are batches of a format before Kafka 0.11".to_owned())
}

/// Reads a whole archive, every record of it, and returns how many each partition has.
pub(super) fn check(file: impl std::io::Read) -> Result<BTreeMap<i32, u64>, ArchiveError> {
    let (mut reader, head) = Reader::open(file)?;
    let mut progress = Progress::of(&head);
    let mut end = None;
    loop {
        let at = reader.position();
        match reader.read()? {
            Some(Frame::Batch { partition, batch }) if end.is_none() => {
                let taken = progress.take(&head, partition, &batch);
                taken.map_err(|e| ArchiveError::Malformed { at, why: e.to_string() })?;
            }
            Some(Frame::End(counts)) if end.is_none() => end = Some(counts),
            Some(_) => {
                return Err(ArchiveError::Malformed { at, why: "it has no place here".into() });
            }
            None if end.as_ref() == Some(&progress.records) => return Ok(progress.records),
            None => return Err(ArchiveError::Torn { at }),
        }
    }
}
