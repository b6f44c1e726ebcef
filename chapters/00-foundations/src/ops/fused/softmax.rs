//! Softmax over rows.

use candle_core::{Result, Shape, Tensor, bail};

use super::lanes;
use super::number::Number;
use super::operator::{Operator, View, apply1};
use super::parallel;

/// See [`crate::ops::softmax`].
///
/// # Errors
/// When `x` is a scalar.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    if x.rank() == 0 {
        bail!("softmax: a single number has no row to normalise");
    }
    apply1(Softmax, x)
}

/// Turns a row of scores into weights that sum to one, in place.
#[inline(always)]
pub fn softmax_in_place<T: Number>(row: &mut [T]) {
    // ANCHOR: softmax_in_place
    let largest = lanes::largest(row);
    for x in row.iter_mut() {
        *x = (*x - largest).exp();
    }
    let inverse_total = T::one() / lanes::sum(row, |x| x);
    for x in row.iter_mut() {
        *x *= inverse_total;
    }
    // ANCHOR_END: softmax_in_place
}

/// Turns the gradient of a row of weights into the gradient of its scores, in place:
/// `weight · (gradient − Σ weight · gradient)`.
#[inline(always)]
pub fn softmax_backward_in_place<T: Number>(gradient: &mut [T], weights: &[T]) {
    // ANCHOR: softmax_backward_in_place
    let average = lanes::sum_pairs(gradient, weights, |gradient, weight| gradient * weight);
    of_scores_in_place(gradient, weights, average);
    // ANCHOR_END: softmax_backward_in_place
}

/// The same for some columns of a row whose average gradient, `Σ weight · gradient` over all columns, is known.
#[inline(always)]
pub fn of_scores_in_place<T: Number>(gradient: &mut [T], weights: &[T], average: T) {
    for (gradient, &weight) in gradient.iter_mut().zip(weights) {
        *gradient = weight * (*gradient - average);
    }
}

struct Softmax;

impl Operator<1> for Softmax {
    const NAME: &'static str = "softmax";

    fn forward<T: Number>(&self, [x]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        let mut y = x.data.to_vec();
        parallel::rows(&mut y, x.width(), x.width(), |_, row| softmax_in_place(row));
        Ok((y, x.dims.into()))
    }

    fn backward<T: Number>(
        &self,
        _: [View<T>; 1],
        output: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        let width = output.width();
        let mut of_x = gradient.data.to_vec();
        parallel::rows(&mut of_x, width, width, |index, row| {
            softmax_backward_in_place(row, &output.data[index * width..][..width]);
        });
        Ok([Some(of_x)])
    }
}
