//! The cases: a few for each file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use libtest_mimic::{Failed, Trial};
use nwb::model::memory::Memory;
use nwb::schema::embedded;
use nwb::{NeurodataType, NewFile, Overwrite};
use nwb_interop::peer::{self, Difference};
use nwb_interop::walk;
use serde_json::json;

use crate::files::Written;
use crate::{Matrix, said};

/// A case, and whether it needs PyNWB.
type Case = (&'static str, bool, fn(&Matrix, &Written) -> Result<(), String>);

/// Of files that PyNWB reads.
const READ: [Case; 6] = [
    ("read here", false, reads),
    ("exported here", true, exported),
    ("seen by h5py", true, seen),
    ("validated by PyNWB", true, validated),
    ("read by PyNWB", true, read_by_pynwb),
    ("written by PyNWB", true, written_by_pynwb),
];

/// Of files that PyNWB cannot read.
const REFUSED: [Case; 5] = [
    ("read here", false, reads),
    ("exported here", true, exported),
    ("seen by h5py", true, seen),
    ("validated by PyNWB", true, validated),
    ("refused by PyNWB", true, refused_by_pynwb),
];

pub(crate) fn all(matrix: &Arc<Matrix>) -> Vec<Trial> {
    let mut trials = vec![trial(matrix, "every type has its cases".into(), false, complete)];
    for (index, file) in matrix.files.iter().enumerate() {
        let cases = if file.refused.is_some() { &REFUSED[..] } else { &READ[..] };
        for (name, needs_peer, case) in cases {
            let name = format!("{}/{name}", file.name);
            trials.push(trial(matrix, name, *needs_peer, move |matrix| case(matrix, &matrix.files[index])));
        }
    }
    trials.push(trial(matrix, "finds a fault".into(), true, finds));
    // At the end, when all others have said what they compared.
    let covers = |matrix: &Matrix| {
        let coverage = matrix.coverage.lock().unwrap_or_else(PoisonError::into_inner);
        coverage.check(matrix.peer.is_some())
    };
    trials.push(trial(matrix, "zz every member and accessor is covered".into(), false, covers));
    trials
}

fn trial(
    matrix: &Arc<Matrix>,
    name: String,
    needs_peer: bool,
    run: impl FnOnce(&Matrix) -> Result<(), String> + Send + 'static,
) -> Trial {
    let is_left_out = needs_peer && matrix.peer.is_none();
    let matrix = Arc::clone(matrix);
    let trial = Trial::test(name, move || run(&matrix).map_err(Failed::from));
    trial.with_ignored_flag(is_left_out && !peer::required())
}

/// Each type has a case with its required members, and one with every member.
fn complete(matrix: &Matrix) -> Result<(), String> {
    let has = |name: &str, form: &str| {
        let mut cases = matrix.files.iter().filter(|file| file.form == form).flat_map(|file| &file.cases);
        cases.any(|case| case.type_name == name)
    };
    let missing: Vec<&str> = embedded::catalog()
        .types()
        .map(|own| own.name())
        .filter(|name| !has(name, "required") || !has(name, "every_0"))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("without a case: {}", missing.join(", "))) }
}

/// Every accessor of every object can be read.
fn reads(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let mut coverage = matrix.coverage.lock().unwrap_or_else(PoisonError::into_inner);
    let spoken = said::all(&file.path, &mut coverage.accessors)?;
    if let Some(lost) = file.cases.iter().find(|case| !spoken.values().any(|one| one.path == case.path)) {
        return Err(format!("{} is not there", lost.path));
    }
    coverage.note_file(&file.path)
}

fn export(from: &Path, to: &Path, memory: Option<&Memory>) -> nwb::Result<()> {
    let file = nwb::open(from)?;
    let file = match memory {
        Some(memory) => file.export(memory, &mut |_| {})?.0,
        None => file,
    };
    file.export(&NewFile::new(to).overwrite(Overwrite::Yes), &mut |_| {})?;
    Ok(())
}

/// Read and written anew, nothing is different.
fn exported(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let out = matrix.path(&format!("exported {}.nwb", file.name));
    export(&file.path, &out, Some(&Memory::new("memory"))).map_err(|error| error.to_string())?;
    let found = matrix.peer()?.compare(&file.path, &out)?;
    matrix.allowed.check("matrix_export", &file.name, &found)
}

