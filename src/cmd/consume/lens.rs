//! What becomes of a record: it is passed over, counted or printed.

use std::collections::HashMap;

use super::super::Failure;
use super::print::Printer;
use crate::base::clock::Millis;
use crate::cli::consume::{Consume, RecordOutput};
use crate::client::InRecord;
use crate::exit::Exit;
use crate::format::{Record, TimestampType};
use crate::search::{Jq, JqError, Sieve, put};

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
    pub(super) fn of(words: &Consume, now: Millis) -> Result<Self, Failure> {
        let search = &words.search;
        let optics = Optics {
            sieve: Sieve::new(&search.conditions, &search.greps, now),
            jq: search.jq.clone(),
            count_by: search.count_by.clone(),
            is_counting: search.count || search.count_by.is_some(),
            is_raw: search.raw,
            is_json: words.output == Some(RecordOutput::Json)
                || (!search.jq.is_empty() && words.format.is_none() && !search.raw),
            printer: Printer::of(words)?,
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
            || (!self.is_counting && self.printer.wants_headers());
        Ok(Lens {
            sieve: self.sieve.clone(),
            jq,
            by,
            is_counting: self.is_counting,
            is_raw: self.is_raw,
            printer: self.printer.clone(),
            wants_headers,
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
}

impl Tally {
    /// Tells of records that could not be understood.
    pub(super) fn tell(&mut self, each: impl FnMut(String)) {
        self.told += self.troubles.len() as u64;
        self.troubles.drain(..).for_each(each);
    }

    /// Adds what another thread found.
    pub(super) fn add(&mut self, other: Tally) {
        self.seen += other.seen;
        self.found += other.found;
        self.others += other.others;
        self.told += other.told;
        self.troubles.extend(other.troubles);
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
    wants_headers: bool,
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
        let record = Record {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp: record.timestamp().map(|(ms, by_broker)| (ms, kind(by_broker))),
            key: record.key(),
            value: record.value(),
            headers: &headers,
        };
        if !self.sieve.passes(&record) {
            return false;
        }
        let found = match self.transform(&record, out, tally) {
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
    ) -> Result<bool, JqError> {
        let Some(jq) = &self.jq else {
            self.finish(record, out, tally)?;
            return Ok(true);
        };
        let mut found = false;
        if jq.is_selection() {
            jq.run(record, |_| {
                found = true;
                false
            })?;
            if found {
                self.finish(record, out, tally)?;
            }
            return Ok(found);
        }
        let (is_raw, begin) = (self.is_raw, out.len());
        let (printer, by, yielded) = (&mut self.printer, &self.by, &mut self.yielded);
        let is_counting = self.is_counting;
        let mut failed = None;
        let result = jq.run(record, |value| {
            found = true;
            yielded.clear();
            put(yielded, value, is_raw && by.is_none());
            let record = Record { value: Some(yielded.as_slice()), ..*record };
            match by {
                Some(by) => failed = count(by, &record, tally).err(),
                None if is_counting => return false,
                None => printer.print(&record, out),
            }
            failed.is_none()
        });
        // A record is printed as a whole or not at all.
        let result = result.and(failed.map_or(Ok(()), Err));
        if result.is_err() {
            out.truncate(begin);
        }
        result.map(|()| found)
    }

    fn finish(
        &mut self,
        record: &Record,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<(), JqError> {
        match &self.by {
            Some(by) => count(by, record, tally)?,
            None if self.is_counting => {}
            None => self.printer.print(record, out),
        }
        Ok(())
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
fn trouble(record: &Record, error: &JqError) -> String {
    let (topic, partition, offset) = (record.topic, record.partition, record.offset);
    let value = record.value.unwrap_or_default();
    let first = value[..value.len().min(FIRST_BYTES)].escape_ascii();
    format!("`{topic}` partition {partition} offset {offset}: {error}; it begins with \"{first}\"")
}
