//! The published namespaces, and what is said of them beyond their schema: the ground that extensions stand on.

use nwb_schema::Catalog;

use crate::error::Result;
use crate::overlay::Overlay;

/// NWB core, hdmf-common and hdmf-experimental.
pub fn catalog() -> &'static Catalog {
    nwb_schema::embedded::catalog()
}

/// The overlay with which their types in `nwb-model` are made.
///
/// # Errors
///
/// None as long as the crate's tests pass: the text is compiled in.
///
/// ```
/// use nwb_codegen::{Overlay, published};
/// let own = Overlay::parse("", "overlay.toml")?;
/// let overlay = published::overlay()?.and(own)?;
/// # let _ = overlay;
/// # Ok::<(), nwb_codegen::Error>(())
/// ```
pub fn overlay() -> Result<Overlay> {
    Overlay::parse(include_str!("published/overlay.toml"), "the published overlay")
}
