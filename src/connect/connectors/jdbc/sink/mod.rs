//! The sink's task: a batch is one transaction.
//!
//! If the database refuses a batch for what is in it, its halves are tried, and theirs, until
//! the records are known that are to blame; the others are written in the same transaction. A
//! database that is out of reach blames no record: the batch comes again.

mod batch;
mod fields;
mod shape;
mod tables;

use std::time::Duration;

use self::batch::{Batch, Written};
use self::fields::Shaper;
use self::shape::Row;
use self::tables::Tables;
use super::db::{self, Database, DbError, Fault, Manner};
use super::time;
use super::url::Target;
use crate::base::clock::Moment;
use crate::connect::connectors::{Reporter, SinkTask, Stop, TaskContext};
use crate::connect::define::Settings;
use crate::connect::error::ConnectError;
use crate::connect::record::SinkRecord;

/// What becomes of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InsertMode {
    Insert,
    Upsert,
    Update,
}

/// Where the primary key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyMode {
    None,
    Kafka,
    RecordKey,
    RecordValue,
}

/// The settings, as they are needed.
struct Config {
    connector: String,
    mode: InsertMode,
    key_mode: KeyMode,
    key_fields: Vec<String>,
    whitelist: Vec<String>,
    text_column: String,
    table_format: String,
    normalizes: bool,
    tables: Vec<(String, String)>,
    table_types: Vec<String>,
    deletes: bool,
    creates: bool,
    evolves: bool,
    replaces_null: bool,
    batch_size: usize,
    /// Whether errors of single records end the task.
    tolerates: bool,
    manner: Manner,
}

impl Config {
    fn of(context: &TaskContext) -> Result<Config, ConnectError> {
        let settings = context.settings;
        let word = |name: &str| settings.string(name).to_lowercase();
        let zone = time::zone(settings.string("db.timezone"))
            .ok_or_else(|| ConnectError::config("db.timezone is no time zone"))?;
        let is_utc = word("date.timezone") == "utc";
        let date_zone = if is_utc { jiff::tz::TimeZone::UTC } else { zone.clone() };
        let names = |name: &str| -> Vec<String> {
            settings.list(name).iter().filter(|name| !name.is_empty()).cloned().collect()
        };
        let pair = |pair: &String| {
            let (topic, table) = pair.split_once(':')?;
            Some((topic.trim().to_owned(), table.trim().to_owned()))
        };
        let tolerance = context.all.get("errors.tolerance").map(|text| text.trim().to_lowercase());
        Ok(Config {
            connector: context.connector.to_owned(),
            mode: match word("insert.mode").as_str() {
                "upsert" => InsertMode::Upsert,
                "update" => InsertMode::Update,
                _ => InsertMode::Insert,
            },
            key_mode: match word("pk.mode").as_str() {
                "kafka" => KeyMode::Kafka,
                "record_key" => KeyMode::RecordKey,
                "record_value" => KeyMode::RecordValue,
                _ => KeyMode::None,
            },
            key_fields: names("pk.fields"),
            whitelist: names("fields.whitelist"),
            text_column: settings.string("string.output.value.column.name").to_owned(),
            table_format: settings.string("table.name.format").to_owned(),
            normalizes: settings.flag("table.name.normalize"),
            tables: names("topics.to.tables.mapping").iter().filter_map(pair).collect(),
            table_types: names("table.types")
                .iter()
                .map(|name| name.to_uppercase().replace('_', " "))
                .collect(),
            deletes: settings.flag("delete.enabled"),
            creates: settings.flag("auto.create"),
            evolves: settings.flag("auto.evolve"),
            replaces_null: settings.flag("replace.null.with.default"),
            batch_size: whole(settings, "batch.size").max(1),
            tolerates: tolerance.as_deref() == Some("all"),
            manner: Manner { zone, date_zone, quotes: word("quote.sql.identifiers") != "never" },
        })
    }
}

fn whole(settings: &Settings, name: &str) -> usize {
    settings.integer(name).and_then(|n| usize::try_from(n).ok()).unwrap_or_default()
}

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SinkTask>, ConnectError> {
    let target = Target::of(context.settings, context.all)
        .map_err(|(name, why)| ConnectError::config(format!("{name}: {why}")))?;
    let most = whole(context.settings, "max.retries");
    Ok(Box::new(JdbcSink {
        config: Config::of(context)?,
        target,
        attempts: whole(context.settings, "connection.attempts").max(1),
        attempt_wait: context.settings.duration("connection.backoff.ms"),
        retries: (most, most),
        retry_wait: context.settings.duration("retry.backoff.ms"),
        stop: context.stop.clone(),
        shaper: Shaper::default(),
        tables: Tables::default(),
        db: None,
    }))
}

