//! Attributes that the schema does not know.

use nwb_model::diagnosis::{Finding, Report, Rule, Severity, Subject};
use nwb_schema::{Catalog, Slot};

use crate::schema::matching::type_of;
use crate::schema::misplaced::slots_of;

/// The attributes of an object have a place in the schema.
pub(super) struct ExtraAttribute;

/// Attributes that every object may have, and what other parts of the format put there.
const COMMON: [&str; 5] = ["namespace", "neurodata_type", "object_id", ".specloc", "data_type"];

impl Rule for ExtraAttribute {
    fn code(&self) -> &'static str {
        "member.extra-attribute"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The attributes of an object have a place in the schema."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let object = subject.object();
        let catalog = object.schema_of_writer();
        let Some(own) = type_of(catalog, object) else { return };
        // What its slot asks for beyond its type: the resolution of spike times.
        let slots = slots_of(catalog, object, own);
        let is_of_slot = |name: &str| slots.iter().any(|slot| has_attribute(catalog, *slot, name));
        for attribute in object.attributes().unwrap_or_default() {
            let name = attribute.name.as_str();
            if !COMMON.contains(&name) && own.attribute(name).is_none() && !is_of_slot(name) {
                report.add(
                    Finding::new(object.path(), format!("the schema has no attribute \"{name}\" here"))
                        .spec(format!("{} {}", own.namespace(), own.name()))
                        .found(attribute.value.dtype().to_string())
                        .remedy("it is kept, and can be read by its name"),
                );
            }
        }
    }
}

fn has_attribute(catalog: &Catalog, slot: Slot<'_>, name: &str) -> bool {
    match slot {
        Slot::Dataset(dataset) => dataset.attribute(name).is_some(),
        Slot::Group(group) => catalog.members(group).attribute(name).is_some(),
        Slot::Link(_) => false,
    }
}
