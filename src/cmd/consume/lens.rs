//! What becomes of a record: it is passed over, counted or printed.

use std::collections::HashMap;

use super::super::Failure;
use super::super::schemas::Schemas;
use super::print::{Printer, as_text};
use crate::base::clock::Millis;
use crate::cli::consume::{Consume, RecordOutput};
use crate::client::InRecord;
use crate::exit::Exit;
use crate::format::{BatchFacts, Record, TimestampType, Unprintable};
use crate::search::{Jq, JqError, Sieve, put};
use crate::ui::Ui;

/// How many results `--count-by` tells apart.
const RESULTS_MAX: usize = 1_000_000;
/// How many first bytes of a value are told when it cannot be understood.
const FIRST_BYTES: usize = 24;

/// What is to become of records, as all threads know it.
#[derive(Clone)]
pub(super) struct Optics {
    sieve: Sieve,
    jq: Vec<String>,
    count_by: Option<String>,
    is_counting: bool,
    is_raw: bool,
    is_json: bool,
    printer: Printer,
}

impl Optics {
    /// Reads the words, and finds their mistakes.
    pub(super) fn of(words: &Consume, schemas: &Schemas, now: Millis) -> Result<Self, Failure> {
        let search = &words.search;
        let optics = Optics {
            sieve: Sieve::of_texts(&search.conditions, &search.greps, as_text(words), now),
            jq: search.jq.clone(),
            count_by: search.count_by.clone(),
            is_counting: search.count || search.count_by.is_some(),
            is_raw: search.raw,
            is_json: words.output == Some(RecordOutput::Json)
                || (!search.jq.is_empty() && words.format.is_none() && !search.raw),
            printer: Printer::of(words, schemas)?,
        };
        optics.lens()?;
        Ok(optics)
    }

    /// Says whether every line that is printed is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }

    pub(super) fn is_counting(&self) -> bool {
        self.is_counting
    }

    pub(super) fn takes_partition(&self, partition: i32) -> bool {
        self.sieve.takes_partition(partition)
    }

    /// The time before which no record can be wanted, if there is one.
    pub(super) fn since(&self) -> Option<Millis> {
        self.sieve.since()
    }

    /// Says whether one of the records in these bytes may be wanted.
    pub(super) fn may_pass(&self, bytes: &[u8]) -> bool {
        self.sieve.may_pass(bytes)
    }

    /// Makes a lens: for one thread, because what jq makes of values stays on its thread.
    pub(super) fn lens(&self) -> Result<Lens, Failure> {
        let compile = |expressions: &[String]| match expressions.is_empty() {
            true => Ok(None),
            false => Jq::compile(expressions).map(Some).map_err(|e| {
                Failure::new(format!("cannot read the jq expression `{}`", expressions.join(" | ")))
                    .caused_by(e)
                    .exit(Exit::BadWords)
            }),
        };
        let jq = compile(&self.jq)?;
        let count_by: Vec<String> = self.count_by.iter().cloned().collect();
        let by = compile(&count_by)?;
        let mut asked = jq.iter().chain(&by);
        let wants_headers = asked.any(Jq::wants_headers)
            || self.sieve.wants_headers()
            || self.printer.needs_headers()
            || (!self.is_counting && self.printer.wants_headers());
        Ok(Lens {
            sieve: self.sieve.clone(),
            jq,
            by,
            is_counting: self.is_counting,
            is_raw: self.is_raw,
            printer: self.printer.clone(),
            other_printer: self.printer.of_other_values(),
            wants_headers,
            decoded: Vec::new(),
            yielded: Vec::new(),
        })
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Records that were looked at.
    pub(super) seen: u64,
    /// Records that were wanted.
    pub(super) found: u64,
    /// How many records gave which result, for `--count-by`.
    pub(super) by: HashMap<Vec<u8>, u64>,
    /// Results beyond [`RESULTS_MAX`], which are not told apart.
    pub(super) others: u64,
    /// Records that could not be understood, a line each, until they are told.
    pub(super) troubles: Vec<String>,
    /// How many such records were told.
    pub(super) told: u64,
    /// What `--decode auto` took things for, until it is told.
    pub(super) notes: Vec<String>,
}

impl Tally {
    /// Whether there is something to tell.
    pub(super) fn has_news(&self) -> bool {
        !self.troubles.is_empty() || !self.notes.is_empty()
    }

    /// Tells of records that could not be understood, and what things were taken for.
    pub(super) fn tell(&mut self, ui: &Ui) {
        self.told += self.troubles.len() as u64;
        self.notes.drain(..).for_each(|note| ui.note(&note));
        self.troubles.drain(..).for_each(|line| ui.failure(&Failure::new(line)));
    }

    /// Adds what another thread found.
    pub(super) fn add(&mut self, other: Tally) {
        self.seen += other.seen;
        self.found += other.found;
        self.others += other.others;
        self.told += other.told;
        self.troubles.extend(other.troubles);
        self.notes.extend(other.notes);
        for (result, count) in other.by {
            self.count(result, count);
        }
    }

