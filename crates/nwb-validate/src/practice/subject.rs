//! The subject of a session.

use nwb_model::Result;
use nwb_model::chrono::Local;
use nwb_model::diagnosis::Severity;
use nwb_model::tree::Object;

use super::check::{Check, at};
use super::period::Period;
use super::read::{below, text};

/// Nwbinspector spares what is no animal: samples whose id begins so.
fn is_protein(subject: &Object) -> Result<bool> {
    Ok(text(subject, "subject_id")?.is_some_and(|id| id.starts_with("protein")))
}

pub(super) const AGE: Check = Check {
    code: "check_subject_age",
    severity: Severity::Critical,
    of: "Subject",
    doc: "The subject has a date of birth, or an age that is an ISO 8601 duration or a range of them.",
    run: |object, report, _| {
        if is_protein(object)? {
            return Ok(());
        }
        let Some(age) = text(object, "age")? else {
            if below(object, "date_of_birth")?.is_none() {
                report.add(
                    at(object, "the subject has neither an age nor a date of birth")
                        .remedy("give at least one of them, the age as an ISO 8601 duration such as \"P90D\""),
                );
            }
            return Ok(());
        };
        let is_bound = |text: &str| text.is_empty() || Period::parse(text).is_some();
        let is_range = || age.split_once('/').is_some_and(|(lower, upper)| is_bound(lower) && is_bound(upper));
        if Period::parse(&age).is_none() && !is_range() {
            report.add(
                at(object, "the subject's age is no ISO 8601 duration")
                    .expected("such as \"P90D\", \"P2Y\", \"P1D/P3D\", or \"P90Y/\" for that age or older")
                    .found(format!("\"{age}\"")),
            );
        }
        Ok(())
    },
};

pub(super) const AGE_RANGE: Check = Check {
    code: "check_subject_proper_age_range",
    severity: Severity::Suggestion,
    of: "Subject",
    doc: "The range of the subject's age ends after it begins.",
    run: |object, report, _| {
        let Some(age) = text(object, "age")?.filter(|_| !is_protein(object).unwrap_or(false)) else { return Ok(()) };
        let Some((lower, upper)) = age.split_once('/') else { return Ok(()) };
        let now = Local::now().naive_local();
        let (Some(lower), Some(upper)) = (Period::parse(lower), Period::parse(upper)) else { return Ok(()) };
        if lower.seconds_before(now) >= upper.seconds_before(now) {
            report.add(
                at(object, "the range of the subject's age does not end after it begins")
                    .expected("a longer duration behind the slash than before it")
                    .found(format!("\"{age}\"")),
            );
        }
        Ok(())
    },
};

pub(super) const ID: Check = Check {
    code: "check_subject_id_exists",
    severity: Severity::Critical,
    of: "Subject",
    doc: "The subject has an id.",
    run: |object, report, _| {
        if below(object, "subject_id")?.is_none() {
            report.add(
                at(object, "the subject has no id").remedy("give it one, unique in the lab: archives name files by it"),
            );
        }
        Ok(())
    },
};

pub(super) const ID_SLASHES: Check = Check {
    code: "check_subject_id_no_slashes",
    severity: Severity::Violation,
    of: "Subject",
    doc: "The subject's id has no slash, since archives name files by it.",
    run: |object, report, _| {
        if let Some(id) = text(object, "subject_id")?.filter(|id| id.contains('/')) {
            report.add(
                at(object, "the subject's id has a slash")
                    .found(format!("\"{id}\""))
                    .remedy("write a dash or an underscore instead: archives name files by it"),
            );
        }
        Ok(())
    },
};

/// A number, a space, a unit.
fn is_weight(text: &str) -> bool {
    const UNITS: [&str; 7] = ["kg", "g", "mg", "ug", "\u{3bc}g", "ng", "pg"];
    let Some((number, unit)) = text.split_once(' ') else { return false };
    let is_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_number = match number.split_once('.') {
        Some((whole, part)) => is_digits(whole) && is_digits(part),
        None => is_digits(number),
    };
    // There are two signs for a millionth.
    is_number && UNITS.contains(&unit.replace('\u{b5}', "\u{3bc}").to_lowercase().as_str())
}

