//! Products of a large weight with a few rows: while a model writes, it is the reading of the weights that takes time.
//!
//! A token that is being written is one row. Its product with a weight of `[out, in]` needs each number of the weight
//! once, for one multiplication; a core multiplies far faster than memory delivers. So the arithmetic does not matter and
//! the bytes do: weights stay in the type that they are stored in (bf16 and f16 are half as many bytes as f32), each core
//! reads rows of its own from beginning to end, and numbers become f32 on their way into the sum, in registers.
//!
//! Where there are many rows (a prompt), arithmetic counts again. Then blocks of the weight become f32, small enough to
//! stay in a core's cache until the matrix kernel has used them for all rows. No weight is ever widened as a whole.
//!
//! This is for writing, not for learning: there is no backward pass, and [`reads`] says no to tensors that are tracked.

use candle_core::{DType, Result, Tensor, WithDType, bail};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use rayon::prelude::*;

use super::fused::matrix::{Matrix, MatrixMut, Output, multiply};
use super::fused::number::mul_add;
use super::fused::operator::with_numbers;
use super::fused_operators_wanted;

/// Up to so many rows, each is multiplied for itself; from more on, the matrix kernel is faster.
const FEW_ROWS: usize = 4;

/// Whether [`linear`] is the right body for this product: on the CPU, nobody is learning, and either the weight is stored in
/// half precision or there are only a few rows.
pub fn reads(x: &Tensor, weight: &Tensor) -> bool {
    let half_precision = matches!(weight.dtype(), DType::BF16 | DType::F16);
    let few_rows = x.elem_count() <= FEW_ROWS * x.dims().last().copied().unwrap_or(1);
    let narrow = |x: &Tensor| matches!(x.dtype(), DType::F32 | DType::BF16 | DType::F16);
    let learning = x.track_op() || weight.track_op();
    fused_operators_wanted()
        && x.device().is_cpu()
        && weight.device().is_cpu()
        && !learning
        && narrow(x)
        && (half_precision || (weight.dtype() == DType::F32 && few_rows))
}

/// `y = x · Wᵀ + b`, summed in f32 and without a backward pass for `x` and `W`; see [`super::linear`].
///
/// # Shapes
/// `x`: `[…, in]` of f32, bf16 or f16; `weight`: `[out, in]` and `bias`: `[out]`, each of any of the three → `[…, out]`,
/// in the type of `x`.
/// # Errors
/// When the shapes do not fit, or a type is none of the three.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (out_features, in_features) = weight.dims2()?;
    if x.dims().last() != Some(&in_features) || in_features == 0 {
        bail!("linear: the input has shape {:?}, the weight takes {in_features} features", x.dims());
    }
    let weight = weight.contiguous()?;
    let y = with_numbers(&x.to_dtype(DType::F32)?.contiguous()?, |x: &[f32]| match weight.dtype() {
        DType::F32 => with_numbers::<f32, _>(&weight, |weight| Ok(product(x, weight, in_features))),
        DType::BF16 => with_numbers::<bf16, _>(&weight, |weight| Ok(product(x, weight, in_features))),
        DType::F16 => with_numbers::<f16, _>(&weight, |weight| Ok(product(x, weight, in_features))),
        other => bail!("linear: weights are read in f32, bf16 or f16, not {other:?}"),
    })?;
    let mut shape = x.dims().to_vec();
    if let Some(last) = shape.last_mut() {
        *last = out_features;
    }
    let y = Tensor::from_vec(y, shape, x.device())?; // [.., out]
    let y = match bias {
        Some(bias) => y.broadcast_add(&bias.to_dtype(DType::F32)?)?,
        None => y,
    };
    y.to_dtype(x.dtype())
}

/// A number as a weight is stored.
pub(crate) trait Stored: WithDType {
    /// The numbers as f32.
    fn widen(numbers: &[Self], wide: &mut [f32]);

    /// `Σ row · x`. Both have the same length.
    fn dot(row: &[Self], x: &[f32]) -> f32;
}

impl Stored for f32 {
    fn widen(numbers: &[Self], wide: &mut [f32]) {
        wide.copy_from_slice(numbers);
    }

    fn dot(row: &[Self], x: &[f32]) -> f32 {
        dot_in_lanes(row, x, |number| number)
    }
}

impl Stored for bf16 {
    fn widen(numbers: &[Self], wide: &mut [f32]) {
        for (wide, &number) in wide.iter_mut().zip(numbers) {
            *wide = wide_bf16(number);
        }
    }

    fn dot(row: &[Self], x: &[f32]) -> f32 {
        dot_in_lanes(row, x, wide_bf16)
    }
}

impl Stored for f16 {
    fn widen(numbers: &[Self], wide: &mut [f32]) {
        numbers.convert_to_f32_slice(wide);
    }

    /// The processor's instruction for f16 is behind a function call: worth it for a few hundred numbers at a time.
    fn dot(row: &[Self], x: &[f32]) -> f32 {
        let mut wide = [0f32; 512];
        let pieces = row.chunks(wide.len()).zip(x.chunks(wide.len()));
        pieces.fold(0.0, |sum, (row, x)| {
            let wide = &mut wide[..row.len()];
            Self::widen(row, wide);
            sum + dot_in_lanes(wide, x, |number| number)
        })
    }
}

/// A bf16 is the upper half of an f32.
#[inline(always)]
fn wide_bf16(number: bf16) -> f32 {
    f32::from_bits(u32::from(number.to_bits()) << 16)
}

/// Running sums side by side: four vectors of 16, so that no addition waits for the one before.
const LANES: usize = 64;

