//! CSV, TSV and plain lines.

use super::{Cell, escape};

/// RFC 4180, but with a bare newline at the end of a line, as Unix tools want it.
pub(super) fn csv(columns: &[&str], rows: &[Vec<Cell>]) -> String {
    let head = columns.iter().map(|name| (*name).to_owned()).collect();
    let texts = rows.iter().map(|row| row.iter().map(Cell::text).collect());
    let line = |cells: Vec<String>| {
        let quoted: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
        quoted.join(",") + "\n"
    };
    std::iter::once(head).chain(texts).map(line).collect()
}

fn quote(cell: &str) -> String {
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// Tab-separated values: a tab or a newline inside a cell is written as `\t` or `\n`.
pub(super) fn tsv(columns: &[&str], rows: &[Vec<Cell>]) -> String {
    let head = columns.join("\t") + "\n";
    head + &tabbed(rows.iter().map(Vec::as_slice), "")
}

/// Tab-separated values without a head, `-` for what is missing or empty: so that the columns
/// can be counted by tools that join separators. Only the first `count` columns.
pub(super) fn plain(count: usize, rows: &[Vec<Cell>]) -> String {
    tabbed(rows.iter().map(|row| &row[..count.min(row.len())]), "-")
}

fn tabbed<'a>(rows: impl Iterator<Item = &'a [Cell]>, missing: &str) -> String {
    let cell = |cell: &Cell| match cell.text() {
        text if text.is_empty() => missing.to_owned(),
        text => escape(&text, &[]).into_owned(),
    };
    let line = |row: &[Cell]| row.iter().map(cell).collect::<Vec<_>>().join("\t") + "\n";
    rows.map(line).collect()
}
