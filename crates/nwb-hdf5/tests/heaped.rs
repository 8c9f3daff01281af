//! Many texts, sequences and records with such at once are put into the file without the library, which reads them all the same.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::backend::{Address, Backend, DatasetInfo, Filter, Layout, Link, NodeKind, Store, Transaction};
use nwb_model::conformance::sample::{Choices, noise, types, value};
use nwb_model::dtype::{Compound, Dtype, Member, Number};
use nwb_model::selection::Region;
use nwb_model::value::{Bytes, Shape, Value};
use nwb_model::{ErrorKind, Result};

fn begin(path: &Path) -> Box<dyn Transaction> {
    NewFile::new(path).begin().unwrap()
}

fn open(path: &Path, route: Route) -> std::sync::Arc<dyn Backend> {
    OpenOptions::new().objects(route).route(route).open(path).unwrap()
}

fn child(file: &dyn Backend, name: &str) -> Address {
    let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("the root is no group") };
    match links.iter().find(|(other, _)| other == name) {
        Some((_, Link::Hard(address))) => *address,
        other => panic!("{name} is {other:?}"),
    }
}

fn read(file: &dyn Backend, name: &str) -> Result<Value> {
    let data = child(file, name);
    let NodeKind::Dataset(info) = file.node(data)?.kind else { panic!("no dataset") };
    file.read(data, &Region::all(info.shape.dims()))
}

/// Sizes of the collections in a file.
fn collections(path: &Path) -> Vec<u64> {
    let bytes = fs::read(path).unwrap();
    let starts = bytes.windows(8).enumerate().filter(|(_, head)| *head == b"GCOL\x01\0\0\0");
    starts.map(|(at, _)| u64::from_le_bytes(bytes[at + 8..at + 16].try_into().unwrap())).collect()
}

fn chunked(value: &Value, chunk: &[u64], filters: Vec<Filter>) -> DatasetInfo {
    let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
    DatasetInfo { layout: Layout::Chunked(chunk.to_vec()), filters, ..info }
}

fn text(n: usize) -> String {
    format!("{n} {}", "größer ".repeat(n % 11))
}

#[test]
fn any_type_comes_back_in_every_layout() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = noise(11, 200_000);
    let mut choices = Choices::new(&bytes);
    let mut tried = 0;
    for (number, dtype) in types().into_iter().enumerate().filter(|(_, dtype)| !dtype.is_plain()) {
        let path = folder.path().join(format!("{number}.nwb"));
        let mut file = begin(&path);
        let root = file.root();
        let targets = ["one", "two"].map(|name| file.create_group(root, name).unwrap());
        let rows = (70_000 / dtype.size() as u64).div_ceil(2);
        // Region references mean datasets, and are left to the library.
        let of = |dtype: &Dtype| !format!("{dtype:?}").contains("RegionReference");
        if !of(&dtype) {
            continue;
        }
        let value = value(&mut choices, &dtype, Shape::of(&[rows, 2]), &targets).unwrap();
        let plain = DatasetInfo::new(dtype.clone(), value.shape().clone());
        let infos = [
            ("run", plain),
            ("chunks", chunked(&value, &[rows.min(1000), 1], Vec::new())),
            ("compressed", chunked(&value, &[rows.min(700), 2], vec![Filter::shuffle(), Filter::deflate(4)])),
        ];
        for (name, info) in &infos {
            let data = file.create_dataset(root, name, info).unwrap();
            file.write(data, &Region::all(value.shape().dims()), &value).unwrap();
        }
        drop(file.commit().unwrap());
        for route in [Route::Library, Route::Fastest, Route::Both] {
            let file = open(&path, route);
            for (name, _) in &infos {
                assert_eq!(read(&*file, name).unwrap(), value, "{dtype}, {name}, {route:?}");
            }
        }
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn large_and_empty_texts_share_collections_as_they_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts.nwb");
    let mut texts: Vec<String> = (0..20_000).map(text).collect();
    for (at, length) in [(0, 1 << 20), (1, 0), (5, 65_520), (6, 65_504), (7, 65_503), (19_998, 70_000), (19_999, 1)] {
        texts[at] = "x".repeat(length);
    }
    texts[9_000..18_000].iter_mut().for_each(String::clear);
    let value = Value::texts(&texts);
    let mut file = begin(&path);
    let root = file.root();
    let data = file.create_dataset(root, "texts", &DatasetInfo::new(Dtype::TEXT, Shape::of(&[20_000]))).unwrap();
    file.write(data, &Region::all(&[20_000]), &value).unwrap();
    // What comes later does not go where they are.
    let group = file.create_group(root, "group").unwrap();
    let few = Value::texts((0..100).map(text));
    let data = file.create_dataset(group, "few", &DatasetInfo::new(Dtype::TEXT, Shape::of(&[100]))).unwrap();
    file.write(data, &Region::all(&[100]), &few).unwrap();
    drop(file.commit().unwrap());
    for route in [Route::Library, Route::Both] {
        assert_eq!(read(&*open(&path, route), "texts").unwrap(), value, "{route:?}");
    }
    let sizes = collections(&path);
    assert!(sizes.contains(&((1 << 20) + 32)) && sizes.contains(&4096), "{sizes:?}");
    assert!(sizes.iter().filter(|size| (60_000..=65_536).contains(*size)).count() > 5, "{sizes:?}");
}

