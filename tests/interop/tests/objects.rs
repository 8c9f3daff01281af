//! Every form of object that h5py can make is the same whether or not the HDF5 library reads it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use nwb::model::backend::{Address, Backend, Link, NodeKind};
use nwb::{OpenOptions, Route};
use nwb_interop::peer;

type Failure = Box<dyn std::error::Error>;

/// Objects of a file, and how many of them could not be read.
fn walk(file: &dyn Backend) -> Result<(Vec<Address>, BTreeMap<Address, nwb::Error>), Failure> {
    let (mut seen, mut failed) = (vec![file.root()], BTreeMap::new());
    let mut next = 0;
    while let Some(&address) = seen.get(next) {
        next += 1;
        let node = match file.node(address) {
            Ok(node) => node,
            Err(error) => {
                failed.insert(address, error);
                continue;
            }
        };
        let mut found: Vec<Address> = node.attributes.iter().flat_map(|one| one.value.addresses()).collect();
        if let NodeKind::Group(links) = node.kind {
            found.extend(links.iter().filter_map(|(_, link)| match link {
                Link::Hard(address) => Some(*address),
                _ => None,
            }));
        }
        for address in found {
            if !seen.contains(&address) {
                seen.push(address);
            }
        }
    }
    Ok((seen, failed))
}

/// How many objects a file has, and how many of them are read without the library.
fn check(path: &Path) -> Result<(usize, usize), Failure> {
    let open = |route| OpenOptions::new().objects(route).open(path);
    let (objects, failed) = walk(&*open(Route::Both)?)?;
    if let Some((address, error)) = failed.first_key_value() {
        return Err(format!("{}: {address:?}: {error}", path.display()).into());
    }
    let alone = open(Route::Direct)?;
    let mut count = 0;
    for &address in &objects {
        let Ok(node) = alone.node(address) else { continue };
        count += 1;
        let NodeKind::Group(links) = node.kind else { continue };
        for (name, link) in links {
            // A name that begins so is sorted beside it.
            for (name, expected) in [(format!("{name}!"), None), (name, Some(link))] {
                let found = alone.look_up(address, &name);
                if found != expected {
                    return Err(format!("{}: \"{name}\" is {found:?}, not {expected:?}", path.display()).into());
                }
            }
        }
    }
    Ok((objects.len(), count))
}

#[test]
fn both_ways_of_reading_give_the_same_objects() -> Result<(), Failure> {
    let Some(python) = peer::python() else {
        assert!(!peer::required(), "NWB_PEER_PYTHON is not set");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let script = peer::tools().join("object_forms.py");
    let status = Command::new(python).arg("-B").arg(script).arg(folder.path()).status()?;
    assert!(status.success());
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path())? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "h5") {
            continue;
        }
        let (objects, alone) = check(&path)?;
        println!("{}: {objects} objects, {alone} without the library", path.display());
        assert!(objects > 250 && alone * 10 > objects * 9, "{}: {alone} of {objects}", path.display());
        files += 1;
    }
    assert_eq!(files, 9);
    Ok(())
}
