//! Objects by their paths, and what was probably meant by one that leads nowhere.

use nwb::model::backend::Link;
use nwb::{File, NeurodataType, Object};

use crate::failure::{Failure, sentence};

/// So many objects are looked through for one of the name that was asked for.
const MAX_LOOKED_AT: usize = 200_000;

/// The object at a path. Where there is none, the refusal names what is like it: here, or elsewhere in the file.
pub(crate) fn reach(file: &File, path: &str) -> Result<Object, Failure> {
    let error = match file.get(path).and_then(|object| object.kind().map(|_| object)) {
        Ok(object) => return Ok(object),
        Err(error) if error.is_not_found() => error,
        Err(error) => return Err(Failure::reading(&error)),
    };
    let said = sentence(&error);
    if said.contains("did you mean") {
        return Err(Failure::Refused(said));
    }
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    Err(Failure::Refused(match named(file, name, 3).as_slice() {
        [] => format!("{said}; `nwb tree {}` lists what there is", file.label()),
        some => format!("{}: there is no object at {path}; did you mean {}?", file.label(), some.join(" or ")),
    }))
}

/// Paths of objects and links of a name, wherever they are.
fn named(file: &File, name: &str, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    if name.is_empty() {
        return found;
    }
    let Ok(objects) = file.object().descendants() else { return found };
    for group in objects.iter().take(MAX_LOOKED_AT) {
        if group.path().starts_with("/specifications") {
            continue;
        }
        for (member, link) in group.links().unwrap_or_default() {
            if member.eq_ignore_ascii_case(name) && found.len() < most && !matches!(link, Link::External { .. }) {
                found.push(format!("{}/{member}", group.path().trim_end_matches('/')));
            }
        }
    }
    found
}
