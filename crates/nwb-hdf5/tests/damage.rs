//! Damaged files give errors, never a crash.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use nwb_hdf5::NewFile;
use nwb_model::backend::{Address, Link, NodeKind, Store};
use nwb_model::conformance::arbitrary;
use nwb_model::conformance::sample::{Choices, noise};
use nwb_model::selection::Region;

/// Reads all that can be read; returns how many objects and how many errors there were.
fn walk(path: &Path) -> (usize, usize) {
    let Ok(file) = nwb_hdf5::open(path) else { return (0, 1) };
    let mut seen: HashSet<Address> = HashSet::from([file.root()]);
    let mut open = vec![file.root()];
    let mut errors = 0;
    while let Some(address) = open.pop() {
        let Ok(node) = file.node(address) else {
            errors += 1;
            continue;
        };
        let mut found: Vec<Address> = node.attributes.iter().flat_map(|one| one.value.addresses()).collect();
        match node.kind {
            NodeKind::Group(links) => found.extend(links.iter().filter_map(|(_, link)| match link {
                Link::Hard(address) => Some(*address),
                _ => None,
            })),
            NodeKind::Dataset(info) => {
                let small = info.shape.len().is_some_and(|len| len < 1 << 20);
                let all = Region::all(info.shape.dims());
                match file.read(address, &all) {
                    Ok(value) => found.extend(value.addresses()),
                    Err(_) => errors += 1,
                }
                errors += usize::from(file.chunks(address).is_err());
                if !small {
                    let first = Region::block(&vec![0; info.shape.dims().len()], &vec![1; info.shape.dims().len()]);
                    errors += usize::from(file.read(address, &first).is_err());
                }
            }
            NodeKind::Datatype(_) => {}
        }
        open.extend(found.into_iter().filter(|address| seen.len() < 500 && seen.insert(*address)));
    }
    (seen.len(), errors)
}

#[test]
fn truncated_and_changed_files_give_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (mut objects, mut errors) = (0, 0);
    for seed in 0..6 {
        let path = folder.path().join(format!("good{seed}.nwb"));
        let bytes = noise(seed, 3000);
        let tree = arbitrary::tree(&mut Choices::new(&bytes)).unwrap();
        let mut file = NewFile::new(&path).begin().unwrap();
        tree.sorted().unwrap().write(&mut *file).unwrap();
        drop(file.commit().unwrap());
        let good = fs::read(&path).unwrap();
        let (whole, none) = walk(&path);
        assert!(whole > 0 && none == 0, "the undamaged file gives {none} errors");
        let noise = noise(1000 + seed, 10_000);
        let mut choices = Choices::new(&noise);
        let damaged = folder.path().join("damaged.nwb");
        for round in 0..40 {
            let mut bytes = good.clone();
            // Most of the structure is not in the long runs of zeros between. Global heaps are spared: HDF5 (2.2.0 at least)
            // goes round for ever in one that holds an entry of number zero and size zero.
            let spared =
                |at: usize| good[at.saturating_sub(4096)..(at + 8).min(good.len())].windows(4).any(|w| w == b"GCOL");
            let at = |choices: &mut Choices<'_>, bytes: &[u8]| {
                let start = (choices.below(65536) << 8 | choices.below(256)) % bytes.len();
                (start..bytes.len()).chain(0..start).find(|&at| bytes[at] != 0 && !spared(at)).unwrap_or(0)
            };
            match round % 4 {
                0 => bytes.truncate(at(&mut choices, &good)),
                1 => {
                    let at = at(&mut choices, &good);
                    bytes[at] ^= 1 << choices.below(8);
                }
                2 => {
                    for _ in 0..10 {
                        let at = at(&mut choices, &good);
                        bytes[at] = choices.byte();
                    }
                }
                _ => {
                    let at = at(&mut choices, &good);
                    let end = (at + 8).min(bytes.len());
                    bytes[at..end].fill(if choices.one_in(2) { 0xff } else { 0x7f });
                }
            }
            fs::write(&damaged, &bytes).unwrap();
            let (found, failed) = walk(&damaged);
            objects += found;
            errors += failed;
        }
    }
    println!("{objects} objects, {errors} errors");
    assert!(errors > 50, "the damage was not felt: {errors} errors");
    assert!(objects > 100, "the damage was total: {objects} objects");
}
