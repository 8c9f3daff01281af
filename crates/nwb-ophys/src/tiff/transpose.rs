//! Rows and columns of a frame exchanged.

/// How many columns are written side by side: few enough that the lines of cache they are in stay there.
const BLOCK: usize = 32;

/// Element `[r, c]` of `from`, whose rows have `columns` elements, becomes element `[c, r]` of `to`.
pub(crate) fn transpose<T: Copy>(from: &[T], columns: usize, to: &mut [T]) {
    if columns == 0 || from.is_empty() {
        return;
    }
    let rows = from.len() / columns;
    for (block, band) in to.chunks_mut(rows * BLOCK).enumerate() {
        for (r, row) in from.chunks_exact(columns).enumerate() {
            let part = row.iter().skip(block * BLOCK);
            for (place, &element) in band.iter_mut().skip(r).step_by(rows).zip(part) {
                *place = element;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_the_transposed_array((rows, columns) in (1..80usize, 1..80usize)) {
            let array = Array2::from_shape_fn((rows, columns), |(r, c)| (r * 1000 + c) as u32);
            let mut out = vec![0; rows * columns];
            transpose(array.as_slice().unwrap(), columns, &mut out);
            prop_assert_eq!(Array2::from_shape_vec((columns, rows), out).unwrap(), array.t());
        }
    }

    #[test]
    fn nothing_is_nothing() {
        transpose::<u8>(&[], 0, &mut []);
    }
}
