//! Types that are not told, or told by halves.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// An object says its type by two texts, the namespace and the neurodata_type.
pub(super) struct MalformedType;

impl Rule for MalformedType {
    fn code(&self) -> &'static str {
        "type.malformed"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "An object says its type by two texts, the namespace and the neurodata_type."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let text = |name: &str| match node.attribute(name) {
            Ok(Some(value)) => {
                Some(value.as_text().map_err(|_| format!("{} of shape {}", value.dtype(), value.shape())))
            }
            _ => None,
        };
        let (namespace, name) = (text("namespace"), text("neurodata_type"));
        for (attribute, value) in [("namespace", &namespace), ("neurodata_type", &name)] {
            if let Some(Err(found)) = value {
                report.add(
                    Finding::new(node.path(), format!("the attribute \"{attribute}\" is no single text"))
                        .expected("one text")
                        .found(found.clone()),
                );
            }
        }
        let absent = |attribute| Finding::new(node.path(), format!("the object has no attribute \"{attribute}\""));
        let is_unreadable = |attribute| node.attribute(attribute).is_err();
        match (&namespace, &name) {
            (None, Some(Ok(name))) if !is_unreadable("namespace") => {
                report.add(absent("namespace").found(format!("a {name}")).remedy("it is taken to be of core"));
            }
            (Some(Ok(namespace)), None) if !is_unreadable("neurodata_type") => {
                report.add(absent("neurodata_type").found(format!("an object of {namespace}")));
            }
            _ => {}
        }
    }
}
