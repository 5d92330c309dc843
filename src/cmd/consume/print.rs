//! Records to bytes: by the template or as JSON, and harmless on a terminal.

use std::io::{self, Write};

use super::super::Failure;
use crate::cli::consume::{Consume, RecordOutput};
use crate::client::InRecord;
use crate::exit::Exit;
use crate::format::{Record, Template, TimestampType, write_json};
use crate::ui::Ui;

/// From this size on, what is printed is handed on within a batch.
const BUFFER_BYTES: usize = 256 * 1024;

/// Prints records.
pub(super) struct Printer {
    /// None: as JSON.
    template: Option<Template>,
    wants_headers: bool,
    is_terminal: bool,
    buffer: Vec<u8>,
}

impl Printer {
    pub(super) fn of(words: &Consume, is_terminal: bool) -> Result<Self, Failure> {
        let template = match (&words.format, words.output) {
            (_, Some(RecordOutput::Json)) => None,
            (None, None) => Some(Template::value_line()),
            (Some(text), None) => Some(Template::parse(text).map_err(|e| {
                Failure::new(format!("cannot read the format `{text}`"))
                    .caused_by(e)
                    .hint("`%%` is a percent sign; `rk consume --help` lists what there is")
                    .exit(Exit::BadWords)
            })?),
        };
        let wants_headers = template.as_ref().is_none_or(Template::wants_headers);
        Ok(Printer { template, wants_headers, is_terminal, buffer: Vec::new() })
    }

    /// Prints a record into the buffer.
    pub(super) fn print(&mut self, record: InRecord, ui: &mut Ui) -> io::Result<()> {
        let headers = if self.wants_headers { record.headers() } else { Vec::new() };
        let kind = |by_broker| match by_broker {
            true => TimestampType::LogAppendTime,
            false => TimestampType::CreateTime,
        };
        let record = Record {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp: record.timestamp().map(|(ms, by_broker)| (ms, kind(by_broker))),
            key: record.key(),
            value: record.value(),
            headers: &headers,
        };
        match &self.template {
            Some(template) => template.write(&mut self.buffer, &record),
            None => {
                write_json(&mut self.buffer, &record);
                self.buffer.push(b'\n');
            }
        }
        if self.buffer.len() >= BUFFER_BYTES { self.hand_on(ui) } else { Ok(()) }
    }

    /// Hands what is in the buffer to standard output.
    pub(super) fn hand_on(&mut self, ui: &mut Ui) -> io::Result<()> {
        if self.is_terminal {
            // A record's bytes are a stranger's: they must not move the cursor.
            ui.print(&String::from_utf8_lossy(&self.buffer))?;
        } else {
            ui.out().write_all(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// Writes everything out.
    pub(super) fn flush(&mut self, ui: &mut Ui) -> io::Result<()> {
        self.hand_on(ui)?;
        ui.flush()
    }
}
