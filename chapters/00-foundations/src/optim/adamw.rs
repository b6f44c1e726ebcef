//! AdamW: steps of about one learning rate for every number, whatever the scale of its gradient.
//!
//! Adam keeps two running averages per number: of the gradient (where to go) and of its square (how large gradients
//! usually are here). It walks along the first divided by the root of the second. The "W" says that weight decay acts on
//! the weight itself and not through the gradient, where the division would undo it.
//!
//! # Source
//! Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2. As in PyTorch, the decay is `learning_rate · weight_decay`;
//! the paper multiplies it by the schedule only, not by the peak learning rate.

use candle_core::{CpuStorage, DType, InplaceOp3, Layout, Result, Tensor, Var};
use rayon::prelude::*;

use crate::ops;

/// The constants of Adam's two averages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averages {
    /// How much of the average gradient survives a step.
    pub beta1: f64,
    /// How much of the average squared gradient survives a step.
    pub beta2: f64,
    /// Keeps the division finite where no gradient has ever arrived.
    pub eps: f64,
}

/// What one AdamW step needs to know besides tensors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamWStep {
    /// The averages' constants.
    pub averages: Averages,
    /// 1 for the first step.
    pub number: u64,
    /// The learning rate of this step.
    pub learning_rate: f64,
    /// How strongly the weight is pulled towards zero.
    pub weight_decay: f64,
}

/// An average that starts at zero is too small at first, by exactly `1 − β^steps`: divide by that.
pub fn bias_correction(beta: f64, steps: u64) -> f64 {
    // ANCHOR: bias_correction
    1.0 - beta.powf(steps as f64)
    // ANCHOR_END: bias_correction
}

/// One step: updates the averages `first` and `second`, then the variable.
///
/// # Shapes
/// All four: the variable's shape.
/// # Errors
/// When the shapes differ.
pub fn adamw(
    variable: &Var,
    gradient: &Tensor,
    first: &mut Tensor,
    second: &mut Tensor,
    step: &AdamWStep,
) -> Result<()> {
    let one_loop = ops::fused_for(variable) && variable.dtype() == DType::F32 && gradient.is_contiguous();
    if one_loop {
        fused(variable, gradient, first, second, step)
    } else {
        plain(variable, gradient, first, second, step)
    }
}

/// The readable form of [`adamw`], on any device.
///
/// # Errors
/// When the shapes differ.
pub fn plain(
    variable: &Var,
    gradient: &Tensor,
    first: &mut Tensor,
    second: &mut Tensor,
    step: &AdamWStep,
) -> Result<()> {
    // ANCHOR: adamw_plain
    let Averages { beta1, beta2, eps } = step.averages;
    *first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
    *second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
    let mean = (&*first / bias_correction(beta1, step.number))?;
    let mean_square = (&*second / bias_correction(beta2, step.number))?;
    let direction = (mean / (mean_square.sqrt()? + eps)?)?;
    let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
    variable.set(&(decayed - (direction * step.learning_rate)?)?)
    // ANCHOR_END: adamw_plain
}

/// The same step for contiguous `f32` on the CPU: three loops that overwrite in place and allocate nothing.
///
/// # Errors
/// When the shapes differ.
pub fn fused(
    variable: &Var,
    gradient: &Tensor,
    first: &mut Tensor,
    second: &mut Tensor,
    step: &AdamWStep,
) -> Result<()> {
    let Averages { beta1, beta2, eps } = step.averages;
    let (keep1, keep2, eps) = (beta1 as f32, beta2 as f32, eps as f32);
    let (take1, take2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32);
    overwrite(first, gradient, gradient, move |mean, gradient, _| keep1 * mean + take1 * gradient)?;
    overwrite(second, gradient, gradient, move |square, gradient, _| keep2 * square + take2 * gradient * gradient)?;
    let keep = (1.0 - step.learning_rate * step.weight_decay) as f32;
    let rate = (step.learning_rate / bias_correction(beta1, step.number)) as f32;
    let square_scale = (1.0 / bias_correction(beta2, step.number)) as f32;
    overwrite(variable, first, second, move |weight, mean, square| {
        keep * weight - rate * mean / ((square * square_scale).sqrt() + eps)
    })
}

/// `destination[i] = f(destination[i], a[i], b[i])`, in place.
fn overwrite(
    destination: &Tensor,
    a: &Tensor,
    b: &Tensor,
    f: impl Fn(f32, f32, f32) -> f32 + Send + Sync,
) -> Result<()> {
    destination.inplace_op3(a, b, &Overwrite(f))
}

struct Overwrite<F>(F);

/// Numbers per task: large enough that starting a task costs nothing beside it.
const CHUNK: usize = 1 << 14;

impl<F: Fn(f32, f32, f32) -> f32 + Send + Sync> InplaceOp3 for Overwrite<F> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(
        &self,
        destination: &mut CpuStorage,
        destination_layout: &Layout,
        a: &CpuStorage,
        a_layout: &Layout,
        b: &CpuStorage,
        b_layout: &Layout,
    ) -> Result<()> {
        let (CpuStorage::F32(destination), Some(place)) = (destination, destination_layout.contiguous_offsets()) else {
            candle_core::bail!("adamw: the variable is not a contiguous f32 tensor")
        };
        let (a, b) = (numbers(a, a_layout)?, numbers(b, b_layout)?);
        let destination = &mut destination[place.0..place.1];
        if destination.len() != a.len() || destination.len() != b.len() {
            candle_core::bail!("adamw: a variable of {} numbers met a gradient of {}", destination.len(), a.len());
        }
        let overwrite = |(destination, (a, b)): (&mut [f32], (&[f32], &[f32]))| {
            for ((destination, &a), &b) in destination.iter_mut().zip(a).zip(b) {
                *destination = (self.0)(*destination, a, b);
            }
        };
        if destination.len() <= CHUNK {
            // Waking other threads would take longer than the whole loop.
            overwrite((destination, (a, b)));
        } else {
            let operands = a.par_chunks(CHUNK).zip(b.par_chunks(CHUNK));
            destination.par_chunks_mut(CHUNK).zip(operands).for_each(overwrite);
        }
        Ok(())
    }
}

fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&values[start..end]),
        _ => candle_core::bail!("adamw: an operand is not a contiguous f32 tensor"),
    }
}
