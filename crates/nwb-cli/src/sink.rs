//! A file that is written: it appears under its name when it is complete, or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::paths::refuse_taken;

/// A file on its way.
#[derive(Debug)]
pub(crate) struct Sink {
    out: BufWriter<File>,
    partial: PathBuf,
    path: PathBuf,
    is_done: bool,
}

impl Sink {
    /// Begins a file; `from` is the one that is read meanwhile.
    pub(crate) fn create(path: &Path, overwrite: bool, from: Option<&Path>) -> Result<Self, Failure> {
        if !overwrite {
            refuse_taken(from, path)?;
        }
        let refused = |why: String| Failure::Refused(format!("{}: the file cannot be written: {why}", path.display()));
        let mut name = path.file_name().ok_or_else(|| refused("this is no name of a file".into()))?.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let partial = path.with_file_name(name);
        let file = File::create_new(&partial).map_err(|error| refused(error.to_string()))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), partial, path: path.to_owned(), is_done: false })
    }

    /// What is said when it cannot be written to.
    pub(crate) fn refused(&self, error: &io::Error) -> Failure {
        Failure::Refused(format!("{}: the file cannot be written: {error}", self.path.display()))
    }

    /// Gives the complete file its name.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let done = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        done.and_then(|()| fs::rename(&self.partial, &self.path)).map_err(|error| self.refused(&error))?;
        self.is_done = true;
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if !self.is_done {
            // What was begun is nothing that anybody can use.
            let _ = fs::remove_file(&self.partial);
        }
    }
}
