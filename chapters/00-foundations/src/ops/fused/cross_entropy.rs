//! Cross-entropy over a vocabulary, without ever storing probabilities.

use candle_core::{DType, Result, Shape, Tensor, bail};

use super::lanes;
use super::number::Number;
use super::operator::{Operator, View, apply1};
use super::parallel;

/// See [`crate::ops::cross_entropy`].
///
/// # Errors
/// When a target is not below the number of classes.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let (rows, classes) = logits.dims2()?;
    if targets.dims() != [rows] {
        bail!("cross_entropy: {rows} rows of logits need {rows} targets, not {:?}", targets.dims());
    }
    let targets = targets.to_dtype(DType::U32)?.to_vec1::<u32>()?;
    if let Some(target) = targets.iter().find(|&&target| target as usize >= classes) {
        bail!("cross_entropy: target {target} is not one of {classes} classes");
    }
    apply1(CrossEntropy { targets }, logits)
}

struct CrossEntropy {
    targets: Vec<u32>,
}

impl Operator<1> for CrossEntropy {
    const NAME: &'static str = "cross-entropy";

    fn forward<T: Number>(&self, [logits]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: cross_entropy_forward
        let classes = logits.width();
        let losses = parallel::filled_rows(self.targets.len(), 1, classes, |index, loss| {
            let row = &logits.data[index * classes..][..classes];
            let largest = lanes::largest(row);
            let total: T = lanes::sum(row, |logit| (logit - largest).exp());
            loss[0] = total.ln() - (row[self.targets[index] as usize] - largest);
        });
        Ok((losses, self.targets.len().into()))
        // ANCHOR_END: cross_entropy_forward
    }

    /// `∂L/∂logit = probability − 1[target]`, and the loss remembers what the probabilities need:
    /// `log probability = (logit − logit of the target) − loss`. One pass, nothing stored.
    fn backward<T: Number>(
        &self,
        [logits]: [View<T>; 1],
        losses: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        // ANCHOR: cross_entropy_backward
        let classes = logits.width();
        let of_logits = parallel::filled_rows(logits.data.len(), classes, classes, |index, of_row| {
            let row = &logits.data[index * classes..][..classes];
            let target = self.targets[index] as usize;
            let (of_target, loss, scale) = (row[target], losses.data[index], gradient.data[index]);
            for (of_logit, &logit) in of_row.iter_mut().zip(row) {
                *of_logit = scale * ((logit - of_target) - loss).exp();
            }
            of_row[target] -= scale;
        });
        Ok([Some(of_logits)])
        // ANCHOR_END: cross_entropy_backward
    }
}
