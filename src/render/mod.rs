//! Rows as a table, JSON, CSV or plain text. Pure: rows in, text out.
//!
//! A listing is a list of rows of one type ([`Row`]). The names of the columns are the keys of
//! the JSON; in a table they stand in upper case with dashes. An empty list still shows its
//! heads, or `[]`. Tables are never wrapped: a line is a row, on a pipe and on a terminal.

mod color;
mod escape;
mod lines;
mod table;

pub use color::color_json;
pub use escape::escape;

use serde_json::{Map, Value};

use crate::settings::look::Output;

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known: `-` in a table, `null` in JSON, empty in CSV.
    Missing,
    Text(String),
    /// Right-aligned in a table.
    Number(i64),
    Bool(bool),
    /// Joined with commas outside JSON.
    List(Vec<Cell>),
    /// `key=value`, joined with commas outside JSON.
    Pairs(Vec<(String, String)>),
}

impl Cell {
    /// Returns the cell as text for a person, or for a column of a text format.
    fn text(&self) -> String {
        match self {
            Cell::Missing => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Bool(yes) => yes.to_string(),
            Cell::List(cells) => join(cells.iter().map(Cell::text)),
            Cell::Pairs(pairs) => join(pairs.iter().map(|(k, v)| format!("{k}={v}"))),
        }
    }

    /// Returns the cell as JSON.
    pub fn json(&self) -> Value {
        match self {
            Cell::Missing => Value::Null,
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Number(number) => Value::from(*number),
            Cell::Bool(yes) => Value::from(*yes),
            Cell::List(cells) => cells.iter().map(Cell::json).collect(),
            Cell::Pairs(pairs) => {
                pairs.iter().map(|(k, v)| (k.clone(), Value::from(v.as_str()))).collect()
            }
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Cell::Bool(yes)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Cell::Number(number.into())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Cell::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Missing, Into::into)
    }
}

impl<T: Into<Cell>> From<Vec<T>> for Cell {
    fn from(values: Vec<T>) -> Self {
        Cell::List(values.into_iter().map(Into::into).collect())
    }
}

/// One line of a listing.
pub trait Row {
    /// The columns' names, in snake case.
    const COLUMNS: &'static [&'static str];

    /// How many of the columns are printed plain: the names alone, where that is what scripts
    /// want.
    const PLAIN: usize = Self::COLUMNS.len();

    /// Returns a cell for each column.
    fn cells(&self) -> Vec<Cell>;

    /// Returns the row as a JSON object.
    fn json(&self) -> Map<String, Value> {
        let names = Self::COLUMNS.iter().map(|name| (*name).to_owned());
        names.zip(self.cells().iter().map(Cell::json)).collect()
    }
}

/// Renders rows. The text ends with a newline, or is empty.
pub fn rows<R: Row>(output: Output, rows: &[R]) -> String {
    let cells = || rows.iter().map(Row::cells).collect::<Vec<_>>();
    match output {
        Output::Table => table::table(R::COLUMNS, &cells()),
        Output::Json => json(rows.iter().map(|row| Value::Object(row.json()))),
        Output::Ndjson => ndjson(rows.iter().map(|row| Value::Object(row.json()))),
        Output::Csv => lines::csv(R::COLUMNS, &cells()),
        Output::Tsv => lines::tsv(R::COLUMNS, &cells()),
        Output::Plain => lines::plain(R::PLAIN, &cells()),
    }
}

/// Renders values as one JSON array, an element a line.
pub fn json(values: impl Iterator<Item = Value>) -> String {
    let lines: Vec<String> = values.map(|value| format!("  {value}")).collect();
    if lines.is_empty() { "[]\n".into() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

/// Renders values as JSON, one a line.
pub fn ndjson(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Animal(&'static str, Option<i64>, Vec<i32>, bool);

    impl Row for Animal {
        const COLUMNS: &'static [&'static str] = &["name", "leg_count", "rooms", "is_tame"];

        fn cells(&self) -> Vec<Cell> {
            vec![self.0.into(), self.1.into(), self.2.clone().into(), self.3.into()]
        }
    }

    fn animals() -> Vec<Animal> {
        vec![
            Animal("ox", Some(4), vec![1, 2], true),
            Animal("centi,\"pede\"\n", Some(100), vec![], false),
            Animal("", None, vec![3], false),
        ]
    }

    #[test]
    fn the_same_rows_in_every_format() {
        let rows_in = [
            (
                Output::Table,
                "NAME            LEG-COUNT  ROOMS  IS-TAME\n\
                 ox                      4  1,2    true\n\
                 centi,\"pede\"\\n        100  -      false\n\
                 -                       -  3      false\n",
            ),
            (
                Output::Json,
                "[\n  {\"name\":\"ox\",\"leg_count\":4,\"rooms\":[1,2],\"is_tame\":true},\n  \
                 {\"name\":\"centi,\\\"pede\\\"\\n\",\"leg_count\":100,\"rooms\":[],\
                 \"is_tame\":false},\n  \
                 {\"name\":\"\",\"leg_count\":null,\"rooms\":[3],\"is_tame\":false}\n]\n",
            ),
            (
                Output::Ndjson,
                "{\"name\":\"ox\",\"leg_count\":4,\"rooms\":[1,2],\"is_tame\":true}\n\
                 {\"name\":\"centi,\\\"pede\\\"\\n\",\"leg_count\":100,\"rooms\":[],\
                 \"is_tame\":false}\n\
                 {\"name\":\"\",\"leg_count\":null,\"rooms\":[3],\"is_tame\":false}\n",
            ),
            (
                Output::Csv,
                "name,leg_count,rooms,is_tame\nox,4,\"1,2\",true\n\
                 \"centi,\"\"pede\"\"\n\",100,,false\n,,3,false\n",
            ),
            (
                Output::Tsv,
                "name\tleg_count\trooms\tis_tame\nox\t4\t1,2\ttrue\n\
                 centi,\"pede\"\\n\t100\t\tfalse\n\t\t3\tfalse\n",
            ),
            (Output::Plain, "ox\t4\t1,2\ttrue\ncenti,\"pede\"\\n\t100\t-\tfalse\n-\t-\t3\tfalse\n"),
        ];
        for (output, want) in rows_in {
            assert_eq!(rows(output, &animals()), want, "{output:?}");
        }
    }

    #[test]
    fn an_empty_list_shows_its_heads() {
        let rows_in = [
            (Output::Table, "NAME  LEG-COUNT  ROOMS  IS-TAME\n"),
            (Output::Json, "[]\n"),
            (Output::Ndjson, ""),
            (Output::Csv, "name,leg_count,rooms,is_tame\n"),
            (Output::Tsv, "name\tleg_count\trooms\tis_tame\n"),
            (Output::Plain, ""),
        ];
        for (output, want) in rows_in {
            assert_eq!(rows::<Animal>(output, &[]), want, "{output:?}");
        }
    }
}
