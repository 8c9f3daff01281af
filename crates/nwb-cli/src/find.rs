//! `nwb find`: objects by type, name or id, in one file or many.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use nwb::model::memory::Memory;
use nwb::model::names::nearest;
use nwb::{EditOptions, File, NeurodataType, Object};
use serde_json::json;

use crate::failure::{Failure, Outcome, open};
use crate::files::expand;
use crate::glob;
use crate::output::{self, Paint, exact, printable};

/// List objects by type, name or object id.
///
/// Of a type are objects of types that extend it, too.
/// TYPE may be a pattern: '*Series' is every type whose name ends so.
/// FILE may be a folder (every .nwb file in it and below), a pattern, or - for a list of files on standard input. The exit code is
/// 1 if there is no such object in any of the files.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "nwb find [OPTIONS] FILE... TYPE\n       nwb find [OPTIONS] FILE... --name PATTERN\n       nwb find [OPTIONS] FILE... --id ID",
    after_help = "\
Examples:
  nwb find session.nwb TimeSeries                  every kind of time series
  nwb find session.nwb TimeSeries --exact          and those that are just that
  nwb find session.nwb '*Series'                   by a pattern
  nwb find recordings/ PlaneSegmentation           in all files of a folder
  nwb find session.nwb --name 'roi*'
  nwb find session.nwb DynamicTable --name trials
  nwb find session.nwb --id 6f1c1d4e-0000-4000-8000-000000000000
  nwb find session.nwb TwoPhotonSeries --json"
)]
pub(crate) struct Args {
    /// The NWB files, and the neurodata type last; a type of an extension also as ndx-name.Type
    #[arg(value_names = ["FILE", "TYPE"], required = true, num_args = 1..)]
    files_and_type: Vec<String>,
    /// Not those of types that extend it
    #[arg(long)]
    exact: bool,
    /// Only objects with this name; * stands for anything, ? for one character
    #[arg(long, value_name = "PATTERN")]
    name: Option<String>,
    /// Only the object with this object id, or whose id begins so
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Print JSON: a line for each object
    #[arg(long)]
    json: bool,
}

/// A type by its name, in a certain namespace or in any.
#[derive(Debug)]
struct Wanted<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> Wanted<'a> {
    fn of(text: &'a str) -> Self {
        match text.rsplit_once('.') {
            Some((namespace, name)) => Self { namespace: Some(namespace), name },
            None => Self { namespace: None, name: text },
        }
    }

    fn is(&self, namespace: &str, name: &str) -> bool {
        glob::matches(self.name, name) && self.namespace.is_none_or(|wanted| wanted == namespace)
    }

    fn fits(&self, object: &Object, own: (&str, &str), exact: bool) -> bool {
        self.is(own.0, own.1)
            || (!exact
                && object.spec().ok().flatten().is_some_and(|spec| {
                    let all = std::iter::once(spec.type_name()).chain(spec.ancestors());
                    all.into_iter().any(|one| self.is(one.namespace(), one.name()))
                }))
    }
}

