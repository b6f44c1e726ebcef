//! Layer normalisation: each row to mean zero and variance one, then a scale and a shift per feature.

use candle_core::{Result, Shape, Tensor, bail};

use super::lanes;
use super::number::Number;
use super::operator::{Operator, View, apply3};
use super::parallel;

/// See [`crate::ops::layer_norm`].
///
/// # Errors
/// When the shapes do not fit.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    let width = x.dims().last().copied().unwrap_or(0);
    if weight.dims() != [width] || bias.dims() != [width] {
        bail!("layer_norm: rows of {width} need a weight and a bias of {width}, not {:?}", weight.dims());
    }
    apply3(LayerNorm { eps }, x, weight, bias)
}

struct LayerNorm {
    eps: f64,
}

impl LayerNorm {
    /// A row's mean, and one over its standard deviation.
    #[inline(always)]
    fn statistics<T: Number>(&self, row: &[T]) -> (T, T) {
        // ANCHOR: layer_norm_statistics
        let count = T::from_f64(row.len() as f64);
        let mean = lanes::sum(row, |x| x) / count;
        let variance = lanes::sum(row, |x| (x - mean) * (x - mean)) / count;
        (mean, T::one() / (variance + T::from_f64(self.eps)).sqrt())
        // ANCHOR_END: layer_norm_statistics
    }
}

impl Operator<3> for LayerNorm {
    const NAME: &'static str = "layer norm";

    fn forward<T: Number>(&self, [x, weight, bias]: [View<T>; 3]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: layer_norm_forward
        let width = x.width();
        let y = parallel::filled_rows(x.data.len(), width, width, |index, y| {
            let x = &x.data[index * width..][..width];
            let (mean, inverse_deviation) = self.statistics(x);
            for (((y, &x), &weight), &bias) in y.iter_mut().zip(x).zip(weight.data).zip(bias.data) {
                *y = (x - mean) * inverse_deviation * weight + bias;
            }
        });
        Ok((y, x.dims.into()))
        // ANCHOR_END: layer_norm_forward
    }

    /// With `n = (x − mean) / deviation` and `g = ∂L/∂y · weight`:
    /// `∂L/∂x = (g − mean(g) − n · mean(g · n)) / deviation`. The statistics are computed again: the row is in the cache
    /// anyway, and nothing has to be stored between the passes.
    fn backward<T: Number>(
        &self,
        [x, weight, _]: [View<T>; 3],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 3],
    ) -> Result<[Option<Vec<T>>; 3]> {
        // ANCHOR: layer_norm_backward
        let width = x.width();
        let count = T::from_f64(width as f64);
        let rows = parallel::filled_rows_with_sums(x.data.len(), width, 2 * width, |index, of_x, sums| {
            let x = &x.data[index * width..][..width];
            let gradient = &gradient.data[index * width..][..width];
            let (mean, inverse_deviation) = self.statistics(x);
            let (of_weight, of_bias) = sums.split_at_mut(width);
            for i in 0..width {
                let normal = (x[i] - mean) * inverse_deviation;
                of_weight[i] += gradient[i] * normal;
                of_bias[i] += gradient[i];
                of_x[i] = gradient[i] * weight.data[i];
            }
            let mean_gradient = lanes::sum(of_x, |g| g) / count;
            let mean_product = lanes::sum_pairs(of_x, x, |g, x| g * (x - mean)) * inverse_deviation / count;
            for (g, &x) in of_x.iter_mut().zip(x) {
                let normal = (x - mean) * inverse_deviation;
                *g = (*g - mean_gradient - normal * mean_product) * inverse_deviation;
            }
        });
        let (of_x, mut sums) = rows;
        let of_bias = sums.split_off(width);
        Ok([Some(of_x), Some(sums), Some(of_bias)])
        // ANCHOR_END: layer_norm_backward
    }
}
