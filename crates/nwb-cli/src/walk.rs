//! All names below an object, each object once: in the order in which `h5ls -r` and h5py's `visititems` come by.

use std::collections::HashMap;

use nwb::model::backend::{Address, Link};
use nwb::{Error, Object, Result};

use crate::progress::Progress;

/// What was found, in order; parents stand before their children.
#[derive(Debug)]
pub(crate) struct Walk {
    entries: Vec<Entry>,
    by_address: HashMap<Address, usize>,
    /// Path of what the walk began with.
    start: String,
}

/// A name that was found.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Index of the group that it is in; `None` for what the walk began with.
    pub(crate) parent: Option<usize>,
    pub(crate) name: String,
    pub(crate) depth: usize,
    /// Whether no other name of the same group comes after it.
    pub(crate) is_last: bool,
    pub(crate) what: What,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum What {
    /// An object that was met for the first time.
    Object {
        object: Object,
        /// Entries that are other names of it.
        aliases: Vec<usize>,
        /// Whether it is a group whose members were not looked at, because they lie too deep.
        is_cut: bool,
    },
    /// Another name of the object of that entry.
    Alias(usize),
    /// A soft or external link.
    Link { link: Link, leads: Leads },
    /// An object that cannot be read.
    Unreadable(Error),
}

/// Where a link leads.
#[derive(Debug)]
pub(crate) enum Leads {
    /// To an object.
    Somewhere(Object),
    /// To nothing that can be opened.
    Nowhere(Error),
}

/// A name that is yet to be looked at.
struct Pending {
    parent: usize,
    name: String,
    link: Link,
    is_last: bool,
}

/// Walks all hard links from an object down to a depth; soft and external links are listed, not followed.
///
/// Depth first, the names of each group in the order of their bytes: an object with several names stands under the one that
/// comes first in that order. No recursion, so that no file is too deep, and no object twice, so that no circle is endless.
pub(crate) fn walk(start: &Object, depth: Option<usize>) -> Walk {
    let mut progress = Progress::counting("reading objects");
    let mut walk = Walk { entries: Vec::new(), by_address: HashMap::new(), start: start.path().to_owned() };
    let mut pending = Vec::new();
    walk.enter(start.clone(), None, String::new(), true, depth, &mut pending);
    while let Some(Pending { parent, name, link, is_last }) = pending.pop() {
        progress.at(walk.entries.len() as u64);
        let Some(group) = walk.object(parent).cloned() else { continue };
        match link {
            Link::Hard(address) => match walk.by_address.get(&address).copied() {
                Some(first) => walk.alias(first, parent, name, is_last),
                None => match child(&group, &name) {
                    // Only of the object that the walk began with the address is not known before.
                    Ok(object) if object == *start => {
                        walk.by_address.insert(address, 0);
                        walk.alias(0, parent, name, is_last);
                    }
                    Ok(object) => {
                        let index = walk.enter(object, Some(parent), name, is_last, depth, &mut pending);
                        walk.by_address.insert(address, index);
                    }
                    Err(error) => drop(walk.push(Some(parent), name, is_last, What::Unreadable(error))),
                },
            },
            link @ (Link::Soft(_) | Link::External { .. }) => {
                let leads = match child(&group, &name).and_then(|object| object.kind().map(|_| object)) {
                    Ok(object) => Leads::Somewhere(object),
                    Err(error) => Leads::Nowhere(error),
                };
                walk.push(Some(parent), name, is_last, What::Link { link, leads });
            }
        }
    }
    walk
}

fn child(group: &Object, name: &str) -> Result<Object> {
    group.child(name)?.ok_or_else(|| {
        Error::new(nwb::ErrorKind::NotFound, format!("the name \"{name}\" has vanished")).at(group.path())
    })
}

impl Walk {
    fn push(&mut self, parent: Option<usize>, name: String, is_last: bool, what: What) -> usize {
        let depth = parent.and_then(|parent| self.entries.get(parent)).map_or(0, |parent| parent.depth + 1);
        self.entries.push(Entry { parent, name, depth, is_last, what });
        self.entries.len() - 1
    }

    /// Notes another name of an object.
    fn alias(&mut self, first: usize, parent: usize, name: String, is_last: bool) {
        let alias = self.push(Some(parent), name, is_last, What::Alias(first));
        if let Some(Entry { what: What::Object { aliases, .. }, .. }) = self.entries.get_mut(first) {
            aliases.push(alias);
        }
    }

    /// Notes an object, and what is in it as yet to be looked at.
    fn enter(
        &mut self,
        object: Object,
        parent: Option<usize>,
        name: String,
        is_last: bool,
        depth: Option<usize>,
        pending: &mut Vec<Pending>,
    ) -> usize {
        let links = match object.links() {
            Ok(links) => links.to_vec(),
            Err(error) => return self.push(parent, name, is_last, What::Unreadable(error)),
        };
        let at = parent.and_then(|parent| self.entries.get(parent)).map_or(0, |parent| parent.depth + 1);
        let is_cut = depth.is_some_and(|depth| at >= depth) && !links.is_empty();
        let index = self.push(parent, name, is_last, What::Object { object, aliases: Vec::new(), is_cut });
        if !is_cut {
            let last = links.len().saturating_sub(1);
            let members = links.into_iter().enumerate().rev();
            pending.extend(members.map(|(i, (name, link))| Pending { parent: index, name, link, is_last: i == last }));
        }
        index
    }

    /// Everything, in order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many objects cannot be read.
    pub(crate) fn unreadable(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.what, What::Unreadable(_))).count()
    }

    fn object(&self, index: usize) -> Option<&Object> {
        match &self.entries.get(index)?.what {
            What::Object { object, .. } => Some(object),
            _ => None,
        }
    }

    /// The path of an entry.
    pub(crate) fn path(&self, index: usize) -> String {
        let mut names = Vec::new();
        let mut at = self.entries.get(index);
        while let Some(entry) = at {
            let Some(parent) = entry.parent else { break };
            names.push(entry.name.as_str());
            at = self.entries.get(parent);
        }
        let mut path = if self.start == "/" && !names.is_empty() { String::new() } else { self.start.clone() };
        for name in names.iter().rev() {
            path.push('/');
            path.push_str(name);
        }
        path
    }

    /// The path of the object that a reference found in this file means, if it is among those that were found or has a name
    /// at all; `None` for a null reference.
    pub(crate) fn path_of(&self, from: &Object, address: Address) -> Option<String> {
        let address = address.non_null()?;
        match self.by_address.get(&address) {
            Some(&index) => Some(self.path(index)),
            None => from.resolve(address).filter(|target| target.kind().is_ok()).map(|target| target.path().to_owned()),
        }
    }
}
