//! What is not as it should be in a file: found by small rules, object by object, and told all at once.
//!
//! A file is not refused for a fault in it. Whatever can be read is read, and each fault is one [`Finding`], at the object where it
//! is. Older versions of NWB are no fault: where the views of today see such an object in another way than it is stored, a finding
//! of the severity [`Information`](Severity::Information) says so, with the code of the upgrade rule.
//!
//! ```
//! use nwb_model::edit::{Edit, EditOptions};
//! use nwb_model::memory::Memory;
//! use nwb_model::time::Timestamp;
//! use nwb_model::types::NwbFileInit;
//!
//! let init = NwbFileInit {
//!     identifier: "a".into(),
//!     session_description: "b".into(),
//!     session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
//! };
//! let file = Edit::create(Memory::new("m"), "m", init, EditOptions::default())?.commit()?;
//! assert!(file.diagnose().is_empty());
//! # Ok::<(), nwb_model::Error>(())
//! ```

mod engine;
mod fields;
mod finding;
mod links;
mod pass;
mod references;
mod report;
mod rule;
mod rules;
mod series;
mod subject;
mod survey;
mod tables;
mod values;

pub use finding::{Coverage, Finding, Severity};
pub use pass::{Enough, Pass};
pub use report::Report;
pub use rule::{Rule, rules};
pub use subject::Subject;
pub use survey::Survey;

pub(crate) use fields::{Field, FieldSpec, Found};
pub(crate) use values::{differing_values, is_of_another_version, lists, single_values};

use crate::file::File;
use crate::tree::Object;
use crate::view::NeurodataType;

impl File {
    /// Everything that is not as it should be in the file, and every upgrade rule that applies: all objects, in the order of a walk.
    ///
    /// Elements of datasets are read only where a rule is about them (indices and regions of tables, references), block by block.
    #[must_use]
    pub fn diagnose(&self) -> Vec<Finding> {
        self.examine(rules())
    }

    /// What these rules find in the file: all objects, in the order of a walk. Objects are looked at on all cores; each dataset
    /// that rules ask for is read once for all of them.
    #[must_use]
    pub fn examine<'r>(&self, rules: impl IntoIterator<Item = &'r dyn Rule>) -> Vec<Finding> {
        let survey = Survey::of(self.object());
        engine::examine(survey.objects(), Some(&survey), rules)
    }
}

impl Object {
    /// What is not as it should be in this object and its members without a type, and which upgrade rules apply to it.
    ///
    /// What only the whole file tells, such as an id that another object has too, is for [`File::diagnose`].
    #[must_use]
    pub fn diagnoses(&self) -> Vec<Finding> {
        engine::examine(std::slice::from_ref(self), None, rules())
    }
}
