//! SQLite: one statement a batch, a row at a time, in the batch's transaction.

mod cursor;

use std::time::Duration;

use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use self::cursor::Cursor;
use super::{
    Cell, ColumnInfo, Database, DbError, Dialect, Fault, Job, Kind, Manner, Rows, TableId,
    TableInfo, TableSort, Target, Verb, Wanted, quoted, quoted_list,
};

/// How long another connection may hold the database.
const BUSY_WAIT_MS: u64 = 3_000;

struct Words;

impl Dialect for Words {
    fn type_of(&self, kind: &Kind, _: bool) -> Option<String> {
        let name = match kind {
            Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 | Kind::Boolean => "INTEGER",
            Kind::Float32 | Kind::Float64 => "REAL",
            Kind::Text => "TEXT",
            Kind::Bytes => "BLOB",
            Kind::Decimal(_) | Kind::Date | Kind::Time | Kind::Timestamp => "NUMERIC",
            Kind::Array(_) | Kind::Unknown => return None,
        };
        Some(name.to_owned())
    }

    fn literal(&self, cell: &Cell, _: &Manner) -> Option<String> {
        Some(match value(cell) {
            Sql::Null => "NULL".to_owned(),
            Sql::Integer(n) => n.to_string(),
            Sql::Real(n) => format!("{n:e}"),
            Sql::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Sql::Blob(bytes) => format!("x'{}'", data_encoding::HEXLOWER.encode(&bytes)),
        })
    }

    fn has_schemas(&self) -> bool {
        false
    }

    fn adds_many(&self) -> bool {
        false
    }

    fn moment(&self, nanos: i128, _: &Manner) -> Option<String> {
        Some(nanos.div_euclid(1_000_000).to_string())
    }

    fn timestamp(&self, column: &str) -> String {
        // Milliseconds, as Java's driver stores them, or a text that SQLite knows.
        format!(
            "(CASE WHEN typeof({column}) IN ('integer', 'real') THEN {column} ELSE \
             CAST(round((julianday({column}) - 2440587.5) * 86400000) AS INTEGER) END)"
        )
    }

    fn widen(&self, _: &str, _: &str) -> Option<String> {
        // Columns take whatever comes.
        None
    }
}

/// A value as Java's driver stores it: booleans as 0 and 1, times as milliseconds.
fn value(cell: &Cell) -> Sql {
    match cell {
        Cell::Null => Sql::Null,
        Cell::Boolean(is) => Sql::Integer(i64::from(*is)),
        Cell::Int(n) | Cell::Date(n) | Cell::Time(n) | Cell::Timestamp(n) => Sql::Integer(*n),
        Cell::Float32(n) => Sql::Real(f64::from(*n)),
        Cell::Float64(n) => Sql::Real(*n),
        Cell::Text(text) => Sql::Text(text.clone().into_owned()),
        Cell::Bytes(bytes) => Sql::Blob(bytes.clone().into_owned()),
        Cell::Decimal(decimal) => Sql::Text(decimal.plain()),
        Cell::Array(_) => Sql::Null,
    }
}

/// The same without copying texts.
struct Bound<'a>(&'a Cell<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            cell => ToSqlOutput::Owned(value(cell)),
        })
    }
}

fn opened(target: &Target) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let told = |error: rusqlite::Error| {
        let mut error = failed(&error);
        error.message = format!("cannot open {target}: {}", error.message);
        error
    };
    let connection = Connection::open_with_flags(&target.database, flags).map_err(told)?;
    let wait = match target.param("busy_timeout") {
        Some(ms) => ms.parse().map_err(|_| DbError::settings("busy_timeout must be a number"))?,
        None => BUSY_WAIT_MS,
    };
    connection.busy_timeout(Duration::from_millis(wait)).map_err(told)?;
    for name in ["journal_mode", "synchronous", "foreign_keys"] {
        if let Some(value) = target.param(name) {
            if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(DbError::settings(format!("{name} must be a word")));
            }
            connection.pragma_update(None, name, value).map_err(told)?;
        }
    }
    // Opening looks at nothing yet.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(told)?;
    Ok(connection)
}

pub(super) fn connect(target: &Target, manner: &Manner) -> Result<Box<dyn Database>, DbError> {
    let (connection, manner) = (opened(target)?, manner.clone());
    Ok(Box::new(Sqlite { connection, manner, target: target.clone(), open: None }))
}

struct Sqlite {
    connection: Connection,
    manner: Manner,
    target: Target,
    open: Option<Cursor>,
}

fn failed(error: &rusqlite::Error) -> DbError {
    let told = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        return match error {
            rusqlite::Error::SqlInputError { msg, .. } if is_stale(msg) => {
                DbError::new(Fault::Stale, msg)
            }
            _ => DbError::settings(told),
        };
    };
    let fault = match code.code {
        ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig => {
            Fault::Record
        }
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::OutOfMemory
        | ErrorCode::SchemaChanged => Fault::Connection,
        _ if is_stale(&told) => Fault::Stale,
        _ => Fault::Settings,
    };
    DbError::new(fault, told)
}

fn is_stale(told: &str) -> bool {
    told.contains("no such table") || told.contains("no column named")
}

