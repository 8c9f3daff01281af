//! Movies, in the file and beside it.

use std::path::Path;

use nwb_model::diagnosis::Severity;

use super::check::{Check, at, is_a};
use super::containers::{is_compressed, said_bytes};
use super::read::{dataset, memory_bytes, texts};

/// Whether a path is absolute on some system: `/a`, `C:\a`, `C:/a`, `\\server\share\a`.
fn is_absolute(path: &str) -> bool {
    let mut letters = path.chars();
    let is_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && letters.next().is_some_and(|c| matches!(c, '/' | '\\'));
    let is_share = || {
        let is_slash = |c: char| matches!(c, '/' | '\\');
        let rest = path.strip_prefix(is_slash).and_then(|rest| rest.strip_prefix(is_slash));
        rest.and_then(|rest| rest.split_once(is_slash))
            .is_some_and(|(server, share)| !server.is_empty() && !share.is_empty())
    };
    path.starts_with('/') || is_drive || is_share()
}

pub(super) const FILE_VALID: Check = Check {
    code: "check_image_series_external_file_valid",
    severity: Severity::Critical,
    of: "ImageSeries",
    doc: "External files with relative paths are there.",
    run: |object, report, _| {
        let folder = Path::new(object.file()).parent().unwrap_or(Path::new(""));
        for file in texts(object, "external_file")? {
            if !Path::new(&file).is_absolute() && !folder.join(&file).exists() {
                report.add(
                    at(object, "an external file is not there")
                        .expected(format!("a file \"{file}\", seen from the folder of the NWB file"))
                        .remedy("keep it beside the NWB file, and correct `external_file`"),
                );
            }
        }
        Ok(())
    },
};

pub(super) const FILE_RELATIVE: Check = Check {
    code: "check_image_series_external_file_relative",
    severity: Severity::Violation,
    of: "ImageSeries",
    doc: "Paths of external files are relative.",
    run: |object, report, _| {
        for file in texts(object, "external_file")?.into_iter().filter(|file| is_absolute(file)) {
            report.add(
                at(object, "the path of an external file is absolute, and leads there on one machine alone")
                    .expected("a path relative to the folder of the NWB file")
                    .found(format!("\"{file}\"")),
            );
        }
        Ok(())
    },
};

pub(super) const SIZE: Check = Check {
    code: "check_image_series_data_size",
    severity: Severity::Violation,
    of: "ImageSeries",
    doc: "Movies of more than 20 GB lie in files of their own, two-photon series apart.",
    run: |object, report, subject| {
        if is_a(subject, "TwoPhotonSeries") {
            return Ok(());
        }
        let Some(data) = dataset(object, "data")? else { return Ok(()) };
        let bytes = memory_bytes(&data)?;
        // What is stored is not larger than that by much.
        if bytes > 20_000_000_000 && (!is_compressed(&data)? || data.stored_bytes()?.unwrap_or(bytes) > 20_000_000_000)
        {
            report.add(
                at(object, "the movie is very large")
                    .expected("20 GB at the most")
                    .found(said_bytes(bytes))
                    .remedy("store it as a video file beside the NWB file, and name that in `external_file`"),
            );
        }
        Ok(())
    },
};

pub(super) const STARTING_FRAME: Check = Check {
    code: "check_image_series_starting_frame_without_external_file",
    severity: Severity::Violation,
    of: "ImageSeries",
    doc: "Only a series with external files has starting frames.",
    run: |object, report, _| {
        if object.child("external_file")?.is_some() {
            return Ok(());
        }
        let starts = match object.attribute("starting_frame")? {
            Some(value) => !value.is_empty(),
            None => false,
        };
        if starts {
            report.add(
                at(object, "the series has starting frames, and no external files that they are of")
                    .remedy("leave out `starting_frame`")
                    .beyond_peer(
                        "PyNWB reads starting frames of external files alone, so that nwbinspector sees no others",
                    ),
            );
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::is_absolute;

    #[test]
    fn paths_are_absolute_on_any_system() {
        for path in ["/a/b.avi", "C:\\a.avi", "c:/a.avi", "\\\\server\\share\\a.avi", "//server/share/a.avi"] {
            assert!(is_absolute(path), "{path}");
        }
        for path in ["a.avi", "./a.avi", "..\\a.avi", "C:a.avi", "\\a.avi", "", "a/C:/b"] {
            assert!(!is_absolute(path), "{path}");
        }
    }
}
