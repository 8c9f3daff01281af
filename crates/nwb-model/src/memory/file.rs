//! A file in memory that is open for reading.

use std::sync::Arc;

use super::{Memory, Objects};
use crate::backend::{Address, Backend, Chunk, DatasetInfo, Node, Store};
use crate::batch::{How, Wanted};
use crate::error::Result;
use crate::selection::Region;
use crate::value::Value;

/// A file that was written, and the place where it lies.
#[derive(Debug)]
pub(super) struct MemoryFile {
    pub(super) objects: Arc<Objects>,
    pub(super) place: Memory,
}

impl Backend for MemoryFile {
    fn store(&self) -> Result<Box<dyn Store>> {
        Ok(Box::new(self.place.clone()))
    }

    fn label(&self) -> &str {
        self.objects.label()
    }

    fn root(&self) -> Address {
        self.objects.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        self.objects.node(object)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        self.objects.read(dataset, region)
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        self.objects.read_into(dataset, region, out)
    }

    fn read_batch(&self, dataset: Address, info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        self.objects.read_batch(dataset, info, parts, how)
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        self.objects.chunks(dataset)
    }
}