impl Sqlite {
    fn statement(&self, job: &Job) -> String {
        let quotes = self.manner.quotes;
        let table = job.table.id.sql(&Words, quotes);
        let names: Vec<String> = job.names().map(|name| quoted(&Words, quotes, name)).collect();
        let (keys, rest) = names.split_at(job.keys);
        let list = quoted_list(&Words, quotes, job.names());
        let places = |from: usize, names: &[String], between: &str| {
            let all: Vec<String> = names
                .iter()
                .enumerate()
                .map(|(i, name)| format!("{name}=?{}", from + i + 1))
                .collect();
            all.join(between)
        };
        let values: Vec<String> = (1..=names.len()).map(|i| format!("?{i}")).collect();
        let insert = format!("INSERT INTO {table} ({list}) VALUES ({})", values.join(","));
        match job.verb {
            Verb::Insert => insert,
            Verb::Upsert => {
                let sets: Vec<String> =
                    rest.iter().map(|name| format!("{name}=excluded.{name}")).collect();
                let act = match sets.is_empty() {
                    true => "NOTHING".to_owned(),
                    false => format!("UPDATE SET {}", sets.join(",")),
                };
                format!("{insert} ON CONFLICT ({}) DO {act}", keys.join(","))
            }
            Verb::Update => format!(
                "UPDATE {table} SET {} WHERE {}",
                places(job.keys, rest, ","),
                places(0, keys, " AND ")
            ),
            Verb::Delete => format!("DELETE FROM {table} WHERE {}", places(0, keys, " AND ")),
        }
    }
}

impl Database for Sqlite {
    fn dialect(&self) -> &dyn Dialect {
        &Words
    }

    fn begin(&mut self) -> Result<(), DbError> {
        // Who begins to read and then wants to write would have to wait for others in vain.
        self.execute("BEGIN IMMEDIATE")
    }

    fn execute(&mut self, sql: &str) -> Result<(), DbError> {
        self.connection.execute_batch(sql).map_err(|error| failed(&error))
    }

    fn describe(&mut self, table: &TableId) -> Result<Option<TableInfo>, DbError> {
        let told = |error: rusqlite::Error| failed(&error);
        let sql = "SELECT type, name, sql FROM sqlite_master WHERE lower(name) = lower(?1) \
                   AND type IN ('table', 'view') ORDER BY name = ?1 DESC";
        let mut find = self.connection.prepare(sql).map_err(told)?;
        let mut found = find.query([&table.name]).map_err(told)?;
        let Some(row) = found.next().map_err(told)? else { return Ok(None) };
        let sort: String = row.get(0).map_err(told)?;
        let name: String = row.get(1).map_err(told)?;
        let made: String = row.get::<_, Option<String>>(2).map_err(told)?.unwrap_or_default();
        let sql = "SELECT name, lower(type), \"notnull\", pk FROM pragma_table_info(?1)";
        let mut columns = self.connection.prepare(sql).map_err(told)?;
        let mut rows = columns.query([&name]).map_err(told)?;
        let mut all = Vec::new();
        let counts = made.to_lowercase().contains("autoincrement");
        while let Some(row) = rows.next().map_err(told)? {
            let (not_null, key): (i64, i64) =
                (row.get(2).map_err(told)?, row.get(3).map_err(told)?);
            let kind: String = row.get(1).map_err(told)?;
            all.push(ColumnInfo {
                name: row.get(0).map_err(told)?,
                // A primary key of integers is the row's number, and never null.
                nullable: not_null == 0 && !(key > 0 && kind == "integer"),
                counts_itself: key > 0 && (counts || kind == "integer"),
                kind,
            });
        }
        let sort = if sort == "view" { TableSort::View } else { TableSort::Table };
        Ok(Some(TableInfo { id: table.clone(), sort, columns: all, is_plain: true }))
    }

    fn write(&mut self, job: &Job, rows: &[&[Cell]]) -> Result<(), DbError> {
        if job.verb == Verb::Update && job.keys == job.columns.len() {
            return Ok(());
        }
        let sql = self.statement(job);
        let mut statement = self.connection.prepare(&sql).map_err(|error| failed(&error))?;
        for row in rows {
            let wrote = statement.execute(rusqlite::params_from_iter(row.iter().map(Bound)));
            wrote.map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    fn tables(&mut self, wanted: &Wanted) -> Result<Vec<TableId>, DbError> {
        let told = |error: rusqlite::Error| failed(&error);
        let sql = "SELECT upper(type), name FROM sqlite_master WHERE type IN ('table', 'view') \
                   AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        let mut statement = self.connection.prepare(sql).map_err(told)?;
        let rows =
            statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        let mut all = Vec::new();
        for row in rows.map_err(told)? {
            let (sort, name) = row.map_err(told)?;
            if wanted.types.contains(&sort) {
                all.push(TableId { schema: None, name });
            }
        }
        Ok(all)
    }

    fn open(&mut self, sql: &str) -> Result<(), DbError> {
        self.open = Some(Cursor::open(&self.target, sql)?);
        Ok(())
    }

    fn fetch(&mut self, most: usize) -> Result<Rows, DbError> {
        let Some(cursor) = &mut self.open else { return Ok(Rows::default()) };
        let rows = cursor.take(most)?;
        let columns = cursor.columns.clone();
        if rows.len() < most {
            self.open = None;
        }
        Ok(Rows { columns, rows })
    }

    fn now(&mut self) -> Result<i64, DbError> {
        let sql = "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
        let now = self.connection.query_row(sql, [], |row| row.get(0));
        now.map_err(|error| failed(&error))
    }
}
