//! `nwb spec`: namespaces and types, and what one type asks for.

mod cached;
mod explain;
mod listing;

use std::path::{Path, PathBuf};

use nwb::model::names::nearest;
use nwb::schema::{Catalog, EffectiveType, embedded};

use crate::failure::{Failure, Outcome, open};
use crate::output::{self, Paint};
use crate::paths::one;

/// Show the schema: what types there are, and what one means and asks for.
///
/// A file brings its schema along; without a type, its namespaces and types are listed.
/// Of a type, every field is listed, those that it inherits included: name, kind, element type, shape, whether it is required, and
/// what it means. Fields of what is in an object have a path: data@unit is the attribute unit of the dataset data.
///
/// Without a file, or with --embedded, the schema is the one that this program has built in.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "nwb spec [OPTIONS] FILE [TYPE]\n       nwb spec [OPTIONS] --embedded [TYPE]",
    after_help = "\
Examples:
  nwb spec session.nwb                     namespaces and types of a file
  nwb spec session.nwb TwoPhotonSeries     one type, as the file's schema has it
  nwb spec --embedded                      what this program knows by itself
  nwb spec TwoPhotonSeries                 the same as --embedded TwoPhotonSeries"
)]
pub(crate) struct Args {
    /// The NWB file, and a neurodata type; a type of an extension also as ndx-name.Type
    #[arg(value_names = ["FILE", "TYPE"], num_args = 0..=2)]
    file_and_type: Vec<String>,
    /// The schema that this program has built in
    #[arg(long)]
    embedded: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Where a schema is from.
struct Schema {
    catalog: Catalog,
    /// The namespaces of it that are cached in the file.
    cached: Vec<String>,
    /// What cannot be read of what is cached.
    problems: Vec<String>,
    label: String,
}

impl Schema {
    fn embedded() -> Self {
        let label = "the schema built in".to_owned();
        Self { catalog: embedded::catalog().clone(), cached: Vec::new(), problems: Vec::new(), label }
    }

    fn origin(&self, namespace: &str) -> &'static str {
        if self.cached.iter().any(|cached| cached == namespace) { "cached in the file" } else { "built in" }
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let known = |name: &str| find(embedded::catalog(), name).is_some();
    let (file, of_type) = match args.file_and_type.as_slice() {
        [] => (None, None),
        [one] if args.embedded => (None, Some(one.as_str())),
        [one] if !Path::new(one).exists() && (known(one) || is_no_path(one)) => (None, Some(one.as_str())),
        [one] => (Some(PathBuf::from(one)), None),
        [_, two, ..] if args.embedded => {
            return Err(Failure::Unreadable(format!("{two}: with --embedded there is no file, only a type")));
        }
        [one, two, ..] => (Some(PathBuf::from(one)), Some(two.as_str())),
    };
    let schema = match file {
        None => Schema::embedded(),
        Some(path) => cached::schema(&open(&one(&path)?)?),
    };
    match of_type {
        None if args.json => output::print(|out| listing::json(out, &schema))?,
        None => output::page(|out| listing::text(out, &schema, Paint::of_stdout()))?,
        Some(name) => {
            let Some(found) = find(&schema.catalog, name) else { return Err(unknown(&schema, name)) };
            match args.json {
                true => output::print(|out| explain::json(out, &schema, found))?,
                false => output::page(|out| explain::text(out, &schema, found, Paint::of_stdout()))?,
            }
        }
    }
    Ok(match schema.problems.as_slice() {
        [] => Outcome::Done,
        some => Outcome::Findings(format!("{}: {}", schema.label, some.join("; "))),
    })
}

/// Whether somebody who writes this has a type in mind and not a file.
fn is_no_path(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && !text.contains(['/', '\\', '*', '?']) && !text.ends_with(".nwb")
}

fn find<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c EffectiveType> {
    catalog.find(name).or_else(|| catalog.types().find(|one| one.type_name().to_string() == name)).or_else(|| {
        // Two namespaces may have a type of one name: the first is as good as the other.
        catalog.types().find(|one| one.name() == name)
    })
}

fn unknown(schema: &Schema, name: &str) -> Failure {
    let names = schema.catalog.types().map(EffectiveType::name);
    let remedy = match nearest(name, names) {
        Some(near) => format!("did you mean {near}?"),
        None if embedded::catalog().find(name).is_some() => "the schema built in has it: --embedded".into(),
        None => "`nwb spec` with nothing behind the file, or --embedded, lists all types".into(),
    };
    Failure::Refused(format!("{}: there is no type {name}; {remedy}", schema.label))
}