struct JdbcSink {
    config: Config,
    target: Target,
    attempts: usize,
    attempt_wait: Duration,
    /// How often a batch may still be tried again, and how often at most.
    retries: (usize, usize),
    retry_wait: Duration,
    stop: Stop,
    shaper: Shaper,
    tables: Tables,
    db: Option<Box<dyn Database>>,
}

/// Waits, but not when somebody wants the end.
pub(super) fn rest(time: Duration, stop: &Stop) {
    const SLICE: Duration = Duration::from_millis(50);
    let until = Moment::now().after(time);
    while !until.has_passed() && !stop.is_asked() {
        std::thread::park_timeout(SLICE.min(until.remaining()));
    }
}

/// Connects, in as many attempts as the settings give.
pub(super) fn connect(
    target: &Target,
    manner: &Manner,
    attempts: usize,
    wait: Duration,
    stop: &Stop,
) -> Result<Box<dyn Database>, DbError> {
    let mut left = attempts;
    loop {
        left -= 1;
        match db::connect(target, manner) {
            Err(error) if error.fault == Fault::Connection && left > 0 && !stop.is_asked() => {
                rest(wait, stop);
            }
            Err(mut error) => {
                error.message = format!("cannot connect to {target}: {}", error.message);
                return Err(error);
            }
            Ok(db) => return Ok(db),
        }
    }
}

impl SinkTask for JdbcSink {
    fn put(
        &mut self,
        records: &[SinkRecord],
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError> {
        let written = match self.write(records) {
            // A table was changed by somebody else: it is looked at anew.
            Err(error) if error.fault == Fault::Stale => {
                self.tables.forget();
                self.roll_back();
                self.write(records)
            }
            written => written,
        };
        match written {
            Ok(bad) => {
                self.retries.0 = self.retries.1;
                bad.into_iter().try_for_each(|(at, error)| reporter.report(&records[at], error))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(self.retry_wait)
    }
}

impl JdbcSink {
    /// Writes records. Returns those that are to blame for an error, by their places.
    fn write(&mut self, records: &[SinkRecord]) -> Result<Written, DbError> {
        if self.db.is_none() {
            let (wait, stop) = (self.attempt_wait, &self.stop);
            let manner = &self.config.manner;
            self.db = Some(connect(&self.target, manner, self.attempts, wait, stop)?);
            self.tables.forget();
        }
        let Some(db) = self.db.as_deref_mut() else { return Ok(Vec::new()) };
        let (mut bad, mut rows) = (Written::new(), Vec::with_capacity(records.len()));
        for (at, record) in records.iter().enumerate() {
            match self.shaper.row(record, at, &self.config, db.dialect()) {
                Ok(row) => rows.push(row),
                Err(error) => bad.push((at, error)),
            }
        }
        let refused = self.tables.ensure(db, &rows, &self.config)?;
        if !refused.is_empty() {
            rows.retain(|row: &Row| !refused.iter().any(|(at, _)| *at == row.record));
            bad.extend(refused);
        }
        if bad.is_empty() || self.config.tolerates {
            let mut batch = Batch { db, tables: &self.tables, config: &self.config };
            bad.extend(batch.commit(&rows)?);
        }
        bad.sort_by_key(|(at, _)| *at);
        Ok(bad)
    }

    fn roll_back(&mut self) {
        if let Some(db) = self.db.as_deref_mut()
            && db.execute("ROLLBACK").is_err()
        {
            self.db = None;
        }
    }

    /// An error as the worker's: one of the connection is tried again, for as often as that may
    /// be.
    fn failed(&mut self, error: DbError) -> ConnectError {
        // Whatever is left of the transaction ends with the connection.
        self.db = None;
        if error.fault != Fault::Connection {
            return error.told("");
        }
        let (left, most) = &mut self.retries;
        if *left == 0 {
            *left = *most;
            return ConnectError::connect(format!(
                "{error} (given up after max.retries={most} retries)"
            ));
        }
        *left -= 1;
        error.told("")
    }
}
