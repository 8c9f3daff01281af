//! How a finished file is stored anew: after one profile, and some datasets after others.

use std::collections::HashMap;

use crate::backend::{Address, DatasetInfo, Filter, Layout, chunk_shape};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, Role, Ruled};
use crate::tree::{NodeRef, Object};

/// How a finished file is stored anew: after one profile, and some datasets after others.
///
/// ```
/// use nwb_model::profile::Profile;
/// use nwb_model::repack::RepackOptions;
///
/// let how = RepackOptions::new(Profile::portable())
///     .set("/acquisition", Profile::compact())
///     .set("/acquisition/TwoPhotonSeries/data", Profile::none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct RepackOptions {
    profile: Profile,
    others: Vec<(String, Profile)>,
}

impl RepackOptions {
    /// The whole file after one profile.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile, others: Vec::new() }
    }

    /// A dataset, whatever its size, or all in a group and below it, after another profile. What is said of the nearest object
    /// counts, and of that what was said last.
    #[must_use]
    pub fn set(mut self, path: impl Into<String>, profile: Profile) -> Self {
        self.others.push((path.into(), profile));
        self
    }
}

impl From<Profile> for RepackOptions {
    fn from(profile: Profile) -> Self {
        Self::new(profile)
    }
}

impl From<&Profile> for RepackOptions {
    fn from(profile: &Profile) -> Self {
        Self::new(profile.clone())
    }
}

/// Profiles by the objects that they are for.
pub(super) struct Chosen {
    profile: Profile,
    others: HashMap<Address, Profile>,
}

impl Chosen {
    pub(super) fn of(options: RepackOptions, root: &Object) -> Result<Self> {
        let mut others = HashMap::new();
        for (path, profile) in options.others {
            let object = root.get(&path)?;
            if !object.is_in_file_of(root) {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    "this is in another file, of which only a link is written anew",
                )
                .at(path)
                .found(object.file())
                .remedy("store that file anew, or copy in what is in it when this one is exported"));
            }
            others.insert(object.address(), profile);
        }
        Ok(Self { profile: options.profile, others })
    }

    /// How a dataset shall be stored; `None` where it stays as it is.
    pub(super) fn storage(&self, object: &Object, old: &DatasetInfo, stored: Stored) -> Option<DatasetInfo> {
        let mut new = DatasetInfo { layout: Layout::Contiguous, filters: Vec::new(), ..old.clone() };
        let role = role(object);
        let ruled = match self.others.get(&object.address()) {
            Some(own) => own.apply_to_any(&mut new, role),
            None => self.around(object).apply_if_large(&mut new, role),
        };
        if ruled == Ruled::No {
            return None;
        }
        if new.layout == Layout::Contiguous {
            new.layout = unchunked(old, stored)?;
        }
        let is_other = new.layout != old.layout || !are_alike(&new.filters, &old.filters);
        is_other.then_some(new)
    }

    fn around(&self, object: &Object) -> &Profile {
        let nearest = above(object.node_ref()).find_map(|group| self.others.get(&group.address()));
        nearest.unwrap_or(&self.profile)
    }
}

/// How elements lie that shall not be in chunks; `None` where they stay as they are.
fn unchunked(old: &DatasetInfo, stored: Stored) -> Option<Layout> {
    match &old.layout {
        // What can grow needs chunks, and so does what is there only in part.
        Layout::Chunked(_) if old.max_shape.is_some() || stored == Stored::InPart => Some(old.layout.clone()),
        Layout::External | Layout::Virtual if old.max_shape.is_some() => {
            Some(Layout::Chunked(chunk_shape(&old.dtype, old.shape.dims())))
        }
        // In the object's header it is in one run, too.
        Layout::Compact => None,
        _ => Some(Layout::Contiguous),
    }
}

/// Whether all elements of a dataset are in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Whole,
    InPart,
}

fn above(object: NodeRef<'_>) -> impl Iterator<Item = NodeRef<'_>> {
    std::iter::successors(object.parent(), |group| group.parent())
}

/// Whether filters that were asked for are those that are stored, which may tell more: the library notes the size of an element.
fn are_alike(asked: &[Filter], stored: &[Filter]) -> bool {
    asked.len() == stored.len()
        && asked.iter().zip(stored).all(|(asked, stored)| {
            asked.id == stored.id
                && (OWN_PARAMETERS.contains(&asked.id) || stored.parameters.starts_with(&asked.parameters))
        })
}

/// Filters whose parameters are the library's own: shuffle.
const OWN_PARAMETERS: [u32; 1] = [2];

/// What a dataset is: an object of a type, or a field of the nearest object around it that has one.
fn role(object: &Object) -> Role<'_> {
    match object.node_ref().effective() {
        Some(own) => Role::object(own),
        None => Role::field(above(object.node_ref()).find_map(NodeRef::effective), object.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::{Dtype, Number};
    use crate::value::Shape;

    #[test]
    fn what_can_grow_stays_in_chunks_or_comes_into_some() {
        let chunks = || Layout::Chunked(vec![2, 2]);
        let (fixed, grows) = (None, Some(vec![None, Some(3)]));
        for (layout, max_shape, stored, expected) in [
            (chunks(), &fixed, Stored::Whole, Some(Layout::Contiguous)),
            (chunks(), &fixed, Stored::InPart, Some(chunks())),
            (chunks(), &grows, Stored::Whole, Some(chunks())),
            (Layout::Contiguous, &fixed, Stored::Whole, Some(Layout::Contiguous)),
            (Layout::Compact, &fixed, Stored::Whole, None),
            (Layout::Virtual, &fixed, Stored::Whole, Some(Layout::Contiguous)),
            (Layout::Virtual, &grows, Stored::Whole, Some(Layout::Chunked(vec![4, 3]))),
            (Layout::External, &grows, Stored::Whole, Some(Layout::Chunked(vec![4, 3]))),
        ] {
            let dtype = Dtype::native(Number::F32);
            let old =
                DatasetInfo { layout, max_shape: max_shape.clone(), ..DatasetInfo::new(dtype, Shape::of(&[4, 3])) };
            assert_eq!(unchunked(&old, stored), expected, "{old:?}");
        }
    }
}
