//! A file that is made of links to another one.

use std::collections::HashSet;
use std::sync::Arc;

use crate::backend::{Address, Backend as _, Link, NodeKind};
use crate::edit::ObjectIds;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Objects;
use crate::tree::{Kind, Object};
use crate::types::{DynamicTable, Units};
use crate::value::Value;

const SPIKES: [&str; 4] = ["spike_times", "waveform_mean", "waveform_sd", "waveforms"];

/// The objects of the new file: links, and what cannot be one.
pub(super) fn objects(root: &Object, ids: &ObjectIds) -> Result<Objects> {
    let backend = root.backend();
    let around = backend.surroundings().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "no link can lead to this file from another one").in_file(root.file())
    })?;
    let name = around.name_of(&around.location())?;
    let mut objects = Objects::over(Arc::clone(backend));
    let mut seen: HashSet<Address> = HashSet::new();
    renew_id(&mut objects, root, ids)?;
    let mut pending = vec![root.clone()];
    while let Some(group) = pending.pop() {
        let is_table = group.is::<DynamicTable>()?;
        let has_spikes = group.is::<Units>()?;
        for (child_name, link) in group.links()? {
            let Link::Hard(address) = link else { continue };
            let Some(child) = group.child(child_name)? else { continue };
            if child.path() == "/specifications" {
                continue;
            }
            let path = format!("{}/{child_name}", group.path().trim_end_matches('/'));
            match (child.kind()?, child.type_name()?.is_some()) {
                (Kind::Group, false) => {
                    if seen.insert(*address) {
                        pending.push(child);
                    }
                    continue;
                }
                (Kind::Group, true) if child.is::<DynamicTable>()? => {
                    if seen.insert(*address) {
                        renew_id(&mut objects, &child, ids)?;
                        pending.push(child);
                    }
                    continue;
                }
                (Kind::Dataset, false) if !is_table => continue,
                // PyNWB looks for attributes of these columns, and cannot read the table when they are links.
                (Kind::Dataset, true) if has_spikes && SPIKES.contains(&child_name.as_str()) => continue,
                (Kind::Datatype, _) => continue,
                _ => {}
            }
            let link = Link::External { file: name.clone(), path };
            objects.change(group.address())?.links_mut()?.insert(child_name.clone(), link);
        }
    }
    Ok(objects)
}

fn renew_id(objects: &mut Objects, object: &Object, ids: &ObjectIds) -> Result<()> {
    let node = objects.node(object.address())?;
    if matches!(node.kind, NodeKind::Group(_)) && node.attributes.iter().any(|attribute| attribute.name == "object_id")
    {
        let id = ids.id_of(object.path());
        objects.change(object.address())?.set_attribute("object_id", Value::text(&id.to_string()));
    }
    Ok(())
}
