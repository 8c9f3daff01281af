//! Rows as columns side by side.

use std::io::{self, Write};

use nwb::arrow::arrow_array::RecordBatch;
use nwb::arrow::arrow_schema::{DataType, Schema};

use super::cell::Cell;
use crate::output::{Paint, printable};

/// A cell is cut behind so many characters.
const WIDEST: usize = 40;

/// How many rows there are.
pub(super) struct Counts {
    /// Of those that were asked for.
    pub(super) matching: u64,
    /// Of the table.
    pub(super) height: u64,
    pub(super) is_filtered: bool,
}

pub(super) fn write(
    out: &mut dyn Write,
    schema: &Schema,
    batches: &[RecordBatch],
    counts: &Counts,
    paint: Paint,
) -> io::Result<()> {
    let columns = schema.fields().len();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            rows.push(batch.columns().iter().map(|column| cut(&Cell::of(column.as_ref(), row).text(WIDEST))).collect());
        }
    }
    let names: Vec<String> = schema.fields().iter().map(|field| cut(field.name())).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&names]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let is_number: Vec<bool> = schema
        .fields()
        .iter()
        .map(|field| field.data_type().is_numeric() || *field.data_type() == DataType::Boolean)
        .collect();
    write_row(out, &names, &widths, &is_number, &|text| paint.strong(text))?;
    for row in &rows {
        write_row(out, row, &widths, &is_number, &|text| text.to_owned())?;
    }
    let shown = rows.len() as u64;
    let note = match (counts.matching == shown, counts.is_filtered) {
        (true, false) => counted(shown),
        (true, true) => format!("{shown} of {}", counted(counts.height)),
        (false, false) => {
            format!("{shown} of {}; --rows START:END shows others, --csv writes all", counted(counts.height))
        }
        (false, true) => {
            format!("{shown} of {} that match, of {}; --limit N shows more", counts.matching, counted(counts.height))
        }
    };
    writeln!(out, "{}", paint.faint(&note))
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".into() } else { format!("{rows} rows") }
}

fn write_row(
    out: &mut dyn Write,
    row: &[String],
    widths: &[usize],
    is_number: &[bool],
    painted: &dyn Fn(&str) -> String,
) -> io::Result<()> {
    let mut line = String::new();
    let last = row.len().saturating_sub(1);
    for (column, ((cell, width), is_number)) in row.iter().zip(widths).zip(is_number).enumerate() {
        if column > 0 {
            line.push_str("  ");
        }
        let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
        let cell = painted(cell);
        match (is_number, column == last) {
            (true, _) => line.extend([gap, cell]),
            (false, true) => line.push_str(&cell),
            (false, false) => line.extend([cell, gap]),
        }
    }
    writeln!(out, "{line}")
}

fn cut(text: &str) -> String {
    let text = printable(text);
    if text.chars().count() <= WIDEST + 20 {
        return text;
    }
    text.chars().take(WIDEST + 17).chain("...".chars()).collect()
}
