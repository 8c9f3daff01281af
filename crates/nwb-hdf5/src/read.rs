//! Reading objects and elements.

mod dataset;
mod node;

pub(crate) use dataset::OpenDataset;
pub(crate) use node::node;
