//! Objects read without the library are the library's, in whole files and in damaged ones.
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
use std::sync::Arc;

use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::backend::{Address, Attribute, Backend, Layout, Link, Node, NodeKind, Store};
use nwb_model::conformance::arbitrary;
use nwb_model::conformance::sample::{Choices, noise};
use nwb_model::selection::Region;
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

fn open(path: &Path, route: Route) -> Result<Arc<dyn Backend>> {
    OpenOptions::new().objects(route).open(path)
}

/// Visits every object that can be reached.
fn each(file: &dyn Backend, mut visit: impl FnMut(Address, &Result<Node>)) {
    let mut seen: HashSet<Address> = HashSet::from([file.root()]);
    let mut open = vec![file.root()];
    while let Some(address) = open.pop() {
        let node = file.node(address);
        visit(address, &node);
        let Ok(node) = node else { continue };
        let mut found: Vec<Address> = node.attributes.iter().flat_map(|one| one.value.addresses()).collect();
        if let NodeKind::Group(links) = &node.kind {
            found.extend(links.iter().filter_map(|(_, link)| match link {
                Link::Hard(address) => Some(*address),
                _ => None,
            }));
        }
        open.extend(found.into_iter().filter(|address| seen.len() < 2000 && seen.insert(*address)));
    }
}

/// All elements of a dataset of few, in one run: others are tested elsewhere.
fn elements(file: &dyn Backend, address: Address, node: &Node) -> Option<Result<Value>> {
    let NodeKind::Dataset(info) = &node.kind else { return None };
    let few = info.shape.len().is_some_and(|len| len < 1000) && info.layout == Layout::Contiguous;
    few.then(|| file.read(address, &Region::all(info.shape.dims())))
}

/// The names of a group that are looked up as something else than what they are listed as, and how many are found at all.
fn looked_up(file: &dyn Backend, group: Address, node: &Node) -> (Vec<String>, usize) {
    let NodeKind::Group(links) = &node.kind else { return (Vec::new(), 0) };
    let mut found = 0;
    let mut wrong = Vec::new();
    for (name, _) in links {
        for near in [
            name.clone(),
            format!("{name}!"),
            name[..name.chars().next_back().map_or(0, |c| name.len() - c.len_utf8())].into(),
        ] {
            let listed = links.iter().find(|(other, _)| *other == near).map(|(_, link)| link);
            match file.look_up(group, &near) {
                None => {}
                Some(link) if listed == Some(&link) => found += 1,
                Some(other) => wrong.push(format!("{near}: {other:?}, not {listed:?}")),
            }
        }
    }
    (wrong, found)
}

/// A file of all kinds of objects.
fn any_file(path: &Path, seed: u64) {
    let bytes = noise(seed, 3000);
    let tree = arbitrary::tree(&mut Choices::new(&bytes)).unwrap();
    let mut file = NewFile::new(path).begin().unwrap();
    tree.sorted().unwrap().write(&mut *file).unwrap();
    drop(file.commit().unwrap());
}

#[test]
fn both_ways_give_the_same_objects() {
    let folder = tempfile::tempdir().unwrap();
    let (mut objects, mut alone, mut values, mut sought) = (0, 0, 0, 0);
    for seed in 0..20 {
        let path = folder.path().join(format!("{seed}.nwb"));
        any_file(&path, seed);
        each(&*open(&path, Route::Both).unwrap(), |address, node| {
            assert!(node.is_ok(), "seed {seed}, {address:?}: {node:?}");
            objects += 1;
        });
        each(&*open(&path, Route::Direct).unwrap(), |_, node| alone += usize::from(node.is_ok()));
        let both = [Route::Fastest, Route::Library].map(|route| OpenOptions::new().objects(route).route(route));
        let [here, there] = both.map(|options| options.open(&path).unwrap());
        each(&*there, |address, node| {
            let node = node.as_ref().unwrap();
            let (wrong, found) = looked_up(&*here, address, node);
            assert!(wrong.is_empty(), "seed {seed}, {address:?}: {wrong:?}");
            sought += found;
            let Some(read) = elements(&*there, address, node) else { return };
            assert_eq!(elements(&*here, address, node).unwrap().unwrap(), read.unwrap(), "seed {seed}, {address:?}");
            values += 1;
        });
    }
    println!("{objects} objects, {alone} read without the library, {values} with elements, {sought} looked up");
    assert!(sought > 200, "{sought}");
    assert!(values > 20, "{values}");
    assert!(objects > 200 && alone > objects / 3, "{alone} of {objects} objects were read without the library");
}

