//! The tables and time series of a file.

use std::io::Write;

use nwb::model::types::{DynamicTable, TimeSeries};
use nwb::{File, NeurodataType, Object};
use serde_json::json;

use super::Subject;
use crate::failure::{Failure, Outcome, sentence};
use crate::output::{self, Paint, exact, printable};

/// One of them.
struct Listed {
    path: String,
    type_name: String,
    rows: Result<u64, String>,
    columns: Vec<String>,
}

pub(super) fn run(file: &File, as_json: bool) -> Result<Outcome, Failure> {
    let objects = file.object().descendants().map_err(|error| Failure::reading(&error))?;
    let found: Vec<Listed> = objects.iter().filter_map(listed).collect();
    if as_json {
        output::print(|out| {
            for one in &found {
                let line = json!({
                    "path": one.path,
                    "type": one.type_name,
                    "rows": one.rows.as_ref().ok(),
                    "columns": one.columns,
                });
                writeln!(out, "{line}")?;
            }
            Ok(())
        })?;
    } else {
        output::page(|out| text(out, &found, Paint::of_stdout()))?;
    }
    let bad = found.iter().filter(|one| one.rows.is_err()).count();
    Ok(match bad {
        0 => Outcome::Done,
        1 => Outcome::Findings(format!("{}: one table cannot be read; the list says why", file.label())),
        n => Outcome::Findings(format!("{}: {n} tables cannot be read; the list says why", file.label())),
    })
}

fn listed(object: &Object) -> Option<Listed> {
    let is_one =
        |object: &Object| object.is::<DynamicTable>().unwrap_or(false) || object.is::<TimeSeries>().unwrap_or(false);
    if !is_one(object) {
        return None;
    }
    let subject = Subject::of(object).ok()?;
    let type_name = object.type_name().ok().flatten().map_or(String::new(), |(_, name)| name.to_owned());
    Some(Listed {
        path: object.path().to_owned(),
        type_name,
        rows: subject.height().map_err(|error| sentence(&error)),
        columns: subject.columns(),
    })
}

fn text(out: &mut dyn Write, found: &[Listed], paint: Paint) -> std::io::Result<()> {
    if found.is_empty() {
        return writeln!(out, "no tables and no time series");
    }
    for one in found {
        let rows = match &one.rows {
            Ok(1) => "1 row".to_owned(),
            Ok(rows) => format!("{rows} rows"),
            Err(why) => paint.wrong(&format!("cannot be read: {}", printable(why))),
        };
        let columns: Vec<String> = one.columns.iter().map(|column| exact(column)).collect();
        writeln!(out, "{}  {}, {rows}", paint.strong(&exact(&one.path)), paint.type_name(&printable(&one.type_name)))?;
        writeln!(out, "    {}", paint.faint(&columns.join(", ")))?;
    }
    Ok(())
}
