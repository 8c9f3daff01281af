//! Which rules are asked, and how bad what they find is.

use nwb_model::diagnosis::{Finding, Rule, Severity};

use crate::practice::DANDI;
use crate::registry::{Registry, Set};

/// Which rules are asked, and how bad what they find is. By default all are asked, and everything is told.
///
/// Rules are named by their codes, by the first words of them (`table` for all that begin with `table.`), or by the peer's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Options {
    only: Option<Set>,
    select: Vec<String>,
    ignore: Vec<String>,
    least: Option<Severity>,
    severities: Vec<(String, Severity)>,
}

impl Options {
    /// Only rules about the schema, or about practice.
    pub fn only(mut self, set: Set) -> Self {
        self.only = Some(set);
        self
    }

    /// Only these rules. Asked for more than once, all of them.
    pub fn select(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.select.extend(names.into_iter().map(Into::into));
        self
    }

    /// Not these rules.
    pub fn ignore(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ignore.extend(names.into_iter().map(Into::into));
        self
    }

    /// Only what is as bad as this, or worse.
    pub fn at_least(mut self, severity: Severity) -> Self {
        self.least = Some(severity);
        self
    }

    /// What these rules find is as bad as this.
    pub fn rate(mut self, name: impl Into<String>, severity: Severity) -> Self {
        self.severities.push((name.into(), severity));
        self
    }

    /// As the DANDI archive rates the checks of nwbinspector: what it asks of a subject is critical.
    pub fn dandi(self) -> Self {
        DANDI.iter().fold(self, |options, (name, severity)| options.rate(*name, *severity))
    }

    /// Names among these options that no rule has, nor begins with.
    #[must_use]
    pub fn unknown_names(&self, registry: &Registry<'_>) -> Vec<String> {
        let rated = self.severities.iter().map(|(name, _)| name);
        let all = self.select.iter().chain(&self.ignore).chain(rated);
        all.filter(|name| !registry.rules().any(|(_, rule)| is_named(rule, name))).cloned().collect()
    }

    /// Whether all rules are asked, and everything that they find is told.
    #[must_use]
    pub fn asks_all(&self) -> bool {
        self.only.is_none() && self.select.is_empty() && self.ignore.is_empty() && self.least.is_none()
    }

    pub(crate) fn rules<'r>(&self, registry: &Registry<'r>) -> Vec<&'r dyn Rule> {
        let among = |rule: &dyn Rule, names: &[String]| names.iter().any(|name| is_named(rule, name));
        registry
            .rules()
            .filter(|(set, _)| self.only.is_none_or(|only| only == *set))
            .map(|(_, rule)| rule)
            .filter(|rule| self.select.is_empty() || among(*rule, &self.select))
            .filter(|rule| !among(*rule, &self.ignore))
            .collect()
    }

    /// The finding as it is told; `None` where it is not.
    pub(crate) fn tell(&self, mut finding: Finding) -> Option<Finding> {
        for (name, severity) in &self.severities {
            if is_name_of(name, finding.code, finding.peer) {
                finding.severity = *severity;
            }
        }
        (self.least.is_none_or(|least| finding.severity <= least)).then_some(finding)
    }
}

fn is_named(rule: &dyn Rule, name: &str) -> bool {
    is_name_of(name, rule.code(), rule.peer())
}

/// Whether a rule, or the finding of one, is meant by a name.
pub(crate) fn is_name_of(name: &str, code: &str, peer: Option<&str>) -> bool {
    let begins = code.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    begins || peer == Some(name)
}
