//! A table for people: upper-case heads, two spaces between columns, no borders.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{Cell, escape};

/// Draws the table; `-` is what is missing or empty.
pub(super) fn table(columns: &[&str], rows: &[Vec<Cell>]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|name| name.to_uppercase().replace('_', "-")));
    for row in rows {
        table.add_row(row.iter().map(shown));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        let last = at + 1 == columns.len();
        column.set_padding((0, if last { 0 } else { 2 }));
        if is_numeric(rows, at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn shown(cell: &Cell) -> String {
    match cell.text() {
        text if text.is_empty() => "-".to_owned(),
        text => escape(&text, &[]).into_owned(),
    }
}

/// Says whether a column holds numbers, and nothing but numbers.
fn is_numeric(rows: &[Vec<Cell>], at: usize) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.get(at));
    let numbers = cells.clone().any(|cell| matches!(cell, Cell::Number(_)));
    numbers && cells.all(|cell| matches!(cell, Cell::Number(_) | Cell::Missing))
}
