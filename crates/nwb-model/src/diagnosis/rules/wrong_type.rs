//! Members and link targets of another type.

use crate::catalog::is_rootless;
use crate::diagnosis::{FieldSpec, Found};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::upgrade::{Place, passes_over};

/// What stands in a place of the schema, or what a link there leads to, is of the type that the schema asks for.
pub(super) struct WrongType;

impl Rule for WrongType {
    fn code(&self) -> &'static str {
        "member.wrong-type"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "What stands in a place of the schema, or what a link there leads to, is of the type that the schema asks for."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in subject.fields() {
            let Found::Object(at) = field.found else { continue };
            let asked = match field.spec {
                FieldSpec::Dataset(spec) => spec.type_name.as_ref(),
                FieldSpec::Group(spec) => spec.type_name.as_ref(),
                FieldSpec::Link(spec) => spec.target.as_ref(),
                FieldSpec::Attribute(_) => continue,
            };
            let found = match (asked, at.type_name(), at.effective()) {
                (Some(asked), Ok(Some(_)), Some(spec)) => {
                    let own = at.to_object();
                    let fits = own.is_type(asked.namespace(), asked.name()).unwrap_or(true);
                    if fits || is_rootless(subject.node().catalog(), spec) { continue } else { spec.name().to_owned() }
                }
                (Some(_), Ok(None), _) if !at.is_half_typed() => {
                    format!("a {} without a type", crate::tree::Kind::of_node(at))
                }
                (None, _, _) => {
                    let expected = if matches!(field.spec, FieldSpec::Group(_)) { "group" } else { "dataset" };
                    let found = crate::tree::Kind::of_node(at);
                    if found == expected || matches!(field.spec, FieldSpec::Link(_)) {
                        continue;
                    }
                    report.add(
                        Finding::new(field.member_path(), "the member is of another form than the schema asks for")
                            .spec(field.spec_name())
                            .expected(format!("a {expected}"))
                            .found(format!("a {found}")),
                    );
                    continue;
                }
                // A type that nobody knows, or that cannot be read, is told at the object that has it.
                _ => continue,
            };
            if field.path.is_empty()
                && field.name == "model"
                && passes_over(subject.node(), Place { path: "model", attribute: "" })
            {
                continue;
            }
            report.add(
                Finding::new(field.member_path(), "the object is of another type than the schema asks for here")
                    .spec(field.spec_name())
                    .expected(asked.map_or_else(String::new, |asked| asked.name().to_owned()))
                    .found(found),
            );
        }
    }
}
