//! Ways of writing a file anew: with what it links to, or as links to it.

mod copied_in;
mod linked;

use crate::backend::Store;
use crate::copy::{Losses, Progress, copy_tree};
use crate::edit::ObjectIds;
use crate::error::Result;
use crate::file::File;
use crate::view::NeurodataType as _;

/// How a file is written anew.
///
/// ```no_run
/// # fn example(file: &nwb_model::file::File, store: &dyn nwb_model::backend::Store) -> nwb_model::Result<()> {
/// use nwb_model::export::{Contents, ExportOptions};
///
/// let options = ExportOptions { contents: Contents::Linked, ..ExportOptions::default() };
/// let (copy, _) = file.export_with(store, &options, &mut |_| {})?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// What becomes of links to other files.
    pub external: ExternalLinks,
    /// What becomes of the file's own objects.
    pub contents: Contents,
    /// How objects that are made anew get their ids: those of [`Contents::Linked`].
    pub object_ids: ObjectIds,
}

/// What becomes of links to other files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExternalLinks {
    /// They stay links, and lead to the same objects from the new place.
    #[default]
    Keep,
    /// What they lead to is copied in, each object once, where the first link to it was; other links to it become soft links. What
    /// those objects refer to in turn is the object at the same path of the file, if there is one of its type, or is copied to
    /// that path. A link that leads nowhere stays as it is.
    CopyIn,
}

/// What becomes of the file's own objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contents {
    /// They are copied.
    #[default]
    Copied,
    /// The new file holds links to them, as that of PyNWB's `nwbfile.copy()` does: metadata of the session are copied, tables are
    /// made anew with links to the columns, so that references within the file can lead to them, and everything else with a
    /// type is a link. File and tables get ids of their own. Links to other files stay, whatever
    /// [`external`](ExportOptions::external) says.
    Linked,
}

impl File {
    /// Writes the file anew as the options say; [`export`](Self::export) is this without options.
    ///
    /// # Errors
    /// When something cannot be read or written, or no link can lead to this file.
    pub fn export_with(
        &self,
        store: &dyn Store,
        options: &ExportOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Self, Losses)> {
        let root = self.object();
        let mut losses = Losses::default();
        let objects = match (options.contents, options.external) {
            (Contents::Copied, ExternalLinks::Keep) => return self.export(store, progress),
            (Contents::Copied, ExternalLinks::CopyIn) => copied_in::objects(root, &mut losses)?,
            (Contents::Linked, _) => linked::objects(root, &options.object_ids)?,
        };
        let mut transaction = store.begin()?;
        let more = copy_tree(&objects, &mut *transaction, progress)?;
        losses.dangling_references.extend(more.dangling_references);
        Ok((Self::from_backend(transaction.commit()?)?, losses))
    }
}
