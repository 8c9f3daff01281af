//! Types that the model has no name for, and references to regions, go through unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use nwb_hdf5::NewFile;
use nwb_model::backend::{Address, Attribute, DatasetInfo, Filter, Layout, Link, NodeKind, Optional, RawChunk, Store};
use nwb_model::copy::copy_tree;
use nwb_model::dtype::{Dtype, Foreign, Number};
use nwb_model::selection::Region;
use nwb_model::tree::Object;
use nwb_model::value::{Bytes, Heap, RegionReference, Shape, Value};

/// Types as HDF5 encodes them: two bytes of its own, then the message of the file format specification.
fn encodings() -> Vec<(&'static str, usize, Vec<u8>)> {
    let head =
        |class: u8, flags: [u8; 3], size: u8| vec![3, 0, 0x10 | class, flags[0], flags[1], flags[2], size, 0, 0, 0];
    let with = |mut bytes: Vec<u8>, rest: &[u8]| {
        bytes.extend_from_slice(rest);
        bytes
    };
    vec![
        ("bitfield 8", 1, with(head(4, [0, 0, 0], 1), &[0, 0, 8, 0])),
        ("bitfield 16, 9 bits", 2, with(head(4, [0, 0, 0], 2), &[3, 0, 9, 0])),
        ("bitfield 32, big-endian", 4, with(head(4, [1, 0, 0], 4), &[0, 0, 32, 0])),
        ("opaque", 5, with(head(5, [8, 0, 0], 5), b"a tag\0\0\0")),
        ("time", 4, with(head(2, [0, 0, 0], 4), &[32, 0])),
        ("integer of 32 bits, 12 bits", 4, with(head(0, [8, 0, 0], 4), &[4, 0, 12, 0])),
        ("unsigned integer of 24 bits", 3, with(head(0, [0, 0, 0], 3), &[0, 0, 24, 0])),
        // bfloat16: sign at 15, exponent 8 bits from 7 on, mantissa 7 bits, bias 127.
        ("float of 16 bits", 2, with(head(1, [0x20, 15, 0], 2), &[0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0])),
    ]
}

fn foreign(size: usize, encoding: Vec<u8>) -> Dtype {
    Dtype::Foreign(Arc::new(Foreign { backend: "hdf5", encoding, size, description: String::new() }))
}

#[test]
fn types_without_a_name_come_back_with_the_same_encoding_and_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = NewFile::new(folder.path().join("foreign.nwb")).begin().unwrap();
    let root = file.root();
    let noise = nwb_model::conformance::sample::noise(3, 200);
    for (name, size, encoding) in encodings() {
        let plain = foreign(size, encoding);
        let member = Dtype::packed([("n", Dtype::native(Number::U8)), ("odd", plain.clone()), ("text", Dtype::TEXT)]);
        let bytes = Bytes::from_vec(noise[..3 * size].to_vec());
        let value = Value::from_parts(plain.clone(), Shape::Simple(vec![3]), bytes, None).unwrap();
        let info = DatasetInfo { fill: None, ..DatasetInfo::new(plain.clone(), Shape::Simple(vec![3])) };
        let made = file.create_dataset(root, name, &info).unwrap();
        file.write(made, &Region::all(&[3]), &value).unwrap();
        file.set_attribute(made, &Attribute { name: "same".into(), value, named_type: None }).unwrap();
        let mut record = noise[..1 + size].to_vec();
        record.extend(0u64.to_ne_bytes());
        let mut heap = Heap::new();
        heap.push_text(b"text");
        let value = Value::from_parts(member, Shape::Scalar, Bytes::from_vec(record), Some(heap)).unwrap();
        file.set_attribute(made, &Attribute { name: "within".into(), value, named_type: None }).unwrap();
    }
    let file = file.commit().unwrap();
    let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("no group") };
    for (name, size, encoding) in encodings() {
        let (_, Link::Hard(made)) = links.iter().find(|(found, _)| found == name).unwrap() else { panic!("{name}") };
        let value = file.read(*made, &Region::all(&[3])).unwrap();
        let Dtype::Foreign(found) = value.dtype() else { panic!("{name} is {}", value.dtype()) };
        assert_eq!(found.encoding, encoding, "{name}");
        assert_eq!(value.bytes(), &noise[..3 * size], "{name}");
        assert!(found.description.contains(name), "{name:?} is described as {:?}", found.description);
        let attributes = file.node(*made).unwrap().attributes;
        assert_eq!(attributes[0].value, value, "{name}");
        let within = attributes[1].value.member("odd").unwrap();
        assert_eq!(within.dtype(), value.dtype(), "{name}");
        assert_eq!(within.bytes(), &noise[1..1 + size], "{name}");
        assert_eq!(attributes[1].value.member("text").unwrap().as_text().unwrap(), "text");
    }
}

#[test]
fn encodings_that_are_not_what_they_say_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = NewFile::new(folder.path().join("refused.nwb")).begin().unwrap();
    let root = file.root();
    let (_, size, good) = encodings().remove(0);
    let mut sequence = vec![3, 0, 0x19, 1, 1, 0, 16, 0, 0, 0];
    sequence.extend([0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]);
    let bad = [
        foreign(size + 1, good.clone()),
        foreign(size, good[..6].to_vec()),
        foreign(size, vec![]),
        foreign(16, sequence),
        Dtype::Foreign(Arc::new(Foreign { backend: "other", encoding: good, size, description: "x".into() })),
    ];
    for dtype in bad {
        let refused = file.create_dataset(root, "x", &DatasetInfo::new(dtype.clone(), Shape::Scalar)).unwrap_err();
        assert!(refused.is_limit() || refused.is_caller_fault(), "{dtype:?}: {refused}");
    }
    file.commit().unwrap();
}

