//! Where elements come from: a dataset, or an attribute.

use nwb::model::backend::{Address, Layout};
use nwb::model::dtype::Dtype;
use nwb::model::names::nearest;
use nwb::model::selection::{Along, Region, Selection, Steps};
use nwb::model::value::Shape;
use nwb::{Dataset, File, Kind, Object, Result, Value};

use crate::failure::Failure;
use crate::object::{Listing, reach};

/// Something with elements.
#[derive(Debug)]
pub(super) struct Source {
    object: Object,
    elements: Elements,
}

#[derive(Debug)]
enum Elements {
    Stored(Dataset),
    Held(Value),
}

impl Source {
    /// The dataset at a path.
    pub(super) fn of(file: &File, path: &str) -> std::result::Result<Self, Failure> {
        let object = reach(file, path, Listing::Objects)?;
        let asking = |error: nwb::Error| Failure::asking(&error);
        if object.kind().map_err(asking)? == Kind::Group {
            return Err(Failure::Refused(no_value(&object)));
        }
        let elements = Elements::Stored(object.dataset().map_err(asking)?);
        Ok(Self { object, elements })
    }

    /// An attribute of an object.
    pub(super) fn attribute(object: Object, name: &str) -> std::result::Result<Self, Failure> {
        if let Some(value) = object.attribute(name).map_err(|error| Failure::asking(&error))? {
            let elements = Elements::Held(value.clone());
            return Ok(Self { object, elements });
        }
        let names: Vec<&str> = object
            .attributes()
            .map(|all| all.iter().map(|attribute| attribute.name.as_str()).collect())
            .unwrap_or_default();
        let remedy = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if names.is_empty() => "it has none".into(),
            None => format!("it has {}", names.join(", ")),
        };
        Err(Failure::Refused(format!(
            "{}: {}: there is no attribute \"{name}\"; {remedy}",
            object.file(),
            object.path()
        )))
    }

    pub(super) fn shape(&self) -> std::result::Result<&Shape, Failure> {
        match &self.elements {
            Elements::Stored(dataset) => Ok(&dataset.info().map_err(|error| Failure::asking(&error))?.shape),
            Elements::Held(value) => Ok(value.shape()),
        }
    }

    pub(super) fn dtype(&self) -> std::result::Result<&Dtype, Failure> {
        match &self.elements {
            Elements::Stored(dataset) => dataset.dtype().map_err(|error| Failure::asking(&error)),
            Elements::Held(value) => Ok(value.dtype()),
        }
    }

    /// What is read at once in any case, along each axis.
    pub(super) fn chunk(&self) -> Vec<u64> {
        match &self.elements {
            Elements::Stored(dataset) => match dataset.info().map(|info| &info.layout) {
                Ok(Layout::Chunked(chunk)) => chunk.clone(),
                _ => Vec::new(),
            },
            Elements::Held(_) => Vec::new(),
        }
    }

    /// The elements of a block, none of its axes left out.
    pub(super) fn read(&self, block: &[Steps]) -> Result<Value> {
        match &self.elements {
            Elements::Stored(dataset) => dataset.read_value(Selection::along(block.iter().map(along))),
            Elements::Held(value) if block.is_empty() => Ok(value.clone()),
            Elements::Held(value) => value.select(&Region::new(block.to_vec())),
        }
    }

    /// The path of what a reference means.
    pub(super) fn path_of(&self, address: Address) -> Option<String> {
        self.object.resolve(address.non_null()?).map(|target| target.path().to_owned())
    }
}

fn along(steps: &Steps) -> Along {
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let end = steps.count.checked_sub(1).map_or(steps.start, |more| steps.start + more * steps.step + 1);
    Along::steps(signed(steps.start), Some(signed(end)), steps.step)
}

fn no_value(group: &Object) -> String {
    let what = match group.type_name() {
        Ok(Some((_, name))) => format!("a group, {name}, and"),
        _ => "a group and".into(),
    };
    let datasets: Vec<String> = group
        .children()
        .map(|children| {
            let is_dataset = |child: &Object| child.kind().is_ok_and(|kind| kind == Kind::Dataset);
            children
                .filter_map(|(name, child)| child.is_ok_and(|child| is_dataset(&child)).then(|| name.to_owned()))
                .collect()
        })
        .unwrap_or_default();
    let place = group.path().trim_end_matches('/');
    let remedy = match datasets.as_slice() {
        [] => format!("`nwb tree` with {place}/ shows what is in it"),
        some => {
            let first: Vec<String> = some.iter().take(6).map(|name| format!("{place}/{name}")).collect();
            format!("its datasets have: {}{}", first.join(", "), if some.len() > 6 { " ..." } else { "" })
        }
    };
    format!("{}: {}: this is {what} has no value of its own; {remedy}", group.file(), group.path())
}
