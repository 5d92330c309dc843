//! The rows of a query, read by a thread of their own with a connection of its own: a statement
//! cannot be kept beside the connection that it borrows, and a large table not in memory.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::types::ValueRef;

use super::super::{DbError, Fault, Read, ReadColumn, Target};
use super::{failed, opened};

/// How many rows wait to be taken.
const ROWS_MAX: usize = 1_000;

enum Sent {
    Columns(Vec<ReadColumn>),
    Row(Vec<Read>),
}

/// A query that is being read.
pub(super) struct Cursor {
    pub(super) columns: Vec<ReadColumn>,
    from: Receiver<Result<Sent, DbError>>,
}

impl Cursor {
    pub(super) fn open(target: &Target, sql: &str) -> Result<Cursor, DbError> {
        let (to, from) = sync_channel(ROWS_MAX);
        let (target, sql) = (target.clone(), sql.to_owned());
        let read = move || {
            if let Err(error) = read(&target, &sql, &to) {
                // Nobody listens any more when the query was given up.
                let _ = to.send(Err(error));
            }
        };
        let thread = std::thread::Builder::new().name("sqlite".to_owned()).spawn(read);
        thread.map_err(|error| DbError::settings(error.to_string()))?;
        match from.recv() {
            Ok(Ok(Sent::Columns(columns))) => Ok(Cursor { columns, from }),
            Ok(Err(error)) => Err(error),
            _ => Err(DbError::new(Fault::Connection, "the query has ended early")),
        }
    }

    /// The next rows; fewer than asked for at the end.
    pub(super) fn take(&mut self, most: usize) -> Result<Vec<Vec<Read>>, DbError> {
        let mut rows = Vec::new();
        while rows.len() < most {
            match self.from.recv() {
                Ok(Ok(Sent::Row(row))) => rows.push(row),
                Ok(Err(error)) => return Err(error),
                _ => break,
            }
        }
        Ok(rows)
    }
}

fn read(target: &Target, sql: &str, to: &SyncSender<Result<Sent, DbError>>) -> Result<(), DbError> {
    let told = |error: rusqlite::Error| failed(&error);
    let connection = opened(target)?;
    let mut statement = connection.prepare(sql).map_err(told)?;
    let columns: Vec<ReadColumn> = statement.columns().map(|it| column(&it)).collect();
    let count = columns.len();
    if to.send(Ok(Sent::Columns(columns))).is_err() {
        return Ok(());
    }
    let mut rows = statement.query([]).map_err(told)?;
    while let Some(row) = rows.next().map_err(told)? {
        let mut all = Vec::with_capacity(count);
        for at in 0..count {
            all.push(match row.get_ref(at).map_err(told)? {
                ValueRef::Null => Read::Null,
                ValueRef::Integer(n) => Read::Int(n),
                ValueRef::Real(n) => Read::Float(n),
                ValueRef::Text(text) => Read::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Read::Bytes(bytes.to_vec()),
            });
        }
        if to.send(Ok(Sent::Row(all))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A column of a result, by the type that it was declared with.
fn column(column: &rusqlite::Column) -> ReadColumn {
    let declared = column.decl_type().unwrap_or_default().to_lowercase();
    let (kind, inside) = declared.split_once('(').unwrap_or((&declared, ""));
    let mut numbers = inside.trim_end_matches(')').split(',').map(|part| part.trim().parse().ok());
    ReadColumn {
        name: column.name().to_owned(),
        kind: kind.trim().to_owned(),
        precision: numbers.next().flatten(),
        scale: numbers.next().flatten(),
        unsigned: false,
        optional: true,
    }
}
