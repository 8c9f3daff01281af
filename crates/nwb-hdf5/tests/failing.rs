//! Full disks and killed processes leave no half file, and a process that met a full disk goes on.
//!
//! What may fail is done by this test program run again, with a limit on the size of files that works like a full disk.
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
use std::process::{Command, Output};

use nwb_hdf5::{NewFile, Overwrite};
use nwb_model::Result;
use nwb_model::backend::{Attribute, DatasetInfo, Filter, Layout, Store};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};

const TARGET: &str = "NWB_HDF5_TEST_TARGET";

/// Runs one of the tests below in a process of its own, whose files end at that many blocks of 512 bytes or 1 KiB.
fn child(test: &str, target: &Path, blocks: Option<u32>) -> Output {
    let limit = blocks.map_or(String::new(), |blocks| format!("trap '' XFSZ; ulimit -f {blocks};"));
    Command::new("sh")
        .arg("-c")
        .arg(format!("{limit} exec \"$0\" --exact {test} --ignored --nocapture"))
        .arg(std::env::current_exe().unwrap())
        .env(TARGET, target)
        .output()
        .unwrap()
}

fn noise(len: usize) -> Vec<u8> {
    nwb_model::conformance::sample::noise(9, len)
}

fn contiguous(store: &NewFile) -> Result<()> {
    let mut file = store.begin()?;
    let root = file.root();
    let info = DatasetInfo::new(Dtype::native(Number::U8), Shape::Simple(vec![4_000_000]));
    let data = file.create_dataset(root, "data", &info)?;
    for block in 0..40 {
        file.write(data, &Region::block(&[block * 100_000], &[100_000]), &Value::vector(noise(100_000)))?;
    }
    file.commit().map(drop)
}

/// Rows of one chunk, which stays in memory until it is closed.
fn chunked(store: &NewFile) -> Result<()> {
    let mut file = store.begin()?;
    let root = file.root();
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![40, 50_000]),
        filters: vec![Filter::shuffle(), Filter::deflate(1)],
        ..DatasetInfo::new(Dtype::native(Number::U8), Shape::Simple(vec![40, 50_000]))
    };
    let data = file.create_dataset(root, "data", &info)?;
    for row in 0..40 {
        let value = Value::vector(noise(50_000)).reshaped(Shape::Simple(vec![1, 50_000]))?;
        file.write(data, &Region::block(&[row, 0], &[1, 50_000]), &value)?;
    }
    file.commit().map(drop)
}

fn texts(store: &NewFile) -> Result<()> {
    let mut file = store.begin()?;
    let root = file.root();
    let texts: Vec<String> = (0..20_000).map(|n| format!("{n:0100}")).collect();
    let data = file.create_dataset(root, "data", &DatasetInfo::new(Dtype::TEXT, Shape::Simple(vec![20_000])))?;
    file.write(data, &Region::all(&[20_000]), &Value::texts(&texts))?;
    file.commit().map(drop)
}

fn groups(store: &NewFile, count: u32) -> Result<()> {
    let mut file = store.begin()?;
    let root = file.root();
    for index in 0..count {
        let group = file.create_group(root, &format!("group {index}"))?;
        let value = Value::vector(vec![index; 100]);
        file.set_attribute(group, &Attribute { name: "numbers".into(), value, named_type: None })?;
    }
    file.commit().map(drop)
}

#[test]
#[ignore = "run by others, with a limit"]
fn writes_until_the_disk_is_full() {
    let target = std::env::var_os(TARGET).unwrap();
    let store = NewFile::new(&target).overwrite(Overwrite::Yes);
    let beside = Path::new(&target).with_file_name("beside.nwb");
    for round in 0..3 {
        let failures = [contiguous(&store), chunked(&store), texts(&store), groups(&store, 3000)];
        for (index, failure) in failures.into_iter().enumerate() {
            let error = failure.expect_err("the limit was not felt");
            assert!(error.is_system(), "round {round}, {index}: {error:?}");
        }
        // The process goes on: other files can be written and read.
        groups(&NewFile::new(&beside).overwrite(Overwrite::Yes), 20).unwrap();
        let file = nwb_hdf5::open(&beside).unwrap();
        assert!(file.node(file.root()).is_ok());
    }
    println!("all went as it should");
}

#[test]
#[ignore = "run by others"]
fn dies_while_writing() {
    let target = std::env::var_os(TARGET).unwrap();
    let mut file = NewFile::new(target).overwrite(Overwrite::Yes).begin().unwrap();
    let root = file.root();
    let info = DatasetInfo::new(Dtype::native(Number::U8), Shape::Simple(vec![1_000_000]));
    let data = file.create_dataset(root, "data", &info).unwrap();
    file.write(data, &Region::all(&[1_000_000]), &Value::vector(noise(1_000_000))).unwrap();
    std::process::abort();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_nothing_and_the_process_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("full.nwb");
    for blocks in [300, 400, 1000, 1500] {
        fs::write(&target, "precious").unwrap();
        let output = child("writes_until_the_disk_is_full", &target, Some(blocks));
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("all went as it should"), "{text}\n{errors}");
        assert_eq!(fs::read(&target).unwrap(), b"precious");
        assert_eq!(names(folder.path()), ["beside.nwb", "full.nwb"]);
    }
}

#[test]
fn a_killed_process_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("killed.nwb");
    fs::write(&target, "precious").unwrap();
    let output = child("dies_while_writing", &target, None);
    assert!(!output.status.success());
    assert_eq!(fs::read(&target).unwrap(), b"precious");
    let left = names(folder.path());
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with(".killed.nwb.") && left[0].ends_with(".partial"), "{left:?}");
    // What is left stands in nobody's way.
    groups(&NewFile::new(&target).overwrite(Overwrite::Yes), 3).unwrap();
}