/// The encoding of a selection: its kind, then numbers.
fn selection(kind: u8, numbers: &[u64]) -> Vec<u8> {
    std::iter::once(kind).chain(numbers.iter().flat_map(|number| number.to_le_bytes())).collect()
}

#[test]
fn references_to_regions_are_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = NewFile::new(folder.path().join("regions.nwb")).begin().unwrap();
    let root = file.root();
    let target = file
        .create_dataset(root, "target", &DatasetInfo::new(Dtype::native(Number::I32), Shape::Simple(vec![10, 20])))
        .unwrap();
    let selections = [
        selection(0, &[]),
        selection(1, &[]),
        selection(2, &[0, 0, 9, 19, 3, 4]),
        selection(3, &[0, 0, 1, 5, 4, 4, 9, 4]),
    ];
    let value = |target: Address| {
        let mut heap = Heap::new();
        let mut bytes = vec![];
        for selection in &selections {
            let index = heap.push_region(RegionReference { target, selection: selection.clone() });
            bytes.extend(index.to_ne_bytes());
            bytes.extend([0; 4]);
        }
        let index = heap.push_region(RegionReference { target: Address::NULL, selection: vec![] });
        bytes.extend(index.to_ne_bytes());
        bytes.extend([0; 4]);
        Value::from_parts(Dtype::RegionReference, Shape::Simple(vec![5]), Bytes::from_vec(bytes), Some(heap)).unwrap()
    };
    file.set_attribute(root, &Attribute { name: "regions".into(), value: value(target), named_type: None }).unwrap();
    let mut heap = Heap::new();
    heap.push_region(RegionReference { target, selection: selection(3, &[1, 2, 3]) });
    let odd =
        Value::from_parts(Dtype::RegionReference, Shape::Scalar, Bytes::from_vec(vec![0u8; 12]), Some(heap)).unwrap();
    assert!(file.set_attribute(root, &Attribute { name: "odd".into(), value: odd, named_type: None }).is_err());
    let file = file.commit().unwrap();
    let root = file.node(file.root()).unwrap();
    let NodeKind::Group(links) = root.kind else { panic!("no group") };
    let [(_, Link::Hard(target))] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!(root.attributes[0].value, value(*target));
    assert_eq!(root.attributes.len(), 1);
}

#[test]
fn chunks_are_copied_as_they_are_stored_whatever_their_filters() {
    let folder = tempfile::tempdir().unwrap();
    let shape = Shape::Simple(vec![20, 5]);
    let filter = |id, optional| Filter { id, optional, parameters: vec![3, 1, 4], name: "nobody's".into() };
    let cases = [
        ("optional", vec![filter(32_555, Optional::Yes)]),
        ("mandatory", vec![filter(32_556, Optional::No), Filter::fletcher32()]),
        ("deflate", vec![Filter::shuffle(), Filter::deflate(3)]),
        ("none", vec![]),
    ];
    let chunks = [(vec![0, 0], 0b1), (vec![8, 0], 0), (vec![16, 0], 0b11)];
    let mut file = NewFile::new(folder.path().join("raw.nwb")).begin().unwrap();
    let root = file.root();
    for (index, (name, filters)) in cases.iter().enumerate() {
        let info = DatasetInfo {
            layout: Layout::Chunked(vec![8, 5]),
            filters: filters.clone(),
            ..DatasetInfo::new(Dtype::native(Number::I16), shape.clone())
        };
        let made = file.create_raw_dataset(root, name, &info).unwrap().unwrap();
        for (place, (offset, skipped)) in chunks.iter().enumerate() {
            let bytes = nwb_model::conformance::sample::noise(7 * index as u64 + place as u64, 80);
            file.write_raw_chunk(made, offset, &RawChunk { skipped: *skipped, bytes }).unwrap();
        }
        // What elements are written to needs the filters.
        let whole = file.create_dataset(root, &format!("{name} elements"), &info);
        assert_eq!(whole.is_err(), matches!(*name, "optional" | "mandatory"), "{name}");
    }
    let first = file.commit().unwrap();
    let path = folder.path().join("copy.nwb");
    let mut copy = NewFile::new(&path).begin().unwrap();
    copy_tree(&*first, &mut *copy, &mut |_| {}).unwrap();
    copy.commit().unwrap();
    let (first, copy) = (Object::root_of(first), Object::root_of(nwb_hdf5::open(&path).unwrap()));
    for (name, filters) in &cases {
        let [old, new] = [&first, &copy].map(|root| root.get(name).unwrap());
        let info = new.dataset().unwrap().info().unwrap().clone();
        assert_eq!(info.filters.len(), filters.len(), "{name}");
        for (a, b) in info.filters.iter().zip(filters) {
            assert_eq!((a.id, a.optional), (b.id, b.optional), "{name}");
        }
        let backends = [nwb_hdf5::open(folder.path().join("raw.nwb")).unwrap(), nwb_hdf5::open(&path).unwrap()];
        for (offset, skipped) in &chunks {
            let [a, b] = [(&backends[0], &old), (&backends[1], &new)]
                .map(|(backend, object)| backend.raw_chunk(object.address(), offset).unwrap());
            assert_eq!((&a, a.skipped, a.bytes.len()), (&b, *skipped, 80), "{name} {offset:?}");
        }
        if *name == "optional" || *name == "mandatory" {
            let error = new.dataset().unwrap().read_value(..).unwrap_err();
            assert!(error.is_limit() && error.to_string().contains("3255"), "{error}");
        }
    }
}
