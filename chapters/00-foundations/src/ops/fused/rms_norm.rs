//! Gemma's normalisation: each row divided by its root mean square, then a scale of `1 + weight` per feature.

use candle_core::{Result, Shape, Tensor, bail};

use super::lanes;
use super::number::Number;
use super::operator::{Operator, View, apply2};
use super::parallel;

/// `x / √(mean(x²) + eps) · (1 + weight)`.
///
/// # Shapes
/// `x`: `[…, d]`, `weight`: `[d]` → `[…, d]`.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// Zhang and Sennrich 2019, arXiv 1910.07467; the `1 +` is Gemma's.
pub fn rms_norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    let width = x.dims().last().copied().unwrap_or(0);
    if weight.dims() != [width] {
        bail!("rms_norm: rows of {width} need a weight of {width}, not {:?}", weight.dims());
    }
    apply2(RmsNorm { eps }, x, weight)
}

struct RmsNorm {
    eps: f64,
}

impl RmsNorm {
    /// One over the root mean square of a row.
    #[inline(always)]
    fn inverse_rms<T: Number>(&self, row: &[T]) -> T {
        let mean_square = lanes::sum(row, |x| x * x) / T::from_f64(row.len() as f64);
        T::one() / (mean_square + T::from_f64(self.eps)).sqrt()
    }
}

impl Operator<2> for RmsNorm {
    const NAME: &'static str = "rms norm";

    fn forward<T: Number>(&self, [x, weight]: [View<T>; 2]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: rms_norm_forward
        let width = x.width();
        let y = parallel::filled_rows(x.data.len(), width, width, |index, y| {
            let x = &x.data[index * width..][..width];
            let inverse_rms = self.inverse_rms(x);
            for ((y, &x), &weight) in y.iter_mut().zip(x).zip(weight.data) {
                *y = x * inverse_rms * (T::one() + weight);
            }
        });
        Ok((y, x.dims.into()))
        // ANCHOR_END: rms_norm_forward
    }

    /// With `n = x / rms` and `g = ∂L/∂y · (1 + weight)`: `∂L/∂x = (g − n · mean(g · n)) / rms`.
    fn backward<T: Number>(
        &self,
        [x, weight]: [View<T>; 2],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 2],
    ) -> Result<[Option<Vec<T>>; 2]> {
        // ANCHOR: rms_norm_backward
        let width = x.width();
        let count = T::from_f64(width as f64);
        let rows = parallel::filled_rows_with_sums(x.data.len(), width, width, |index, of_x, of_weight| {
            let x = &x.data[index * width..][..width];
            let gradient = &gradient.data[index * width..][..width];
            let inverse_rms = self.inverse_rms(x);
            for i in 0..width {
                of_weight[i] += gradient[i] * x[i] * inverse_rms;
                of_x[i] = gradient[i] * (T::one() + weight.data[i]);
            }
            let mean_product = lanes::sum_pairs(of_x, x, |g, x| g * x) * inverse_rms / count;
            for (g, &x) in of_x.iter_mut().zip(x) {
                *g = (*g - x * inverse_rms * mean_product) * inverse_rms;
            }
        });
        let (of_x, of_weight) = rows;
        Ok([Some(of_x), Some(of_weight)])
        // ANCHOR_END: rms_norm_backward
    }
}
