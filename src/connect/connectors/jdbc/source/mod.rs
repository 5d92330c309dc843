//! The source's task: reads its tables in turn, a query at a time.
//!
//! A table belongs to one task for good: by its place in `table.whitelist`, or by its name.
//! Tables that come later are found; those that go are no longer read.

mod columns;
mod place;
mod reader;

use std::collections::BTreeMap;
use std::time::Duration;

use self::columns::Numbers;
use self::place::{Place, partition_of, partitions_of};
use self::reader::Reader;
use super::db::{Database, DbError, Fault, Manner, TableId, Wanted};
use super::sink::connect;
use super::time;
use super::url::Target;
use crate::base::clock::Moment;
use crate::connect::connectors::{SourceTask, Stop, TaskContext};
use crate::connect::data::Value;
use crate::connect::define::Settings;
use crate::connect::error::ConnectError;
use crate::connect::record::SourceBatch;

pub(super) use place::check_offsets;

/// The longest pause between two looks at the clock.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// The shortest pause between two readings of everything: in between, all is read that there is.
const BULK_PAUSE: Duration = Duration::from_secs(1);

/// How new rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Bulk,
    Incrementing,
    Timestamp,
    Both,
}

impl Mode {
    fn of(settings: &Settings) -> Mode {
        match settings.string("mode").to_lowercase().as_str() {
            "incrementing" => Mode::Incrementing,
            "timestamp" => Mode::Timestamp,
            "timestamp+incrementing" => Mode::Both,
            _ => Mode::Bulk,
        }
    }

    fn has_timestamp(self) -> bool {
        matches!(self, Mode::Timestamp | Mode::Both)
    }

    fn has_incrementing(self) -> bool {
        matches!(self, Mode::Incrementing | Mode::Both)
    }
}

/// The settings, as they are needed.
struct Config {
    mode: Mode,
    incrementing: String,
    timestamps: Vec<String>,
    initial: Option<i64>,
    delay_ms: i64,
    validates: bool,
    query: String,
    suffix: String,
    prefix: String,
    most: usize,
    poll_interval: Duration,
    table_interval: Duration,
    whitelist: Vec<String>,
    blacklist: Vec<String>,
    wanted: Wanted,
    numbers: Numbers,
    manner: Manner,
    /// Which of how many tasks this is.
    task: usize,
    tasks: usize,
}

impl Config {
    fn of(context: &TaskContext) -> Result<Config, ConnectError> {
        let settings = context.settings;
        let zone = time::zone(settings.string("db.timezone"))
            .ok_or_else(|| ConnectError::config("db.timezone is no time zone"))?;
        let names = |name: &str| -> Vec<String> {
            settings.list(name).iter().filter(|name| !name.is_empty()).cloned().collect()
        };
        let text = |name: &str| settings.text(name).map(str::to_owned);
        let quotes = !settings.string("quote.sql.identifiers").eq_ignore_ascii_case("never");
        let most = settings.integer("batch.max.rows").and_then(|n| usize::try_from(n).ok());
        Ok(Config {
            mode: Mode::of(settings),
            incrementing: settings.string("incrementing.column.name").to_owned(),
            timestamps: names("timestamp.column.name"),
            initial: settings.integer("timestamp.initial"),
            delay_ms: settings.integer("timestamp.delay.interval.ms").unwrap_or_default(),
            validates: settings.flag("validate.non.null"),
            query: settings.string("query").to_owned(),
            suffix: settings.string("query.suffix").to_owned(),
            prefix: settings.string("topic.prefix").to_owned(),
            most: most.unwrap_or(100),
            poll_interval: settings.duration("poll.interval.ms"),
            table_interval: settings.duration("table.poll.interval.ms"),
            whitelist: names("table.whitelist"),
            blacklist: names("table.blacklist"),
            wanted: Wanted {
                catalog: text("catalog.pattern"),
                schema: text("schema.pattern"),
                types: names("table.types").iter().map(|name| name.to_uppercase()).collect(),
            },
            numbers: Numbers::of(settings),
            manner: Manner { zone: zone.clone(), date_zone: zone, quotes },
            task: context.task,
            tasks: context.tasks.max(1),
        })
    }

