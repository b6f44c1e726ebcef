//! The linear layer, `y = x · Wᵀ + b`, and the three products of its backward pass.

use candle_core::{Result, Shape, Tensor, bail};

use super::matrix::{Matrix, MatrixMut, Output, multiply, multiply_on_all_cores};
use super::number::Number;
use super::operator::{Operator, View, apply2, apply3};
use super::parallel;

/// See [`crate::ops::linear`].
///
/// # Errors
/// When the shapes do not fit.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (out_features, in_features) = weight.dims2()?;
    if x.dims().last() != Some(&in_features) || in_features == 0 {
        bail!("linear: the input has shape {:?}, the weight takes {in_features} features", x.dims());
    }
    match bias {
        Some(bias) if bias.dims() != [out_features] => {
            bail!("linear: the bias has shape {:?}, not [{out_features}]", bias.dims())
        }
        Some(bias) => apply3(Linear, x, weight, bias),
        None => apply2(Linear, x, weight),
    }
}

struct Linear;

impl Operator<3> for Linear {
    const NAME: &'static str = "linear";

    fn forward<T: Number>(&self, [x, weight, bias]: [View<T>; 3]) -> Result<(Vec<T>, Shape)> {
        let transposed = matrix_of(weight).transposed(); // [in, out]
        Ok((multiply_rows(x, transposed, weight.dims[0], bias.data), output_shape(x, weight)))
    }

    fn backward<T: Number>(
        &self,
        [x, weight, _]: [View<T>; 3],
        _: View<T>,
        gradient: View<T>,
        [of_x, of_weight, of_bias]: [bool; 3],
    ) -> Result<[Option<Vec<T>>; 3]> {
        Ok([
            of_x.then(|| input_gradient(weight, gradient)),
            of_weight.then(|| weight_gradient(x, gradient)),
            of_bias.then(|| parallel::column_sums(gradient.data, gradient.width())),
        ])
    }
}

impl Operator<2> for Linear {
    const NAME: &'static str = "linear without bias";

    fn forward<T: Number>(&self, [x, weight]: [View<T>; 2]) -> Result<(Vec<T>, Shape)> {
        let transposed = matrix_of(weight).transposed(); // [in, out]
        Ok((multiply_rows(x, transposed, weight.dims[0], &[]), output_shape(x, weight)))
    }

    fn backward<T: Number>(
        &self,
        [x, weight]: [View<T>; 2],
        _: View<T>,
        gradient: View<T>,
        [of_x, of_weight]: [bool; 2],
    ) -> Result<[Option<Vec<T>>; 2]> {
        Ok([of_x.then(|| input_gradient(weight, gradient)), of_weight.then(|| weight_gradient(x, gradient))])
    }
}

/// Rows per task: enough that preparing the weight for the product does not count, few enough that a block of the output
/// is still in the core's cache when the bias is added to it. It is the same on any number of cores, and so are the results:
/// a block of one row is summed in another order than one of many.
const ROW_BLOCK: usize = 256;

/// `x · right + bias`, `[rows, width]`, where an empty bias is none.
///
/// Many rows are cut into blocks, one task each. With few rows (a single token
/// being generated) the columns of the weight are shared out instead.
fn multiply_rows<T: Number>(x: View<T>, right: Matrix<T>, width: usize, bias: &[T]) -> Vec<T> {
    // ANCHOR: multiply_rows
    let (rows, inner) = (x.rows(), x.width().max(1));
    if rows <= 2 * ROW_BLOCK || width == 0 {
        let mut y = vec![T::zero(); rows * width];
        multiply_on_all_cores(MatrixMut::new(&mut y, rows, width, width), matrix_of(x), right);
        add_to_rows(&mut y, bias);
        return y;
    }
    parallel::filled_in_pieces(ROW_BLOCK * width, rows * width, |offset, y| {
        let (first, rows) = (offset / width, y.len() / width);
        let left = Matrix::new(&x.data[first * inner..], rows, inner, inner);
        multiply(MatrixMut::new(y, rows, width, width), Output::Overwrite, T::one(), left, right);
        add_to_rows(y, bias);
    })
    // ANCHOR_END: multiply_rows
}

fn add_to_rows<T: Number>(rows: &mut [T], bias: &[T]) {
    if !bias.is_empty() {
        rows.chunks_exact_mut(bias.len()).for_each(|row| parallel::add(row, bias));
    }
}

/// `∂L/∂x = ∂L/∂y · W`, `[rows, in]`.
fn input_gradient<T: Number>(weight: View<T>, gradient: View<T>) -> Vec<T> {
    multiply_rows(gradient, matrix_of(weight), weight.dims[1], &[])
}

/// `∂L/∂W = (∂L/∂y)ᵀ · x`, `[out, in]`.
fn weight_gradient<T: Number>(x: View<T>, gradient: View<T>) -> Vec<T> {
    // ANCHOR: weight_gradient
    let (out_features, in_features) = (gradient.width(), x.width());
    let mut of_weight = vec![T::zero(); out_features * in_features];
    let out = MatrixMut::new(&mut of_weight, out_features, in_features, in_features);
    multiply_on_all_cores(out, matrix_of(gradient).transposed(), matrix_of(x));
    of_weight
    // ANCHOR_END: weight_gradient
}

/// All rows of a tensor, as a matrix.
fn matrix_of<'a, T>(x: View<'a, T>) -> Matrix<'a, T> {
    Matrix::new(x.data, x.rows(), x.width(), x.width())
}

fn output_shape<T>(x: View<T>, weight: View<T>) -> Shape {
    let mut dims = x.dims.to_vec();
    if let Some(last) = dims.last_mut() {
        *last = weight.dims[0];
    }
    dims.into()
}
