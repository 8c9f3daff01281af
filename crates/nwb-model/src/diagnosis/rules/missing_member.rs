//! Required members that are not there.

use crate::diagnosis::{Field, FieldSpec, Found};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::upgrade::{is_newer_than_the_file, is_supplied};

/// What the schema requires is there.
pub(super) struct MissingMember;

impl Rule for MissingMember {
    fn code(&self) -> &'static str {
        "member.missing"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "What the schema requires is there."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in subject.fields().iter().filter(|field| field.is_required()) {
            if field.name.is_empty() {
                check_any(field, report);
            } else if matches!(field.found, Found::Nothing)
                && !is_newer_than_the_file(field)
                && !is_supplied(subject.node(), field)
            {
                let what = match field.spec {
                    FieldSpec::Attribute(_) => "attribute",
                    FieldSpec::Dataset(_) => "dataset",
                    FieldSpec::Group(_) => "group",
                    FieldSpec::Link(_) => "link",
                };
                report.add(
                    Finding::new(field.holder.path(), format!("the required {what} \"{}\" is missing", field.name))
                        .spec(field.spec_name()),
                );
            }
        }
    }
}

/// A slot for members of one type and any name, of which there must be one.
fn check_any(field: &Field<'_>, report: &mut Report) {
    let asked = match field.spec {
        FieldSpec::Dataset(spec) => spec.type_name.as_ref(),
        FieldSpec::Group(spec) => spec.type_name.as_ref(),
        FieldSpec::Link(spec) => spec.target.as_ref(),
        FieldSpec::Attribute(_) => None,
    };
    let Some(asked) = asked else { return };
    let mut broken = false;
    for (name, _) in field.holder.links().unwrap_or_default() {
        match field.holder.child(name) {
            Ok(Some(child)) => match child.effective() {
                Some(spec) if spec.is_a_named(asked.name()) => return,
                Some(_) => {}
                // What cannot be read, or is of a type that nobody knows, might be it.
                None => broken |= child.node().is_err() || !matches!(child.type_name(), Ok(None)),
            },
            _ => broken = true,
        }
    }
    if !broken {
        report.add(
            Finding::new(field.holder.path(), format!("there is no {} in it", asked.name()))
                .spec(format!("{} {}", field.owner.namespace(), field.owner.name()))
                .expected("one at least"),
        );
    }
}
