//! What a file says of its session: when, by whom, where, what for.

use std::path::Path;

use nwb_model::Result;
use nwb_model::chrono::{Local, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use nwb_model::diagnosis::{Report, Severity};
use nwb_model::time::{Moment, Timestamp};
use nwb_model::tree::Object;

use super::check::{Check, at};
use super::read::{below, text, texts};

/// How far a session's start is from a moment, in the session's own zone: positive where it is later.
fn start_after(object: &Object, moment: impl Fn(bool) -> NaiveDateTime) -> Result<Option<(bool, String)>> {
    let Some(text) = text(object, "session_start_time")? else { return Ok(None) };
    let Ok(start) = Timestamp::parse(&text) else { return Ok(None) };
    let (start, is_zoned) = match start.moment() {
        Moment::Zoned(time) => (time.naive_utc(), true),
        Moment::Naive(time) => (time, false),
        Moment::Date(date) => (date.and_time(NaiveTime::MIN), false),
    };
    Ok(Some((start > moment(is_zoned), text)))
}

pub(super) const OLD_DATE: Check = Check {
    code: "check_session_start_time_old_date",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The session began after the first of January 1980.",
    run: |object, report, _| {
        let oldest = NaiveDate::from_ymd_opt(1980, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
        if let Some((false, start)) = start_after(object, |_| oldest)? {
            report.add(
                at(object, "the session began before there were such recordings")
                    .expected("a date after 1980-01-01")
                    .found(start)
                    .remedy("set `session_start_time` to when the recording began"),
            );
        }
        Ok(())
    },
};

pub(super) const FUTURE_DATE: Check = Check {
    code: "check_session_start_time_future_date",
    severity: Severity::Critical,
    of: "NWBFile",
    doc: "The session has begun.",
    run: |object, report, _| {
        let now = |is_zoned| if is_zoned { Utc::now().naive_utc() } else { Local::now().naive_local() };
        if let Some((true, start)) = start_after(object, now)? {
            report.add(
                at(object, "the session begins in the future")
                    .found(start)
                    .remedy("set `session_start_time` to when the recording began"),
            );
        }
        Ok(())
    },
};

/// Where the texts at a path of the root are all missing.
fn missing(object: &Object, report: &mut Report, path: &str, message: &str, remedy: &str) -> Result<()> {
    if texts(object, path)?.iter().all(String::is_empty) {
        report.add(at(object, message).expected(format!("a text at /{path}")).remedy(remedy));
    }
    Ok(())
}

pub(super) const EXPERIMENTER: Check = Check {
    code: "check_experimenter_exists",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The file names who did the experiment.",
    run: |object, report, _| {
        let remedy = "name each experimenter as \"Last, First\"";
        missing(object, report, "general/experimenter", "the file does not say who did the experiment", remedy)
    },
};

pub(super) const EXPERIMENT_DESCRIPTION: Check = Check {
    code: "check_experiment_description",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The file describes the experiment.",
    run: |object, report, _| {
        let remedy = "say what the experiment is about";
        let path = "general/experiment_description";
        missing(object, report, path, "the file does not describe the experiment", remedy)
    },
};

pub(super) const INSTITUTION: Check = Check {
    code: "check_institution",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The file names the institution.",
    run: |object, report, _| {
        let remedy = "name where the experiment was done";
        missing(object, report, "general/institution", "the file does not name the institution", remedy)
    },
};

pub(super) const KEYWORDS: Check = Check {
    code: "check_keywords",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The file has keywords.",
    run: |object, report, _| {
        let remedy = "list words by which others may search for it";
        missing(object, report, "general/keywords", "the file has no keywords", remedy)
    },
};

pub(super) const PUBLICATIONS: Check = Check {
    code: "check_doi_publications",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "Publications are given by their DOI.",
    run: |object, report, _| {
        const BEGINNINGS: [&str; 3] = ["doi:", "http://dx.doi.org/", "https://doi.org/"];
        for publication in texts(object, "general/related_publications")? {
            if !BEGINNINGS.iter().any(|beginning| publication.starts_with(beginning)) {
                report.add(
                    at(object, "a related publication is not given by its DOI")
                        .expected(format!("a text that begins with one of {}", BEGINNINGS.join(", ")))
                        .found(format!("\"{publication}\"")),
                );
            }
        }
        Ok(())
    },
};

pub(super) const SESSION_ID: Check = Check {
    code: "check_session_id_no_slashes",
    severity: Severity::Violation,
    of: "NWBFile",
    doc: "The session's id has no slash, since archives name files by it.",
    run: |object, report, _| {
        if let Some(id) = text(object, "general/session_id")?.filter(|id| id.contains('/')) {
            report.add(
                at(object, "the session's id has a slash")
                    .found(format!("\"{id}\""))
                    .remedy("write a dash or an underscore instead: archives name files by it"),
            );
        }
        Ok(())
    },
};

pub(super) const FILE_EXTENSION: Check = Check {
    code: "check_file_extension",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "The name of the file ends in `.nwb` or `.nwb.h5`.",
    run: |object, report, _| {
        let Some(name) = Path::new(object.file()).file_name().and_then(|name| name.to_str()) else { return Ok(()) };
        // A name that begins with a dot has no ending by that alone.
        let endings = name.trim_start_matches('.');
        let endings = endings.find('.').and_then(|dot| endings.get(dot..)).unwrap_or("");
        if !endings.ends_with(".nwb") && !endings.ends_with(".nwb.h5") {
            report.add(
                at(object, "the file's name has another ending than NWB files have")
                    .expected(".nwb or .nwb.h5")
                    .found(format!("\"{name}\"")),
            );
        }
        Ok(())
    },
};

pub(super) const SUBJECT: Check = Check {
    code: "check_subject_exists",
    severity: Severity::Critical,
    of: "NWBFile",
    doc: "The file has a subject.",
    run: |object, report, _| {
        if below(object, "general/subject")?.is_none() {
            report.add(
                at(object, "the file has no subject")
                    .expected("a Subject at /general/subject")
                    .remedy("say of which animal the data are; archives do not take files without"),
            );
        }
        Ok(())
    },
};

/// The modalities that processing modules are named after.
const MODULES: [&str; 7] = ["ophys", "ecephys", "icephys", "behavior", "misc", "ogen", "retinotopy"];

pub(super) const MODULE: Check = Check {
    code: "check_processing_module_name",
    severity: Severity::Suggestion,
    of: "ProcessingModule",
    doc: "A processing module is named after what was recorded.",
    run: |object, report, _| {
        if !MODULES.contains(&object.name()) {
            report.add(
                at(object, "the processing module is not named after what was recorded")
                    .expected(MODULES.join(", "))
                    .found(format!("\"{}\"", object.name())),
            );
        }
        Ok(())
    },
};
