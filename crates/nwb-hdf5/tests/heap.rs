//! Texts, sequences and records with such, read without the library: what it gives, and what it gives for damaged files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::Result;
use nwb_model::backend::{Address, DatasetInfo, Layout, Link, NodeKind, Store};
use nwb_model::conformance::sample::{Choices, noise, types, value};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::{Region, Steps};
use nwb_model::value::{Bytes, Heap, Shape, Value};
use proptest::prelude::*;

/// A file of datasets without attributes.
fn write(path: &Path, datasets: &[(&str, Value, Option<Vec<u64>>)]) {
    let mut file = NewFile::new(path).begin().unwrap();
    for (name, value, chunk) in datasets {
        let mut info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
        if let Some(chunk) = chunk {
            info.layout = Layout::Chunked(chunk.clone());
            info.filters = vec![nwb_model::backend::Filter::shuffle(), nwb_model::backend::Filter::deflate(1)];
        }
        let root = file.root();
        let dataset = file.create_dataset(root, name, &info).unwrap();
        file.write(dataset, &Region::all(value.shape().dims()), value).unwrap();
    }
    drop(file.commit().unwrap());
}

fn read(path: &Path, name: &str, route: Route, region: Option<&Region>) -> Result<Value> {
    let file = OpenOptions::new().route(route).open(path)?;
    let NodeKind::Group(links) = file.node(file.root())?.kind else { panic!("the root is no group") };
    let address = links.iter().find_map(|(other, link)| match link {
        Link::Hard(address) if other == name => Some(*address),
        _ => None,
    });
    let address: Address = address.expect("no dataset of that name");
    let NodeKind::Dataset(info) = file.node(address)?.kind else { panic!("no dataset") };
    file.read(address, region.unwrap_or(&Region::all(info.shape.dims())))
}

/// Lists of lists of texts, and lists of numbers.
fn lists() -> (Value, Value) {
    let mut outer = Heap::new();
    let mut slots: Vec<u64> = Vec::new();
    let middle = Dtype::Sequence(Arc::new(Dtype::TEXT));
    for n in 0..7u64 {
        let mut inner = Heap::new();
        let mut places: Vec<u64> = Vec::new();
        for m in 0..n % 4 {
            let texts = Value::texts((0..m * 3).map(|k| format!("text {n} {m} {k}")));
            places.extend([inner.push_sequence(texts), 0]);
        }
        let shape = Shape::Simple(vec![n % 4]);
        let list = Value::from_parts(middle.clone(), shape, Bytes::from_vec(places), Some(inner)).unwrap();
        slots.extend([outer.push_sequence(list), 0]);
    }
    let of = Dtype::Sequence(Arc::new(middle));
    let texts = Value::from_parts(of, Shape::of(&[7]), Bytes::from_vec(slots), Some(outer)).unwrap();
    let mut heap = Heap::new();
    let slots: Vec<u64> =
        (0..5000u64).flat_map(|n| [heap.push_sequence(Value::vector(vec![n as f64; n as usize % 5])), 0]).collect();
    let of = Dtype::Sequence(Arc::new(Dtype::native(Number::F64)));
    (texts, Value::from_parts(of, Shape::of(&[5000]), Bytes::from_vec(slots), Some(heap)).unwrap())
}

#[test]
fn nothing_of_it_goes_through_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lists.nwb");
    let (lists, numbers) = lists();
    let many = Value::texts((0..30_000).map(|n| format!("row {n}{}", "é".repeat(n % 7))));
    let large = Value::texts(["a".repeat(3 << 20), String::new(), "b".repeat(100_000), "c".into()]);
    let all = [
        ("lists", lists.clone(), None),
        ("lists in chunks", lists, Some(vec![3])),
        ("numbers", numbers, Some(vec![1000])),
        ("many", many.clone(), None),
        ("many in chunks", many, Some(vec![4096])),
        ("large", large, None),
    ];
    write(&path, &all);
    for (name, value, _) in &all {
        let found = read(&path, name, Route::Direct, None).unwrap();
        assert_eq!(&found, value, "{name}");
        read(&path, name, Route::Both, None).unwrap();
        let len = value.len() as u64;
        let some = Region::new(vec![Steps { start: len / 3, count: len / 2, step: 1 }]);
        assert_eq!(read(&path, name, Route::Both, Some(&some)).unwrap(), value.select(&some).unwrap(), "{name}");
    }
    let number = |name| {
        let value = read(&path, name, Route::Direct, None).unwrap();
        value.heap().unwrap().sequence(4).unwrap().as_slice::<f64>().map(<[f64]>::to_vec)
    };
    assert_eq!(number("numbers"), Some(vec![4.0; 4]), "they lie where they can be looked at as numbers");
}