/// Our tree of the file is what h5py sees.
fn seen(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let text = |error: nwb::Error| error.to_string();
    let facts = nwb::facts(&file.path).map_err(text)?;
    let opened = nwb::open(&file.path).map_err(text)?;
    let walk = walk::walk(opened.object(), facts.superblock, facts.user_block).map_err(text)?;
    let out = matrix.path(&format!("{}.json", file.name));
    std::fs::write(&out, walk.to_string()).map_err(|error| error.to_string())?;
    matrix.allowed.check("matrix_seen", &file.name, &matrix.peer()?.compare(&file.path, &out)?)
}

fn validated(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let found = matrix.peer()?.ask(&json!({"do": "validate", "file": file.path}))?;
    if found == json!([]) { Ok(()) } else { Err(found.to_string()) }
}

/// PyNWB holds of every object what our views say of it.
fn read_by_pynwb(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let held = matrix.peer()?.ask(&json!({"do": "members", "file": file.path}))?;
    let mut coverage = matrix.coverage.lock().unwrap_or_else(PoisonError::into_inner);
    let spoken = said::all(&file.path, &mut coverage.accessors)?;
    coverage.compared.extend(said::compared(&held, &spoken));
    drop(coverage);
    matrix.allowed.check("matrix_members", &file.name, &said::differences(&held, &spoken))
}

/// PyNWB cannot read it, and says what the table says.
fn refused_by_pynwb(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let says = file.refused.as_deref().unwrap_or_default();
    match matrix.peer()?.ask(&json!({"do": "members", "file": file.path})) {
        Ok(_) => Err("PyNWB reads it: the row in README.md is not needed any more".into()),
        Err(error) if error.contains(says) => Ok(()),
        Err(error) => Err(format!("PyNWB says something else than the row in README.md: {error}")),
    }
}

/// Written by PyNWB from its own objects, the file is the same, and our views say the same of it.
fn written_by_pynwb(matrix: &Matrix, file: &Written) -> Result<(), String> {
    let out = matrix.path(&format!("rewritten {}.nwb", file.name));
    matrix.peer()?.ask(&json!({"do": "rewrite", "source": file.path, "out": out}))?;
    let found = matrix.peer()?.compare(&file.path, &out)?;
    matrix.allowed.check("matrix_written", &file.name, &found)?;
    let held = matrix.peer()?.ask(&json!({"do": "members", "file": out}))?;
    let spoken = said::all(&out, &mut said::Used::new())?;
    matrix.allowed.check("matrix_members", &file.name, &said::differences(&held, &spoken))?;
    let mut coverage = matrix.coverage.lock().unwrap_or_else(PoisonError::into_inner);
    coverage.compared.extend(said::told(&spoken));
    Ok(())
}

/// One fault in a file is found by what compares members, and by what compares objects.
fn finds(matrix: &Matrix) -> Result<(), String> {
    let every = matrix.files.iter().find(|file| file.name == "every_0").ok_or("there is no such file")?;
    let faults: [(&str, &str); 4] = [
        ("value", "/acquisition/SpatialSeries/data"),
        ("attribute", "/acquisition/TimeSeries/data@conversion"),
        ("missing", "/general/notes"),
        ("dtype", "/acquisition/TimeSeries/control"),
    ];
    let held = matrix.peer()?.ask(&json!({"do": "members", "file": every.path}))?;
    for (kind, place) in faults {
        let out: PathBuf = matrix.path(&format!("fault {kind}.nwb"));
        let question = json!({"do": "fault", "source": every.path, "out": out, "kind": kind, "path": place});
        matrix.peer()?.ask(&question)?;
        let spoken = said::all(&out, &mut said::Used::new())?;
        let by_member: Vec<Difference> = said::differences(&held, &spoken);
        let by_object = matrix.peer()?.compare(&every.path, &out)?;
        for (name, found) in [("matrix_members", by_member), ("matrix_written", by_object)] {
            if matrix.allowed.check(name, "every_0", &found).is_ok() {
                return Err(format!("{name} does not find the fault at {place}"));
            }
        }
    }
    Ok(())
}
