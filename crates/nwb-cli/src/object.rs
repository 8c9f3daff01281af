//! Objects by their paths, and what was probably meant by one that leads nowhere.

use nwb::model::backend::Link;
use nwb::model::names::nearest;
use nwb::{File, NeurodataType, Object};

use crate::failure::{Failure, sentence};

/// So many objects are looked through for one of the name that was asked for.
const MAX_LOOKED_AT: usize = 200_000;

/// The object at a path. Where there is none, the refusal names what is like it, here or elsewhere in the file, or else how to
/// find out what there is.
pub(crate) fn reach(file: &File, path: &str, listing: Listing) -> Result<Object, Failure> {
    let error = match file.get(path).and_then(|object| object.kind().map(|_| object)) {
        Ok(object) => return Ok(object),
        Err(error) if error.is_not_found() => error,
        Err(error) => return Err(Failure::reading(&error)),
    };
    let said = sentence(&error);
    if said.contains("did you mean") {
        return Err(Failure::Refused(said));
    }
    let refused = |what: &str| Failure::Refused(format!("{}: there is no object at {path}; {what}", file.label()));
    // Part of what a file says of itself is in attributes, which look like objects to whoever reads of them.
    let (parent, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let holder = file.get(if parent.is_empty() { "/" } else { parent });
    if holder.is_ok_and(|holder| holder.attribute(name).is_ok_and(|found| found.is_some())) {
        return Err(refused(&format!(
            "it is an attribute: did you mean {}@{name}?",
            if parent.is_empty() { "/" } else { parent }
        )));
    }
    Err(match named(file, name, 3).as_slice() {
        [] => refused(&listing.remedy(file.label())),
        some => refused(&format!("did you mean {}?", some.join(" or "))),
    })
}

/// Which command tells what else could be asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Listing {
    Objects,
    Tables,
    Pictures,
}

impl Listing {
    fn remedy(self, file: &str) -> String {
        match self {
            Self::Objects => format!("`nwb tree {file}` lists what there is"),
            Self::Tables => format!("`nwb table {file}` lists the tables"),
            Self::Pictures => format!("`nwb plot {file} --list` lists what can be drawn"),
        }
    }
}

/// Paths of objects and links of a name, wherever they are; of the name that is most like it, if none has it.
fn named(file: &File, name: &str, most: usize) -> Vec<String> {
    let Ok(objects) = file.object().descendants() else { return Vec::new() };
    if name.is_empty() {
        return Vec::new();
    }
    let mut members: Vec<(String, String)> = Vec::new();
    for group in objects.iter().take(MAX_LOOKED_AT).filter(|group| !group.path().starts_with("/specifications")) {
        let links = group.links().unwrap_or_default().iter();
        let here = links.filter(|(_, link)| !matches!(link, Link::External { .. }));
        members.extend(here.map(|(member, _)| (group.path().trim_end_matches('/').to_owned(), member.to_owned())));
    }
    let of = |name: &str| -> Vec<String> {
        let same = members.iter().filter(|(_, member)| member.eq_ignore_ascii_case(name));
        same.take(most).map(|(group, member)| format!("{group}/{member}")).collect()
    };
    let found = of(name);
    if !found.is_empty() || name.chars().count() < 4 {
        return found;
    }
    nearest(name, members.iter().map(|(_, member)| member.as_str())).map(of).unwrap_or_default()
}
