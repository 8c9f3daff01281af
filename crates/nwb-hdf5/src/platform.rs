//! What depends on the operating system: names of files, syncing, and putting a file into its place.

use std::ffi::CString;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use nwb_model::{Error, ErrorKind, Result};

/// What to do when there is a file of that name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// Refuse: nothing is ever lost.
    #[default]
    No,
    /// Put the new file in its place, once it is whole.
    Yes,
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The file is on the disk, and under its name, before the commit returns: when the power goes after that, or at any moment
    /// before, there is the whole new file or what was there before. It takes as long as the disk takes.
    #[default]
    OnDisk,
    /// The system writes the file to the disk when it sees fit, some seconds later, as it does for h5py and PyNWB. A program that
    /// ends or is killed leaves a whole file or none just the same; when the power goes in these seconds the new file may be
    /// lost or cut short, and with it the one that it replaced. For files that can be made again.
    LeftToSystem,
}

/// A path as the library takes it.
pub(crate) fn c_path(path: &Path) -> Result<CString> {
    let invalid = || Error::new(ErrorKind::Invalid, "the library cannot take this file name");
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    let bytes = path.to_str().ok_or_else(invalid)?.as_bytes().to_vec();
    CString::new(bytes).map_err(|_| invalid())
}

/// The path for a file name that stands in a file.
pub(crate) fn path_from_name(name: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name));
    #[cfg(not(unix))]
    return PathBuf::from(String::from_utf8_lossy(name).into_owned());
}

/// A path as it is stored in a file.
pub(crate) fn name_of_path(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    return path.to_string_lossy().into_owned().into_bytes();
}

/// A name in the same folder for the file while it is being written, which no other process or thread has.
pub(crate) fn partial_name(path: &Path) -> PathBuf {
    let random = RandomState::new().hash_one(std::thread::current().id());
    path.with_file_name(format!("{}{random:016x}{PARTIAL}", partial_start(path)))
}

const PARTIAL: &str = ".partial";

/// How all of the names begin that this process gives to a file while it is being written.
fn partial_start(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Names end at 255 bytes on most systems; this leaves room for the rest.
    let mut end = name.len().min(180);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!(".{}.{}-", name.get(..end).unwrap_or_default(), std::process::id())
}

/// Takes away what this process has begun to write to a place.
pub(crate) fn remove_partials(path: &Path) {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let start = partial_start(&path);
    for entry in fs::read_dir(folder(&path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(&start) && name.ends_with(PARTIAL)) {
            // Nobody can be told any more.
            _ = fs::remove_file(entry.path());
        }
    }
}

/// The folder that a file lies in.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether anything has that name, a broken link included.
pub(crate) fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Which file lies at a path, and in which state: what changes when somebody replaces it or writes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    #[cfg(unix)]
    place: (u64, u64),
    size: u64,
    modified: Option<std::time::SystemTime>,
}

/// The file at a path as it is now; `None` where there is none.
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().as_ref().map(identity_of)
}

/// The file that this is said of.
pub(crate) fn identity_of(metadata: &fs::Metadata) -> Identity {
    Identity {
        #[cfg(unix)]
        place: {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        },
        size: metadata.len(),
        modified: metadata.modified().ok(),
    }
}

impl Identity {
    /// Whether it is the same file, whatever was done to it.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        #[cfg(unix)]
        return self.place == other.place;
        #[cfg(not(unix))]
        return self == other;
    }
}

