//! Why a link leads nowhere, and whether it is itself to blame.

use crate::backend::Link;
use crate::tree::NodeRef;

/// What is the matter with a link that leads nowhere.
pub(super) enum Fault {
    /// There is nothing at its path, or no such file.
    Dangling,
    /// It comes back to itself, and of all links of the circle its path is the first.
    Circle,
    /// Another link on its way leads nowhere, which is told there.
    Elsewhere,
}

/// Why the link of that name in a group leads nowhere; `None` where it leads somewhere.
pub(super) fn fault(group: NodeRef<'_>, name: &str, link: &Link) -> Option<Fault> {
    let path = match link {
        Link::Hard(_) => return None,
        _ if group.child(name).is_ok() => return None,
        Link::External { .. } => return Some(Fault::Dangling),
        Link::Soft(path) => path,
    };
    let own = place(group, name);
    let mut seen = vec![own.clone()];
    let mut next = broken_on_the_way(group, path);
    while let Some((at, name, path)) = next {
        let place = place(at, &name);
        if place == own {
            // A circle that this link is part of: each of its links says so, one of them is believed.
            return Some(if seen.iter().min() == Some(&own) { Fault::Circle } else { Fault::Elsewhere });
        }
        if seen.contains(&place) {
            return Some(Fault::Elsewhere);
        }
        seen.push(place);
        match path {
            Some(path) => next = broken_on_the_way(at, &path),
            None => return Some(Fault::Elsewhere),
        }
    }
    Some(if seen.len() == 1 { Fault::Dangling } else { Fault::Elsewhere })
}

fn place(group: NodeRef<'_>, name: &str) -> String {
    format!("{}/{name}", group.path().trim_end_matches('/'))
}

/// The first link on a path that leads nowhere: its group, its name, and its own path if it is a soft one.
fn broken_on_the_way<'a>(from: NodeRef<'a>, path: &str) -> Option<(NodeRef<'a>, String, Option<String>)> {
    let mut at = if path.starts_with('/') { from.root() } else { from };
    for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
        let link = at.link(name).ok()??;
        match (at.child(name), link) {
            (Ok(Some(child)), _) => at = child,
            (_, Link::Soft(path)) => return Some((at, name.to_owned(), Some(path))),
            (_, Link::External { .. }) => return Some((at, name.to_owned(), None)),
            _ => return None,
        }
    }
    None
}
