//! Matrix products on rows and columns with any spacing.
//!
//! A transposed matrix is the same memory read with the two strides swapped; one head of `[t, heads, d]` is a matrix
//! whose rows lie `heads · d` apart. The `gemm` crate multiplies such views directly, so nothing is ever copied to be
//! transposed or split into heads.

use gemm::Parallelism;

use super::number::Number;

/// A matrix inside a slice.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a, T> {
    data: &'a [T],
    spacing: Spacing,
}

/// A matrix inside a slice, to be written.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    data: &'a mut [T],
    spacing: Spacing,
}

#[derive(Debug, Clone, Copy)]
struct Spacing {
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl Spacing {
    /// Rows of `columns` neighbouring numbers that start `row_stride` apart, within `length` numbers.
    fn new(rows: usize, columns: usize, row_stride: usize, length: usize) -> Self {
        let last_row = rows.saturating_sub(1).checked_mul(row_stride);
        let end =
            if rows == 0 || columns == 0 { Some(0) } else { last_row.and_then(|start| start.checked_add(columns)) };
        let fits = end.is_some_and(|end| end <= length);
        assert!(fits, "a matrix of {rows} × {columns}, rows {row_stride} apart, leaves its {length} numbers");
        Self { rows, columns, row_stride, column_stride: 1 }
    }
}

impl<'a, T> Matrix<'a, T> {
    /// `rows` rows of `columns` numbers that start `row_stride` apart.
    pub fn new(data: &'a [T], rows: usize, columns: usize, row_stride: usize) -> Self {
        Self { data, spacing: Spacing::new(rows, columns, row_stride, data.len()) }
    }

    /// The transposed matrix: the same numbers, read the other way.
    pub fn transposed(self) -> Self {
        let Spacing { rows, columns, row_stride, column_stride } = self.spacing;
        let spacing = Spacing { rows: columns, columns: rows, row_stride: column_stride, column_stride: row_stride };
        Self { data: self.data, spacing }
    }
}

impl<'a, T> MatrixMut<'a, T> {
    /// `rows` rows of `columns` numbers that start `row_stride` apart.
    pub fn new(data: &'a mut [T], rows: usize, columns: usize, row_stride: usize) -> Self {
        let spacing = Spacing::new(rows, columns, row_stride, data.len());
        assert!(rows <= 1 || row_stride >= columns, "rows of {columns} numbers that start {row_stride} apart overlap");
        Self { data, spacing }
    }
}

/// What happens to the numbers that are in the output already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// They are forgotten.
    Overwrite,
    /// The product is added to them.
    Add,
}

/// Multiplications below this are not worth waking a second core for.
const WORTH_SHARING: usize = 1 << 18;

/// `out = scale · left · right` on one core, for use inside a loop that is parallel already.
pub fn multiply<T: Number>(out: MatrixMut<T>, output: Output, scale: T, left: Matrix<T>, right: Matrix<T>) {
    product(out, output, scale, left, right, Parallelism::None);
}

/// `out = left · right` on all cores.
pub fn multiply_on_all_cores<T: Number>(out: MatrixMut<T>, left: Matrix<T>, right: Matrix<T>) {
    // ANCHOR: multiply_on_all_cores
    let work = left.spacing.rows * left.spacing.columns * right.spacing.columns;
    let cores = rayon::current_num_threads();
    let parallelism = if work < WORTH_SHARING || cores == 1 { Parallelism::None } else { Parallelism::Rayon(cores) };
    product(out, Output::Overwrite, T::one(), left, right, parallelism);
    // ANCHOR_END: multiply_on_all_cores
}

fn product<T: Number>(
    out: MatrixMut<T>,
    output: Output,
    scale: T,
    left: Matrix<T>,
    right: Matrix<T>,
    parallelism: Parallelism,
) {
    let (to, l, r) = (out.spacing, left.spacing, right.spacing);
    assert!(
        to.rows == l.rows && to.columns == r.columns && l.columns == r.rows,
        "cannot multiply {}×{} by {}×{} into {}×{}",
        l.rows,
        l.columns,
        r.rows,
        r.columns,
        to.rows,
        to.columns
    );
    // SAFETY: `Spacing::new` checked that every element of the three matrices lies in its slice, `MatrixMut::new` that none of
    // the output is in two rows, the assertion above that their sizes fit together, and the borrow checker that nobody else
    // sees the output.
    unsafe {
        gemm::gemm(
            to.rows,
            to.columns,
            l.columns,
            out.data.as_mut_ptr(),
            to.column_stride as isize,
            to.row_stride as isize,
            output == Output::Add,
            left.data.as_ptr(),
            l.column_stride as isize,
            l.row_stride as isize,
            right.data.as_ptr(),
            r.column_stride as isize,
            r.row_stride as isize,
            T::one(),
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What leaves its numbers is refused, also where the count of them wraps around.
    #[test]
    fn a_matrix_stays_within_its_numbers() {
        Matrix::new(&[1.0; 10], 2, 3, 7);
        Matrix::<f32>::new(&[], 0, 3, 7);
        for (rows, columns, row_stride) in [(2, 4, 7), (4, 1, 4), (1 << 32, 1 << 32, 1 << 32), (2, 2, usize::MAX)] {
            let refused = std::panic::catch_unwind(|| Matrix::new(&[1.0; 10], rows, columns, row_stride).spacing.rows);
            assert!(refused.is_err(), "{rows} × {columns}, {row_stride} apart, does not fit into 10 numbers");
        }
    }

    /// Two cores write two rows at the same time.
    #[test]
    #[should_panic = "overlap"]
    fn rows_of_an_output_do_not_overlap() {
        MatrixMut::new(&mut [0.0; 10], 3, 4, 3);
    }
}