#[test]
fn a_stream_of_blocks_is_the_same_with_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<String> = (0..60_000).map(text).collect();
    // Whole chunks and others, many and few.
    let blocks = [0..10_000, 10_000..10_001, 10_001..20_000, 20_000..40_000, 40_000..40_100, 40_100..60_000];
    let write = |threads: usize| {
        let path = folder.path().join(format!("{threads}.nwb"));
        let mut file = NewFile::new(&path).threads(threads).begin().unwrap();
        let root = file.root();
        let info = DatasetInfo {
            max_shape: Some(vec![None]),
            ..chunked(&Value::texts(["a"]), &[500], vec![Filter::deflate(1)])
        };
        let info = DatasetInfo { shape: Shape::of(&[0]), ..info };
        let data = file.create_dataset(root, "texts", &info).unwrap();
        for rows in blocks.clone() {
            let (start, end) = (rows.start as u64, rows.end as u64);
            file.extend(data, end).unwrap();
            let value = Value::texts(&all[rows]);
            file.write(data, &Region::block(&[start], &[end - start]), &value).unwrap();
        }
        drop(file.commit().unwrap());
        let expected = Value::texts(&all);
        assert_eq!(read(&*open(&path, Route::Library), "texts").unwrap(), expected);
        assert_eq!(read(&*open(&path, Route::Both), "texts").unwrap(), expected);
        fs::read(&path).unwrap()
    };
    assert!(write(1) == write(4));
}

#[test]
fn rows_of_a_contiguous_dataset_are_written_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.nwb");
    let texts: Vec<String> = (0..90_000).map(text).collect();
    let value = Value::texts(&texts).reshaped(Shape::of(&[30_000, 3])).unwrap();
    let mut file = begin(&path);
    let root = file.root();
    let info = DatasetInfo::new(Dtype::TEXT, value.shape().clone());
    let data = file.create_dataset(root, "texts", &info).unwrap();
    let mut write = |start: [u64; 2], count: [u64; 2]| {
        let region = Region::block(&start, &count);
        file.write(data, &region, &value.select(&region).unwrap()).unwrap();
    };
    write([20_000, 0], [10_000, 3]);
    // Few, and a column, are the library's.
    write([19_990, 0], [10, 3]);
    write([0, 1], [10_000, 1]);
    write([0, 0], [10_000, 1]);
    write([0, 2], [10_000, 1]);
    write([10_000, 0], [9_990, 3]);
    drop(file.commit().unwrap());
    for route in [Route::Library, Route::Both] {
        assert_eq!(read(&*open(&path, route), "texts").unwrap(), value, "{route:?}");
    }
}

