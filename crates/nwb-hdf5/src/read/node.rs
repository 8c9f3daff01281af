//! One object: its kind, attributes and links.

use nwb_model::backend::{Address, Attribute, DatasetInfo, Layout, Link, Node, NodeKind, Part, Unreadable};
use nwb_model::{Error, ErrorKind, Result};

use crate::sys::attribute::AttributeId;
use crate::sys::error::{Cause, Outcome, locked};
use crate::sys::file::FileId;
use crate::sys::object::{Object, ObjectClass, RawLink};
use crate::sys::plist::Storage;
use crate::{dtype, names};

/// Reads the object at an address.
pub(crate) fn node(file: &FileId, address: Address) -> Result<Node> {
    locked(|| node_locked(file, address))
}

fn node_locked(file: &FileId, address: Address) -> Result<Node> {
    let object = open(file, address)?;
    let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "the object is damaged");
    let mut unreadable = Vec::new();
    let kind = match object.class().map_err(damaged)? {
        ObjectClass::Group => NodeKind::Group(links(&object, &mut unreadable)?),
        ObjectClass::Dataset => NodeKind::Dataset(Box::new(
            info(file, &object).map_err(|cause| cause.into_error(ErrorKind::Malformed, "the dataset is damaged"))?,
        )),
        ObjectClass::Datatype => {
            let attributes = attributes(file, &object, &mut unreadable)?;
            let of = object.into_datatype().map_err(damaged)?;
            let dtype = dtype::from_file(&of)
                .map_err(|cause| cause.into_error(ErrorKind::Malformed, "the named datatype is damaged"))?;
            return Ok(Node { kind: NodeKind::Datatype(dtype), attributes, unreadable });
        }
    };
    let attributes = attributes(file, &object, &mut unreadable)?;
    Ok(Node { kind, attributes, unreadable })
}

/// Opens the object at an address.
pub(super) fn open(file: &FileId, address: Address) -> Result<Object> {
    let nothing = || Error::new(ErrorKind::Malformed, "there is no object where a link or reference points to");
    let address = address.non_null().ok_or_else(nothing)?;
    Object::open(file, address.0).map_err(|cause| nothing().found(format!("address {}", address.0)).caused_by(cause))
}

/// The links of a group. Those that nobody but the program that made them can follow are named as unreadable.
fn links(group: &Object, unreadable: &mut Vec<Unreadable>) -> Result<Vec<(String, Link)>> {
    let raw = group
        .links()
        .map_err(|cause| cause.into_error(ErrorKind::Malformed, "the links of the group cannot be read"))?;
    let mut links: Vec<(Vec<u8>, Link)> = Vec::with_capacity(raw.len());
    for (name, link) in raw {
        let link = match link {
            RawLink::Hard(address) => Link::Hard(Address(address)),
            RawLink::Soft(path) => Link::Soft(names::from_file(&path)),
            RawLink::External { file, path } => {
                Link::External { file: names::from_file(&file), path: names::from_file(&path) }
            }
            RawLink::User(class) => {
                let name = names::from_file(&name);
                let message = format!("the link \"{name}\" is of a class that some program has defined for itself");
                let error = Error::new(ErrorKind::Unsupported, message)
                    .found(format!("class {class}"))
                    .remedy("replace it by a soft or external link");
                unreadable.push(Unreadable { part: Part::Link, name, error });
                continue;
            }
        };
        links.push((name, link));
    }
    links.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(links.into_iter().map(|(name, link)| (names::from_file(&name), link)).collect())
}

/// The attributes of an object. One that cannot be read does not keep the others from being read.
fn attributes(file: &FileId, object: &Object, unreadable: &mut Vec<Unreadable>) -> Result<Vec<Attribute>> {
    let mut names = object
        .attribute_names()
        .map_err(|cause| cause.into_error(ErrorKind::Malformed, "the attributes of the object cannot be read"))?;
    names.sort();
    let mut attributes = Vec::with_capacity(names.len());
    for bytes in names {
        let name = names::from_file(&bytes);
        match AttributeId::open(object, &bytes).and_then(|attribute| attribute.read(file)) {
            Ok((value, named_type)) => {
                attributes.push(Attribute { name, value, named_type: named_type.map(Address) });
            }
            Err(cause) => {
                let message = format!("the attribute \"{name}\" cannot be read");
                let error = cause.into_error(ErrorKind::Malformed, message);
                unreadable.push(Unreadable { part: Part::Attribute, name, error });
            }
        }
    }
    Ok(attributes)
}

fn info(file: &FileId, dataset: &Object) -> Outcome<DatasetInfo> {
    let of = dataset.dataset_type()?;
    let creation = dataset.creation()?;
    let (shape, max_shape) = dataset.dataset_space()?.shape()?;
    let dtype = dtype::from_file(&of)?;
    let layout = match creation.storage(shape.dims().len())? {
        Storage::Compact => Layout::Compact,
        Storage::Contiguous => Layout::Contiguous,
        Storage::Chunked(dims) => Layout::Chunked(dims),
        Storage::External => Layout::External,
        Storage::Virtual => Layout::Virtual,
    };
    let fill = match creation.has_own_fill()? && dtype::check_readable(&dtype).is_ok() {
        true => Some(creation.fill(file, &of, &dtype)?),
        false => None,
    };
    Ok(DatasetInfo {
        dtype,
        shape,
        max_shape,
        layout,
        filters: creation.filters()?,
        fill,
        named_type: of.committed_address()?.map(Address),
    })
}
