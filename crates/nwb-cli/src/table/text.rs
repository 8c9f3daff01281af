//! Rows as columns side by side.

use std::io::{self, Write};

use nwb::arrow::arrow_array::RecordBatch;
use nwb::arrow::arrow_schema::{DataType, Schema};

use super::cell::Cell;
use crate::output::{Paint, cut, printable, width};

/// About so much of a cell is put into words, and no more than so many columns of it are shown.
const WORDS: usize = 40;
const WIDEST: usize = 60;
/// Narrower than that, columns say nothing; then some are left out.
const NARROWEST: usize = 12;
/// What is between columns.
const GAP: usize = 2;

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// So many columns of a terminal.
    Terminal(usize),
    /// Lines may be as long as they like, but nobody wants to see very long cells.
    Lines,
    /// Nothing is cut.
    All,
}

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
    room: Room,
    paint: Paint,
) -> io::Result<()> {
    let words = if room == Room::All { usize::MAX } else { WORDS };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter();
            rows.push(cells.map(|column| printable(&Cell::of(column.as_ref(), row).text(words))).collect());
        }
    }
    let mut names: Vec<String> = schema.fields().iter().map(|field| printable(field.name())).collect();
    let is_number: Vec<bool> = schema
        .fields()
        .iter()
        .map(|field| field.data_type().is_numeric() || *field.data_type() == DataType::Boolean)
        .collect();
    let natural = |column: usize| {
        let cells = rows.iter().chain([&names]).filter_map(|row| row.get(column));
        cells.map(|cell| width(cell)).max().unwrap_or(0)
    };
    let natural: Vec<usize> = (0..names.len()).map(natural).collect();
    let widths = widths(&natural, &is_number, room);
    let left_out = names.split_off(widths.len());
    write_row(out, &names, &widths, &is_number, &|text| paint.strong(text))?;
    for row in &rows {
        write_row(out, row, &widths, &is_number, &|text| text.to_owned())?;
    }
    let shown = rows.len() as u64;
    let is_cut = |(cell, room): (&String, &usize)| width(cell) > *room || cell.contains('…');
    let is_cut = rows.iter().any(|row| row.iter().zip(&widths).any(is_cut));
    let mut note = match (counts.matching == shown, counts.is_filtered) {
        (true, false) => counted(shown),
        (true, true) => format!("{shown} of {}", counted(counts.height)),
        (false, false) => {
            format!("{shown} of {}; --rows START:END shows others, --csv writes all", counted(counts.height))
        }
        (false, true) => {
            format!("{shown} of {} that match, of {}; --limit N shows more", counts.matching, counted(counts.height))
        }
    };
    if is_cut && room != Room::All {
        note.push_str("; --wide shows whole values");
    }
    writeln!(out, "{}", paint.faint(&note))?;
    if left_out.is_empty() {
        return Ok(());
    }
    let columns = if left_out.len() == 1 { "column has" } else { "columns have" };
    let note =
        format!("{} more {columns} no room: {}; --wide or --columns shows them", left_out.len(), left_out.join(", "));
    writeln!(out, "{}", paint.faint(&note))
}

/// How wide the columns are. If all of them have no room, there are fewer.
fn widths(natural: &[usize], is_number: &[bool], room: Room) -> Vec<usize> {
    let available = match room {
        Room::All => return natural.to_vec(),
        Room::Lines => usize::MAX,
        Room::Terminal(columns) => columns,
    };
    let kinds = || natural.iter().zip(is_number.iter().copied().chain(std::iter::repeat(false)));
    let with_most = |most: usize| -> Vec<usize> {
        // A part of a number is another number.
        kinds().map(|(width, is_number)| if is_number { *width } else { (*width).min(most) }).collect()
    };
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * GAP;
    let mut most = WIDEST;
    while most > NARROWEST && total(&with_most(most)) > available {
        most -= 1;
    }
    let mut widths = with_most(most);
    while widths.len() > 1 && total(&widths) > available {
        widths.pop();
    }
    widths
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
    let last = widths.len().saturating_sub(1);
    for (column, ((cell, room), is_number)) in row.iter().zip(widths).zip(is_number).enumerate() {
        if column > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        let cell = cut(cell, *room);
        let gap = " ".repeat(room.saturating_sub(width(&cell)));
        let cell = painted(&cell);
        match (is_number, column == last) {
            (true, _) => line.extend([gap, cell]),
            (false, true) => line.push_str(&cell),
            (false, false) => line.extend([cell, gap]),
        }
    }
    writeln!(out, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_the_room_that_there_is() {
        let kinds = [true, false, false, true];
        for (natural, room, expected) in [
            (vec![3, 10, 20, 6], Room::Terminal(80), vec![3, 10, 20, 6]),
            (vec![3, 50, 50, 6], Room::Terminal(55), vec![3, 20, 20, 6]),
            (vec![3, 50, 50, 6], Room::Terminal(30), vec![3, 12]),
            (vec![300, 50, 50, 6], Room::Terminal(30), vec![300]),
            (vec![3, 500, 50, 6], Room::Lines, vec![3, 60, 50, 6]),
            (vec![3, 500, 50, 6], Room::All, vec![3, 500, 50, 6]),
        ] {
            assert_eq!(widths(&natural, &kinds, room), expected, "{natural:?} {room:?}");
        }
    }
}