/// Whether an error says that the two ways differ, and not that something cannot be read.
fn differs(error: &Error) -> bool {
    error.to_string().contains("differs when it is read without the library")
}

#[test]
fn damage_is_never_read_as_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let (mut same, mut refused, mut different) = (0, 0, Vec::new());
    for seed in 0..6 {
        let path = folder.path().join("good.nwb");
        any_file(&path, seed);
        let good = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let noise = noise(500 + seed, 20_000);
        let mut choices = Choices::new(&noise);
        let damaged = folder.path().join("damaged.nwb");
        for round in 0..60 {
            let mut bytes = good.clone();
            // As in the other test of damage: the library goes round for ever in some damaged heaps.
            let spared =
                |at: usize| good[at.saturating_sub(4096)..(at + 8).min(good.len())].windows(4).any(|w| w == b"GCOL");
            let at = |choices: &mut Choices<'_>| {
                let start = (choices.below(65536) << 8 | choices.below(256)) % good.len();
                (start..good.len()).chain(0..start).find(|&at| good[at] != 0 && !spared(at)).unwrap_or(0)
            };
            match round % 4 {
                0 => bytes.truncate(at(&mut choices)),
                1 => bytes[at(&mut choices)] ^= 1 << choices.below(8),
                2 => {
                    for _ in 0..10 {
                        bytes[at(&mut choices)] = choices.byte();
                    }
                }
                _ => {
                    let at = at(&mut choices);
                    let end = (at + 8).min(bytes.len());
                    bytes[at..end].fill(if choices.one_in(2) { 0xff } else { 0x7f });
                }
            }
            fs::write(&damaged, &bytes).unwrap();
            let said = |route| open(&damaged, route).err().map(|error| (error.kind(), error.to_string()));
            assert_eq!(said(Route::Fastest), said(Route::Library), "seed {seed}, round {round}");
            let Ok(file) = open(&damaged, Route::Both) else {
                refused += 1;
                continue;
            };
            let library = OpenOptions::new().objects(Route::Library).route(Route::Library).open(&damaged).unwrap();
            let fastest = open(&damaged, Route::Fastest).unwrap();
            each(&*file, |address, node| match node {
                Ok(node) => {
                    same += 1;
                    let (wrong, _) = looked_up(&*fastest, address, node);
                    different.extend(wrong.into_iter().map(|wrong| format!("seed {seed}, round {round}: {wrong}")));
                    let there = elements(&*library, address, node);
                    if let (Some(Ok(here)), Some(there)) = (elements(&*fastest, address, node), there)
                        && there.as_ref().ok() != Some(&here)
                    {
                        different.push(format!("seed {seed}, round {round}, {address:?}: {here:?} {there:?}"));
                    }
                }
                Err(error) if differs(error) => different.push(format!("seed {seed}, round {round}: {error}")),
                Err(error) => {
                    refused += 1;
                    // What is good without the library and bad with it would be read as good.
                    let alone = open(&damaged, Route::Direct).and_then(|file| file.node(address));
                    if alone.is_ok() {
                        different.push(format!("seed {seed}, round {round}, {address:?}: {error}"));
                    }
                }
            });
        }
    }
    println!("{same} objects the same, {refused} refused, {} different", different.len());
    assert!(refused > 100 && same > 1000, "the damage was not felt, or total");
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn a_file_that_was_replaced_is_still_the_one_that_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other, away) = (folder.path().join("f"), folder.path().join("other"), folder.path().join("away"));
    any_file(&path, 1);
    let all = |file: &dyn Backend| {
        let mut found = Vec::new();
        each(file, |address, node| found.push((address, format!("{node:?}"))));
        found
    };
    let expected = all(&*open(&path, Route::Library).unwrap());
    let (moved, kept, lost) = {
        let again = || open(&path, Route::Fastest).unwrap();
        (again(), again(), again())
    };
    // Whoever is about to replace it says so.
    drop(kept.store().unwrap());
    fs::rename(&path, &away).unwrap();
    any_file(&path, 2);
    assert_eq!(all(&*moved), expected);
    drop(moved);
    any_file(&other, 3);
    fs::rename(&other, &away).unwrap();
    assert_eq!(all(&*kept), expected);
    drop(kept);
    // What only the library can read is lost, and never that of another file.
    let mut known = 0;
    each(&*lost, |address, node| match node {
        Ok(node) => {
            known += 1;
            assert!(expected.contains(&(address, format!("{:?}", Ok::<_, Error>(node)))));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
    });
    assert!(known > 0);
}

