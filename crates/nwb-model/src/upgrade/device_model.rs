//! The model of a device from before models were objects.

use super::{Place, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::error::Result;
use crate::tree::NodeRef;
use crate::types::Device;
use crate::view::NeurodataType;

/// The model of a device was a text, or an object of an extension, until NWB 2.9; such a device has no DeviceModel.
pub(super) struct DeviceModelText;

impl Rule for DeviceModelText {
    fn code(&self) -> &'static str {
        "upgrade.device-model-text"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The model of a device was a text, or an object of an extension, until NWB 2.9; such a device has no DeviceModel."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        if !subject.spec().is_some_and(|spec| spec.is_a_named("Device")) {
            return;
        }
        if let Ok(Some(value)) = node.attribute("model") {
            let found = value.as_text().map_or_else(|_| value.dtype().to_string(), |text| format!("\"{text}\""));
            report.add(
                Finding::new(node.path(), "the model is a text, and no object")
                    .spec("core Device.model")
                    .expected("a link to a DeviceModel")
                    .found(found)
                    .remedy("read it with Device::model_text"),
            );
        }
        if self.passes_over(node, Place { path: "model", attribute: "" }) {
            report.add(
                Finding::new(node.path(), "the model is an object of an extension")
                    .spec("core Device.model")
                    .expected("a link to a DeviceModel")
                    .remedy("read it by its name"),
            );
        }
    }
}

impl Upgrade for DeviceModelText {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    /// A link of an extension's own, to a type that an extension had before there was DeviceModel.
    fn passes_over(&self, owner: NodeRef<'_>, place: Place) -> bool {
        let model = || -> Option<bool> {
            let own = owner.type_name().ok()??;
            if place.path != "model"
                || !owner.is_a(own, ("core", "Device"))
                || owner.type_name().ok()?? == ("core", "Device")
            {
                return None;
            }
            let model = owner.child("model").ok()??;
            let of = model.type_name().ok()??;
            Some(of.0 != "core" && !model.is_a(of, ("core", "DeviceModel")))
        };
        model().unwrap_or(false)
    }
}

impl Device {
    /// The model as files from before NWB 2.9 have it: a text. There, [`model`](Self::model) is `None`.
    ///
    /// # Errors
    /// When it is there and is no text, or the object cannot be read.
    pub fn model_text(&self) -> Result<Option<&str>> {
        let node = self.object().node_ref();
        node.attribute("model")?.map(|value| value.as_text().map_err(|error| node.fail(error))).transpose()
    }
}
