//! Datasets that no name leads to yet.

use std::sync::Arc;

use nwb_model::backend::{Address, DatasetInfo};
use nwb_model::{Error, ErrorKind, Result};

use super::storage::{self, Form};
use super::transaction::{NewTransaction, unknown};
use crate::dtype;
use crate::sys::error::Cause;
use crate::sys::object::Object;
use crate::sys::space::Space;

impl NewTransaction {
    pub(super) fn try_create_loose(&mut self, info: &DatasetInfo, path: &str) -> Result<Address> {
        let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the dataset cannot be made");
        dtype::check_readable(&info.dtype).map_err(refused)?;
        let of = self.type_for(&info.dtype, info.named_type)?;
        let creation = storage::creation(self.file()?, info, &of, Form::Elements)?;
        let space = Space::new(&info.shape, info.max_shape.as_deref()).map_err(refused)?;
        let root = self.root;
        let made = self.object(root)?.object.create_loose_dataset(&of, &space, &creation).map_err(refused)?;
        let address = self.adopt(made, path)?;
        // It would go where it is closed, and all are closed at times.
        let kept = Object::open(self.file()?, address.0).map_err(refused)?;
        self.loose.push((address, kept));
        self.encode_here(address, info);
        Ok(address)
    }

    /// Lets go of a dataset that has a name now, known by that from now on.
    pub(super) fn settle_loose(&mut self, dataset: Address, path: &str) -> Result<()> {
        let Some(at) = self.loose.iter().position(|(address, _)| *address == dataset) else { return Ok(()) };
        self.paths.insert(dataset, path.to_owned());
        let (_, kept) = self.loose.swap_remove(at);
        let closed = kept.flush_dataset().and_then(|()| kept.close());
        self.survived(closed, "the object cannot be completed")
    }

    pub(super) fn try_extend(&mut self, dataset: Address, rows: u64) -> Result<()> {
        let open = self.writable(dataset)?;
        let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the dataset cannot grow so far");
        let (shape, most) = open.object.dataset_space().and_then(|space| space.shape()).map_err(refused)?;
        let mut dims = shape.dims().to_vec();
        let most = most.as_ref().and_then(|most| most.first().copied());
        match (dims.first_mut(), most) {
            (Some(len), Some(most)) if *len <= rows && most.is_none_or(|most| rows <= most) => *len = rows,
            _ => {
                return Err(Error::new(ErrorKind::Invalid, "the dataset cannot grow so far")
                    .expected(format!("at most {most:?} rows, and not fewer than there are"))
                    .found(rows.to_string()));
            }
        }
        open.dataset = None;
        let grown = open.object.extend(&dims);
        self.survived(grown, "the dataset cannot grow")?;
        if let Some(heaped) = self.heaped.get_mut(&dataset) {
            Arc::make_mut(heaped).grow(&dims);
        }
        if let Some(chunks) = self.chunks.get_mut(&dataset) {
            Arc::make_mut(chunks).grow(dims);
        }
        Ok(())
    }

    /// The dataset, to be changed.
    fn writable(&mut self, dataset: Address) -> Result<&mut super::opened::Open> {
        self.object(dataset)?;
        match self.open.last_mut() {
            Some((_, open)) if open.is_dataset => Ok(open),
            Some(_) => Err(Error::new(ErrorKind::WrongType, "only a dataset has elements")),
            None => Err(unknown(dataset)),
        }
    }
}
