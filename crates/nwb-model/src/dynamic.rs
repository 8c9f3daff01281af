//! Objects of types that no Rust code was generated for: of extensions whose namespace is loaded, or that a file brings along.
//!
//! [`Dynamic`] is a view of any object that has a type, and [`DynamicDraft`] a new one, of a type that is named by text. Both know
//! fields by the names of the schema, with the checks of the schema:
//!
//! ```
//! # use nwb_model::{edit::{Edit, EditOptions}, memory::Memory, time::Timestamp, types::{NwbFileInit, Device, DeviceInit}};
//! use nwb_model::dynamic::{Dynamic, DynamicDraft};
//! use nwb_schema::{Strictness, yaml};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let namespace = "
//! namespaces:
//! - name: ndx-rig
//!   version: 0.1.0
//!   doc: Rigs.
//!   schema: [{namespace: core}, {source: ndx-rig.yaml}]
//! ";
//! let source = "
//! groups:
//! - neurodata_type_def: Rig
//!   neurodata_type_inc: LabMetaData
//!   doc: A rig.
//!   attributes: [{name: gain, dtype: float64, doc: Its gain.}]
//!   links: [{name: camera, target_type: Device, doc: What looks at it.}]
//! ";
//! # let init = NwbFileInit {
//! #     identifier: "id".into(),
//! #     session_description: "a session".into(),
//! #     session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")?,
//! # };
//! # let mut edit = Edit::create(Memory::new("test"), "test", init, EditOptions::default())?;
//! for release in yaml::read_namespaces(namespace, "rig", Strictness::Lenient, |_| Ok(source.to_owned()))? {
//!     edit.use_namespace(release)?;
//! }
//! let camera = edit.insert(Device::new(DeviceInit { name: "camera".into() }))?;
//! edit.insert(DynamicDraft::new("ndx-rig", "Rig").named("rig").set("gain", 1.5).set("camera", camera))?;
//! let file = edit.commit()?;
//!
//! let rig: Dynamic = file.get("/general/rig")?.cast()?;
//! assert_eq!(rig.field("gain")?.required::<f64>()?, 1.5);
//! assert_eq!(rig.field("camera")?.object()?.unwrap().name(), "camera");
//! # Ok(()) }
//! ```
//!
//! # Names of fields
//!
//! An attribute, a dataset, a group or a link has its own name. What is in an untyped group or in a slot has a path: `general/lab`.
//! The attribute of a dataset or group stands behind an `@`: `data@unit`; `@description` is that of the object itself, where a dataset
//! has the same name.

pub(crate) mod draft;
mod fields;
pub(crate) mod lookup;
mod read;
mod resolve;

pub use draft::FieldValue;
pub use fields::{Field, FieldKind, Fields};
pub use nwb_schema::cache::CachedNamespace;
pub use read::FieldContent;

use crate::draft::Draft;
use crate::tree::Object;
use crate::view::{IsA, NeurodataType};

/// An object of whatever type. See the [module](self).
///
/// Every object that has a type can be cast to it, and every handle, draft and link of a known type be made one of it. Its fields are
/// at hand by name: [`Object::fields`], [`Object::field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dynamic(Object);

impl NeurodataType for Dynamic {
    const NAMESPACE: &'static str = "";
    const NAME: &'static str = "";

    fn from_object(object: Object) -> Self {
        Self(object)
    }

    fn object(&self) -> &Object {
        &self.0
    }
}

impl<T: NeurodataType> IsA<Dynamic> for T {}

impl std::ops::Deref for Dynamic {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.0
    }
}

/// A new object of a type that is named by text. See the [module](self).
pub type DynamicDraft = Draft<Dynamic>;