#[test]
fn what_cannot_be_stored_is_told_and_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts.nwb");
    let mut texts: Vec<String> = (0..20_000).map(text).collect();
    let good = Value::texts(&texts);
    texts[19_999] = "before\0after".into();
    let mut file = begin(&path);
    let root = file.root();
    let data = file.create_dataset(root, "texts", &DatasetInfo::new(Dtype::TEXT, Shape::of(&[20_000]))).unwrap();
    let error = file.write(data, &Region::all(&[20_000]), &Value::texts(&texts)).unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains("null character")), (ErrorKind::Invalid, true), "{error}");
    let references = DatasetInfo::new(Dtype::Reference, Shape::of(&[20_000]));
    let leading = file.create_dataset(root, "references", &references).unwrap();
    let nowhere = Value::references(vec![Address(987_654_321); 20_000]);
    let error = file.write(leading, &Region::all(&[20_000]), &nowhere).unwrap_err();
    assert!(error.to_string().contains("no such object"), "{error}");
    file.write(data, &Region::all(&[20_000]), &good).unwrap();
    drop(file.commit().unwrap());
    assert_eq!(read(&*open(&path, Route::Library), "texts").unwrap(), good);
}

#[test]
fn members_may_be_named_in_another_order_than_they_lie_in() {
    let folder = tempfile::tempdir().unwrap();
    let member = |name: &str, offset, dtype: &Dtype| Member { name: name.into(), offset, dtype: dtype.clone() };
    let number = Dtype::native(Number::U64);
    let bytes = noise(5, 200_000);
    for (case, [first, second]) in [
        [&number, &Dtype::TEXT],
        [&Dtype::TEXT, &number],
        [&Dtype::TEXT, &Dtype::TEXT],
        [&Dtype::Reference, &Dtype::TEXT],
    ]
    .into_iter()
    .enumerate()
    {
        let lying = [member("a", 0, first), member("b", 12, second)];
        let named = [lying[1].clone(), lying[0].clone()];
        let [lying, named] = [lying, named]
            .map(|members| Dtype::Compound(Arc::new(Compound { size: 20, members: members.into_iter().collect() })));
        let path = folder.path().join(format!("{case}.nwb"));
        let mut file = begin(&path);
        let root = file.root();
        let target = file.create_group(root, "target").unwrap();
        let rows = Shape::of(&[5000]);
        let expected = value(&mut Choices::new(&bytes), &lying, rows.clone(), &[target]).unwrap();
        let (bytes, heap) = (Bytes::from_vec(expected.bytes().to_vec()), expected.heap().cloned());
        let given = Value::from_parts(named, rows, bytes, heap).unwrap();
        let infos = [DatasetInfo::new(given.dtype().clone(), given.shape().clone()), chunked(&given, &[700], vec![])];
        for (name, info) in ["run", "chunks"].into_iter().zip(&infos) {
            let data = file.create_dataset(root, name, info).unwrap();
            file.write(data, &Region::all(&[5000]), &given).unwrap();
        }
        drop(file.commit().unwrap());
        for (name, route) in [("run", Route::Library), ("chunks", Route::Library), ("run", Route::Both)] {
            assert_eq!(read(&*open(&path, route), name).unwrap(), expected, "{name}, {route:?}, {case}");
        }
    }
}

#[test]
fn where_a_block_could_not_be_stored_nothing_of_it_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("left.nwb");
    let mut texts: Vec<String> = (0..80_000).map(text).collect();
    texts[79_999] = "before\0after".into();
    let mut file = begin(&path);
    let root = file.root();
    let data = file.create_dataset(root, "texts", &DatasetInfo::new(Dtype::TEXT, Shape::of(&[80_000]))).unwrap();
    file.write(data, &Region::all(&[80_000]), &Value::texts(&texts)).unwrap_err();
    // What nobody writes of it is what the file has there.
    let info = DatasetInfo::new(Dtype::native(Number::U8), Shape::of(&[100_000]));
    let data = file.create_dataset(root, "numbers", &info).unwrap();
    file.write(data, &Region::block(&[0], &[1]), &Value::vector(vec![1u8])).unwrap();
    drop(file.commit().unwrap());
    let numbers = read(&*open(&path, Route::Library), "numbers").unwrap();
    assert_eq!(numbers.bytes().iter().filter(|byte| **byte != 0).count(), 1);
}
