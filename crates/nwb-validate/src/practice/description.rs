//! Descriptions of objects.

use nwb_model::diagnosis::Severity;

use super::check::{Check, at, is_a};
use super::read::{Said, said};

/// What stands where nobody has described anything.
const PLACEHOLDERS: [&str; 4] = ["no description", "no desc", "none", "placeholder"];

/// Tables to which PyNWB gives descriptions of its own, whatever the file says.
const REPLACED: [&str; 10] = [
    "ElectrodesTable",
    "FrequencyBandsTable",
    "IntracellularElectrodesTable",
    "IntracellularStimuliTable",
    "IntracellularResponsesTable",
    "IntracellularRecordingsTable",
    "SimultaneousRecordingsTable",
    "SequentialRecordingsTable",
    "RepetitionsTable",
    "ExperimentalConditionsTable",
];

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
        let finding = match () {
            () if description.trim_matches(' ').is_empty() => at(object, "the object has no description"),
            () if PLACEHOLDERS.contains(&description.to_lowercase().trim_matches('.')) => {
                at(object, "the object's description is a placeholder").found(format!("\"{description}\""))
            }
            () => return Ok(()),
        };
        let finding = finding.remedy("describe what it is, so that others can use it");
        report.add(match REPLACED.iter().any(|name| is_a(subject, name)) {
            true => finding.beyond_peer("PyNWB puts a description of its own in the place of the file's"),
            false => finding,
        });
        Ok(())
    },
};
