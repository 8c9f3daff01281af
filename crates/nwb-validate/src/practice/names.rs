//! Names of objects.

use nwb_model::diagnosis::Severity;

use super::check::{Check, at};

pub(super) const SLASHES: Check = Check {
    code: "check_name_slashes",
    severity: Severity::Critical,
    of: "",
    doc: "Names of objects have no slash and no backslash.",
    run: |object, report, _| {
        if object.name().contains(['/', '\\']) {
            report.add(
                at(object, "the object's name has a slash")
                    .found(format!("\"{}\"", object.name()))
                    .remedy("name it with a dash or an underscore instead"),
            );
        }
        Ok(())
    },
};

pub(super) const COLONS: Check = Check {
    code: "check_name_colons",
    severity: Severity::Suggestion,
    of: "",
    doc: "Names of objects have no colon.",
    run: |object, report, _| {
        if object.name().contains(':') {
            report.add(
                at(object, "the object's name has a colon")
                    .found(format!("\"{}\"", object.name()))
                    .remedy("name it with a dash or an underscore instead"),
            );
        }
        Ok(())
    },
};
