//! Pose estimation in NWB files: the types of the extension ndx-pose, as a crate outside of this repository would have them.
//!
//! Its build script generates [`types`] from the YAML in `schema/`, which is the extension's own. Everything else is done with what
//! the facade `nwb` offers. The tests write files that PyNWB with ndx-pose reads, read files that it writes, and do the same without
//! the generated types.
//!
//! What it is not: it knows nothing that the extension's schema does not say.

/// The types of ndx-pose.
pub mod types {
    include!(concat!(env!("OUT_DIR"), "/ndx_pose.rs"));
}
