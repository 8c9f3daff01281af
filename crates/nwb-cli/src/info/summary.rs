//! What a summary has in it, and how it is collected.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use nwb::model::backend::{Address, Link};
use nwb::{File, Kind, Object, Result};
use serde::Serialize;
use serde_json::Value as Json;

use super::content::{self, Item};
use super::fields::{self, Fields};
use crate::failure::sentence;
use crate::walk::{What, walk};

/// Groups in groups, as in `/stimulus/presentation`, are looked into so deep.
const MAX_SECTION_DEPTH: usize = 4;

/// Fields of the session that come first, in this order; others follow by name.
const SESSION_ORDER: [&str; 24] = [
    "session_description",
    "identifier",
    "session_id",
    "session_start_time",
    "timestamps_reference_time",
    "file_create_date",
    "experimenter",
    "lab",
    "institution",
    "experiment_description",
    "keywords",
    "protocol",
    "related_publications",
    "data_collection",
    "notes",
    "pharmacology",
    "surgery",
    "virus",
    "slices",
    "stimulus",
    "source_script",
    "source_script_file_name",
    "was_generated_by",
    "age",
];

/// What is in a file.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) file: FileSummary,
    /// Fields of the root and of `/general`.
    pub(super) session: Fields,
    /// Fields of `/general/subject`.
    pub(super) subject: Fields,
    /// Groups of `/general`: devices, imaging planes, electrodes ... by path in it.
    pub(super) metadata: BTreeMap<String, Vec<Item>>,
    /// Groups of the root: acquisition, processing ... by path.
    pub(super) content: BTreeMap<String, Vec<Item>>,
    /// How many objects there are of each type.
    pub(super) types: BTreeMap<String, u64>,
    pub(super) objects: u64,
    pub(super) links: u64,
    /// What could not be read.
    pub(super) problems: Vec<String>,
}

/// The file itself.
#[derive(Debug, Serialize)]
pub(super) struct FileSummary {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) superblock: u8,
    pub(super) user_block: u64,
    pub(super) nwb_version: Option<String>,
    /// The namespaces whose specifications are in the file, and their versions.
    pub(super) specifications: BTreeMap<String, Vec<String>>,
}

impl Summary {
    pub(super) fn of(file: &File, path: &Path) -> Result<Self> {
        let root = file.get("/")?;
        let facts = nwb::facts(path)?;
        let mut summary = Self {
            file: FileSummary {
                path: path.display().to_string(),
                bytes: facts.size,
                superblock: facts.superblock,
                user_block: facts.user_block,
                nwb_version: fields::text(&root, "nwb_version"),
                specifications: BTreeMap::new(),
            },
            session: Fields::new(),
            subject: Fields::new(),
            metadata: BTreeMap::new(),
            content: BTreeMap::new(),
            types: BTreeMap::new(),
            objects: 0,
            links: 0,
            problems: Vec::new(),
        };
        summary.count(&root);
        let mut seen = HashSet::new();
        let mut session = summary.try_fields(fields::datasets(&root));
        for (name, link) in root.links()? {
            match name.as_str() {
                "general" => {
                    if let Some(general) = reached(&root, name) {
                        session.extend(summary.try_fields(fields::datasets(&general)));
                        summary.general(&general, &mut seen);
                    }
                }
                "specifications" => summary.file.specifications = specifications(&root),
                _ => {
                    let mut sections = BTreeMap::new();
                    collect(&mut sections, &root, name, link, name.clone(), 0, &mut seen);
                    summary.content.append(&mut sections);
                }
            }
        }
        let known = SESSION_ORDER.iter().filter_map(|name| session.shift_remove_entry(*name)).collect::<Vec<_>>();
        summary.session = known.into_iter().chain(session).collect();
        Ok(summary)
    }