#[test]
fn what_only_the_library_can_read_is_an_error_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("types.nwb");
    let mut file = NewFile::new(&path).begin().unwrap();
    let root = file.root();
    let named = file.create_datatype(root, "named", &nwb_model::dtype::Dtype::TEXT).unwrap();
    drop(file.commit().unwrap());
    let error = open(&path, Route::Direct).unwrap().node(named).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(open(&path, Route::Fastest).unwrap().node(named).is_ok());
}

#[test]
fn attributes_whose_texts_are_lost_are_named_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.nwb");
    let mut file = NewFile::new(&path).begin().unwrap();
    let root = file.root();
    for (name, value) in [("name", Value::from("somebody")), ("number", Value::from(7_i32))] {
        file.set_attribute(root, &Attribute { name: name.into(), value, named_type: None }).unwrap();
    }
    drop(file.commit().unwrap());
    let good = fs::read(&path).unwrap();
    let heap = good.windows(4).position(|bytes| bytes == b"GCOL").unwrap() + 16;
    // The library goes round for ever where the heap is zeroed, and takes memory for a length that is not so.
    let zeroed = |bytes: &mut [u8]| bytes.fill(0);
    let long = |bytes: &mut [u8]| bytes[8..16].copy_from_slice(&u64::from(u32::MAX).to_le_bytes());
    let short = |bytes: &mut [u8]| bytes[8] = 1;
    let gone = |bytes: &mut [u8]| bytes[0] = 9;
    for number in 0..4 {
        let mut bytes = good.clone();
        [zeroed, long, short, gone][number](&mut bytes[heap..]);
        fs::write(&path, bytes).unwrap();
        let file = nwb_hdf5::open(&path).unwrap();
        let node = file.node(file.root()).unwrap();
        let names = |node: &Node| node.attributes.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&node), ["number"], "{number}");
        assert_eq!(node.unreadable.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["name"], "{number}");
        assert!(node.unreadable[0].error.to_string().contains("heap"), "{:?}", node.unreadable[0]);
    }
}

/// The library opens such a dataset in one way at a time, whoever asks for it.
#[test]
fn a_dataset_whose_elements_lie_beside_its_file_is_described_while_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.h5");
    fs::write(folder.path().join("raw"), [1, 0, 2, 0, 3, 0]).unwrap();
    let file = hdf5::File::create(&path).unwrap();
    file.new_dataset::<i16>().shape(3).external("raw", 0, 6).create("d").unwrap();
    drop(file);
    for _ in 0..10 {
        let file = open(&path, Route::Fastest).unwrap();
        let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("the root is no group") };
        let [(_, Link::Hard(address))] = links.as_slice() else { panic!("{links:?}") };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..3 {
                        let value = file.read(*address, &Region::all(&[3])).unwrap();
                        assert_eq!(value.as_slice::<i16>().unwrap(), [1, 2, 3]);
                        let NodeKind::Dataset(info) = file.node(*address).unwrap().kind else { panic!("no dataset") };
                        assert_eq!(info.layout, Layout::External);
                    }
                });
            }
        });
    }
}
