//! Where a file lies, and what the names in its external links lead to.
//!
//! Names are looked for as HDF5 does it, and so PyNWB: beside the file (in the folder of the path that it was opened by), in the
//! current folder, beside the file that a symbolic link led to; of an absolute name first the name itself, then its last part in
//! these places. Environment variables are not asked. A name of Windows (`..\raw\movie.nwb`) is tried with its separators turned
//! when there is nothing else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nwb_model::backend::{Backend, Location, Surroundings};
use nwb_model::{Error, ErrorKind, Result};

use crate::facts::facts;
use crate::file::File;
use crate::reading::Reading;
use crate::{names, platform};

/// Where links may lead, and how many files they may open. Shared by a file and all files that links lead to.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    /// A canonical path.
    pub(crate) root: Option<PathBuf>,
    pub(crate) max_files: Option<usize>,
    pub(crate) reading: Reading,
    open: AtomicUsize,
}

impl Policy {
    pub(crate) fn new(root: Option<PathBuf>, max_files: Option<usize>, reading: Reading) -> Self {
        Self { root, max_files, reading, open: AtomicUsize::new(0) }
    }

    fn admits(&self, path: &Path) -> bool {
        self.root.as_ref().is_none_or(|root| path.starts_with(root))
    }

    fn outside(&self, path: &Path) -> Error {
        let root = self.root.as_deref().unwrap_or(Path::new(""));
        Error::new(ErrorKind::Limit, "the other file is outside of the folder that links may not leave")
            .expected(format!("a file in {}", root.display()))
            .found(path.display().to_string())
    }
}

/// One more file that a link has opened.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Policy>);

impl Permit {
    fn of(policy: &Arc<Policy>) -> Result<Self> {
        let most = policy.max_files.unwrap_or(usize::MAX);
        let more = |open: usize| (open < most).then(|| open + 1);
        match policy.open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(Self(Arc::clone(policy))),
            Err(open) => Err(Error::new(ErrorKind::Limit, "no more files may be opened by links")
                .found(format!("{open} that are open"))),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The place of a file that is there, or that is yet to be written.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Absolute, by the name that it was opened by.
    path: PathBuf,
    /// The same without symbolic links.
    real: PathBuf,
    policy: Arc<Policy>,
}

impl Place {
    pub(crate) fn new(path: &Path, policy: Arc<Policy>) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        Self { real: canonical(&path), path, policy }
    }

    pub(crate) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// A file by its name in this folder.
    pub(crate) fn beside(&self, name: &[u8]) -> PathBuf {
        platform::folder(&self.path).join(platform::path_from_name(name))
    }

    /// Refuses elements in other files where links are kept to a folder and those files are not in it.
    pub(crate) fn check_raw_file(&self, name: &[u8]) -> Result<()> {
        let path = canonical(&self.beside(name));
        if self.policy.admits(&path) { Ok(()) } else { Err(self.policy.outside(&path)) }
    }

    /// Refuses elements that are put together from other files where links are kept to a folder: those files may have theirs from
    /// anywhere.
    pub(crate) fn check_virtual(&self) -> Result<()> {
        if self.policy.root.is_none() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Limit, "the elements are in other files, and links may not leave a folder"))
    }

    /// Where a name may lead, in the order in which HDF5 looks.
    fn candidates(&self, name: &Path) -> Vec<PathBuf> {
        let (beside, real) = (platform::folder(&self.path), platform::folder(&self.real));
        let (mut found, name) = match (name.is_absolute(), name.file_name()) {
            (true, Some(last)) => (vec![name.to_path_buf()], Path::new(last)),
            _ => (Vec::new(), name),
        };
        found.push(beside.join(name));
        found.extend(std::path::absolute(name));
        found.push(real.join(name));
        found
    }

    /// The first of these that is an HDF5 file; else the first that is a file at all.
    fn choose(&self, candidates: &[PathBuf]) -> Option<PathBuf> {
        let mut file = None;
        for candidate in candidates {
            let Ok(real) = candidate.canonicalize() else { continue };
            if !self.policy.admits(&real) || !real.is_file() {
                continue;
            }
            if facts(&real).is_ok() {
                return Some(real);
            }
            file = file.or(Some(real));
        }
        file
    }
}