    fn general(&mut self, general: &Object, seen: &mut HashSet<Address>) {
        for (name, link) in general.links().unwrap_or_default() {
            if name == "subject"
                && let Some(subject) = reached(general, name)
            {
                self.subject = self.try_fields(fields::of(&subject));
            } else {
                collect(&mut self.metadata, general, name, link, name.clone(), 0, seen);
            }
        }
    }

    fn try_fields(&mut self, fields: Result<Fields>) -> Fields {
        fields.unwrap_or_else(|error| {
            self.problem(sentence(&error));
            Fields::new()
        })
    }

    fn problem(&mut self, sentence: String) {
        if !self.problems.contains(&sentence) {
            self.problems.push(sentence);
        }
    }

    /// Counts all objects by type.
    fn count(&mut self, root: &Object) {
        for entry in walk(root, None).entries() {
            match &entry.what {
                What::Object { object, .. } => {
                    self.objects += 1;
                    if let Some((namespace, name)) = object.type_name().ok().flatten() {
                        *self.types.entry(format!("{namespace} {name}")).or_default() += 1;
                    }
                }
                What::Link { .. } => self.links += 1,
                What::Alias(_) => {}
                What::Unreadable(error) => self.problem(sentence(error)),
            }
        }
    }
}

fn reached(group: &Object, name: &str) -> Option<Object> {
    group.child(name).ok().flatten()
}

fn specifications(root: &Object) -> BTreeMap<String, Vec<String>> {
    let names = |group: &Object| -> Vec<String> {
        group.links().map(|links| links.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default()
    };
    let Some(cached) = reached(root, "specifications") else { return BTreeMap::new() };
    names(&cached)
        .into_iter()
        .map(|namespace| {
            let versions = reached(&cached, &namespace).map(|group| names(&group)).unwrap_or_default();
            (namespace, versions)
        })
        .collect()
}

/// Sorts what a name stands for into sections: a typed object is an item, an untyped group is a section of its own.
fn collect(
    sections: &mut BTreeMap<String, Vec<Item>>,
    group: &Object,
    name: &str,
    link: &Link,
    section: String,
    depth: usize,
    seen: &mut HashSet<Address>,
) {
    if let (Link::Hard(address), Some(object)) = (link, reached(group, name))
        && object.type_name().is_ok_and(|own| own.is_none())
        && depth < MAX_SECTION_DEPTH
    {
        match object.kind() {
            Ok(Kind::Group) => {
                if !seen.insert(*address) {
                    return;
                }
                sections.entry(section.clone()).or_default();
                for (name, link) in object.links().unwrap_or_default() {
                    let is_section = matches!(link, Link::Hard(_))
                        && reached(&object, name).is_some_and(|member| {
                            member.kind().is_ok_and(|kind| kind == Kind::Group)
                                && member.type_name().is_ok_and(|own| own.is_none())
                        });
                    if is_section {
                        collect(sections, &object, name, link, format!("{section}/{name}"), depth + 1, seen);
                    } else if let Some(item) = content::item(&object, name, link, 0, seen) {
                        sections.entry(section.clone()).or_default().push(item);
                    }
                }
                return;
            }
            // An untyped dataset is a field of the session.
            Ok(Kind::Dataset) if depth == 0 => return,
            _ => {}
        }
    }
    sections.entry(section).or_default().extend(content::item(group, name, link, 0, seen));
}

/// One line for a field.
pub(super) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(list) if list.iter().any(Json::is_string) => list.iter().map(plain).collect::<Vec<_>>().join("; "),
        Json::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Json::Object(map) => match (map.get("link"), map.get("file"), map.get("error"), map.get("reference")) {
            (Some(path), Some(file), ..) => format!("-> {} of {}", plain(path), plain(file)),
            (Some(path), ..) => format!("-> {}", plain(path)),
            (_, _, Some(error), _) => format!("cannot be read: {}", plain(error)),
            (.., Some(target)) => format!("-> {}", plain(target)),
            _ => value.to_string(),
        },
        Json::Null => "nothing".into(),
        other => other.to_string(),
    }
}
