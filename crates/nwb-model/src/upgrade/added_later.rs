//! Members that became required after the file was written.

use super::{Upgrade, is_supplied};
use crate::catalog::{file_version, our_version, version_key};
use crate::diagnosis::{Field, FieldSpec, Finding, Found, Report, Rule, Severity, Subject};

/// What a newer version of NWB requires and the version of the file does not have is no fault where it is missing.
pub(super) struct AddedLater;

impl Rule for AddedLater {
    fn code(&self) -> &'static str {
        "upgrade.added-later"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "What a newer version of NWB requires and the version of the file does not have is no fault where it is missing."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in
            subject.fields().iter().filter(|field| matches!(field.found, Found::Nothing) && field.is_required())
        {
            if !field.name.is_empty() && is_newer_than_the_file(field) && !is_supplied(subject.node(), field) {
                report.add(
                    Finding::new(
                        field.holder.path(),
                        format!("\"{}\" is required only since a later version of NWB", field.name),
                    )
                    .spec(field.spec_name())
                    .remedy("its accessor says that it is missing"),
                );
            }
        }
    }
}

impl Upgrade for AddedLater {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}

/// Whether the file's own version of the schema does not ask for it. Files from before specs were cached tell by their version.
pub(crate) fn is_newer_than_the_file(field: &Field<'_>) -> bool {
    let own = field.owner;
    let writers = field.holder.writers_catalog();
    let Some(spec) = writers.and_then(|writers| writers.resolve_type(own.namespace(), own.name())) else {
        let version = file_version(field.holder.root());
        return match (version, our_version("core")) {
            // Where nothing is cached, only the first versions, which cached nothing, are given the benefit of the doubt.
            (Some(version), Some(_)) => version_key(version) < version_key("2.1"),
            _ => false,
        };
    };
    let path = field.full_path();
    let asked = match field.spec {
        FieldSpec::Attribute(_) if field.path.is_empty() => spec.attribute(field.name).is_some_and(|one| one.required),
        FieldSpec::Attribute(_) => match writers.and_then(|writers| writers.slot_at(spec, &field.path)) {
            Some(nwb_schema::Slot::Dataset(dataset)) => dataset.attribute(field.name).is_some_and(|one| one.required),
            Some(nwb_schema::Slot::Group(_)) => return false,
            _ => false,
        },
        _ => writers.and_then(|writers| writers.slot_at(spec, &path)).is_some_and(|slot| slot.quantity().is_required()),
    };
    !asked
}
