//! Untyped drafts, inserted by the mocks.

use super::Edit;
use crate::backend::{Address, Backend, Link};
use crate::draft::{DraftNode, Handle, Owner};
use crate::error::Result;
use crate::place::Place;
use crate::types::NwbFile;

impl Edit {
    pub(crate) fn owner(&self) -> Owner {
        self.owner
    }

    pub(crate) fn path_of(&mut self, object: Address) -> Result<String> {
        self.builder().path_of(object)
    }

    /// What a path from the root leads to, without following links.
    pub(crate) fn address_at(&self, path: &str) -> Result<Option<Address>> {
        let mut at = self.objects.root();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            match self.child_address(at, name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    pub(crate) fn child_address(&self, group: Address, name: &str) -> Result<Option<Address>> {
        Ok(match self.objects.link(group, name)? {
            Some(Link::Hard(child)) => Some(child),
            _ => None,
        })
    }

    pub(crate) fn insert_draft(&mut self, draft: DraftNode) -> Result<Address> {
        self.change_with(draft, |builder, draft| builder.insert_at_home(draft))
    }

    pub(crate) fn insert_draft_in(&mut self, place: &Place, draft: DraftNode) -> Result<Address> {
        self.change_with(draft, |builder, draft| builder.insert_in(place, draft))
    }

    pub(crate) fn insert_draft_into(&mut self, parent: Address, draft: DraftNode) -> Result<Address> {
        let place = Place::from(Handle::<NwbFile>::new(parent, self.owner));
        self.insert_draft_in(&place, draft)
    }

    pub(crate) fn update_draft(&mut self, object: Address, draft: DraftNode) -> Result<()> {
        let owner = self.owner;
        self.change_with(draft, |builder, draft| builder.update(object, owner, draft))
    }
}