    /// Whether a table is read by this task.
    fn is_ours(&self, table: &TableId) -> bool {
        let full = table.to_string();
        let is_it = |name: &String| {
            let name: String = name.chars().filter(|c| !matches!(c, '"' | '`')).collect();
            name == full || name == table.name
        };
        if self.blacklist.iter().any(is_it) {
            return false;
        }
        let at = match self.whitelist.is_empty() {
            true => twox_hash::XxHash3_64::oneshot(full.as_bytes()) % self.tasks as u64,
            false => match self.whitelist.iter().position(is_it) {
                Some(at) => (at % self.tasks) as u64,
                None => return false,
            },
        };
        at == self.task as u64
    }
}

/// How many tasks there is work for.
pub(super) fn tasks(settings: &Settings, most: usize) -> usize {
    match (settings.text("query"), settings.list("table.whitelist").len()) {
        (Some(_), _) => 1,
        (None, 0) => most,
        (None, count) => count.min(most),
    }
}

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SourceTask>, ConnectError> {
    let target = Target::of(context.settings, context.all)
        .map_err(|(name, why)| ConnectError::config(format!("{name}: {why}")))?;
    let attempts = context.settings.integer("connection.attempts").unwrap_or(3);
    let mut source = JdbcSource {
        config: Config::of(context)?,
        target,
        attempts: usize::try_from(attempts).unwrap_or(1).max(1),
        attempt_wait: context.settings.duration("connection.backoff.ms"),
        stop: context.stop.clone(),
        db: None,
        readers: BTreeMap::new(),
        open: None,
        listed: Moment::now(),
        warnings: Vec::new(),
    };
    source.connect().map_err(failed)?;
    if source.config.query.is_empty() {
        source.list(context.offset_of).map_err(failed)?;
        if source.readers.is_empty() && source.config.tasks == 1 {
            source.warnings.push("there is no table to read yet".to_owned());
        }
    } else {
        let partition = partition_of("query", "query");
        let place = (context.offset_of)(&partition).map(|offset| Place::read(&offset));
        let reader = Reader::of_query(partition, place.unwrap_or_default(), &source.config);
        source.readers.insert(TableId { schema: None, name: String::new() }, reader);
    }
    Ok(Box::new(source))
}

/// What ends the task, or is tried again.
fn failed(error: DbError) -> ConnectError {
    error.told("")
}

struct JdbcSource {
    config: Config,
    target: Target,
    attempts: usize,
    attempt_wait: Duration,
    stop: Stop,
    db: Option<Box<dyn Database>>,
    readers: BTreeMap<TableId, Reader>,
    /// Whose query is being read.
    open: Option<TableId>,
    /// When tables were looked for.
    listed: Moment,
    warnings: Vec<String>,
}

impl JdbcSource {
    fn connect(&mut self) -> Result<&mut dyn Database, DbError> {
        if self.db.is_none() {
            let (wait, manner) = (self.attempt_wait, &self.config.manner);
            self.db = Some(connect(&self.target, manner, self.attempts, wait, &self.stop)?);
        }
        match self.db.as_deref_mut() {
            Some(db) => Ok(db),
            None => Err(DbError::new(Fault::Connection, "there is no connection")),
        }
    }

