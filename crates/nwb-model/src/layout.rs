//! How a dataset is stored when nobody says: columns of tables can grow.

use crate::backend::Layout;
use crate::data::Data;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, Role};

/// What a chunk of a growable column is aimed at, as in PyNWB.
const CHUNK_BYTES: u64 = 4 << 20;

/// Chooses what was left open, and refuses what cannot be.
pub(crate) fn completed(
    mut data: Data,
    allowed: Option<&nwb_schema::spec::Shape>,
    profile: &Profile,
    role: Role<'_>,
) -> Result<Data> {
    let own = role.own();
    let dims = data.shape().dims().to_vec();
    let is_column = own.is_some_and(|own| own.is_a_named("VectorData") || own.is_a_named("ElementIdentifiers"));
    let profile = data.chosen_profile(profile);
    let info = data.info_mut();
    if is_column && !dims.is_empty() && info.max_shape.is_none() {
        info.max_shape = Some(most(&dims, allowed));
    }
    if let Some(profile) = profile {
        profile.apply(info, role);
    }
    let wants_chunks = info.max_shape.is_some() || !info.filters.is_empty();
    match &info.layout {
        Layout::Chunked(chunk) if chunk.len() != dims.len() || chunk.contains(&0) => {
            return Err(Error::new(ErrorKind::Invalid, "the chunks do not fit the data")
                .expected(format!("{} positive lengths, one for each axis of {dims:?}", dims.len()))
                .found(format!("{chunk:?}")));
        }
        Layout::Chunked(chunk) if reaches_out(chunk, &dims, info.max_shape.as_deref()) => {
            return Err(Error::new(ErrorKind::Invalid, "the chunks are larger than the data will ever be")
                .expected(format!("lengths up to {dims:?}, or data that can grow"))
                .found(format!("{chunk:?}")));
        }
        Layout::Chunked(_) => {}
        _ if wants_chunks && dims.is_empty() => {
            return Err(Error::new(ErrorKind::Invalid, "a single value cannot be compressed, nor grow"));
        }
        _ if wants_chunks => info.layout = Layout::Chunked(chunk_shape(&info.dtype, &dims)),
        _ => {}
    }
    Ok(data)
}

/// Whether a chunk is longer than an axis can become.
fn reaches_out(chunk: &[u64], dims: &[u64], most: Option<&[Option<u64>]>) -> bool {
    let most = |axis: usize, len: u64| most.map_or(Some(len), |most| most.get(axis).copied().flatten());
    !dims.contains(&0)
        && dims.iter().zip(chunk).enumerate().any(|(axis, (&len, &chunk))| most(axis, len).is_some_and(|n| chunk > n))
}

/// How far each axis may grow: the first without end, the others where the schema fixes no length.
fn most(dims: &[u64], allowed: Option<&nwb_schema::spec::Shape>) -> Vec<Option<u64>> {
    let fixed = allowed.and_then(|allowed| allowed.alternatives().nth(allowed.best_match(dims)?));
    match fixed {
        Some(lengths) if lengths.len() == dims.len() => lengths.to_vec(),
        _ => dims.iter().enumerate().map(|(axis, &len)| (axis > 0).then_some(len)).collect(),
    }
}

/// The shape of a chunk where nobody says it: as many whole rows as fit into 4 MiB; a row that does not fit is halved along its
/// longest axes.
#[must_use]
pub fn chunk_shape(dtype: &Dtype, dims: &[u64]) -> Vec<u64> {
    chunk_of(dtype, dims, CHUNK_BYTES)
}

/// As [`chunk_shape`], for chunks of another size.
pub(crate) fn chunk_of(dtype: &Dtype, dims: &[u64], most: u64) -> Vec<u64> {
    let element = dtype.size() as u64;
    let mut chunk: Vec<u64> = dims.iter().map(|&len| len.max(1)).collect();
    let bytes = |chunk: &[u64]| chunk.iter().fold(element.max(1), |product, &len| product.saturating_mul(len));
    let row = bytes(chunk.get(1..).unwrap_or_default());
    if let Some(rows) = chunk.first_mut() {
        *rows = (most / row).clamp(1, *rows);
    }
    while bytes(&chunk) > most {
        match chunk.iter_mut().skip(1).max_by_key(|len| **len) {
            Some(longest) if *longest > 1 => *longest = longest.div_ceil(2),
            _ => break,
        }
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Number;

    #[test]
    fn chunks_are_whole_rows_of_about_four_megabytes() {
        assert_eq!(chunk_shape(&Dtype::native(Number::F64), &[5, 1 << 22, 2]), [1, 1 << 18, 2]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F64), &[5, 0]), [5, 1]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F64), &[2]), [2]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F32), &[0]), [1]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F64), &[1 << 30]), [1 << 19]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F32), &[100, 512, 512]), [4, 512, 512]);
        assert_eq!(chunk_shape(&Dtype::native(Number::F32), &[10, 4096, 4096]), [1, 1024, 1024]);
    }
}
