//! Sparse matrices, stored row by row.

use ndarray::{Array2, ArrayView2, Ix1};

use crate::data::Data;
use crate::draft::Draft;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::series::rows;
use crate::types::{CsrMatrix, CsrMatrixInit};
use crate::view::NeurodataType;

/// # Rows
///
/// The elements of row `i` that are not zero are `data[indptr[i]..indptr[i + 1]]`, in the columns `indices[..]` of the same range.
impl CsrMatrix {
    /// How many rows and columns it has.
    ///
    /// # Errors
    /// When its shape is not two numbers.
    pub fn dimensions(&self) -> Result<(u64, u64)> {
        match self.shape()?.as_slice() {
            [rows, columns] => Ok((*rows, *columns)),
            other => Err(self.object().fail(
                Error::new(ErrorKind::Malformed, "a matrix has two axes")
                    .expected("numbers of rows and columns")
                    .found(format!("{other:?}"))
                    .by_spec("hdmf-common CSRMatrix@shape"),
            )),
        }
    }

    /// The elements of one row that are stored, with their columns. Nothing of the other rows is read.
    ///
    /// # Errors
    /// When there is no such row, the parts of the matrix do not fit together, or they cannot be read.
    pub fn row<T: Element>(&self, row: u64) -> Result<Vec<(u64, T)>> {
        let (count, columns) = self.dimensions()?;
        if row >= count {
            return Err(self.object().fail(
                Error::new(ErrorKind::Invalid, format!("the matrix has no row {row}"))
                    .expected(format!("rows below {count}")),
            ));
        }
        let ends = self.indptr()?.read::<u64, Ix1>(rows(&(row..row.saturating_add(2))))?;
        let mut ends = ends.iter().copied();
        let range = ends.next().zip(ends.next()).map(|(start, end)| start..end);
        let Some(range) = range.filter(|range| range.start <= range.end) else {
            return Err(self.unfit("the rows of the matrix do not ascend", "\"indptr\" ascending, from 0"));
        };
        let columns_of = self.indices()?.read::<u64, Ix1>(rows(&range))?;
        let values = self.data()?.read::<T, Ix1>(rows(&range))?;
        if columns_of.iter().any(|column| *column >= columns) {
            return Err(self.unfit("an element lies outside the matrix", &format!("columns below {columns}")));
        }
        Ok(columns_of.into_iter().zip(values).collect())
    }

    /// The whole matrix, `[row, column]`, elements that are not stored as zeros; of those stored twice the sum is not taken, but the
    /// last.
    ///
    /// # Errors
    /// When the parts of the matrix do not fit together, it does not fit into memory, or it cannot be read.
    pub fn to_dense<T: Element>(&self) -> Result<Array2<T>> {
        let (count, columns) = self.dimensions()?;
        let ends = self.indptr()?.read::<u64, Ix1>(..)?.to_vec();
        let indices = self.indices()?.read::<u64, Ix1>(..)?.to_vec();
        let values = self.data()?.read::<T, Ix1>(..)?.to_vec();
        check((count, columns), &ends, &indices, values.len() as u64).map_err(|error| self.object().fail(error))?;
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let elements = place(count).saturating_mul(place(columns));
        // Only a probe: memory that comes as zeros is taken by `vec!` alone, and only where it is written to.
        Vec::<T>::new().try_reserve_exact(elements).map_err(|error| {
            self.object().fail(
                Error::new(ErrorKind::Limit, "the matrix does not fit into memory")
                    .found(format!("{count} rows of {columns}"))
                    .remedy("read it row by row")
                    .caused_by(error),
            )
        })?;
        let mut dense = vec![T::default(); elements];
        let width = place(columns);
        for (row, pair) in ends.windows(2).enumerate() {
            let range = pair.first().copied().map_or(0, place)..pair.last().copied().map_or(0, place);
            let stored = indices.get(range.clone()).unwrap_or_default().iter();
            for (column, value) in stored.zip(values.get(range).unwrap_or_default()) {
                if let Some(element) = dense.get_mut(row * width + place(*column)) {
                    *element = *value;
                }
            }
        }
        Array2::from_shape_vec((place(count), width), dense)
            .map_err(|error| self.unfit("the matrix has no shape", "two axes").caused_by(error))
    }

    /// A draft of a matrix from its parts. What does not fit together is told when the draft is inserted.
    ///
    /// ```
    /// use nwb_model::types::CsrMatrix;
    ///
    /// // 1 0 2
    /// // 0 0 3
    /// let matrix = CsrMatrix::of("weights", (2, 3), vec![0, 2, 3], vec![0, 2, 2], vec![1.0, 2.0, 3.0]);
    /// ```
    #[must_use]
    pub fn of(
        name: impl Into<String>,
        dimensions: (u64, u64),
        indptr: Vec<u64>,
        indices: Vec<u64>,
        data: impl Into<Data>,
    ) -> Draft<Self> {
        let data = data.into();
        let count = data.shape().dims().first().copied().unwrap_or(0);
        let fault = check(dimensions, &indptr, &indices, count).err();
        let mut draft = Self::new(CsrMatrixInit {
            name: name.into(),
            shape: vec![dimensions.0, dimensions.1],
            indices: indices.into(),
            indptr: indptr.into(),
            data,
        });
        // The same check, but here the fault is the caller's.
        let told = fault
            .map(|error| Error::new(ErrorKind::Invalid, error.message().to_owned()).by_spec("hdmf-common CSRMatrix"));
        draft.node.faults.extend(told);
        draft
    }

    /// A draft of a matrix, `[row, column]`, of which only the elements are stored that are not zero.
    #[must_use]
    pub fn from_dense<T: Element>(name: impl Into<String>, matrix: ArrayView2<'_, T>) -> Draft<Self>
    where
        Data: From<Vec<T>>,
    {
        let (mut indptr, mut indices, mut data) = (vec![0], Vec::new(), Vec::new());
        for row in matrix.rows() {
            for (column, value) in (0..).zip(row) {
                if *value != T::default() {
                    indices.push(column);
                    data.push(*value);
                }
            }
            indptr.push(indices.len() as u64);
        }
        Self::of(name, (matrix.nrows() as u64, matrix.ncols() as u64), indptr, indices, data)
    }

    fn unfit(&self, message: &str, expected: &str) -> Error {
        self.object()
            .fail(Error::new(ErrorKind::Malformed, message).expected(expected).by_spec("hdmf-common CSRMatrix"))
    }
}

fn check((count, columns): (u64, u64), ends: &[u64], indices: &[u64], values: u64) -> Result<()> {
    let unfit = |message: &str, expected: String, found: String| {
        Err(Error::new(ErrorKind::Malformed, message).expected(expected).found(found).by_spec("hdmf-common CSRMatrix"))
    };
    let stored = indices.len() as u64;
    if values != stored {
        return unfit("there are not as many elements as column numbers", stored.to_string(), values.to_string());
    }
    if ends.len() as u64 != count.saturating_add(1) {
        return unfit(
            "\"indptr\" has another length than rows and one",
            count.saturating_add(1).to_string(),
            ends.len().to_string(),
        );
    }
    if !ends.is_sorted() || ends.first() != Some(&0) || ends.last() != Some(&stored) {
        let found = format!("{:?} to {:?}", ends.first(), ends.last());
        return unfit("the rows of the matrix do not ascend to its elements", format!("0 to {stored}"), found);
    }
    match indices.iter().find(|column| **column >= columns) {
        Some(outside) => {
            unfit("an element lies outside the matrix", format!("columns below {columns}"), outside.to_string())
        }
        None => Ok(()),
    }
}
