//! The shape of a row: its table, its columns, and where in a record each value is.

use std::rc::Rc;

use super::super::cell::{Cell, Kind};
use super::super::db::TableId;
use crate::connect::data::Value;

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Topic,
    Partition,
    Offset,
    /// The key as a whole, or the field or entry of it at this place.
    Key,
    KeyPart(usize),
    /// The same of the value.
    Value,
    ValuePart(usize),
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) optional: bool,
    pub(super) default: Option<Value>,
    pub(super) source: Source,
}

/// The shape of rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) table: TableId,
    /// The primary key's first.
    pub(super) columns: Vec<Column>,
    pub(super) keys: usize,
    /// The places of the columns in the order in which a new table has them.
    pub(super) order: Vec<usize>,
    /// Whether the kinds come from values, because there is no schema.
    pub(super) is_inferred: bool,
}

impl Shape {
    /// Whether rows of both can be written by one statement.
    pub(super) fn is_like(&self, other: &Shape) -> bool {
        let same = |(a, b): (&Column, &Column)| a.name == b.name;
        self.table == other.table
            && self.keys == other.keys
            && self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(same)
    }
}

/// A row to write.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) shape: Rc<Shape>,
    pub(super) cells: Vec<Cell<'a>>,
    /// Which record it comes from.
    pub(super) record: usize,
    pub(super) is_delete: bool,
}
