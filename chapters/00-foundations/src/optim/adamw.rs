//! AdamW: steps of about one learning rate for every number, whatever the scale of its gradient.
//!
//! Adam keeps two running averages per number: of the gradient (where to go) and of its square (how large gradients
//! usually are here). It walks along the first divided by the root of the second. The "W" says that weight decay acts on
//! the weight itself and not through the gradient, where the division would undo it.
//!
//! # Source
//! Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2. As in PyTorch, the decay is `learning_rate · weight_decay`;
//! the paper multiplies it by the schedule only, not by the peak learning rate.

use std::cell::Cell;

use candle_core::{CpuStorage, DType, InplaceOp1, Layout, Result, Tensor, Var};
use rayon::prelude::*;

use crate::ops;
use crate::ops::fused::operator::with_numbers;

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

/// The same step for contiguous `f32` on the CPU, in one pass: a number's weight, gradient and two averages are read once,
/// and three of them written once, in place. The readable form walks over memory a dozen times.
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
    if [gradient.dims(), first.dims(), second.dims()].iter().any(|dims| *dims != variable.dims()) {
        candle_core::bail!("adamw: a variable of shape {:?} met a gradient of {:?}", variable.dims(), gradient.dims());
    }
    overwrite(variable, |weights| {
        overwrite(first, |means| {
            overwrite(second, |squares| {
                with_numbers(gradient, |slopes| one_pass(weights, slopes, means, squares, step))
            })
        })
    })
}

/// Numbers per task: large enough that starting a task costs nothing beside it.
const CHUNK: usize = 1 << 14;

fn one_pass(
    weights: &mut [f32],
    slopes: &[f32],
    means: &mut [f32],
    squares: &mut [f32],
    step: &AdamWStep,
) -> Result<()> {
    // ANCHOR: adamw_fused
    let Averages { beta1, beta2, eps } = step.averages;
    let (keep1, keep2, eps) = (beta1 as f32, beta2 as f32, eps as f32);
    let (take1, take2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32);
    let keep = (1.0 - step.learning_rate * step.weight_decay) as f32;
    let rate = (step.learning_rate / bias_correction(beta1, step.number)) as f32;
    let square_scale = (1.0 / bias_correction(beta2, step.number)) as f32;
    let walk = |weights: &mut [f32], slopes: &[f32], means: &mut [f32], squares: &mut [f32]| {
        for (((weight, &slope), mean), square) in weights.iter_mut().zip(slopes).zip(means).zip(squares) {
            *mean = keep1 * *mean + take1 * slope;
            *square = keep2 * *square + take2 * slope * slope;
            *weight = keep * *weight - rate * *mean / ((*square * square_scale).sqrt() + eps);
        }
    };
    if weights.len() <= CHUNK {
        // Waking other threads would take longer than the whole loop.
        walk(weights, slopes, means, squares);
    } else {
        let pieces = weights.par_chunks_mut(CHUNK).zip(slopes.par_chunks(CHUNK));
        let pieces = pieces.zip(means.par_chunks_mut(CHUNK)).zip(squares.par_chunks_mut(CHUNK));
        pieces.for_each(|(((weights, slopes), means), squares)| walk(weights, slopes, means, squares));
    }
    Ok(())
    // ANCHOR_END: adamw_fused
}

/// Hands the numbers of a tensor to `work`, which may change them. candle lets an operator overwrite one tensor; one inside
/// another, such operators overwrite several at a time.
fn overwrite(tensor: &Tensor, work: impl FnOnce(&mut [f32]) -> Result<()>) -> Result<()> {
    tensor.inplace_op1(&Overwrite(Cell::new(Some(work))))
}

/// Work that is done once, when candle calls.
struct Overwrite<F>(Cell<Option<F>>);

impl<F: FnOnce(&mut [f32]) -> Result<()>> InplaceOp1 for Overwrite<F> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        match (storage, layout.contiguous_offsets(), self.0.take()) {
            (CpuStorage::F32(numbers), Some((start, end)), Some(work)) => work(&mut numbers[start..end]),
            _ => candle_core::bail!("adamw: a variable or its memory is not a contiguous f32 tensor"),
        }
    }
}
