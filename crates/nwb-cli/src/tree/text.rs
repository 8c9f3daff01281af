//! The listing for people.

use std::io::{self, Write};

use nwb::model::backend::{DatasetInfo, Layout, Link};
use nwb::{Kind, Object, Result};

use super::filter_text;
use crate::failure::sentence;
use crate::output::{Paint, exact, printable};
use crate::walk::{Entry, Leads, Walk, What};

/// Deeper levels are not indented further; no terminal is so wide.
const MAX_INDENT: usize = 40;

pub(super) fn write(out: &mut dyn Write, walk: &Walk, paint: Paint) -> io::Result<()> {
    // For each level, whether a line of it goes on below.
    let mut goes_on: Vec<bool> = Vec::new();
    for (index, entry) in walk.entries().iter().enumerate() {
        goes_on.truncate(entry.depth.saturating_sub(1));
        let mut branch = String::new();
        if entry.depth > MAX_INDENT {
            branch.push_str(&format!("[level {}] ", entry.depth));
        } else {
            for level in &goes_on {
                branch.push_str(if *level { "│   " } else { "    " });
            }
            if entry.depth > 0 {
                branch.push_str(if entry.is_last { "└── " } else { "├── " });
            }
        }
        if entry.depth > 0 {
            goes_on.push(!entry.is_last);
        }
        let name = if entry.depth == 0 { walk.path(index) } else { entry.name.clone() };
        let line = described(walk, entry, paint).unwrap_or_else(|error| wrong(&error, paint));
        writeln!(out, "{}{}{}{line}", paint.faint(&branch), named(entry, &exact(&name), paint), gap(&line))?;
    }
    Ok(())
}

fn gap(line: &str) -> &'static str {
    if line.is_empty() { "" } else { "  " }
}

fn named(entry: &Entry, name: &str, paint: Paint) -> String {
    match &entry.what {
        What::Object { object, .. } if object.kind().is_ok_and(|kind| kind == Kind::Group) => paint.strong(name),
        _ => name.to_owned(),
    }
}

fn described(walk: &Walk, entry: &Entry, paint: Paint) -> Result<String> {
    Ok(match &entry.what {
        What::Object { object, is_cut, .. } => object_line(object, *is_cut, paint)?,
        What::Alias(first) => {
            format!("{} {}", paint.link(&format!("= {}", exact(&walk.path(*first)))), paint.faint("(another name)"))
        }
        What::Link { link, leads } => {
            let target = match link {
                Link::Soft(path) => format!("-> {}", exact(path)),
                Link::External { file, path } => format!("-> {} of {}", exact(path), exact(file)),
                Link::Hard(_) => String::new(),
            };
            match leads {
                Leads::Nowhere(_) => format!("{} {}", paint.link(&target), paint.wrong("(dangling)")),
                Leads::Somewhere(object) => match object.type_name().ok().flatten() {
                    Some((_, name)) => format!("{}  {}", paint.link(&target), paint.type_name(&printable(name))),
                    None => paint.link(&target),
                },
            }
        }
        What::Unreadable(error) => wrong(error, paint),
    })
}

fn object_line(object: &Object, is_cut: bool, paint: Paint) -> Result<String> {
    let mut parts = Vec::new();
    if let Some((_, name)) = object.type_name().ok().flatten() {
        parts.push(paint.type_name(&printable(name)));
    }
    match object.kind()? {
        Kind::Group => {
            if is_cut {
                parts.push(paint.faint(&format!("({} members)", object.links()?.len())));
            }
        }
        Kind::Dataset => parts.push(dataset_line(object.dataset()?.info()?, paint)),
        Kind::Datatype => {
            parts.push(format!("named datatype {}", printable(&object.datatype()?.to_string())));
        }
    }
    Ok(parts.join("  "))
}

fn dataset_line(info: &DatasetInfo, paint: Paint) -> String {
    let mut line = format!("{} {}", printable(&info.dtype.to_string()), info.shape);
    let grows = info.max_shape.as_ref().is_some_and(|max| {
        max.len() == info.shape.dims().len()
            && max.iter().zip(info.shape.dims()).any(|(max, len)| max.is_none_or(|max| max != *len))
    });
    let mut storage = Vec::new();
    match &info.layout {
        Layout::Contiguous => {}
        Layout::Compact => storage.push("compact".to_owned()),
        Layout::Chunked(chunk) => storage.push(format!("chunks {chunk:?}")),
        Layout::External => storage.push("in other files".into()),
        Layout::Virtual => storage.push("virtual".into()),
    }
    storage.extend(info.filters.iter().map(filter_text));
    if grows {
        storage.push("growable".into());
    }
    if !storage.is_empty() {
        line.push_str(&format!("  {}", paint.faint(&storage.join(", "))));
    }
    line
}

fn wrong(error: &nwb::Error, paint: Paint) -> String {
    paint.wrong(&format!("cannot be read: {}", printable(&sentence(error))))
}
