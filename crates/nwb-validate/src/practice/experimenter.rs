//! How experimenters are named.

use nwb_model::diagnosis::Severity;

use super::check::{Check, at};
use super::read::texts;

/// A last name, a comma, white space, other names.
fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\'');
    let Some((last, first)) = text.split_once(',') else { return false };
    let mut rest = first.chars();
    !last.is_empty()
        && last.chars().all(is_letter)
        && rest.next().is_some_and(char::is_whitespace)
        && !rest.as_str().is_empty()
        && rest.all(is_letter)
}

pub(super) const FORM: Check = Check {
    code: "check_experimenter_form",
    severity: Severity::Suggestion,
    of: "NWBFile",
    doc: "Experimenters are named as \"Last, First\".",
    run: |object, report, _| {
        for name in texts(object, "general/experimenter")? {
            if !is_name(&name) {
                report.add(
                    at(object, "an experimenter is not named as archives ask for")
                        .expected("\"Last, First\", \"Last, First M.\" or \"Last, First Middle\"")
                        .found(format!("\"{name}\"")),
                );
            }
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_last_then_first() {
        let right = ["Doe, Jane", "Doe, Jane M.", "O'Neill-Smith, Seán", "van der Berg,  J", "Doe,  "];
        let wrong = ["Jane Doe", "Doe,Jane", "Doe, ", "Doe, Jane, Mary", ", Jane", "Doe, J@ne", ""];
        for name in right {
            assert!(is_name(name), "{name}");
        }
        for name in wrong {
            assert!(!is_name(name), "{name}");
        }
    }
}