    fn count(&mut self, result: Vec<u8>, count: u64) {
        match self.by.len() < RESULTS_MAX || self.by.contains_key(&result) {
            true => *self.by.entry(result).or_default() += count,
            false => self.others += count,
        }
    }
}

/// Looks at records.
pub(super) struct Lens {
    sieve: Sieve,
    jq: Option<Jq>,
    by: Option<Jq>,
    is_counting: bool,
    is_raw: bool,
    printer: Printer,
    /// Of what jq yields, which is no value of a record any more.
    other_printer: Printer,
    wants_headers: bool,
    /// What the value's format made of it, for jq.
    decoded: Vec<u8>,
    /// What jq yielded for a record.
    yielded: Vec<u8>,
}

impl Lens {
    /// Looks at a record: what is to be printed of it is appended. Returns whether it is wanted.
    pub(super) fn look(&mut self, record: InRecord, out: &mut Vec<u8>, tally: &mut Tally) -> bool {
        tally.seen += 1;
        let headers = if self.wants_headers { record.headers() } else { Vec::new() };
        let kind = |by_broker| match by_broker {
            true => TimestampType::LogAppendTime,
            false => TimestampType::CreateTime,
        };
        let record =
            Record {
                topic: record.topic(),
                partition: record.partition(),
                offset: record.offset(),
                timestamp: record.timestamp().map(|(ms, by_broker)| (ms, kind(by_broker))),
                key: record.key(),
                value: record.value(),
                headers: &headers,
                leader_epoch: record.leader_epoch(),
                batch: record.batch().map(|(compression, is_transactional, is_control)| {
                    BatchFacts { compression, is_transactional, is_control }
                }),
            };
        if !self.sieve.passes(&record) {
            return false;
        }
        let formats = self.printer.formats();
        let passes = self
            .sieve
            .passes_as_text(&record, |part, bytes, out| formats.text(&record, part, bytes, out));
        let found = match passes.map_err(Why::from) {
            Ok(true) => self.transform(&record, out, tally),
            other => other,
        };
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                tally.troubles.push(trouble(&record, &error));
                false
            }
        };
        tally.found += u64::from(found);
        found
    }

    /// Takes a record through jq, and prints or counts what comes of it.
    fn transform(
        &mut self,
        record: &Record,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<bool, Why> {
        let mut decoded = std::mem::take(&mut self.decoded);
        decoded.clear();
        let looks_into = self.jq.is_some() || self.by.is_some();
        let is_decoded = looks_into && self.printer.value_as_json(record, &mut decoded)?;
        let inner = match is_decoded {
            true => Record { value: Some(&decoded), ..*record },
            false => *record,
        };
        let result = self.look_into(record, &inner, out, tally);
        self.decoded = decoded;
        result
    }

    /// The same, with the record whose value jq sees.
    fn look_into(
        &mut self,
        record: &Record,
        inner: &Record,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<bool, Why> {
        let Some(jq) = &self.jq else {
            self.finish(record, inner, out, tally)?;
            return Ok(true);
        };
        let mut found = false;
        if jq.is_selection() {
            jq.run(inner, |_| {
                found = true;
                false
            })?;
            if found {
                self.finish(record, inner, out, tally)?;
            }
            return Ok(found);
        }
        let (is_raw, begin) = (self.is_raw, out.len());
        let (printer, by, yielded) = (&mut self.other_printer, &self.by, &mut self.yielded);
        let is_counting = self.is_counting;
        let mut failed = None;
        let result = jq.run(inner, |value| {
            found = true;
            yielded.clear();
            put(yielded, value, is_raw && by.is_none());
            let record = Record { value: Some(yielded.as_slice()), ..*record };
            match by {
                Some(by) => failed = count(by, &record, tally).err().map(Why::from),
                None if is_counting => return false,
                None => {
                    let note = |note| tally.notes.push(note);
                    failed = printer.print(&record, out, note).err().map(Why::from);
                }
            }
            failed.is_none()
        });
        // A record is printed as a whole or not at all.
        let result = result.map_err(Why::from).and(failed.map_or(Ok(()), Err));
        if result.is_err() {
            out.truncate(begin);
        }
        result.map(|()| found)
    }

    fn finish(
        &mut self,
        record: &Record,
        inner: &Record,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<(), Why> {
        match &self.by {
            Some(by) => count(by, inner, tally)?,
            None if self.is_counting => {}
            None => self.printer.print(record, out, |note| tally.notes.push(note))?,
        }
        Ok(())
    }
}

/// Why a record could not be understood.
enum Why {
    Jq(JqError),
    Unprintable(Unprintable),
}

impl From<JqError> for Why {
    fn from(error: JqError) -> Self {
        Why::Jq(error)
    }
}

impl From<Unprintable> for Why {
    fn from(error: Unprintable) -> Self {
        Why::Unprintable(error)
    }
}

/// Counts what an expression yields for a record.
fn count(by: &Jq, record: &Record, tally: &mut Tally) -> Result<(), JqError> {
    by.run(record, |value| {
        let mut result = Vec::new();
        put(&mut result, value, false);
        tally.count(result, 1);
        true
    })
}

/// One line about a record that could not be understood.
fn trouble(record: &Record, why: &Why) -> String {
    let (topic, partition, offset) = (record.topic, record.partition, record.offset);
    let place = format!("`{topic}` partition {partition} offset {offset}");
    match why {
        Why::Unprintable(error) => format!("{place}: {error}"),
        Why::Jq(error) => {
            let value = record.value.unwrap_or_default();
            let first = value[..value.len().min(FIRST_BYTES)].escape_ascii();
            format!("{place}: {error}; it begins with \"{first}\"")
        }
    }
}
