//! Elements that cannot be read.

use crate::diagnosis::{Report, Rule, Severity, Subject};

/// The elements of every dataset that a rule asks for can be read.
pub(super) struct UnreadableElements;

impl Rule for UnreadableElements {
    fn code(&self) -> &'static str {
        "object.unreadable-elements"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The elements of every dataset that a rule asks for can be read."
    }

    /// Whether they can be is known when they are read, for the rule that asks for them.
    fn check(&self, _: &Subject<'_>, _: &mut Report) {}
}
