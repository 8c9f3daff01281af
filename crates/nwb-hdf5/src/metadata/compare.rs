//! Where two readings of one object differ.

use nwb_model::backend::{Address, Attribute, DatasetInfo, Node, NodeKind};
use nwb_model::{Error, ErrorKind, Result};

use crate::direct::Direct;

/// An error that names the first difference, if there is one; `there` is the library's.
pub(super) fn nodes(object: Address, here: &Node, there: &Node) -> Result<()> {
    match difference(here, there) {
        None => Ok(()),
        Some((what, here, there)) => Err(Error::new(
            ErrorKind::Malformed,
            format!("{what} of the object at address {} differs when it is read without the library", object.0),
        )
        .expected(there)
        .found(here)),
    }
}

/// As [`nodes`], of the places of a dataset's elements.
pub(super) fn places(object: Address, here: &Option<Direct>, there: &Option<Direct>) -> Result<()> {
    if here == there {
        return Ok(());
    }
    let message = format!("the place of the elements of the dataset at address {} differs", object.0);
    Err(Error::new(ErrorKind::Malformed, message).expected(format!("{there:?}")).found(format!("{here:?}")))
}

/// What differs, and how it is on both sides.
type Difference = (String, String, String);

fn difference(here: &Node, there: &Node) -> Option<Difference> {
    let kind = match (&here.kind, &there.kind) {
        (NodeKind::Group(here), NodeKind::Group(there)) => {
            let pairs = here.iter().zip(there).find(|(here, there)| here != there);
            let pair = pairs.map(|(here, there)| differs("a link", here, there));
            pair.or_else(|| {
                (here.len() != there.len()).then(|| differs("the number of links", here.len(), there.len()))
            })
        }
        (NodeKind::Dataset(here), NodeKind::Dataset(there)) => info(here, there),
        (NodeKind::Datatype(here), NodeKind::Datatype(there)) => {
            (here != there).then(|| differs("the datatype", here, there))
        }
        (here, there) => Some(differs("the kind", here, there)),
    };
    let attributes = || {
        let names = |node: &Node| node.attributes.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        let (ours, theirs) = (names(here), names(there));
        if ours != theirs {
            return Some(differs("the list of attributes", ours, theirs));
        }
        here.attributes.iter().zip(&there.attributes).find_map(|(here, there)| attribute(here, there))
    };
    let unreadable = || {
        let names = |node: &Node| node.unreadable.iter().map(|one| (one.part, one.name.clone())).collect::<Vec<_>>();
        let shown = |node: &Node| node.unreadable.iter().map(|one| one.error.to_string()).collect::<Vec<_>>();
        (names(here) != names(there)).then(|| differs("what cannot be read", shown(here), shown(there)))
    };
    kind.or_else(unreadable).or_else(attributes)
}

fn differs(what: impl Into<String>, here: impl std::fmt::Debug, there: impl std::fmt::Debug) -> Difference {
    (what.into(), format!("{here:?}"), format!("{there:?}"))
}

fn info(here: &DatasetInfo, there: &DatasetInfo) -> Option<Difference> {
    // Taken apart, so that nothing is forgotten.
    let DatasetInfo { dtype, shape, max_shape, layout, filters, fill, named_type } = here;
    if *dtype != there.dtype {
        Some(differs("the datatype", dtype, &there.dtype))
    } else if *shape != there.shape || *max_shape != there.max_shape {
        Some(differs("the shape", (shape, max_shape), (&there.shape, &there.max_shape)))
    } else if *layout != there.layout {
        Some(differs("the layout", layout, &there.layout))
    } else if *filters != there.filters {
        Some(differs("the list of filters", filters, &there.filters))
    } else if *fill != there.fill {
        let bytes = |fill: &Option<nwb_model::value::Value>| fill.as_ref().map(|value| value.bytes().to_vec());
        Some(differs("the fill value", bytes(fill), bytes(&there.fill)))
    } else {
        (*named_type != there.named_type).then(|| differs("the named datatype", named_type, there.named_type))
    }
}

fn attribute(here: &Attribute, there: &Attribute) -> Option<Difference> {
    let Attribute { name, value, named_type } = here;
    if *value != there.value {
        let shown = |value: &nwb_model::value::Value| {
            let bytes = value.bytes().get(..64).unwrap_or(value.bytes()).to_vec();
            (value.dtype().clone(), value.shape().clone(), bytes)
        };
        Some(differs(format!("attribute \"{name}\""), shown(value), shown(&there.value)))
    } else {
        let differ = *named_type != there.named_type;
        differ.then(|| differs(format!("the named datatype of attribute \"{name}\""), named_type, there.named_type))
    }
}
