//! Places in the brain of a mouse, by the names of the Allen atlas.

use std::collections::HashSet;
use std::sync::LazyLock;

use nwb_model::Result;
use nwb_model::diagnosis::{Enough, Report, Severity};
use nwb_model::tree::Object;

use super::check::{Check, at};
use super::passes;
use super::read::{Said, below, dataset, said, text};

static TERMS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("atlas/allen_ccf.txt").lines().filter(|line| !line.starts_with('#')).collect());

const MICE: [&str; 4] = ["Mus musculus", "Mouse", "mouse", "http://purl.obolibrary.org/obo/NCBITaxon_10090"];

/// How many different places are told of one table.
const TOLD: usize = 1000;

const EXPECTED: &str =
    "a name or an acronym of the Allen Mouse Brain Atlas, such as \"Primary visual area\" or \"VISp\"";
const REMEDY: &str = "use the atlas' own term; where it has none for it, ignore this";

fn is_of_mouse(object: &Object) -> Result<bool> {
    Ok(text(&object.root(), "general/subject/species")?.is_some_and(|species| MICE.contains(&species.as_str())))
}

fn location(object: &Object, report: &mut Report) -> Result<()> {
    if is_of_mouse(object)?
        && let Said::Text(place) = said(object, "location")?
        && !TERMS.contains(place.as_str())
    {
        let finding = at(object, "the location is no term of the Allen Mouse Brain Atlas").expected(EXPECTED);
        report.add(finding.found(format!("\"{place}\"")).remedy(REMEDY));
    }
    Ok(())
}

pub(super) const ELECTRODES: Check = Check {
    code: "check_electrodes_location_allen_ccf",
    severity: Severity::Violation,
    of: "NWBFile",
    doc: "Electrodes in a mouse's brain are at places that the Allen atlas has.",
    run: |object, report, _| {
        if !is_of_mouse(object)? {
            return Ok(());
        }
        let Some(table) = below(object, "general/extracellular_ephys/electrodes")? else { return Ok(()) };
        let Some(places) = dataset(&table, "location")? else { return Ok(()) };
        let file = object.clone();
        let see = |found: &mut Vec<String>, _, place: &str| {
            if !TERMS.contains(place) && !found.iter().any(|other| other == place) {
                found.push(place.to_owned());
            }
            if found.len() < TOLD { Enough::No } else { Enough::Yes }
        };
        passes::texts(report, &places, Vec::new(), see, move |found, report| {
            for place in found {
                let finding = at(&file, "electrodes are at a place that is no term of the Allen Mouse Brain Atlas");
                report.add(finding.expected(EXPECTED).found(format!("\"{place}\"")).remedy(REMEDY));
            }
        })
    },
};

pub(super) const INTRACELLULAR: Check = Check {
    code: "check_intracellular_electrode_location_allen_ccf",
    severity: Severity::Violation,
    of: "IntracellularElectrode",
    doc: "An intracellular electrode in a mouse's brain is at a place that the Allen atlas has.",
    run: |object, report, _| location(object, report),
};

pub(super) const PLANE: Check = Check {
    code: "check_imaging_plane_location_allen_ccf",
    severity: Severity::Violation,
    of: "ImagingPlane",
    doc: "An imaging plane in a mouse's brain is at a place that the Allen atlas has.",
    run: |object, report, _| location(object, report),
};

#[cfg(test)]
mod tests {
    use super::TERMS;

    #[test]
    fn the_atlas_is_whole() {
        assert!(TERMS.len() > 2500, "{}", TERMS.len());
        for term in ["root", "VISp", "Primary visual area", "Primary visual area, layer 2/3"] {
            assert!(TERMS.contains(term), "{term}");
        }
        assert!(!TERMS.contains("V1") && !TERMS.contains(""));
    }
}
