//! Opening, replacing, and what is on the disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use nwb_hdf5::{NewFile, Overwrite};
use nwb_model::backend::{Attribute, DatasetInfo, Filter, Layout, Link, Store, Transaction};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};
use nwb_model::{ErrorKind, Result};

fn attribute(name: &str, value: Value) -> Attribute {
    Attribute { name: name.into(), value, named_type: None }
}

/// A little of everything.
fn fill(file: &mut dyn Transaction) -> Result<()> {
    let root = file.root();
    for index in 0..30u32 {
        let group = file.create_group(root, &format!("group {index}"))?;
        file.set_attribute(group, &attribute("texts", Value::texts(["a", "\u{fc}", ""])))?;
        let info = DatasetInfo {
            layout: Layout::Chunked(vec![100, 3]),
            filters: vec![Filter::shuffle(), Filter::deflate(4)],
            max_shape: Some(vec![None, Some(3)]),
            ..DatasetInfo::new(Dtype::native(Number::F64), Shape::Simple(vec![500, 3]))
        };
        let data = file.create_dataset(group, "data", &info)?;
        let numbers: Vec<f64> = (0..1500).map(|n| f64::from(n * index) / 7.0).collect();
        let numbers = Value::vector(numbers).reshaped(Shape::Simple(vec![500, 3]))?;
        file.write(data, &Region::all(&[500, 3]), &numbers)?;
        let references = Value::records([("n", Value::scalar(index)), ("target", Value::reference(group))])?;
        let made =
            file.create_dataset(group, "references", &DatasetInfo::new(references.dtype().clone(), Shape::Scalar))?;
        file.write(made, &Region::all(&[]), &references)?;
        file.link(group, "link", &Link::Soft("/group 0".into()))?;
        file.create_datatype(group, "type", references.dtype())?;
    }
    Ok(())
}

fn write(path: &Path) {
    let mut file = NewFile::new(path).begin().unwrap();
    fill(&mut *file).unwrap();
    file.commit().unwrap();
}

#[test]
fn the_same_calls_make_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["one.nwb", "two.nwb"].map(|name| folder.path().join(name));
    write(&paths[0]);
    // A second of time would show in stored times.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    write(&paths[1]);
    assert!(fs::read(&paths[0]).unwrap() == fs::read(&paths[1]).unwrap(), "the files differ");
}

#[test]
fn files_are_of_the_earliest_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.nwb");
    write(&path);
    let facts = nwb_hdf5::facts(&path).unwrap();
    assert_eq!((facts.superblock, facts.user_block), (0, 0));
    assert_eq!(facts.size, fs::metadata(&path).unwrap().len());
    assert!(nwb_hdf5::library_version().split('.').count() == 3);
}

fn kind_and_text(path: &Path) -> (ErrorKind, String) {
    let error = nwb_hdf5::open(path).unwrap_err();
    (error.kind(), error.to_string())
}

#[test]
fn what_cannot_be_opened_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write(&path("good.nwb"));
    let good = fs::read(path("good.nwb")).unwrap();
    let files: [(&str, &[u8], ErrorKind, &str); 5] = [
        ("empty.nwb", b"", ErrorKind::NotNwb, "the file is empty"),
        ("text.nwb", b"no HDF5 at all", ErrorKind::NotNwb, "not an HDF5 file"),
        ("signature.nwb", b"\x89HDF\r\n\x1a\n", ErrorKind::Malformed, "ends after its HDF5 signature"),
        ("cut.nwb", &good[..good.len() / 2], ErrorKind::Malformed, "cut short"),
        ("superblock.nwb", &good[..50], ErrorKind::Malformed, "cut short"),
    ];
    for (name, bytes, kind, words) in files {
        fs::write(path(name), bytes).unwrap();
        let (found, text) = kind_and_text(&path(name));
        assert_eq!(found, kind, "{text}");
        assert!(text.contains(words) && text.contains(name) && !text.contains('\n'), "{text}");
    }
    let (found, text) = kind_and_text(&path("not there.nwb"));
    assert!(found == ErrorKind::Io && text.contains("no such file"), "{text}");
    let (found, text) = kind_and_text(folder.path());
    assert!(found == ErrorKind::NotNwb && text.contains("folder"), "{text}");
}

#[test]
fn begins_only_where_a_file_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("there.nwb");
    fs::write(&path, "precious").unwrap();
    let refusal = |path: &Path, overwrite| NewFile::new(path).overwrite(overwrite).begin().err().unwrap();
    let taken = refusal(&path, Overwrite::No);
    assert!(taken.is_caller_fault() && taken.to_string().contains("already"), "{taken}");
    assert!(refusal(folder.path(), Overwrite::Yes).is_caller_fault());
    assert!(refusal(Path::new(""), Overwrite::No).is_caller_fault());
    let nowhere = refusal(&folder.path().join("no/such/folder/x.nwb"), Overwrite::No);
    assert!(nowhere.is_system() && nowhere.to_string().contains("no such folder"), "{nowhere}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");

    // Not yet replaced by a file that is dropped, nor before the commit.
    let mut new = NewFile::new(&path).overwrite(Overwrite::Yes).begin().unwrap();
    fill(&mut *new).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    drop(new);
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let new = NewFile::new(&path).overwrite(Overwrite::Yes).begin().unwrap();
    new.commit().unwrap();
    assert!(nwb_hdf5::open(&path).is_ok());
}

#[test]
fn a_file_is_open_more_than_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("open.nwb");
    write(&path);
    let files: Vec<_> = (0..5).map(|_| nwb_hdf5::open(&path).unwrap()).collect();
    for (index, file) in files.into_iter().enumerate() {
        // Closing one leaves the others open.
        assert!(file.node(file.root()).is_ok(), "{index}");
    }
}
