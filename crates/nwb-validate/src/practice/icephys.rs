//! Electrodes in cells, and the stimulation of cells by light.

use nwb_model::diagnosis::Severity;

use super::check::{Check, at};
use super::read::{Said, said};

pub(super) const CELL_ID: Check = Check {
    code: "check_intracellular_electrode_cell_id_exists",
    severity: Severity::Violation,
    of: "IntracellularElectrode",
    doc: "An intracellular electrode says in which cell it is.",
    run: |object, report, _| {
        if matches!(said(object, "cell_id")?, Said::Nothing) {
            report.add(at(object, "the electrode has no `cell_id`").remedy("give the cell an id of its own"));
        }
        Ok(())
    },
};

/// The first two parts of a version, and the third.
fn version(text: &str) -> Vec<u32> {
    let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>();
    text.trim_start_matches("NWB-").split('.').map_while(|part| digits(part).parse().ok()).collect()
}

pub(super) const SWEEP_TABLE: Check = Check {
    code: "check_sweeptable_deprecated",
    severity: Severity::Violation,
    of: "SweepTable",
    doc: "Files of NWB 2.4 and later have no `SweepTable`.",
    run: |object, report, _| {
        let root = object.root();
        let said = root.attribute("nwb_version")?.and_then(|value| value.as_text().ok());
        if said.is_none_or(|said| version(said) > vec![2, 3, 0]) {
            report.add(
                at(object, "a SweepTable is deprecated since NWB 2.4.0")
                    .remedy("store the recordings in an IntracellularRecordingsTable and the tables above it"),
            );
        }
        Ok(())
    },
};

pub(super) const OPTOGENETIC_SITE: Check = Check {
    code: "check_optogenetic_stimulus_site_has_optogenetic_series",
    severity: Severity::Violation,
    of: "OptogeneticStimulusSite",
    doc: "A site of optogenetic stimulation has a series.",
    run: |object, report, subject| {
        let Some(survey) = subject.survey() else { return Ok(()) };
        let mut series = survey.objects().iter().filter(|one| one.is_a("core", "OptogeneticSeries").unwrap_or(false));
        let is_used = series.any(|one| one.child("site").ok().flatten().as_ref() == Some(object));
        if !is_used {
            report.add(
                at(object, "no OptogeneticSeries is of this site")
                    .remedy("store the light that was applied there as an OptogeneticSeries"),
            );
        }
        Ok(())
    },
};
