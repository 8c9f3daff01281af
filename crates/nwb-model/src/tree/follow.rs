//! From names and paths to objects: links of all kinds are followed here.

use super::NodeRef;
use crate::backend::Link;
use crate::error::{Error, ErrorKind, Result};

/// How many soft and external links one look-up may follow before that counts as a circle.
pub(super) const MAX_LINKS: usize = 40;

const CIRCLE: &str = "the links run in a circle";

impl<'a> NodeRef<'a> {
    /// The object that a name in this group leads to; `None` where there is no such name.
    pub(crate) fn child(self, name: &str) -> Result<Option<Self>> {
        match self.link(name)? {
            Some(link) => self.follow(name, &link, &mut { MAX_LINKS }).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn follow(self, name: &str, link: &Link, left: &mut usize) -> Result<Self> {
        match link {
            Link::Hard(address) => {
                let file = self.file();
                let index = file.index_of(*address);
                if file.nodes.get(index).is_some_and(|cell| cell.place.get().is_none()) {
                    // The group's own place has to be known first: else each could come to lie in the other.
                    self.place();
                    file.place(index, Some(self.index), name);
                }
                Ok(Self { index, ..self })
            }
            Link::Soft(path) => {
                let from = if path.starts_with('/') { self.root() } else { self };
                from.walk(path, left).map_err(|cause| self.dangling(name, path.clone(), cause))
            }
            Link::External { file, path } => {
                let other = self.family.external(self.file, file).map(|file| Self { file, ..self }.root());
                other
                    .and_then(|other| other.walk(path, left))
                    .map_err(|cause| self.dangling(name, format!("{path} of {file}"), cause))
            }
        }
    }

    /// What is said of a link that could not be followed.
    fn dangling(self, name: &str, target: String, cause: Error) -> Error {
        // Each link of a circle would say so again.
        if cause.message() == CIRCLE {
            let found = format!("more than {MAX_LINKS} links, among them \"{name}\" to {target}");
            return if cause.path().is_some() { cause } else { self.fail(cause.found(found)) };
        }
        let (kind, what) = match cause.kind() {
            kind @ (ErrorKind::Limit | ErrorKind::Io | ErrorKind::Unsupported) => (kind, "cannot be followed"),
            _ => (ErrorKind::DanglingLink, "leads nowhere"),
        };
        self.fail(
            Error::new(kind, format!("the link \"{name}\" {what}"))
                .expected(format!("an object at {target}"))
                .caused_by(cause),
        )
    }

    pub(super) fn walk(self, path: &str, left: &mut usize) -> Result<Self> {
        // What is left is common to all names of all paths on the way: else a few links could ask for any number of steps.
        *left = left
            .checked_sub(1)
            .ok_or_else(|| Error::new(ErrorKind::DanglingLink, CIRCLE).found(format!("more than {MAX_LINKS} links")))?;
        let start = if path.starts_with('/') { self.root() } else { self };
        path.split('/').filter(|name| !name.is_empty() && *name != ".").try_fold(start, |group, name| {
            match group.link(name)? {
                Some(link) => group.follow(name, &link, left),
                None => Err(group.fail(not_there(group, name))),
            }
        })
    }

    /// The object at a path from here; `None` where one of its names does not exist.
    pub(crate) fn descend(self, path: &str) -> Result<Option<Self>> {
        let mut at = self;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            match at.child(name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }
}

/// What is missing, with the nearest name that is there.
fn not_there(group: NodeRef<'_>, name: &str) -> Error {
    let names: Vec<&str> = group.links().unwrap_or_default().iter().map(|(name, _)| name.as_str()).collect();
    let error = Error::new(ErrorKind::NotFound, format!("there is no object \"{name}\""));
    match crate::names::nearest(name, names.iter().copied()) {
        Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
        None if names.is_empty() => error.found("an empty group"),
        None if names.len() <= 8 => error.found(names.join(", ")),
        None => error.found(format!("{} other names", names.len())),
    }
}

/// Walks all hard links of a file once, breadth first, so that each object knows a name.
pub(super) fn name_all(root: NodeRef<'_>) {
    let mut queue = std::collections::VecDeque::from([root]);
    let mut seen = std::collections::HashSet::new();
    while let Some(group) = queue.pop_front() {
        if !seen.insert(group.index) {
            continue;
        }
        for (name, link) in group.links().unwrap_or_default() {
            if let Link::Hard(_) = link
                && let Ok(child) = group.follow(name, link, &mut { MAX_LINKS })
            {
                queue.push_back(child);
            }
        }
    }
}
