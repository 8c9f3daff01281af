//! Reading objects and elements.

mod blame;
pub(crate) mod buffer;
mod dataset;
mod elements;
#[cfg(feature = "mmap")]
mod mapping;
mod node;

pub(crate) use dataset::OpenDataset;
pub(crate) use elements::Elements;
pub(crate) use node::node;
