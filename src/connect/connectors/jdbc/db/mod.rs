//! A connection to a database: what the connectors ask of it, whichever it is.
//!
//! Each database has its own types, its own words for changing tables, its own quick way to take
//! many rows, and its own errors; all of that is behind [`Database`] and [`Dialect`].

mod error;
mod mysql;
mod postgres;
mod sqlite;
mod table;
mod tls;

pub(super) use error::{DbError, Fault};
pub(super) use table::{ColumnInfo, TableId, TableInfo, TableSort};

use jiff::tz::TimeZone;

use super::cell::{Cell, Kind};
use super::url::{Driver, Target};

/// What is done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Verb {
    Insert,
    Upsert,
    Update,
    Delete,
}

/// What is done with rows of one table: the first `keys` columns are its primary key.
pub(super) struct Job<'a> {
    pub(super) verb: Verb,
    pub(super) table: &'a TableInfo,
    /// Columns, by their places in the table.
    pub(super) columns: &'a [usize],
    pub(super) keys: usize,
}

impl Job<'_> {
    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|at| self.table.columns[*at].name.as_str())
    }
}

/// How values are written.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    /// Of times without a zone.
    pub(super) zone: TimeZone,
    /// Of days.
    pub(super) date_zone: TimeZone,
    pub(super) quotes: bool,
}

/// A column that is to be made.
pub(super) struct NewColumn<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a Kind,
    pub(super) optional: bool,
    pub(super) default: Option<Cell<'a>>,
    pub(super) is_key: bool,
}

/// What differs in SQL.
pub(super) trait Dialect {
    /// The type of a column; none where there is none for it.
    fn type_of(&self, kind: &Kind, is_key: bool) -> Option<String>;

    /// The character around names.
    fn quote(&self) -> char {
        '"'
    }

    /// A value as it stands in SQL.
    fn literal(&self, cell: &Cell, manner: &Manner) -> Option<String>;

    /// A moment, in nanoseconds since the Unix epoch, as it stands in SQL.
    fn moment(&self, nanos: i128, manner: &Manner) -> Option<String>;

    /// A column of timestamps as something that can be held against a moment.
    fn timestamp(&self, column: &str) -> String {
        column.to_owned()
    }

    /// Whether a name may have a schema before it.
    fn has_schemas(&self) -> bool {
        true
    }

    /// Whether several columns may be added by one statement.
    fn adds_many(&self) -> bool {
        true
    }

    /// The statement that makes a column of integers one of doubles, where that is needed.
    fn widen(&self, table: &str, column: &str) -> Option<String>;
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReadColumn {
    pub(super) name: String,
    /// The database's name for its type, in lower case: `numeric(10,2)` without what is in
    /// brackets.
    pub(super) kind: String,
    pub(super) precision: Option<i32>,
    pub(super) scale: Option<i32>,
    pub(super) unsigned: bool,
    pub(super) optional: bool,
}

/// What a query gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) columns: Vec<ReadColumn>,
    pub(super) rows: Vec<Vec<Read>>,
}

/// Which tables are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) catalog: Option<String>,
    pub(super) schema: Option<String>,
    /// JDBC's names: `TABLE`, `VIEW`.
    pub(super) types: Vec<String>,
}

/// A connection.
pub(super) trait Database {
    fn dialect(&self) -> &dyn Dialect;

    /// Begins a transaction.
    fn begin(&mut self) -> Result<(), DbError> {
        self.execute("BEGIN")
    }

    /// Runs statements that give nothing.
    fn execute(&mut self, sql: &str) -> Result<(), DbError>;

    /// Looks at a table; none where there is none.
    fn describe(&mut self, table: &TableId) -> Result<Option<TableInfo>, DbError>;

    /// Writes rows by one statement, as far as the database allows.
    fn write(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError>;

    /// The tables that are there.
    fn tables(&mut self, wanted: &Wanted) -> Result<Vec<TableId>, DbError>;

    /// Begins to read a query's rows.
    fn open(&mut self, sql: &str) -> Result<(), DbError>;

    /// The next rows of the open query, `most` of them at most; none when they are all read, and
    /// it is closed then.
    fn fetch(&mut self, most: usize) -> Result<Rows, DbError>;

    /// The time by the database's clock, in milliseconds since the Unix epoch.
    fn now(&mut self) -> Result<i64, DbError>;
}

/// Connects.
pub(super) fn connect(target: &Target, manner: &Manner) -> Result<Box<dyn Database>, DbError> {
    match target.driver {
        Driver::Postgres => postgres::connect(target, manner),
        Driver::Mysql => mysql::connect(target, manner),
        Driver::Sqlite => sqlite::connect(target, manner),
    }
}

/// A name in SQL.
pub(super) fn quoted(dialect: &dyn Dialect, quotes: bool, name: &str) -> String {
    let quote = dialect.quote();
    match quotes {
        true => {
            let twice = format!("{quote}{quote}");
            format!("{quote}{}{quote}", name.replace(quote, &twice))
        }
        false => name.to_owned(),
    }
}

/// Names in SQL, with commas.
pub(super) fn quoted_list<'a>(
    dialect: &dyn Dialect,
    quotes: bool,
    names: impl Iterator<Item = &'a str>,
) -> String {
    names.map(|name| quoted(dialect, quotes, name)).collect::<Vec<_>>().join(",")
}
