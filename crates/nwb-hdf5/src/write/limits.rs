//! What can be the name of an object, and how large an attribute can be.

use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

use crate::dtype;
use crate::sys::datatype::Type;
use crate::sys::error::Cause;

/// A message in an object's header is smaller than this.
pub(super) const MESSAGE_LIMIT: u64 = 1 << 16;

/// A name that a link can have.
pub(super) fn check_name(name: &[u8]) -> Result<()> {
    let sentence = match name {
        [] => "a name has at least one character",
        b"." => "the name \".\" stands for the group itself",
        _ if name.contains(&b'/') => "a name has no \"/\" in it, which stands between names",
        _ if name.contains(&0) => "a name has no null character in it",
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Invalid, sentence).remedy("choose another name"))
}

/// How large an attribute is in an object's header: its parts are padded to eight bytes each.
pub(super) fn header_size(name: &[u8], value: &Value, of: &Type) -> Result<Option<u64>, Cause> {
    let padded = |size: usize| (size as u64).next_multiple_of(8);
    // The encoding of a type has two bytes more than the type takes in a header; a named one is just a pointer.
    let of = if of.is_committed()? { 16 } else { padded(of.encode()?.len().saturating_sub(2)) };
    let space = 8 + 8 * value.shape().dims().len();
    let elements = value.shape().len().and_then(|count| count.checked_mul(dtype::stored_size(value.dtype())));
    Ok(elements.and_then(|elements| elements.checked_add(8 + padded(name.len() + 1) + of + padded(space))))
}