#[inline(always)]
fn dot_in_lanes<W: Copy>(row: &[W], x: &[f32], wide: impl Fn(W) -> f32) -> f32 {
    // ANCHOR: dot_in_lanes
    let mut lanes = [0f32; LANES];
    let (rows, xs) = (row.chunks_exact(LANES), x.chunks_exact(LANES));
    let mut rest = 0.0;
    for (&number, &x) in rows.remainder().iter().zip(xs.remainder()) {
        rest += wide(number) * x;
    }
    for (row, x) in rows.zip(xs) {
        ask_ahead(row);
        for ((lane, &number), &x) in lanes.iter_mut().zip(row).zip(x) {
            *lane = mul_add(wide(number), x, *lane);
        }
    }
    let mut left = LANES / 2;
    while left > 0 {
        for lane in 0..left {
            lanes[lane] += lanes[lane + left];
        }
        left /= 2;
    }
    lanes[0] + rest
    // ANCHOR_END: dot_in_lanes
}

/// How far ahead memory is asked for, in bytes: more than a core gets through while it waits for an answer, and beyond the
/// page that it is in, so that the address of the next one has been looked up before it is needed.
const AHEAD: usize = 6144;

/// Asks memory for what will be read soon. The processor does so by itself, but only within a page of four kilobytes, and a row
/// is not much longer: alone it begins anew at every row.
#[inline(always)]
fn ask_ahead<W>(stretch: &[W]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        const CACHE_LINE: usize = 64;
        let start = stretch.as_ptr().cast::<i8>().wrapping_add(AHEAD);
        for line in 0..size_of_val(stretch) / CACHE_LINE {
            // SAFETY: a hint reads nothing: where nothing lies at the address, the processor ignores it.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(line * CACHE_LINE)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (stretch, AHEAD);
}

/// `x · weightᵀ`: `[rows, in]`, `[out, in]` → `[rows, out]`.
fn product<W: Stored>(x: &[f32], weight: &[W], in_features: usize) -> Vec<f32> {
    let rows = x.len() / in_features;
    let by_feature =
        if rows <= FEW_ROWS { row_by_row(x, weight, in_features) } else { block_by_block(x, weight, in_features) };
    if rows == 1 { by_feature } else { transposed(&by_feature, rows) }
}

/// Numbers of a weight that a core reads at a stretch: enough for the processor to see that they lie in a row.
const STRETCH: usize = 1 << 17;

/// Reads every row of the weight once. The result is transposed, `[out, rows]`: what belongs to a row of the weight lies
/// together, so that cores can share out the weight.
fn row_by_row<W: Stored>(x: &[f32], weight: &[W], in_features: usize) -> Vec<f32> {
    // ANCHOR: row_by_row
    let (rows, out_features) = (x.len() / in_features, weight.len() / in_features);
    let mut y = vec![0f32; out_features * rows];
    let at_once = (STRETCH / in_features).max(1);
    y.par_chunks_mut((at_once * rows).max(1)).zip(weight.par_chunks(at_once * in_features)).for_each(|(y, weight)| {
        for (y, weight_row) in y.chunks_mut(rows).zip(weight.chunks(in_features)) {
            for (y, x_row) in y.iter_mut().zip(x.chunks(in_features)) {
                *y = W::dot(weight_row, x_row);
            }
        }
    });
    y
    // ANCHOR_END: row_by_row
}

/// Rows and columns of a weight that become f32 at a time: half a megabyte. The matrix kernel copies its other operand into an
/// order of its own first, and the more rows of the weight such a copy serves, the less it costs.
const BLOCK: (usize, usize) = (256, 512);

/// Widens block after block and multiplies it with all rows; the result is transposed, `[out, rows]`.
fn block_by_block<W: Stored>(x: &[f32], weight: &[W], in_features: usize) -> Vec<f32> {
    // ANCHOR: block_by_block
    let (rows, out_features) = (x.len() / in_features, weight.len() / in_features);
    let mut y = vec![0f32; out_features * rows];
    let tasks = y.par_chunks_mut(BLOCK.0 * rows).zip(weight.par_chunks(BLOCK.0 * in_features));
    tasks.for_each_init(
        || vec![0f32; BLOCK.0 * BLOCK.1],
        |wide, (y, weight)| {
            let height = y.len() / rows;
            for start in (0..in_features).step_by(BLOCK.1) {
                let width = BLOCK.1.min(in_features - start);
                for (wide, row) in wide.chunks_mut(width).zip(weight.chunks(in_features)) {
                    W::widen(&row[start..][..width], wide);
                }
                let right = Matrix::new(&x[start..], rows, width, in_features).transposed(); // [width, rows]
                let output = if start == 0 { Output::Overwrite } else { Output::Add };
                let left = Matrix::new(wide, height, width, width);
                multiply(MatrixMut::new(y, height, rows, rows), output, 1.0, left, right);
            }
        },
    );
    y
    // ANCHOR_END: block_by_block
}

/// `[out, rows]` → `[rows, out]`, sixteen rows at a time: they share the cache lines that are read.
fn transposed(by_feature: &[f32], rows: usize) -> Vec<f32> {
    const AT_ONCE: usize = 16;
    let out_features = by_feature.len() / rows.max(1);
    let mut y = vec![0f32; by_feature.len()];
    y.par_chunks_mut((AT_ONCE * out_features).max(1)).enumerate().for_each(|(block, y)| {
        for (feature, of_feature) in by_feature.chunks(rows).enumerate() {
            for (row, y) in y.chunks_mut(out_features).enumerate() {
                y[feature] = of_feature[block * AT_ONCE + row];
            }
        }
    });
    y
}
