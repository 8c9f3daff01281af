//! Arrays that others have too, and parts of them.

use ndarray::{ArcArray, Axis, IxDyn, Slice};

use super::{Data, Rows};
use crate::dtype::Dtype;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// What is smaller is copied at once: it is looked at where large data are not.
const SMALL: usize = 1 << 20;

pub(super) fn data<T: Element>(array: ArcArray<T, IxDyn>) -> Data {
    if array.ndim() == 0 || array.len().saturating_mul(size_of::<T>()) < SMALL {
        return Value::copy_of(&array).into();
    }
    Data::rows(Shared(array))
}

#[derive(Debug)]
struct Shared<T>(ArcArray<T, IxDyn>);

impl<T: Element> Rows for Shared<T> {
    fn dtype(&self) -> Dtype {
        T::dtype()
    }

    fn shape(&self) -> Vec<u64> {
        self.0.shape().iter().map(|&len| len as u64).collect()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let all = self.0.len_of(Axis(0)) as u64;
        let end = first.checked_add(count).filter(|&end| end <= all);
        let range = end.and_then(|end| Some((usize::try_from(first).ok()?, usize::try_from(end).ok()?)));
        let (first, end) = range.ok_or_else(|| {
            Error::new(ErrorKind::Invalid, "the array has fewer rows")
                .expected(format!("rows up to {all}"))
                .found(format!("{count} rows from {first} on"))
        })?;
        Ok(Value::copy_of(&self.0.slice_axis(Axis(0), Slice::from(first..end))))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, s};

    use super::*;
    use crate::data::Source;
    use crate::selection::Region;

    #[test]
    fn a_part_of_an_array_is_not_copied() {
        let movie = Array3::from_shape_fn((300, 80, 90), |(t, x, y)| (t * 7000 + x * 90 + y) as u16).into_shared();
        let part = movie.clone().slice_move(s![10..;3, ..;-1, 5..85]);
        let first = part.as_ptr();
        let expected = part.slice(s![4..9, .., ..]).to_owned();
        let (source, info) = Data::from(part).into_parts();
        assert_eq!(info.shape.dims(), [97, 80, 80]);
        let Source::Rows(rows) = &source else { panic!("small enough to be copied") };
        assert!(movie.as_slice().unwrap().as_ptr_range().contains(&first));
        assert_eq!(rows.rows(4, 5).unwrap().to_array::<u16, ndarray::Ix3>().unwrap(), expected);
        assert!(rows.rows(95, 3).unwrap_err().is_caller_fault() && rows.rows(u64::MAX, 2).is_err());
        let corner = source.read(&Region::block(&[96, 79, 79], &[1, 1, 1])).unwrap();
        assert_eq!(corner.to_vec::<u16>().unwrap(), [movie[[298, 0, 84]]]);

        let few = movie.slice_move(s![0..2, 0..2, 0..2]);
        assert!(matches!(Data::from(few).into_parts().0, Source::Value(_)));
    }
}
