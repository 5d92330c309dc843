//! One table, or one query: what is asked of the database, and how far that goes.

use std::sync::Arc;

use super::columns::Mapping;
use super::place::Place;
use super::{Config, Mode};
use crate::base::clock::Moment;
use crate::connect::connectors::jdbc::db::{
    Database, DbError, Dialect, Fault, Manner, Read, ReadColumn, Rows, TableInfo, quoted,
};
use crate::connect::connectors::jdbc::time;
use crate::connect::data::Value;
use crate::connect::record::{Record, SourceBatch};

/// A table or a query.
pub(super) struct Reader {
    topic: Arc<str>,
    /// The schema's name.
    name: Option<String>,
    partition: Arc<Value>,
    /// What is asked, without what tells new rows.
    select: String,
    /// The columns that tell new rows, as they are in the result.
    incrementing: Option<String>,
    timestamps: Vec<String>,
    /// Columns that are never null, where the result does not say so itself.
    required: Vec<String>,
    /// How far that may be remembered, and how far rows were read.
    place: Place,
    last: Option<Place>,
    mapping: Option<Mapping>,
    /// When it was last read to its end.
    read_at: Option<Moment>,
}

impl Reader {
    pub(super) fn of_query(partition: Value, place: Place, config: &Config) -> Reader {
        Reader {
            topic: config.prefix.as_str().into(),
            name: None,
            partition: Arc::new(partition),
            select: config.query.clone(),
            incrementing: config.mode.has_incrementing().then(|| config.incrementing.clone()),
            timestamps: config.timestamps.clone(),
            required: Vec::new(),
            place,
            last: None,
            mapping: None,
            read_at: None,
        }
    }

    pub(super) fn of_table(
        partition: Value,
        place: Place,
        info: &TableInfo,
        config: &Config,
        dialect: &dyn Dialect,
    ) -> Result<Reader, DbError> {
        let id = &info.id;
        let mut incrementing = None;
        if config.mode.has_incrementing() {
            let at = match config.incrementing.is_empty() {
                true => info.columns.iter().position(|column| column.counts_itself),
                false => info.find(&config.incrementing),
            };
            let Some(column) = at.map(|at| &info.columns[at]) else {
                return Err(DbError::settings(match config.incrementing.as_str() {
                    "" => format!(
                        "table {id} has no column that the database numbers by itself: set \
                         incrementing.column.name"
                    ),
                    name => format!("table {id} has no column `{name}`, the incrementing one"),
                }));
            };
            if config.validates && column.nullable {
                return Err(DbError::settings(format!(
                    "Cannot make incremental queries using incrementing column {} on {id} because \
                     this column is nullable.",
                    column.name
                )));
            }
            incrementing = Some(column.name.clone());
        }
        let mut timestamps = Vec::new();
        if config.mode.has_timestamp() {
            let mut all_nullable = true;
            for name in &config.timestamps {
                let Some(at) = info.find(name) else {
                    let why = format!("table {id} has no column `{name}`, a timestamp one");
                    return Err(DbError::settings(why));
                };
                all_nullable &= info.columns[at].nullable;
                timestamps.push(info.columns[at].name.clone());
            }
            if config.validates && all_nullable {
                return Err(DbError::settings(format!(
                    "Cannot make incremental queries using timestamp columns {timestamps:?} on \
                     {id} because all of these columns nullable."
                )));
            }
        }
        let never_null = info.columns.iter().filter(|column| !column.nullable);
        Ok(Reader {
            topic: format!("{}{}", config.prefix, id.name).into(),
            name: Some(id.name.clone()),
            partition: Arc::new(partition),
            select: format!("SELECT * FROM {}", id.sql(dialect, config.manner.quotes)),
            incrementing,
            timestamps,
            required: never_null.map(|column| column.name.clone()).collect(),
            place,
            last: None,
            mapping: None,
            read_at: None,
        })
    }

    pub(super) fn read_at(&self) -> Option<Moment> {
        self.read_at
    }

    /// Asks for the rows that are new.
    pub(super) fn begin(&mut self, db: &mut dyn Database, config: &Config) -> Result<(), DbError> {
        (self.mapping, self.last) = (None, None);
        if config.mode.has_timestamp() && self.place.timestamp.is_none() {
            self.place.timestamp = match config.initial {
                Some(-1) => Some(i128::from(db.now()?) * 1_000_000),
                Some(ms) => Some(i128::from(ms) * 1_000_000),
                None => Some(0),
            };
        }
        let end = match config.mode.has_timestamp() {
            true => i128::from(db.now()?.saturating_sub(config.delay_ms)) * 1_000_000,
            false => 0,
        };
        let sql = self.sql(db.dialect(), end, config)?;
        db.open(&sql)
    }