/// All types that can be written, by both ways.
#[test]
fn any_type_is_read_as_by_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = noise(5, 40_000);
    let mut choices = Choices::new(&bytes);
    let mut datasets = Vec::new();
    for (n, dtype) in types().into_iter().enumerate() {
        if !dtype.is_plain() && !dtype.has_references() {
            let value = value(&mut choices, &dtype, Shape::of(&[9]), &[]).unwrap();
            datasets.push((format!("{n}"), value));
        }
    }
    let path = folder.path().join("types.nwb");
    let named: Vec<(&str, Value, Option<Vec<u64>>)> = datasets
        .iter()
        .enumerate()
        .map(|(n, (name, value))| (&**name, value.clone(), (n % 2 == 0).then(|| vec![4])))
        .collect();
    assert!(named.len() > 3);
    write(&path, &named);
    for (name, value, _) in &named {
        assert_eq!(&read(&path, name, Route::Both, None).unwrap(), value, "{}", value.dtype());
    }
}

const TEXTS: [&str; 6] = ["first of them", "second", "", "third and last", "fourth", "fifth"];

/// A small file, the place of its collection, and that of the elements.
fn small(folder: &Path) -> (Vec<u8>, usize, usize) {
    let path = folder.join("small.nwb");
    write(&path, &[("texts", Value::texts(TEXTS), None)]);
    let bytes = fs::read(&path).unwrap();
    let heap = bytes.windows(4).position(|bytes| bytes == b"GCOL").unwrap();
    let mut first = 13u32.to_le_bytes().to_vec();
    first.extend((heap as u64).to_le_bytes());
    let elements = bytes.windows(12).position(|bytes| bytes == first).unwrap();
    (bytes, heap, elements)
}

#[test]
fn damage_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (good, heap, elements) = small(folder.path());
    let path = folder.path().join("damaged.nwb");
    let far = (good.len() as u64 * 3).to_le_bytes();
    // The second object begins after a header of sixteen bytes, and a text of thirteen in twice eight.
    let second = heap + 16 + 16 + 16;
    let cases: [(&str, usize, &[u8], &str); 14] = [
        ("no signature", heap, b"LOCG", "signature"),
        ("version", heap + 4, &[9], "version 9"),
        ("no size", heap + 8, &[0; 8], "0 bytes"),
        ("size beyond the file", heap + 8, &far, "in a file of"),
        ("size of all numbers", heap + 8, &[0xff; 8], "in a file of"),
        ("zeros", heap + 16, &[0; 64], "0 bytes of it are free"),
        ("object beyond its collection", heap + 16 + 8, &[0xff; 8], "object 1 says"),
        ("two of one number", second, &[1, 0], "two objects"),
        ("longer than it is", elements, &[14], "in place of 14"),
        ("shorter than it is", elements, &[12], "in place of 12"),
        ("much longer", elements, &[0xff; 4], "in place of 4294967295"),
        ("no such object", elements + 12, &[77], "object 77"),
        ("object of number zero", elements + 12, &[0], "object 0"),
        ("address beyond the file", elements + 4, &far, "outside the file"),
    ];
    for (name, at, bytes, says) in cases {
        let mut damaged = good.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        fs::write(&path, &damaged).unwrap();
        for route in [Route::Fastest, Route::Direct] {
            let error = read(&path, "texts", route, None).expect_err(name);
            assert!(error.is_file_fault() && error.to_string().contains(says), "{name}: {error}");
        }
        if (heap..heap + 4096).contains(&at) {
            continue;
        }
        // The others are read as before.
        let last = Region::new(vec![Steps::run(2, 2)]);
        assert_eq!(
            read(&path, "texts", Route::Fastest, Some(&last)).unwrap(),
            Value::texts(TEXTS[2..4].to_vec()),
            "{name}"
        );
    }
    // An element of nothing.
    let mut changed = good.clone();
    changed[elements + 4..elements + 12].fill(0);
    fs::write(&path, &changed).unwrap();
    assert_eq!(read(&path, "texts", Route::Fastest, None).unwrap().as_texts().unwrap()[..2], ["", "second"]);
    // Texts end at their first null, whatever they say; those behind stay where they are.
    let text = good.windows(6).position(|bytes| bytes == b"second").unwrap();
    let mut changed = good;
    changed[text + 2] = 0;
    fs::write(&path, &changed).unwrap();
    let value = read(&path, "texts", Route::Both, None).unwrap();
    assert_eq!(value.as_texts().unwrap(), ["first of them", "se", "", "third and last", "fourth", "fifth"]);
}