    /// Looks which tables are there.
    fn list(&mut self, offset_of: &dyn Fn(&Value) -> Option<Value>) -> Result<(), DbError> {
        self.listed = Moment::now();
        let wanted = self.config.wanted.clone();
        let mut tables = self.connect()?.tables(&wanted)?;
        tables.retain(|table| self.config.is_ours(table));
        if let Some(pair) = tables.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(DbError::settings(format!(
                "{} and {} would have the same topic: leave one of them out with \
                 table.blacklist, or name a schema with schema.pattern",
                pair[0], pair[1]
            )));
        }
        self.readers.retain(|table, _| tables.contains(table));
        for table in tables {
            if self.readers.contains_key(&table) {
                continue;
            }
            let partitions = partitions_of(&table);
            let found = partitions.iter().find_map(offset_of);
            let place = found.map(|offset| Place::read(&offset)).unwrap_or_default();
            let [partition, _] = partitions;
            let (config, db) = (&self.config, self.db.as_deref_mut());
            let Some(db) = db else { return Ok(()) };
            let Some(info) = db.describe(&table)? else { continue };
            let reader = Reader::of_table(partition, place, &info, config, db.dialect())?;
            self.readers.insert(table, reader);
        }
        Ok(())
    }

    /// Whether a table is not there any more, as a look at all of them says.
    fn is_gone(&mut self, table: Option<&TableId>) -> Result<bool, ConnectError> {
        let Some(table) = table.filter(|_| self.config.query.is_empty()) else { return Ok(false) };
        self.list(&|_| None).map_err(failed)?;
        Ok(!self.readers.contains_key(table))
    }

    /// The table that has waited longest, if it has waited long enough.
    fn due(&self) -> Option<TableId> {
        let oldest = self.readers.iter().min_by_key(|(_, reader)| reader.read_at())?;
        let pause = match self.config.mode {
            Mode::Bulk => self.config.poll_interval.max(BULK_PAUSE),
            _ => self.config.poll_interval,
        };
        let is_due = |reader: &Reader| reader.read_at().is_none_or(|at| at.elapsed() >= pause);
        is_due(oldest.1).then(|| oldest.0.clone())
    }

    /// Reads some rows. None where no table is due.
    fn read(&mut self) -> Result<Option<SourceBatch>, DbError> {
        if self.open.is_none() {
            if self.config.query.is_empty() && self.listed.elapsed() >= self.config.table_interval {
                self.list(&|_| None)?;
            }
            let Some(table) = self.due() else { return Ok(None) };
            self.connect()?;
            let (Some(db), Some(reader)) = (self.db.as_deref_mut(), self.readers.get_mut(&table))
            else {
                return Ok(None);
            };
            reader.begin(db, &self.config)?;
            self.open = Some(table);
        }
        let Some(table) = self.open.clone() else { return Ok(None) };
        let (Some(db), Some(reader)) = (self.db.as_deref_mut(), self.readers.get_mut(&table))
        else {
            self.open = None;
            return Ok(None);
        };
        let mut batch = SourceBatch::default();
        let is_over = reader.next(db, &self.config, &mut batch)?;
        if is_over {
            self.open = None;
        }
        Ok(Some(batch))
    }
}

impl SourceTask for JdbcSource {
    fn poll(&mut self, wait: Duration) -> Result<SourceBatch, ConnectError> {
        let until = Moment::now().after(wait);
        loop {
            let batch = match self.read() {
                Ok(batch) => batch,
                Err(error) => {
                    let table = self.open.take().or_else(|| self.due());
                    self.db = None;
                    let is_gone = error.fault == Fault::Stale && self.is_gone(table.as_ref())?;
                    if !is_gone {
                        let name = table.map(|table| table.to_string()).unwrap_or_default();
                        return Err(match name.is_empty() {
                            true => failed(error),
                            false => error.told(&format!("cannot read table {name}")),
                        });
                    }
                    self.warnings.push(error.to_string());
                    None
                }
            };
            let mut batch = batch.unwrap_or_default();
            batch.warnings.append(&mut self.warnings);
            let is_something = !batch.records.is_empty() || !batch.warnings.is_empty();
            if is_something || until.has_passed() || self.stop.is_asked() {
                return Ok(batch);
            }
            if self.open.is_none() && self.due().is_none() {
                std::thread::park_timeout(IDLE_WAIT.min(until.remaining()));
            }
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.open.is_none() && self.readers.values().all(|reader| reader.read_at().is_some())
    }
}
