//! The linear layer, `y = x · Wᵀ + b`, and the three products of its backward pass.

use candle_core::{Result, Shape, Tensor, bail};

use super::matrix::{Matrix, MatrixMut, Output, multiply_on_all_cores};
use super::number::Number;
use super::operator::{Operator, View, apply2, apply3};
use super::parallel;

/// See [`crate::ops::linear`].
///
/// # Errors
/// When the shapes do not fit.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (out_features, in_features) = weight.dims2()?;
    if x.dims().last() != Some(&in_features) {
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
        // ANCHOR: linear_forward
        // The product is added to rows that hold the bias already: no second pass over the output.
        let mut y = vec![T::zero(); x.rows() * bias.data.len()]; // [rows, out]
        parallel::rows(&mut y, bias.data.len(), bias.data.len(), |_, row| row.copy_from_slice(bias.data));
        multiply_by_weight(&mut y, Output::Add, x, weight);
        Ok((y, output_shape(x, weight)))
        // ANCHOR_END: linear_forward
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
        let mut y = vec![T::zero(); x.rows() * weight.dims[0]]; // [rows, out]
        multiply_by_weight(&mut y, Output::Overwrite, x, weight);
        Ok((y, output_shape(x, weight)))
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

/// `y = x · Wᵀ`, or `y += x · Wᵀ`.
fn multiply_by_weight<T: Number>(y: &mut [T], output: Output, x: View<T>, weight: View<T>) {
    let (out_features, in_features) = (weight.dims[0], weight.dims[1]);
    multiply_on_all_cores(
        MatrixMut::new(y, x.rows(), out_features, out_features),
        output,
        Matrix::new(x.data, x.rows(), in_features, in_features),
        Matrix::new(weight.data, out_features, in_features, in_features).transposed(),
    );
}

/// `∂L/∂x = ∂L/∂y · W`, `[rows, in]`.
fn input_gradient<T: Number>(weight: View<T>, gradient: View<T>) -> Vec<T> {
    // ANCHOR: input_gradient
    let (rows, out_features, in_features) = (gradient.rows(), weight.dims[0], weight.dims[1]);
    let mut of_x = vec![T::zero(); rows * in_features];
    multiply_on_all_cores(
        MatrixMut::new(&mut of_x, rows, in_features, in_features),
        Output::Overwrite,
        Matrix::new(gradient.data, rows, out_features, out_features),
        Matrix::new(weight.data, out_features, in_features, in_features),
    );
    of_x
    // ANCHOR_END: input_gradient
}

/// `∂L/∂W = (∂L/∂y)ᵀ · x`, `[out, in]`.
fn weight_gradient<T: Number>(x: View<T>, gradient: View<T>) -> Vec<T> {
    // ANCHOR: weight_gradient
    let (rows, out_features, in_features) = (gradient.rows(), gradient.width(), x.width());
    let mut of_weight = vec![T::zero(); out_features * in_features];
    multiply_on_all_cores(
        MatrixMut::new(&mut of_weight, out_features, in_features, in_features),
        Output::Overwrite,
        Matrix::new(gradient.data, rows, out_features, out_features).transposed(),
        Matrix::new(x.data, rows, in_features, in_features),
    );
    of_weight
    // ANCHOR_END: weight_gradient
}

fn output_shape<T>(x: View<T>, weight: View<T>) -> Shape {
    let mut dims = x.dims.to_vec();
    if let Some(last) = dims.last_mut() {
        *last = weight.dims[0];
    }
    dims.into()
}