#[test]
fn collections_that_overlap_are_refused_and_shared_texts_take_their_room_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.nwb");
    let text = "x".repeat(1 << 20);
    let count = 20_000u64;
    let texts = Value::texts((0..count).map(|n| if n == 0 { text.as_str() } else { "" }));
    write(&path, &[("texts", texts, None)]);
    let good = fs::read(&path).unwrap();
    // The collection of the long text: the size follows the signature.
    let is_large = |bytes: &[u8]| bytes.starts_with(b"GCOL") && bytes[10] >= 0x10;
    let heap = good.windows(16).position(is_large).unwrap();
    let mut first = (text.len() as u32).to_le_bytes().to_vec();
    first.extend((heap as u64).to_le_bytes());
    let elements = good.windows(12).position(|bytes| bytes == first).unwrap();
    let one = good[elements..elements + 16].to_vec();
    let mut shared = good.clone();
    for n in 0..count as usize {
        shared[elements + 16 * n..][..16].copy_from_slice(&one);
    }
    fs::write(&path, &shared).unwrap();
    let value = read(&path, "texts", Route::Fastest, None).unwrap();
    assert_eq!(value.len() as u64, count);
    assert!(value.text_bytes(0).unwrap() == text.as_bytes() && value.text_bytes(19_999).unwrap() == text.as_bytes());
    // A second collection within the text of the first.
    let mut overlapping = shared;
    let within = heap + 4096;
    overlapping[within..within + 16].copy_from_slice(&good[heap..heap + 16]);
    overlapping[within + 8..within + 16].copy_from_slice(&64u64.to_le_bytes());
    overlapping[elements + 16 + 4..][..8].copy_from_slice(&(within as u64).to_le_bytes());
    fs::write(&path, &overlapping).unwrap();
    let error = read(&path, "texts", Route::Fastest, None).unwrap_err();
    assert!(error.is_file_fault() && error.to_string().contains("overlap"), "{error}");
}

/// The bytes of the elements, and of the collections.
fn places(bytes: &[u8], elements: usize) -> Vec<Range<usize>> {
    let heaps = bytes.windows(4).enumerate().filter(|(_, bytes)| *bytes == b"GCOL").map(|(at, _)| at..at + 400);
    heaps.chain(std::iter::once(elements..elements + 16 * TEXTS.len())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_never_hangs_and_never_crashes(changes in prop::collection::vec((0usize..2, 0usize..400, any::<u8>()), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let (mut bytes, _, elements) = small(folder.path());
        let places = places(&bytes, elements);
        for (place, at, byte) in changes {
            let place = &places[place % places.len()];
            bytes[place.start + at % place.len()] = byte;
        }
        let path = folder.path().join("damaged.nwb");
        fs::write(&path, &bytes).unwrap();
        let start = Instant::now();
        if let Ok(value) = read(&path, "texts", Route::Fastest, None) {
            prop_assert_eq!(value.len(), TEXTS.len());
            prop_assert!((0..TEXTS.len()).all(|n| value.text_bytes(n).is_ok()));
        }
        prop_assert!(start.elapsed().as_secs() < 20);
    }
}
