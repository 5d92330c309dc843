//! `FileStreamSink`.

use std::fs::File;
use std::io::{self, Write};

use crate::connect::connectors::{Reporter, SinkTask, TaskContext};
use crate::connect::data::Value;
use crate::connect::error::ConnectError;
use crate::connect::record::SinkRecord;

/// How much of a large buffer is kept from batch to batch.
const KEPT_BYTES: usize = 1024 * 1024;

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SinkTask>, ConnectError> {
    let path = context.settings.text("file").map(str::to_owned);
    let file = match &path {
        None => None,
        Some(path) => {
            let file = File::options().append(true).create(true).open(path);
            Some(file.map_err(|error| {
                ConnectError::connect(format!(
                    "Couldn't find or create file '{path}' for FileStreamSinkTask: {error}"
                ))
            })?)
        }
    };
    Ok(Box::new(FileSink { path, file, lines: Vec::new() }))
}

struct FileSink {
    path: Option<String>,
    file: Option<File>,
    lines: Vec<u8>,
}

impl FileSink {
    fn write(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            let mut out = io::stdout().lock();
            return out.write_all(&self.lines).and_then(|()| out.flush());
        };
        let mut rest = &self.lines[..];
        while !rest.is_empty() {
            match file.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // The lines come again: half of one must not stand before them.
                    let written = &self.lines[..self.lines.len() - rest.len()];
                    let whole = memchr::memrchr(b'\n', written).map_or(0, |at| at + 1);
                    let half = (written.len() - whole) as u64;
                    if half > 0
                        && let Ok(length) = file.metadata().map(|it| it.len())
                    {
                        file.set_len(length.saturating_sub(half))?;
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

impl SinkTask for FileSink {
    fn put(&mut self, records: &[SinkRecord], _: &mut dyn Reporter) -> Result<(), ConnectError> {
        self.lines.clear();
        self.lines.shrink_to(KEPT_BYTES);
        for record in records {
            match &record.record.value.value {
                Value::String(text) => self.lines.extend_from_slice(text.as_bytes()),
                Value::Bytes(bytes) => self.lines.extend_from_slice(bytes),
                // Writing to memory cannot fail.
                value => drop(write!(self.lines, "{value}")),
            }
            self.lines.push(b'\n');
        }
        self.write().map_err(|error| {
            let name = self.path.as_deref().unwrap_or("standard output");
            let told = format!("cannot write to `{name}`: {error}");
            match error.kind() {
                // There may be room again in a moment.
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    ConnectError::retriable(told)
                }
                _ => ConnectError::connect(told),
            }
        })
    }
}
