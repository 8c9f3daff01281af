//! Descriptions of objects.

use nwb_model::diagnosis::Severity;

use super::check::{Check, at, is_a};
use super::read::{Said, said};

/// What stands where nobody has described anything.
const PLACEHOLDERS: [&str; 4] = ["no description", "no desc", "none", "placeholder"];

pub(super) const DESCRIPTION: Check = Check {
    code: "check_description",
    severity: Severity::Suggestion,
    of: "",
    doc: "What can have a description has one, and not a placeholder.",
    run: |object, report, subject| {
        // PyNWB writes those of an index itself, and calls the notes of scratch data a description.
        let field = match is_a(subject, "ScratchData") {
            true => "notes",
            false if is_a(subject, "VectorIndex") || object.field("description").is_err() => return Ok(()),
            false => "description",
        };
        let description = match said(object, field)? {
            Said::Other => return Ok(()),
            Said::Text(text) => text,
            Said::Nothing => String::new(),
        };
        let remedy = "describe what it is, so that others can use it";
        if description.trim_matches(' ').is_empty() {
            report.add(at(object, "the object has no description").remedy(remedy));
        } else if PLACEHOLDERS.contains(&description.to_lowercase().trim_matches('.')) {
            report.add(
                at(object, "the object's description is a placeholder")
                    .found(format!("\"{description}\""))
                    .remedy(remedy),
            );
        }
        Ok(())
    },
};