impl Surroundings for Place {
    fn location(&self) -> Location {
        to_location(&self.real)
    }

    fn folder(&self) -> Location {
        to_location(platform::folder(&self.real))
    }

    fn locate(&self, name: &str) -> Location {
        let stored = names::to_file(name);
        let candidates = self.candidates(&platform::path_from_name(&stored));
        let chosen = self.choose(&candidates).or_else(|| {
            let turned: Vec<u8> = stored.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect();
            let is_other = turned != *stored;
            is_other.then(|| self.choose(&self.candidates(&platform::path_from_name(&turned)))).flatten()
        });
        to_location(&chosen.unwrap_or_else(|| candidates.first().map_or_else(PathBuf::new, |first| canonical(first))))
    }

    fn name_of(&self, location: &Location) -> Result<String> {
        let target = from_location(location);
        let folder = platform::folder(&self.real);
        let common = target.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
        if common == 0 {
            // Another drive.
            return Ok(location.as_str().to_owned());
        }
        let up = folder.components().skip(common).map(|_| "..".to_owned());
        let down = target.components().skip(common).map(|part| text_of(Path::new(part.as_os_str())));
        Ok(up.chain(down).collect::<Vec<_>>().join("/"))
    }

    fn given(&self, path: &Path) -> Result<Location> {
        let refused = |source| Error::new(ErrorKind::Invalid, "this is not the name of a file").caused_by(source);
        let path = std::path::absolute(path).map_err(refused)?;
        if path.file_name().is_none() {
            return Err(
                Error::new(ErrorKind::Invalid, "this is not the name of a file").found(path.display().to_string())
            );
        }
        Ok(to_location(&canonical(&path)))
    }

    fn open(&self, location: &Location) -> Result<Arc<dyn Backend>> {
        let path = from_location(location);
        // Again, as it is now: a symbolic link may have come into the way.
        let real = canonical(&path);
        if !self.policy.admits(&real) {
            return Err(self.policy.outside(&real));
        }
        match std::fs::metadata(&real) {
            Ok(found) if found.is_file() => {}
            Ok(_) => {
                return Err(Error::new(ErrorKind::NotNwb, "this is no file").in_file(real.display().to_string()));
            }
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::new(ErrorKind::NotFound, "there is no such file")
                    .in_file(real.display().to_string())
                    .remedy("put the file back, or open this one where the other is"));
            }
            Err(source) => {
                return Err(Error::new(ErrorKind::Io, "the other file cannot be read")
                    .in_file(real.display().to_string())
                    .caused_by(source));
            }
        }
        let permit = Permit::of(&self.policy).map_err(|error| error.in_file(real.display().to_string()))?;
        Ok(Arc::new(File::open_linked(&real, permit, &self.policy)?))
    }
}

/// Without symbolic links, as far as there are files and folders; without dots.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let (Some(folder), Some(last)) = (path.parent(), path.components().next_back()) else { return path.to_path_buf() };
    match last {
        Component::Normal(name) => canonical(folder).join(name),
        Component::ParentDir => {
            let folder = canonical(folder);
            folder.parent().map_or_else(|| folder.clone(), Path::to_path_buf)
        }
        Component::CurDir => canonical(folder),
        _ => path.to_path_buf(),
    }
}

fn text_of(path: &Path) -> String {
    names::from_file(&platform::name_of_path(path))
}

fn to_location(path: &Path) -> Location {
    Location::new(text_of(path))
}

fn from_location(location: &Location) -> PathBuf {
    platform::path_from_name(&names::to_file(location.as_str()))
}
