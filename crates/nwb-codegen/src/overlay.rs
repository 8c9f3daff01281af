//! What a schema cannot say: names, choices between slots, what can be derived.
//!
//! An overlay is TOML: a table for each type, under its namespace. All keys are optional.
//!
//! ```toml
//! [core.TimeSeries]
//! name = "TimeSeries"                       # the Rust name of the type
//! default_name = "series"                   # for a type that lies in one named slot only: drafts get that name, and `Init` does not ask
//! names = { "data@unit" = "unit" }          # the Rust names of slots, and of groups in the names of what is in them
//! flatten = ["general"]                     # groups whose own name stays out of the names of what is in them
//! texts = ["general/keywords"]              # datasets of texts that are short enough to be read as a list
//! derived = ["file_create_date"]            # required slots that are filled in on writing, so that `Init` does not ask for them
//!
//! [core.TimeSeries.one_of.timing]           # slots of which only some may be set together, set as one
//! type = "ext::Timing"                      # a hand-written `Choice`: relative to the runtime, or beginning with `crate::` or `::`
//! slots = ["timestamps", "starting_time"]
//! doc = "When the samples were taken."
//! optional = false                          # whether `Init` does without it; false where not said
//! setter = "timing"                         # where it is not said: the name of the choice; none for one that replaces an inherited one
//! ```
//!
//! A slot is named by its path from the object: `@description` is an attribute of the object itself, `data` a dataset, group or
//! link, `data@unit` its attribute, `general/session_id` a dataset in a group, `general/devices/<Device>` a slot for objects of a
//! type without a fixed name. Where two types of one name have slots in one group, the second is told with its namespace:
//! `events/<ndx-events.EventsTable>`.
//!
//! What is said of a type holds for the types that extend it; a choice of the same name in one of these replaces it. Names and
//! texts belong to the type that first declares the slot. An entry that says nothing of anything is an error.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Result};

/// What a schema cannot say. See the [module](self) for the form.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    types: BTreeMap<(String, String), TypeOverlay>,
}

/// What is said of one type.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeOverlay {
    pub(crate) name: Option<String>,
    pub(crate) default_name: Option<String>,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) flatten: Vec<String>,
    #[serde(default)]
    pub(crate) texts: Vec<String>,
    #[serde(default)]
    pub(crate) derived: Vec<String>,
    #[serde(default)]
    pub(crate) one_of: BTreeMap<String, OneOf>,
}

/// Slots of which only some may be set together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneOf {
    #[serde(rename = "type")]
    pub(crate) choice: String,
    pub(crate) slots: Vec<String>,
    pub(crate) doc: String,
    #[serde(default)]
    pub(crate) optional: bool,
    pub(crate) setter: Option<String>,
}

impl Overlay {
    /// Reads an overlay.
    ///
    /// `document` is the name that errors call it by.
    ///
    /// # Errors
    ///
    /// The text is no TOML, or has a key that means nothing. Whether the schema has what it speaks of shows when code is generated.
    pub fn parse(text: &str, document: &str) -> Result<Self> {
        type Namespaces = BTreeMap<String, BTreeMap<String, TypeOverlay>>;
        let namespaces: Namespaces = toml::from_str(text).map_err(|cause| {
            Error::overlay(format!("{document}: {}", cause.to_string().trim_end())).caused_by(cause)
        })?;
        let types = namespaces.into_iter().flat_map(|(namespace, types)| {
            types.into_iter().map(move |(name, overlay)| ((namespace.clone(), name), overlay))
        });
        Ok(Self { types: types.collect() })
    }

    /// This overlay and another one, which must not speak of the same types.
    ///
    /// # Errors
    ///
    /// Both speak of one type.
    pub fn and(mut self, other: Self) -> Result<Self> {
        for ((namespace, name), overlay) in other.types {
            if self.types.contains_key(&(namespace.clone(), name.clone())) {
                return Err(Error::overlay(format!("two overlays speak of {namespace}.{name}")));
            }
            self.types.insert((namespace, name), overlay);
        }
        Ok(self)
    }

    /// What is said of a type.
    pub(crate) fn of(&self, namespace: &str, name: &str) -> Option<&TypeOverlay> {
        // A map by pairs of borrowed texts cannot be asked; overlays are short.
        self.types.iter().find(|((ns, ty), _)| ns == namespace && ty == name).map(|(_, overlay)| overlay)
    }

    /// The types that are spoken of, as namespace and name.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&str, &str)> {
        self.types.keys().map(|(namespace, name)| (namespace.as_str(), name.as_str()))
    }
}
