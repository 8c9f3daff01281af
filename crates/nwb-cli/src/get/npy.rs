//! The head of a NumPy file; the elements follow it as they are.

use std::io::{self, Write};

use nwb::model::dtype::Dtype;

use crate::numpy;

/// Writes the head of an array of this type and shape: `None` for what NumPy has no type for.
pub(super) fn write_head(out: &mut dyn Write, dtype: &Dtype, shape: &[u64]) -> io::Result<()> {
    let unsupported = || io::Error::other("NumPy has no type for these elements");
    let descr = numpy::descr(dtype).ok_or_else(unsupported)?;
    let shape = match shape {
        [one] => format!("({one},)"),
        axes => format!("({})", axes.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    };
    let mut head = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}");
    // The elements begin at a multiple of 64 bytes; version 3 is the one with UTF-8 in it.
    let (version, prefix) = if head.is_ascii() && head.len() < 60_000 { (1u8, 10) } else { (3, 12) };
    let padding = (64 - (prefix + head.len() + 1) % 64) % 64;
    head.extend(std::iter::repeat_n(' ', padding));
    head.push('\n');
    out.write_all(b"\x93NUMPY")?;
    out.write_all(&[version, 0])?;
    match version {
        1 => out.write_all(&(head.len() as u16).to_le_bytes())?,
        _ => out.write_all(&(head.len() as u32).to_le_bytes())?,
    }
    out.write_all(head.as_bytes())
}
