//! Tables: their names, and what is known of their columns.

use std::fmt;

use super::{Dialect, quoted};

/// A table's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct TableId {
    pub(in super::super) schema: Option<String>,
    pub(in super::super) name: String,
}

impl TableId {
    /// Reads a name: the part before the last point is the schema, and what stands before that is
    /// a catalog, which is always the one that is connected to. Quoted parts may have points.
    pub(in super::super) fn parse(text: &str, dialect: &dyn Dialect) -> TableId {
        if !dialect.has_schemas() {
            let text = unquoted(text, dialect.quote());
            return TableId { schema: None, name: text };
        }
        let mut parts: Vec<String> = vec![String::new()];
        let mut is_inside = false;
        for c in text.chars() {
            is_inside ^= c == dialect.quote();
            match parts.last_mut() {
                Some(part) if c != '.' || is_inside => part.push(c),
                _ => parts.push(String::new()),
            }
        }
        let mut parts: Vec<String> =
            parts.into_iter().map(|part| unquoted(&part, dialect.quote())).collect();
        let name = parts.pop().unwrap_or_default();
        TableId { schema: parts.pop().filter(|schema| !schema.is_empty()), name }
    }

    /// The name in SQL.
    pub(in super::super) fn sql(&self, dialect: &dyn Dialect, quotes: bool) -> String {
        let name = quoted(dialect, quotes, &self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", quoted(dialect, quotes, schema)),
            None => name,
        }
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

fn unquoted(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner.map_or_else(
        || text.to_owned(),
        |inner| inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
    )
}

/// What sort of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum TableSort {
    Table,
    Partitioned,
    View,
}

impl TableSort {
    /// JDBC's name.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            TableSort::Table => "TABLE",
            TableSort::Partitioned => "PARTITIONED TABLE",
            TableSort::View => "VIEW",
        }
    }
}

/// A column that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct ColumnInfo {
    pub(in super::super) name: String,
    /// The database's name of its type, in lower case.
    pub(in super::super) kind: String,
    pub(in super::super) nullable: bool,
    /// Whether the database numbers it by itself.
    pub(in super::super) counts_itself: bool,
}

/// A table that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct TableInfo {
    pub(in super::super) id: TableId,
    pub(in super::super) sort: TableSort,
    pub(in super::super) columns: Vec<ColumnInfo>,
    /// Whether rows may go the quickest way.
    pub(in super::super) is_plain: bool,
}

impl TableInfo {
    /// Finds a column by its name, or by the name in any case if there is none.
    pub(in super::super) fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name).or_else(|| {
            let is_it = |column: &ColumnInfo| column.name.eq_ignore_ascii_case(name);
            self.columns.iter().position(is_it)
        })
    }
}