pub(super) const WEIGHT: Check = Check {
    code: "check_subject_weight",
    severity: Severity::Critical,
    of: "Subject",
    doc: "The subject's weight is a number and a unit.",
    run: |object, report, _| {
        if let Some(weight) = text(object, "weight")?.filter(|weight| !is_weight(weight)) {
            report.add(
                at(object, "the subject's weight is not a number and a unit")
                    .expected("such as \"2.3 kg\", with kg, g, mg, ug, ng or pg")
                    .found(format!("\"{weight}\"")),
            );
        }
        Ok(())
    },
};

pub(super) const SEX: Check = Check {
    code: "check_subject_sex",
    severity: Severity::Critical,
    of: "Subject",
    doc: "The subject's sex is M, F, O or U; that of C. elegans XO or XX.",
    run: |object, report, _| {
        if is_protein(object)? {
            return Ok(());
        }
        let is_worm = matches!(text(object, "species")?.as_deref(), Some("Caenorhabditis elegans" | "C. elegans"));
        let (known, expected): (&[&str], _) = match is_worm {
            true => (&["XO", "XX"], "\"XO\" (male) or \"XX\" (hermaphrodite)"),
            false => (&["M", "F", "O", "U"], "\"M\" (male), \"F\" (female), \"O\" (other) or \"U\" (unknown)"),
        };
        match text(object, "sex")?.filter(|sex| !sex.is_empty()) {
            None => report.add(at(object, "the subject has no sex").expected(expected)),
            Some(sex) if !known.contains(&sex.as_str()) => report.add(
                at(object, "the subject's sex is told in other letters than archives take")
                    .expected(expected)
                    .found(format!("\"{sex}\"")),
            ),
            Some(_) => {}
        }
        Ok(())
    },
};

pub(super) const SPECIES: Check = Check {
    code: "check_subject_species_exists",
    severity: Severity::Violation,
    of: "Subject",
    doc: "The subject's species is told.",
    run: |object, report, _| {
        if !is_protein(object)? && text(object, "species")?.is_none_or(|species| species.is_empty()) {
            report.add(at(object, "the subject has no species").expected("its Latin name, such as \"Mus musculus\""));
        }
        Ok(())
    },
};

/// A Latin name of two words, or a term of the NCBI taxonomy.
fn is_species(text: &str) -> bool {
    let is_small = |word: &str| word.chars().all(|c| c.is_ascii_lowercase());
    let is_latin = text.split_once(' ').is_some_and(|(genus, species)| {
        genus.starts_with(|c: char| c.is_ascii_uppercase())
            && genus.get(1..).is_some_and(is_small)
            && !species.is_empty()
            && is_small(species)
    });
    let number = text.strip_prefix("http://purl.obolibrary.org/obo/NCBITaxon_");
    is_latin || number.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

pub(super) const SPECIES_FORM: Check = Check {
    code: "check_subject_species_form",
    severity: Severity::Violation,
    of: "Subject",
    doc: "The subject's species is a Latin name of two words or an NCBI taxonomy term.",
    run: |object, report, _| {
        let species = text(object, "species")?.filter(|species| !species.is_empty() && !is_species(species));
        if let Some(species) = species
            && !is_protein(object)?
        {
            report.add(
                at(object, "the subject's species is no Latin name of two words and no NCBI taxonomy term")
                    .expected("such as \"Mus musculus\" or \"http://purl.obolibrary.org/obo/NCBITaxon_10090\"")
                    .found(format!("\"{species}\"")),
            );
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::{is_species, is_weight};

    #[test]
    fn weights_have_a_unit() {
        for text in ["2.3 kg", "20 g", "5 MG", "5 \u{b5}g", "5 \u{3bc}g"] {
            assert!(is_weight(text), "{text}");
        }
        for text in ["2.3", "2.3kg", "2. kg", ".5 kg", "1e3 g", "5 lb", "5  g", "5 g ", ""] {
            assert!(!is_weight(text), "{text}");
        }
    }

    #[test]
    fn species_are_latin() {
        for text in ["Mus musculus", "M a", "http://purl.obolibrary.org/obo/NCBITaxon_280675"] {
            assert!(is_species(text), "{text}");
        }
        let wrong = ["mouse", "mus musculus", "Mus Musculus", "Mus musculus domesticus", "M. musculus", "Mus "];
        for text in wrong.into_iter().chain(["http://purl.obolibrary.org/obo/NCBITaxon_", "Mus muscülus"]) {
            assert!(!is_species(text), "{text}");
        }
    }
}