/// Keeps writers from a file that is open for reading, as the library does.
///
/// # Errors
/// When somebody writes to it, or it cannot be told.
pub(crate) fn lock_shared(file: &fs::File) -> io::Result<()> {
    // What the library does here on other systems is left to it.
    if cfg!(not(unix)) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    // The library heeds this too.
    if std::env::var("HDF5_USE_FILE_LOCKING").is_ok_and(|said| said == "FALSE" || said == "0") {
        return Ok(());
    }
    match file.try_lock_shared() {
        Ok(()) => Ok(()),
        // A file system without locks.
        Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(fs::TryLockError::Error(error)) => Err(error),
        Err(fs::TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
    }
}

/// A path under which an open file can be opened again, whether or not it still lies where it was; `None` where it was deleted.
pub(crate) fn path_again(path: &Path, file: &fs::File) -> Option<PathBuf> {
    let opened = file.metadata().ok()?;
    if identity(path).is_some_and(|there| there.is_same_file(&identity_of(&opened))) {
        return Some(path.to_path_buf());
    }
    #[cfg(unix)]
    {
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::MetadataExt;
        let folder = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };
        (opened.nlink() > 0).then(|| Path::new(folder).join(file.as_raw_fd().to_string()))
    }
    #[cfg(not(unix))]
    None
}

/// Waits until a file's contents are on the disk.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    // Some systems sync only what is open for writing.
    fs::OpenOptions::new().read(true).write(true).open(path)?.sync_all()
}

/// Gives the space back that a file takes which is to be deleted but cannot be closed.
pub(crate) fn empty(path: &Path) {
    // There is nothing to be done where even this fails.
    let _ = fs::OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(0));
}

/// Moves a whole file into its place, and waits until the folder knows it if it is to be on the disk.
pub(crate) fn publish(partial: &Path, path: &Path, overwrite: Overwrite, durability: Durability) -> io::Result<()> {
    match overwrite {
        Overwrite::Yes => {
            // The file that is replaced keeps its permissions.
            if let Ok(old) = fs::metadata(path) {
                fs::set_permissions(partial, old.permissions())?;
            }
            fs::rename(partial, path)?;
        }
        // A second name for the file: unlike renaming, that fails where the name is taken, in one step.
        Overwrite::No => match fs::hard_link(partial, path) {
            Ok(()) => fs::remove_file(partial)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // File systems without second names leave a moment between looking and renaming.
            Err(_) if is_taken(path) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(partial, path)?,
        },
    }
    match durability {
        Durability::OnDisk => sync_folder(folder(path)),
        Durability::LeftToSystem => Ok(()),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder)?.sync_all() {
        // Some file systems cannot sync a folder; the file itself is synced.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Reads just as many bytes as there is room for, from a place of the file on, which other threads may read from too.
pub(crate) fn read_exact_at(file: &fs::File, room: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, room, offset);
    #[cfg(windows)]
    {
        let (mut room, mut offset) = (room, offset);
        while !room.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(file, room, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    room = room.get_mut(read..).unwrap_or_default();
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Writes all bytes to a place of the file.
pub(crate) fn write_all_at(file: &fs::File, bytes: &[u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, offset);
    #[cfg(not(unix))]
    {
        let _ = (file, bytes, offset);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Has the system begin to write out what it holds of a file, so that a sync has little left to wait for. No more than a hint.
pub(crate) fn begin_write_out(file: &fs::File) {
    #[cfg(target_os = "linux")]
    {
        #![expect(unsafe_code, reason = "advice to the system about a file")]
        use std::os::fd::AsRawFd as _;
        // SAFETY: the descriptor is the file's, which is open; nothing of it changes. It may fail: the sync comes all the same.
        unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Asks for large pages for memory that was just taken and will be filled: with small ones, filling takes twice as long.
pub(crate) fn prefer_huge_pages(memory: &mut [u8]) {
    #[cfg(target_os = "linux")]
    {
        #![expect(unsafe_code, reason = "advice to the system about memory")]
        // Only whole pages can be advised on; 4 KiB or a multiple of it.
        const PAGE: usize = 64 << 10;
        let skipped = memory.as_ptr().align_offset(PAGE);
        if let Some(whole) = memory.get_mut(skipped..)
            && whole.len() >= PAGE
        {
            let length = whole.len() - whole.len() % PAGE;
            // SAFETY: the pages are of this slice alone, and the advice changes nothing of what they hold. It may be refused.
            unsafe { libc::madvise(whole.as_mut_ptr().cast(), length, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
}
