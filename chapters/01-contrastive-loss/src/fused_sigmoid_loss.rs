//! The sigmoid loss again, written for speed: one visit to each logit forwards, one backwards, and nothing kept between.
//!
//! The readable form makes a matrix of labels, and then some ten more of the same size on the way to a single number. Here a
//! core takes a row of logits and adds up its surprise; backwards it turns the row into slopes.

use candle_core::{Result, Shape, Tensor};
use foundations::ops::fused::number::Number;
use foundations::ops::fused::operator::{Operator, View, apply1};
use foundations::ops::fused::{lanes, parallel};

use crate::clip_loss::batch_size;

/// See [`crate::sigmoid_loss()`].
///
/// # Shapes
/// `logits`: `[n, n]` of f32 or f64 on the CPU → scalar.
/// # Errors
/// When `logits` is not square, or empty.
pub fn fused_sigmoid_loss(logits: &Tensor) -> Result<Tensor> {
    batch_size(logits)?;
    apply1(SigmoidLoss, logits)
}

struct SigmoidLoss;

/// `ln(1 + exp(v))`, as in [`crate::softplus`].
#[inline(always)]
fn softplus<T: Number>(v: T) -> T {
    v.larger(T::zero()) + (T::one() + (-v.larger(-v)).exp()).ln()
}

/// `1 / (1 + exp(−v))`. Where `exp` overflows, `1/∞` is the right answer, zero.
#[inline(always)]
fn sigmoid<T: Number>(v: T) -> T {
    T::one() / (T::one() + (-v).exp())
}

impl Operator<1> for SigmoidLoss {
    const NAME: &'static str = "sigmoid loss";

    fn forward<T: Number>(&self, [logits]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: fused_sigmoid_loss_forward
        let n = logits.width();
        let surprise = parallel::filled_rows(n, 1, n, |picture, surprise| {
            // of each picture
            let row = &logits.data[picture * n..][..n];
            let (before, own, after) = (&row[..picture], row[picture], &row[picture + 1..]);
            // A pair that does not match should have a low logit, the one that does a high one.
            surprise[0] = lanes::sum(before, softplus) + lanes::sum(after, softplus) + softplus(-own);
        });
        let loss = lanes::sum(&surprise, |surprise| surprise) / T::from_f64(n as f64);
        Ok((vec![loss], Shape::from(())))
        // ANCHOR_END: fused_sigmoid_loss_forward
    }

    /// `∂L/∂l = σ(l)/n` for a pair that does not match, `−σ(−l)/n` for one that does.
    fn backward<T: Number>(
        &self,
        [logits]: [View<T>; 1],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        // ANCHOR: fused_sigmoid_loss_backward
        let n = logits.width();
        let scale = gradient.data[0] / T::from_f64(n as f64);
        let slopes = parallel::filled_rows(logits.data.len(), n, n, |picture, slopes| {
            let row = &logits.data[picture * n..][..n];
            for (slope, &logit) in slopes.iter_mut().zip(row) {
                *slope = scale * sigmoid(logit);
            }
            slopes[picture] = -scale * sigmoid(-row[picture]);
        });
        Ok([Some(slopes)])
        // ANCHOR_END: fused_sigmoid_loss_backward
    }
}