impl Args {
    /// Which files, and which type, if one is asked for.
    fn split(&self) -> Result<(Vec<PathBuf>, Option<&str>), Failure> {
        let is_filtered = self.name.is_some() || self.id.is_some();
        let has_type = match self.files_and_type.as_slice() {
            [_] if is_filtered => false,
            [one] => {
                let what = if Path::new(one).exists() || one == "-" || glob::is_pattern(one) {
                    format!("{one}: a type is missing behind it, or --name or --id; `nwb info {one}` lists the types")
                } else {
                    format!("{one}: the file in which to look is missing, as in `nwb find session.nwb {one}`")
                };
                return Err(Failure::Unreadable(what));
            }
            // With a name or an id asked for, a type need not be.
            [.., last] => !(is_filtered && (last == "-" || Path::new(last).exists() || glob::is_pattern(last))),
            [] => false,
        };
        let (files, of_type) = match self.files_and_type.split_last() {
            Some((last, files)) if has_type => (files, Some(last.as_str())),
            _ => (self.files_and_type.as_slice(), None),
        };
        Ok((expand(&files.iter().map(PathBuf::from).collect::<Vec<_>>())?, of_type))
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let (files, of_type) = args.split()?;
    let wanted = of_type.map(Wanted::of);
    let (mut count, mut unreadable, mut is_known) = (0u64, 0u64, wanted.is_none());
    let mut names: Vec<String> = Vec::new();
    let several = files.len() > 1;
    let mut only = None;
    output::print(|out| {
        for path in &files {
            let searched = open(path).and_then(|file| Ok((args.found(&file, wanted.as_ref())?, file)));
            let (found, file) = match searched {
                Ok(searched) => searched,
                Err(failure) if !several => {
                    only = Some(failure);
                    continue;
                }
                Err(failure) => {
                    output::complain(failure.sentence());
                    unreadable += 1;
                    continue;
                }
            };
            count += found.len() as u64;
            if let Some(wanted) = &wanted
                && found.is_empty()
            {
                let edit = file.edit_to(Memory::new(file.label()), EditOptions::default());
                is_known |= edit.catalog().types().any(|one| wanted.is(one.namespace(), one.name()));
                names.extend(edit.catalog().types().map(|one| one.name().to_owned()));
            }
            write(out, path, &found, args.json, several, Paint::of_stdout())?;
        }
        Ok(())
    })?;
    if let Some(failure) = only {
        return Err(failure);
    }
    if unreadable > 0 {
        return Err(Failure::Told);
    }
    if count > 0 {
        return Ok(Outcome::Done);
    }
    let place = match files.as_slice() {
        [one] => one.display().to_string(),
        all => format!("{} files", all.len()),
    };
    Ok(Outcome::Findings(match of_type {
        Some(of_type) if !is_known => {
            let near = nearest(of_type, names.iter().map(String::as_str));
            let remedy = near.map_or("`nwb spec FILE` lists the types".into(), |near| format!("did you mean {near}?"));
            format!("{place}: there is no type {of_type}; {remedy}")
        }
        Some(of_type) if args.exact => {
            format!("{place}: no object is just of the type {of_type}; without --exact, types that extend it count too")
        }
        Some(of_type) if args.name.is_some() || args.id.is_some() => {
            format!("{place}: no object of the type {of_type} is so named")
        }
        Some(of_type) => format!("{place}: no object is of the type {of_type}"),
        None => format!("{place}: there is no object of that name or id"),
    }))
}

impl Args {
    fn found(&self, file: &File, wanted: Option<&Wanted<'_>>) -> Result<Vec<Object>, Failure> {
        let objects = file.object().descendants().map_err(|error| Failure::reading(&error))?;
        // Whether a type is wanted is asked once.
        let mut known: HashMap<(String, String), bool> = HashMap::new();
        let mut found = Vec::new();
        for object in objects {
            if self.name.as_deref().is_some_and(|pattern| !glob::matches(pattern, object.name())) {
                continue;
            }
            if let Some(id) = &self.id {
                let own = object.object_id().ok().flatten().map(str::to_ascii_lowercase);
                if !own.is_some_and(|own| own.starts_with(&id.to_ascii_lowercase())) {
                    continue;
                }
            }
            if let Some(wanted) = wanted {
                let Ok(Some((namespace, name))) = object.type_name() else { continue };
                let key = (namespace.to_owned(), name.to_owned());
                let fits = *known.entry(key).or_insert_with(|| wanted.fits(&object, (namespace, name), self.exact));
                if !fits {
                    continue;
                }
            }
            found.push(object);
        }
        Ok(found)
    }
}

fn write(
    out: &mut dyn Write,
    path: &Path,
    found: &[Object],
    as_json: bool,
    several: bool,
    paint: Paint,
) -> std::io::Result<()> {
    for object in found {
        let own = object.type_name().ok().flatten();
        if as_json {
            let line = json!({
                "file": path.display().to_string(),
                "path": object.path(),
                "type": own.map(|(_, name)| name),
                "namespace": own.map(|(namespace, _)| namespace),
                "object_id": object.object_id().ok().flatten(),
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let file = if several { format!("{}: ", path.display()) } else { String::new() };
        let own = own.map_or(String::new(), |(_, name)| format!("  {}", paint.type_name(&printable(name))));
        writeln!(out, "{}{}{own}", paint.faint(&file), paint.strong(&exact(object.path())))?;
    }
    Ok(())
}
