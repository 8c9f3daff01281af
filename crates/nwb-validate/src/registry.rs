//! The table of all rules.

use nwb_model::diagnosis::{Rule, rules};

use crate::{practice, schema};

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Set {
    /// What the schema asks for.
    Schema,
    /// What best practice asks for.
    Practice,
}

impl Set {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Practice => "practice",
        }
    }
}

/// Rules, each with what it is about.
///
/// A rule of one's own is an implementation of [`Rule`]:
///
/// ```
/// use nwb_validate::{Finding, Registry, Report, Rule, Set, Severity, Subject};
///
/// struct NoSpaces;
///
/// impl Rule for NoSpaces {
///     fn code(&self) -> &'static str {
///         "lab.no-spaces"
///     }
///     fn severity(&self) -> Severity {
///         Severity::Suggestion
///     }
///     fn doc(&self) -> &'static str {
///         "The names of objects have no spaces, which our scripts do not like."
///     }
///     fn check(&self, subject: &Subject<'_>, report: &mut Report) {
///         let object = subject.object();
///         if object.name().contains(' ') {
///             report.add(Finding::new(object.path(), "the name has a space").remedy("write an underscore"));
///         }
///     }
/// }
///
/// let registry = Registry::standard().with(Set::Practice, &NoSpaces);
/// assert!(registry.rule("lab.no-spaces").is_some());
/// ```
#[derive(Clone, Default)]
pub struct Registry<'r> {
    rules: Vec<(Set, &'r dyn Rule)>,
}

impl<'r> Registry<'r> {
    /// No rules.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// All rules of this crate.
    #[must_use]
    pub fn standard() -> Self {
        let of_model = rules().filter(|rule| !schema::REPLACED.contains(&rule.code()));
        let of_schema = of_model.chain(schema::RULES.iter().copied()).map(|rule| (Set::Schema, rule));
        let of_practice = practice::RULES.iter().map(|rule| (Set::Practice, *rule));
        Self { rules: of_schema.chain(of_practice).collect() }
    }

    /// These rules and another one. It takes the place of one with the same code.
    #[must_use]
    pub fn with(mut self, set: Set, rule: &'r dyn Rule) -> Self {
        self.rules.retain(|(_, other)| other.code() != rule.code());
        self.rules.push((set, rule));
        self
    }

    /// All rules, in the order in which they look at an object.
    pub fn rules(&self) -> impl Iterator<Item = (Set, &'r dyn Rule)> + '_ {
        self.rules.iter().copied()
    }

    /// The rule with a code, or with a name at the peer.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<(Set, &'r dyn Rule)> {
        let by_code = self.rules().find(|(_, rule)| rule.code() == name);
        by_code.or_else(|| self.rules().find(|(_, rule)| rule.peer() == Some(name)))
    }

    /// A page that lists all of them, in Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::from("| code | peer | severity | about | what it asks for |\n|---|---|---|---|---|\n");
        for (set, rule) in self.rules() {
            let (code, severity, doc) = (rule.code(), rule.severity(), rule.doc());
            let peer = rule.peer().map_or_else(String::new, |peer| format!("`{peer}`"));
            page.push_str(&format!("| `{code}` | {peer} | {severity} | {} | {doc} |\n", set.name()));
        }
        page
    }
}

impl std::fmt::Debug for Registry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|(_, rule)| rule.code())).finish()
    }
}