    fn sql(&self, dialect: &dyn Dialect, end: i128, config: &Config) -> Result<String, DbError> {
        let name = |name: &String| quoted(dialect, config.manner.quotes, name);
        let timestamps: Vec<String> =
            self.timestamps.iter().map(|column| dialect.timestamp(&name(column))).collect();
        let timestamp = match &timestamps[..] {
            [one] => one.clone(),
            all => format!("COALESCE({})", all.join(",")),
        };
        let number = self.incrementing.as_ref().map(name).unwrap_or_default();
        let moment = |nanos: i128| {
            let told = dialect.moment(nanos, &config.manner);
            told.ok_or_else(|| DbError::settings("a timestamp is out of range"))
        };
        let begin = moment(self.place.timestamp.unwrap_or_default())?;
        let end = moment(end)?;
        let last = self.place.incrementing.unwrap_or(-1);
        let clause = match config.mode {
            Mode::Bulk => String::new(),
            Mode::Incrementing => {
                format!(" WHERE {number} > {last} ORDER BY {number} ASC")
            }
            Mode::Timestamp => format!(
                " WHERE {timestamp} > {begin} AND {timestamp} < {end} ORDER BY {timestamp} ASC"
            ),
            Mode::Both => format!(
                " WHERE {timestamp} < {end} AND (({timestamp} = {begin} AND {number} > {last}) \
                 OR {timestamp} > {begin}) ORDER BY {timestamp},{number} ASC"
            ),
        };
        let suffix = match config.suffix.as_str() {
            "" => String::new(),
            suffix => format!(" {suffix}"),
        };
        Ok(format!("{}{clause}{suffix}", self.select))
    }

    /// Reads the next rows of the query. Returns whether those were the last ones.
    pub(super) fn next(
        &mut self,
        db: &mut dyn Database,
        config: &Config,
        batch: &mut SourceBatch,
    ) -> Result<bool, DbError> {
        let rows = db.fetch(config.most)?;
        let is_over = rows.rows.len() < config.most;
        if is_over {
            self.read_at = Some(Moment::now());
        }
        if rows.rows.is_empty() {
            // The batch before was the last one, and nobody knew.
            self.advance(&[], true, config.mode, batch);
            return Ok(true);
        }
        let mapping = match self.mapping.take() {
            Some(mapping) => mapping,
            None => Mapping::of(&rows, self.name.as_deref(), &self.required, config),
        };
        let places = self.places(&rows, config)?;
        for row in rows.rows {
            let data = mapping.data(row, &config.manner.zone)?;
            batch.records.push(Record::of(&self.topic, data));
        }
        self.mapping = Some(mapping);
        self.advance(&places, is_over, config.mode, batch);
        Ok(is_over)
    }

    /// Remembers how far rows go.
    fn advance(&mut self, places: &[Place], is_over: bool, mode: Mode, batch: &mut SourceBatch) {
        let Some(last) = places.last().copied().or(self.last) else { return };
        self.last = Some(last);
        let remembered = match mode {
            // More rows may have the last one's timestamp.
            Mode::Timestamp if !is_over => {
                let earlier = places.iter().rev().find(|place| place.timestamp < last.timestamp);
                earlier.copied()
            }
            _ => Some(last),
        };
        if let Some(place) = remembered.filter(|place| *place != self.place) {
            self.place = place;
            batch.places.push((Arc::clone(&self.partition), place.offset()));
        }
    }

    /// The place of each row.
    fn places(&self, rows: &Rows, config: &Config) -> Result<Vec<Place>, DbError> {
        if config.mode == Mode::Bulk {
            return Ok(Vec::new());
        }
        let find = |name: &String| {
            let is_it = |column: &ReadColumn| column.name.eq_ignore_ascii_case(name);
            rows.columns.iter().position(is_it).ok_or_else(|| {
                DbError::settings(format!("the rows have no column `{name}`, which tells new ones"))
            })
        };
        let number = self.incrementing.as_ref().map(find).transpose()?;
        let times: Vec<usize> = self.timestamps.iter().map(find).collect::<Result<_, _>>()?;
        let mut places = Vec::with_capacity(rows.rows.len());
        let mut before = self.place;
        for row in &rows.rows {
            let incrementing = number.map(|at| whole(&row[at])).transpose()?;
            let moment = times.iter().find_map(|at| nanos(&row[*at], &config.manner));
            let timestamp = match config.mode.has_timestamp() {
                true => moment.or(before.timestamp),
                false => None,
            };
            before = Place { incrementing, timestamp };
            places.push(before);
        }
        Ok(places)
    }
}

/// The number in an incrementing column.
fn whole(read: &Read) -> Result<i64, DbError> {
    let text = match read {
        Read::Int(number) => return Ok(*number),
        Read::Null => return Err(DbError::settings("Null value for incrementing column")),
        Read::Text(text) => text.as_str(),
        _ => "",
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number = whole.parse().ok().filter(|_| fraction.bytes().all(|byte| byte == b'0'));
    number.ok_or_else(|| {
        DbError::settings("Invalid type for incrementing column: it holds no integers of 64 bits")
    })
}

/// The moment in a timestamp column.
fn nanos(read: &Read, manner: &Manner) -> Option<i128> {
    match read {
        Read::Int(ms) => Some(i128::from(*ms) * 1_000_000),
        Read::Text(text) => time::read_nanos(text, &manner.zone),
        _ => None,
    }
}

/// A query whose rows could not be read says so.
pub(super) fn unreadable(column: &str, kind: &str) -> DbError {
    DbError::new(Fault::Settings, format!("a value of column `{column}` is no {kind}"))
}
