//! Every form of storage that h5py can make is read by both ways, and gives h5py's bytes.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use nwb::model::dtype::{Dtype, TextLength};
use nwb::model::selection::{Along, Selection};
use nwb::model::value::{Heap, Value};
use nwb::{Object, OpenOptions, Route};
use nwb_interop::peer;
use serde_json::Value as Json;

type Test = Result<(), Box<dyn std::error::Error>>;

/// FNV-1a.
fn checksum(bytes: &[u8]) -> String {
    let found = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |found, byte| (found ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    format!("{found:016x}")
}

#[test]
fn both_ways_of_reading_give_what_h5py_gives() -> Test {
    let Some(python) = peer::python() else {
        assert!(!peer::required(), "NWB_PEER_PYTHON is not set");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let status =
        Command::new(python).arg("-B").arg(peer::tools().join("storage_forms.py")).arg(folder.path()).status()?;
    assert!(status.success());
    let manifest: Vec<Json> = serde_json::from_str(&fs::read_to_string(folder.path().join("manifest.json"))?)?;
    let mut by_file: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
    for entry in &manifest {
        by_file.entry(entry["file"].as_str().unwrap_or_default()).or_default().push(entry);
    }
    assert!(by_file.len() >= 8 && manifest.len() > 800, "{} datasets in {} files", manifest.len(), by_file.len());
    let mut direct = 0;
    for (file, entries) in by_file {
        let path = folder.path().join(file);
        direct += check(&path, &entries).map_err(|error| format!("{file}: {error}"))?;
    }
    println!("{} datasets, {direct} of them without the library", manifest.len());
    Ok(())
}

/// What the script's `content` gives.
fn content(value: &Value, into: &mut Vec<u8>) -> Test {
    each_content(value.dtype(), value.bytes(), value.heap(), into)
}

fn each_content(dtype: &Dtype, elements: &[u8], heap: Option<&Heap>, into: &mut Vec<u8>) -> Test {
    for element in elements.chunks_exact(dtype.size()) {
        let slot = || element.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes)).ok_or("no slot");
        match dtype {
            Dtype::Text(text) if text.length == TextLength::Variable => {
                let text = heap.and_then(|heap| heap.text(slot().ok()?)).ok_or("no text")?;
                into.extend((text.len() as u64).to_le_bytes());
                into.extend(text);
            }
            Dtype::Sequence(_) => {
                let items = heap.and_then(|heap| heap.sequence(slot().ok()?)).ok_or("no sequence")?;
                into.extend((items.len() as u64).to_le_bytes());
                content(items, into)?;
            }
            Dtype::Reference => into.extend(slot()?.to_le_bytes()),
            Dtype::Compound(record) => {
                for member in &record.members {
                    let part = &element[member.offset..member.offset + member.dtype.size()];
                    each_content(&member.dtype, part, heap, into)?;
                }
            }
            _ => into.extend(element),
        }
    }
    Ok(())
}

/// How many datasets were read without the library.
fn check(path: &Path, entries: &[&Json]) -> Result<usize, Box<dyn std::error::Error>> {
    let root = |route, cache| OpenOptions::new().route(route).cache(cache).open(path).map(Object::root_of);
    let (both, fastest) = (root(Route::Both, 1 << 20)?, root(Route::Fastest, 0)?);
    let (alone, library) = (root(Route::Direct, 0)?, root(Route::Library, 0)?);
    let mut direct = 0;
    for entry in entries {
        let name = entry["dataset"].as_str().ok_or("no name")?;
        let expected = entry["checksum"].as_str().ok_or("no checksum")?;
        if name.ends_with(" szip") {
            // The library that is built here lacks it.
            let outcome = fastest.get(name)?.dataset()?.read_value(..);
            if let Err(error) = outcome {
                assert!(error.is_limit() && error.to_string().contains("szip"), "{name}: {error}");
                continue;
            }
        }
        for root in [&both, &fastest, &library] {
            let value = root.get(name)?.dataset()?.read_value(..).map_err(|error| format!("{name}: {error}"))?;
            let mut bytes = value.bytes().to_vec();
            if entry["variable"] == true {
                bytes.clear();
                content(&value, &mut bytes)?;
            }
            assert_eq!(checksum(&bytes), expected, "{name}");
        }
        let outcome = alone.get(name)?.dataset()?.read_value(..);
        let is_direct = outcome.is_ok();
        assert_eq!(is_direct, entry["direct"].as_bool().unwrap_or_default(), "{name}: {outcome:?}");
        direct += usize::from(is_direct);
        let dataset = both.get(name)?.dataset()?;
        let shape = dataset.shape()?.to_vec();
        if shape.is_empty() || shape.contains(&0) {
            continue;
        }
        // Compared with the library within.
        let odd = shape.iter().map(|&len| Along::steps(i64::from(len > 2), None, 3));
        let list = shape.iter().map(|&len| Along::list([len as i64 - 1, 0, len as i64 / 2, len as i64 / 2]));
        for selection in [Selection::along(odd), Selection::along(list)] {
            dataset.read_value(selection.clone()).map_err(|error| format!("{name}, {selection:?}: {error}"))?;
        }
    }
    Ok(direct)
}
