//! Where in a file an object is put.

use crate::backend::Address;
use crate::draft::{Handle, Owner};

/// A place in a file that can hold objects.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Place {
    /// `/acquisition`: data as they were acquired.
    Acquisition,
    /// `/analysis`: results of the lab's own analysis.
    Analysis,
    /// `/processing`: processing modules.
    Processing,
    /// `/stimulus/presentation`: stimuli as they were presented.
    Stimulus,
    /// `/stimulus/templates`: stimuli that others refer to.
    StimulusTemplates,
    /// `/intervals`: tables of intervals.
    Intervals,
    /// `/events`: tables of events.
    Events,
    /// `/scratch`: whatever does not belong into the file for good.
    Scratch,
    /// Any object that has room for it.
    #[doc(hidden)]
    Object(ObjectPlace),
}

/// An object as a place.
#[derive(Clone, Copy, Debug)]
pub struct ObjectPlace {
    pub(crate) address: Address,
    pub(crate) owner: Owner,
}

impl Place {
    /// The group's path, for the places of the root.
    pub(crate) fn path(&self) -> Option<&'static str> {
        Some(match self {
            Self::Acquisition => "acquisition",
            Self::Analysis => "analysis",
            Self::Processing => "processing",
            Self::Stimulus => "stimulus/presentation",
            Self::StimulusTemplates => "stimulus/templates",
            Self::Intervals => "intervals",
            Self::Events => "events",
            Self::Scratch => "scratch",
            Self::Object(_) => return None,
        })
    }
}

impl<T> From<Handle<T>> for Place {
    fn from(handle: Handle<T>) -> Self {
        Self::Object(ObjectPlace { address: handle.address, owner: handle.owner })
    }
}
