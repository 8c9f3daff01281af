//! Values of another kind than the schema asks for.

use crate::diagnosis::references::asked_elements;
use crate::diagnosis::values::{asked, kind_fits, single, stored};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use nwb_schema::spec::Shape as AskedShape;

/// Values are of the kind that the schema asks for: text, number, truth value, reference, record.
pub(super) struct WrongKind;

impl Rule for WrongKind {
    fn code(&self) -> &'static str {
        "value.wrong-kind"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Values are of the kind that the schema asks for: text, number, truth value, reference, record."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in subject.fields() {
            let (Some((asked, shape)), Some((found, extents))) = (asked(field), stored(field)) else { continue };
            let Some(asked) = asked else { continue };
            if extents.is_empty() && shape.is_some() {
                continue;
            }
            let finding = || {
                Finding::new(field.place(), format!("\"{}\" is of another kind than the schema asks for", field.name))
                    .spec(field.spec_name())
            };
            if !kind_fits(asked, found) {
                report.add(finding().expected(asked.to_string()).found(found.to_string()));
            } else if matches!(shape, None | Some(AskedShape::Scalar)) && extents.len() != Some(1) {
                report.add(finding().expected("a single value").found(format!("shape {extents}")));
            } else if found.is_text()
                && let Some(value) = single(field)
                && let Err(error) = value.as_texts()
            {
                report.add(finding().expected("text in UTF-8").found(error.message().to_owned()));
            }
        }
        let own = subject.spec().and_then(|_| asked_elements(subject));
        if let (Some(asked), Ok(info)) = (own, subject.node().info())
            && !info.shape.is_empty()
            && !kind_fits(asked, &info.dtype)
            && info.dtype != crate::dtype::Dtype::RegionReference
        {
            report.add(
                Finding::new(subject.object().path(), "the elements are of another kind than the schema asks for")
                    .spec(
                        subject.spec().map_or_else(String::new, |spec| format!("{} {}", spec.namespace(), spec.name())),
                    )
                    .expected(asked.to_string())
                    .found(info.dtype.to_string()),
            );
        }
    }
}
