//! `FileStreamSource`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::pattern::Pattern;
use super::tail::{Tail, TailError, Turn, line_end};
use crate::base::clock::{Clock, Moment, System};
use crate::connect::connectors::{SourceTask, TaskContext};
use crate::connect::data::{Data, Schema, Value};
use crate::connect::error::ConnectError;
use crate::connect::record::{Record, SourceBatch};

/// How often new files are looked for, and files that are not there.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest pause between two looks at a file that does not grow.
const IDLE_WAIT: Duration = Duration::from_millis(100);

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SourceTask>, ConnectError> {
    let settings = context.settings;
    let topic: Arc<str> = settings.string("topic").into();
    let most = settings.integer("batch.size").and_then(|n| usize::try_from(n).ok());
    let most = most.unwrap_or(2000);
    let Some(file) = settings.text("file") else {
        return Ok(Box::new(Stdin {
            topic,
            most,
            from: read_aside()?,
            rest: Vec::new(),
            over: false,
        }));
    };
    let mut source = FileSource {
        topic,
        most,
        pattern: Pattern::of(file),
        files: BTreeMap::new(),
        looked: None,
        is_at_end: false,
        warnings: Vec::new(),
    };
    if source.pattern.is_none() {
        source.add(Path::new(file), file, context.offset_of)?;
    } else {
        // Positions of files that come later are asked for now: they were remembered before.
        for path in source.found() {
            source.add(&path, &path.to_string_lossy(), context.offset_of)?;
        }
    }
    Ok(Box::new(source))
}

/// One file of a source.
struct Part {
    tail: Tail,
    partition: Arc<Value>,
    is_missing: bool,
}

struct FileSource {
    topic: Arc<str>,
    most: usize,
    pattern: Option<Pattern>,
    files: BTreeMap<PathBuf, Part>,
    /// When new files were looked for.
    looked: Option<Moment>,
    is_at_end: bool,
    warnings: Vec<String>,
}

impl FileSource {
    fn found(&self) -> Vec<PathBuf> {
        self.pattern.as_ref().map(Pattern::files).unwrap_or_default()
    }

    fn add(
        &mut self,
        path: &Path,
        name: &str,
        offset_of: &dyn Fn(&Value) -> Option<Value>,
    ) -> Result<(), ConnectError> {
        let partition = Value::Map(vec![(Value::from("filename"), Value::from(name))]);
        let offset = offset_of(&partition);
        let position = match offset.as_ref().map(|offset| offset.entry("position")) {
            None | Some(None) => 0,
            Some(Some(Value::Int64(position))) => u64::try_from(*position).unwrap_or(0),
            Some(Some(other)) => {
                return Err(ConnectError::connect(format!(
                    "Offset position is the incorrect type: {}",
                    other.java_class()
                )));
            }
        };
        let tail = Tail::new(path, position);
        let part = Part { tail, partition: Arc::new(partition), is_missing: false };
        self.files.insert(path.to_owned(), part);
        Ok(())
    }

    /// Looks for files that came since.
    fn look(&mut self) -> Result<(), ConnectError> {
        if self.pattern.is_none() || self.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return Ok(());
        }
        self.looked = Some(Moment::now());
        for path in self.found() {
            if !self.files.contains_key(&path) {
                self.add(&path.clone(), &path.to_string_lossy(), &|_| None)?;
            }
        }
        Ok(())
    }

    /// Takes lines of all files, up to the batch's size.
    fn take(&mut self, batch: &mut SourceBatch) -> Result<bool, ConnectError> {
        let schema = Schema::string();
        let now = System.now();
        let mut more = false;
        for (path, part) in &mut self.files {
            let room = self.most.saturating_sub(batch.records.len());
            if room == 0 {
                return Ok(true);
            }
            let before = (batch.records.len(), part.tail.position());
            let (topic, records) = (&self.topic, &mut batch.records);
            let read = part.tail.lines(room, |line| {
                let text = String::from_utf8_lossy(line).into_owned();
                let mut record = Record::of(topic, schema.with(Value::String(text)));
                record.timestamp = Some(now);
                records.push(record);
            });
            match read {
                Ok((has_more, turn)) => {
                    more |= has_more;
                    part.is_missing = false;
                    if let Some(turn) = turn {
                        let what = match turn {
                            Turn::Cut => "is shorter than it was",
                            Turn::Replaced => "is another file now",
                        };
                        let path = path.display();
                        self.warnings.push(format!("`{path}` {what}: it is read anew"));
                    }
                }
                Err(TailError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                    if !part.is_missing {
                        part.is_missing = true;
                        let path = path.display();
                        self.warnings.push(format!("`{path}` is not there; waiting for it"));
                    }
                }
                Err(error) => {
                    let path = path.display();
                    return Err(ConnectError::connect(format!("cannot read `{path}`: {error}")));
                }
            }
            if before != (batch.records.len(), part.tail.position()) {
                let position = i64::try_from(part.tail.position()).unwrap_or(i64::MAX);
                let offset = vec![(Value::from("position"), Value::Int64(position))];
                batch.places.push((Arc::clone(&part.partition), Value::Map(offset)));
            }
        }
        Ok(more)
    }
}

