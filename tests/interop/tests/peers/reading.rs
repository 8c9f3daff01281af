//! Every file of the Python tools, as our untyped tree has it, beside what h5py finds in it.

use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::ErrorKind;

use crate::case;
use crate::fixture::{Fixture, PeerFile};

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    let files = fixture.files.iter().cloned();
    files
        .map(|file| {
            let what = if file.nwb { "same objects" } else { "refused" };
            case(fixture, format!("ours_reads_pynwb/{what}/{}", file.name), move |fixture| match file.nwb {
                true => same(fixture, &file),
                false => refused(&file),
            })
        })
        .collect()
}

fn same(fixture: &Fixture, file: &PeerFile) -> Result<(), String> {
    let ours = fixture.walk(&file.path, &format!("walk {}", file.name))?;
    let found = fixture.peer.compare(&file.path, &ours)?;
    fixture.allowed.check("read", &file.name, &found)
}

/// What is no NWB 2 file is refused in one sentence, and so that a program can tell why.
fn refused(file: &PeerFile) -> Result<(), String> {
    let error = match nwb::open(&file.path) {
        Ok(_) => return Err(format!("was opened, although it is {}", file.why)),
        Err(error) => error,
    };
    let text = error.to_string();
    if !error.is_file_fault() {
        return Err(format!("not said to be the file's fault: {text}"));
    }
    if file.hdf5 && error.kind() != ErrorKind::NotNwb {
        return Err(format!("HDF5 opens it, so it is just no NWB file: {text}"));
    }
    if text.lines().count() != 1 || text.len() > 400 {
        return Err(format!("not one sentence: {text}"));
    }
    Ok(())
}
