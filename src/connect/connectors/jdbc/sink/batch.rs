//! A batch in one transaction, and the search for the records that are to blame if it fails.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::cell::{Cell, Kind};
use super::super::db::{Database, DbError, Fault, Job, Verb};
use super::shape::{Row, Shape};
use super::tables::Tables;
use super::{Config, InsertMode};
use crate::connect::error::ConnectError;

/// Records that were not written, by their places in the batch, and why.
pub(super) type Written = Vec<(usize, ConnectError)>;

pub(super) struct Batch<'a> {
    pub(super) db: &'a mut dyn Database,
    pub(super) tables: &'a Tables,
    pub(super) config: &'a Config,
}

/// Rows that one statement writes.
struct Group {
    shape: Rc<Shape>,
    is_delete: bool,
    /// Their places among the batch's rows.
    rows: Vec<usize>,
}

/// Rows that wait to be written, in an order that gives the same as their own.
#[derive(Default)]
struct Pending {
    groups: Vec<Group>,
    /// Where each primary key was seen last: its group, and the place in it.
    last: HashMap<Vec<u8>, (usize, usize)>,
}

impl Batch<'_> {
    /// Writes rows, all of them or those that can be written.
    pub(super) fn commit(&mut self, rows: &[Row]) -> Result<Written, DbError> {
        if rows.is_empty() {
            return Ok(Written::new());
        }
        self.db.begin()?;
        match self.write(rows).and_then(|()| self.db.execute("COMMIT")) {
            Ok(()) => return Ok(Written::new()),
            Err(error) if error.fault != Fault::Record => return Err(error),
            Err(error) => {
                self.db.execute("ROLLBACK")?;
                if rows.len() == 1 {
                    return Ok(vec![(rows[0].record, refused(error))]);
                }
            }
        }
        let mut bad = Written::new();
        self.db.begin()?;
        let (left, right) = rows.split_at(rows.len() / 2);
        self.search(left, 0, &mut bad)?;
        self.search(right, 0, &mut bad)?;
        if !bad.is_empty() && !self.config.tolerates {
            // The task ends: nothing of the batch may stay, for it comes again.
            self.db.execute("ROLLBACK")?;
            return Ok(bad);
        }
        match self.db.execute("COMMIT") {
            Err(error) if error.fault == Fault::Record => {
                // What is checked only at the end of a transaction: one for each.
                self.db.execute("ROLLBACK")?;
                self.one_by_one(rows)
            }
            done => done.map(|()| bad),
        }
    }

    /// Writes rows if that is possible, else their halves.
    fn search(&mut self, rows: &[Row], depth: usize, bad: &mut Written) -> Result<(), DbError> {
        if rows.is_empty() || (!bad.is_empty() && !self.config.tolerates) {
            return Ok(());
        }
        let point = format!("rk_{depth}");
        self.db.execute(&format!("SAVEPOINT {point}"))?;
        match self.write(rows) {
            Ok(()) => return self.db.execute(&format!("RELEASE SAVEPOINT {point}")),
            Err(error) if error.fault != Fault::Record => return Err(error),
            Err(error) => {
                self.db.execute(&format!("ROLLBACK TO SAVEPOINT {point}"))?;
                self.db.execute(&format!("RELEASE SAVEPOINT {point}"))?;
                if rows.len() == 1 {
                    bad.push((rows[0].record, refused(error)));
                    return Ok(());
                }
            }
        }
        let (left, right) = rows.split_at(rows.len() / 2);
        self.search(left, depth + 1, bad)?;
        self.search(right, depth + 1, bad)
    }

    fn one_by_one(&mut self, rows: &[Row]) -> Result<Written, DbError> {
        let mut bad = Written::new();
        for row in rows {
            self.db.begin()?;
            let wrote = self.write(std::slice::from_ref(row));
            match wrote.and_then(|()| self.db.execute("COMMIT")) {
                Ok(()) => {}
                Err(error) if error.fault != Fault::Record => return Err(error),
                Err(error) => {
                    self.db.execute("ROLLBACK")?;
                    bad.push((row.record, refused(error)));
                    if !self.config.tolerates {
                        break;
                    }
                }
            }
        }
        Ok(bad)
    }

    /// Writes rows by as few statements as possible, with the outcome of one after the other.
    fn write(&mut self, rows: &[Row]) -> Result<(), DbError> {
        let mut pending = Pending::default();
        let mut key = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            if self.config.mode == InsertMode::Insert {
                // Rows that are inserted have no key that could be met again, but for deletes.
                let waits = |group: &Group| group.is_delete != row.is_delete;
                if pending.groups.iter().any(waits) {
                    self.flush(&mut pending, rows)?;
                }
                pending.push(row, at);
                continue;
            }
            key.clear();
            key.extend_from_slice(row.shape.table.to_string().as_bytes());
            row.cells[..row.shape.keys].iter().for_each(|cell| cell.key(&mut key));
            if let Some((group, place)) = pending.last.get(&key).copied() {
                let before = &mut pending.groups[group];
                match (before.is_delete, row.is_delete) {
                    (false, false) if before.shape.is_like(&row.shape) => {
                        before.rows[place] = at;
                        continue;
                    }
                    (true, true) => continue,
                    // Deletes come after all else.
                    (false, true) => {}
                    _ => self.flush(&mut pending, rows)?,
                }
            }
            let place = pending.push(row, at);
            pending.last.insert(key.clone(), place);
        }
        self.flush(&mut pending, rows)
    }

    fn flush(&mut self, pending: &mut Pending, rows: &[Row]) -> Result<(), DbError> {
        let groups = std::mem::take(&mut pending.groups);
        pending.last.clear();
        for is_delete in [false, true] {
            for group in groups.iter().filter(|group| group.is_delete == is_delete) {
                self.write_group(group, rows)?;
            }
        }
        Ok(())
    }

    fn write_group(&mut self, group: &Group, rows: &[Row]) -> Result<(), DbError> {
        let shape = &group.shape;
        let stale = || DbError::new(Fault::Stale, format!("table {} has changed", shape.table));
        let table = self.tables.get(&shape.table).ok_or_else(stale)?;
        let verb = match (group.is_delete, self.config.mode) {
            (true, _) => Verb::Delete,
            (false, InsertMode::Insert) => Verb::Insert,
            (false, InsertMode::Upsert) => Verb::Upsert,
            (false, InsertMode::Update) => Verb::Update,
        };
        // Null is all that is known of some columns, and they are not there.
        let mut kept = Vec::new();
        for (at, column) in shape.columns.iter().enumerate() {
            match table.find(&column.name) {
                Some(place) => kept.push((at, place)),
                None if column.kind == Kind::Unknown => {}
                None => return Err(stale()),
            }
        }
        let columns: Vec<usize> = kept.iter().map(|(_, place)| *place).collect();
        let job = Job { verb, table, columns: &columns, keys: shape.keys };
        let is_whole = kept.len() == shape.columns.len();
        for chunk in group.rows.chunks(self.config.batch_size) {
            if is_whole {
                let cells: Vec<&[Cell]> = chunk.iter().map(|at| &rows[*at].cells[..]).collect();
                self.db.write(&job, &cells)?;
                continue;
            }
            let some = |at: &usize| -> Vec<Cell> {
                kept.iter().map(|(cell, _)| rows[*at].cells[*cell].clone()).collect()
            };
            let cells: Vec<Vec<Cell>> = chunk.iter().map(some).collect();
            let cells: Vec<&[Cell]> = cells.iter().map(Vec::as_slice).collect();
            self.db.write(&job, &cells)?;
        }
        Ok(())
    }
}

impl Pending {
    fn push(&mut self, row: &Row, at: usize) -> (usize, usize) {
        let fits = |group: &Group| {
            group.is_delete == row.is_delete
                && (Rc::ptr_eq(&group.shape, &row.shape) || group.shape.is_like(&row.shape))
        };
        let group = self.groups.iter().rposition(fits).unwrap_or_else(|| {
            let shape = Rc::clone(&row.shape);
            self.groups.push(Group { shape, is_delete: row.is_delete, rows: Vec::new() });
            self.groups.len() - 1
        });
        self.groups[group].rows.push(at);
        (group, self.groups[group].rows.len() - 1)
    }
}

fn refused(error: DbError) -> ConnectError {
    error.told("the database refuses the record")
}