impl SourceTask for FileSource {
    fn poll(&mut self, wait: Duration) -> Result<SourceBatch, ConnectError> {
        let until = Moment::now().after(wait);
        loop {
            self.look()?;
            let mut batch = SourceBatch::default();
            let more = self.take(&mut batch)?;
            self.is_at_end = !more;
            batch.warnings.append(&mut self.warnings);
            let is_something = !batch.records.is_empty() || !batch.warnings.is_empty();
            if is_something || more || until.has_passed() {
                return Ok(batch);
            }
            std::thread::park_timeout(IDLE_WAIT.min(until.remaining()));
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.is_at_end
    }
}

/// Standard input: read by a thread of its own, since nothing ends a read.
struct Stdin {
    topic: Arc<str>,
    most: usize,
    from: Receiver<Vec<u8>>,
    rest: Vec<u8>,
    over: bool,
}

fn read_aside() -> Result<Receiver<Vec<u8>>, ConnectError> {
    const CHUNKS_MAX: usize = 4;
    const CHUNK_BYTES: usize = 64 * 1024;
    let (sender, from) = sync_channel(CHUNKS_MAX);
    let read = move || {
        let mut stdin = std::io::stdin().lock();
        let mut chunk = vec![0; CHUNK_BYTES];
        while let Ok(count) = stdin.read(&mut chunk) {
            if count == 0 || sender.send(chunk[..count].to_vec()).is_err() {
                return;
            }
        }
    };
    let thread = std::thread::Builder::new().name("stdin".to_owned()).spawn(read);
    thread.map(|_| from).map_err(|error| ConnectError::connect(error.to_string()))
}

impl SourceTask for Stdin {
    fn poll(&mut self, wait: Duration) -> Result<SourceBatch, ConnectError> {
        let mut batch = SourceBatch::default();
        if !self.over && line_end(&self.rest, 0).is_none() {
            match self.from.recv_timeout(wait) {
                Ok(chunk) => self.rest.extend_from_slice(&chunk),
                Err(RecvTimeoutError::Timeout) => return Ok(batch),
                Err(RecvTimeoutError::Disconnected) => self.over = true,
            }
        } else if self.over {
            std::thread::park_timeout(wait);
        }
        if self.rest.len() > super::tail::LINE_BYTES_MAX {
            return Err(ConnectError::connect(TailError::Long(0).to_string()));
        }
        let (schema, now) = (Schema::string(), System.now());
        let mut start = 0;
        let mut push = |line: &[u8]| {
            let text = String::from_utf8_lossy(line).into_owned();
            let data: Data = schema.with(Value::String(text));
            let mut record = Record::of(&self.topic, data);
            record.timestamp = Some(now);
            batch.records.push(record);
        };
        let mut count = 0;
        while count < self.most
            && let Some((end, next)) = line_end(&self.rest, start)
        {
            push(&self.rest[start..end]);
            (start, count) = (next, count + 1);
        }
        // Nothing will end the last line any more.
        if self.over && count < self.most && start < self.rest.len() {
            push(&self.rest[start..]);
            start = self.rest.len();
        }
        self.rest.drain(..start);
        Ok(batch)
    }

    fn is_at_end(&mut self) -> bool {
        self.over && self.rest.is_empty()
    }
}
