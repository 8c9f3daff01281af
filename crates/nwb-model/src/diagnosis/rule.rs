//! The rules, and the table of all of them.

use super::rules::RULES;
use super::{Report, Severity, Subject};
use crate::upgrade::UPGRADES;

/// One rule: it looks at one object at a time.
///
/// A rule tells one fault once, at the object where it is, and keeps silent about what another rule tells: where a link leads
/// nowhere, that is told of the link, and not once more by a rule about what should be there.
pub trait Rule: Send + Sync {
    /// Its name, which stays the same from release to release.
    fn code(&self) -> &'static str;

    /// How bad what it finds is, as a rule.
    fn severity(&self) -> Severity;

    /// What the peer calls it that finds this too: a class of `hdmf.validate.errors` or a check of nwbinspector.
    fn peer(&self) -> Option<&'static str> {
        None
    }

    /// What it asks for, in a sentence.
    fn doc(&self) -> &'static str;

    /// Looks at one object and its members without a type.
    fn check(&self, subject: &Subject<'_>, report: &mut Report);
}

/// All rules: those about faults, then those that tell of an upgrade.
pub fn rules() -> impl Iterator<Item = &'static dyn Rule> {
    RULES.iter().copied().chain(UPGRADES.iter().map(|upgrade| upgrade.as_rule()))
}
