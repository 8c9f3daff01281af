//! Indices of ragged columns from before they had a description.

use std::sync::LazyLock;

use super::{Place, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;
use crate::value::Value;

static NONE: LazyLock<Value> = LazyLock::new(|| Value::text("no description"));

/// Indices have had descriptions since hdmf-common 1.5; an index without one says "no description".
pub(super) struct IndexDescription;

impl Rule for IndexDescription {
    fn code(&self) -> &'static str {
        "upgrade.index-description"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "Indices have had descriptions since hdmf-common 1.5; an index without one says \"no description\"."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let is_index = subject.spec().is_some_and(|spec| spec.is_a_named("VectorIndex"));
        if is_index && matches!(node.attribute("description"), Ok(None)) {
            report.add(
                Finding::new(node.path(), "the index has no description, as before hdmf-common 1.5")
                    .spec("hdmf-common VectorIndex@description"),
            );
        }
    }
}

impl Upgrade for IndexDescription {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn attribute(&self, owner: NodeRef<'_>, place: Place) -> Option<&'static Value> {
        let own = owner.type_name().ok()??;
        let asked = place.path.is_empty() && place.attribute == "description";
        (asked && owner.is_a(own, ("hdmf-common", "VectorIndex"))).then(|| &*NONE)
    }
}
