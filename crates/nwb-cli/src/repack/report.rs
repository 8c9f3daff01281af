//! What was gained, dataset by dataset and in sum.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use nwb::model::backend::{Filter, Layout};
use nwb::{RepackReport, Repacked};
use serde_json::{Value as Json, json};

use super::Args;
use crate::failure::{Failure, Outcome};
use crate::info::bytes;
use crate::output::{self, exact};
use crate::tree::{filter_json, filter_text, layout_json};

/// What is said in the end.
pub(super) struct Report {
    file: String,
    out: Option<String>,
    profile: String,
    repacked: RepackReport,
    /// Bytes of the whole files.
    old_size: Option<u64>,
    new_size: Option<u64>,
}

impl Report {
    /// Of a file that is there. Its size is looked at now: it may be replaced.
    pub(super) fn of(args: &Args) -> Self {
        Self {
            file: args.r#in.display().to_string(),
            out: None,
            profile: args.profile.name().to_owned(),
            repacked: RepackReport::default(),
            old_size: size(&args.r#in),
            new_size: None,
        }
    }

    pub(super) fn estimated(self, repacked: RepackReport) -> Self {
        Self { repacked, ..self }
    }

    pub(super) fn written(self, repacked: RepackReport, out: &Path) -> Self {
        Self { repacked, out: Some(out.display().to_string()), new_size: size(out), ..self }
    }

    /// Prints it, and what is to be known before the file is given to others.
    pub(super) fn show(&self, is_json: bool) -> Result<Outcome, Failure> {
        output::print(|out| if is_json { writeln!(out, "{}", self.json()) } else { self.text(out) })?;
        for warning in self.warnings() {
            output::complain(&format!("warning: {warning}"));
        }
        let name = self.out.as_deref().unwrap_or_default();
        Ok(match self.repacked.losses.dangling_references.len() {
            0 => Outcome::Done,
            1 => Outcome::Findings(format!("{name}: one reference could not be kept")),
            n => Outcome::Findings(format!("{name}: {n} references could not be kept")),
        })
    }

    fn warnings(&self) -> Vec<String> {
        let filters = self.repacked.uncommon_filters().into_iter();
        let one = |filter: &Filter| {
            Some(format!("what is stored with {} cannot be read by {}", filter_text(filter), filter.who_lacks_it()?))
        };
        let mut warnings: Vec<String> = filters.filter_map(one).collect();
        let undecodable = self.repacked.undecodable.iter();
        warnings.extend(undecodable.map(|path| format!("{} stays as it is: its filters are not there", exact(path))));
        warnings
    }

    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let (is, about) = if self.out.is_some() { ("is", "") } else { ("would be", "about ") };
        let gain = |before, after| format!("{} to {about}{}{}", bytes(before), bytes(after), share(before, after));
        let datasets = &self.repacked.datasets;
        for dataset in datasets {
            writeln!(out, "{}: {}", exact(&dataset.path), gain(dataset.before, dataset.after))?;
            writeln!(out, "    was {}", storage(&dataset.old))?;
            writeln!(out, "    {is} {}", storage(&dataset.new))?;
        }
        for at in &self.repacked.losses.dangling_references {
            writeln!(out, "{} has a reference to nothing, which is null now", exact(at))?;
        }
        let count = match (datasets.len(), is) {
            (0, _) => return writeln!(out, "{}: no dataset {is} stored in another way", self.file),
            (1, _) => format!("one dataset {is}"),
            (n, "is") => format!("{n} datasets are"),
            (n, would_be) => format!("{n} datasets {would_be}"),
        };
        let all = gain(self.repacked.before(), self.repacked.after());
        writeln!(out, "{}: {count} stored in another way; the elements of all datasets: {all}", self.file)?;
        if let (Some(name), Some(before), Some(after)) = (&self.out, self.old_size, self.new_size) {
            writeln!(out, "{name}: {after} bytes written; the old file has {before}")?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        json!({
            "file": self.file,
            "out": self.out,
            "profile": self.profile,
            "estimated": self.out.is_none(),
            "datasets": self.repacked.datasets.iter().map(dataset).collect::<Vec<_>>(),
            "unchanged": self.repacked.unchanged,
            "undecodable": self.repacked.undecodable,
            "before": self.repacked.before(),
            "after": self.repacked.after(),
            "file_size": self.old_size,
            "out_size": self.new_size,
            "dangling_references": self.repacked.losses.dangling_references,
            "warnings": self.warnings(),
        })
    }
}

fn dataset(dataset: &Repacked) -> Json {
    let stored = |(layout, filters): &(Layout, Vec<Filter>)| {
        let [layout, chunks] = layout_json(layout);
        json!({"layout": layout, "chunks": chunks, "filters": filters.iter().map(filter_json).collect::<Vec<_>>()})
    };
    json!({
        "path": dataset.path,
        "bytes": dataset.bytes,
        "before": dataset.before,
        "after": dataset.after,
        "old": stored(&dataset.old),
        "new": stored(&dataset.new),
    })
}

fn storage((layout, filters): &(Layout, Vec<Filter>)) -> String {
    let layout = match layout {
        Layout::Compact => "compact".to_owned(),
        Layout::Contiguous => "contiguous".to_owned(),
        Layout::Chunked(chunk) => format!("chunks {chunk:?}"),
        Layout::External => "in other files".to_owned(),
        Layout::Virtual => "virtual".to_owned(),
    };
    std::iter::once(layout).chain(filters.iter().map(filter_text)).collect::<Vec<_>>().join(", ")
}

/// How much of it is left.
fn share(before: u64, after: u64) -> String {
    if before == 0 { String::new() } else { format!(" ({:.0} %)", after as f64 / before as f64 * 100.0) }
}

fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|metadata| metadata.len())
}
