//! Weights of eight bits (q8_0): half the bytes of bf16, so a model that only writes is read twice as fast.
//!
//! Each row is cut into blocks of 32 numbers. A block keeps one scale, its largest size over 127, and for each number the
//! multiple of the scale that is nearest: 34 bytes instead of 128. The arithmetic is candle's: it rounds the input in the
//! same way, and multiplies whole numbers.
//!
//! This is for writing, not for learning: nothing flows back through it. candle shares the product out over a pool of its
//! own, as large as the environment variable `CANDLE_NUM_THREADS` says.
//!
//! # Source
//! ggml's `block_q8_0`.

use std::sync::Arc;

use candle_core::quantized::k_quants::{BlockQ8_0, GgmlType};
use candle_core::quantized::{GgmlDType, QMatMul, QStorage, QTensor};
use candle_core::{DType, Module, Result, Tensor, bail};
use half::{bf16, f16};
use rayon::prelude::*;

use crate::ops::fused::operator::with_numbers;
use crate::ops::streaming::Stored;

/// Numbers that share a scale.
pub const BLOCK: usize = 32;

/// The weight of a linear layer in q8_0.
#[derive(Debug, Clone)]
pub struct QuantisedWeight {
    rounded: Arc<QTensor>,
    shape: (usize, usize),
}

impl QuantisedWeight {
    /// Rounds a weight.
    ///
    /// # Shapes
    /// `weight`: `[out, in]`, where `in` is a multiple of [`BLOCK`].
    /// # Errors
    /// When `in` is not.
    pub fn new(weight: &Tensor) -> Result<Self> {
        let shape = weight.dims2()?;
        if !shape.1.is_multiple_of(BLOCK) {
            bail!("a weight of {} columns cannot be cut into blocks of {BLOCK}: keep it as it is", shape.1);
        }
        Ok(Self { rounded: Arc::new(rounded(&weight.detach().contiguous()?)?), shape })
    }

    /// `y = x · Wᵀ + b` with the rounded weight, the input rounded alike.
    ///
    /// # Shapes
    /// `x`: `[…, in]`, `bias`: `[out]` → `[…, out]`, in the type of `x`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn linear(&self, x: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        let product = QMatMul::QTensor(Arc::clone(&self.rounded));
        let y = product.forward(&x.to_dtype(DType::F32)?.contiguous()?)?; // [.., out]
        let y = match bias {
            Some(bias) => y.broadcast_add(&bias.to_dtype(DType::F32)?)?,
            None => y,
        };
        y.to_dtype(x.dtype())
    }

    /// The rounded weight as f32, `[out, in]`.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn widened(&self) -> Result<Tensor> {
        self.rounded.dequantize(&self.rounded.device())
    }

    /// Output and input features.
    pub fn dims(&self) -> (usize, usize) {
        self.shape
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.rounded.storage_size_in_bytes()
    }
}

/// What candle's `QTensor::quantize` gives, on all cores, and without the whole weight as f32.
fn rounded(weight: &Tensor) -> Result<QTensor> {
    let blocks = match weight.dtype() {
        _ if !weight.device().is_cpu() => None,
        DType::F32 => Some(with_numbers::<f32, _>(weight, |numbers| Ok(blocks_of(numbers)))?),
        DType::BF16 => Some(with_numbers::<bf16, _>(weight, |numbers| Ok(blocks_of(numbers)))?),
        DType::F16 => Some(with_numbers::<f16, _>(weight, |numbers| Ok(blocks_of(numbers)))?),
        _ => None,
    };
    match blocks {
        Some(blocks) => QTensor::new(QStorage::Cpu(Box::new(blocks)), weight.shape()),
        None => QTensor::quantize(weight, GgmlDType::Q8_0),
    }
}

/// Blocks that a core rounds at a time: 32 KB as f32.
const AT_ONCE: usize = 256;

fn blocks_of<W: Stored>(numbers: &[W]) -> Vec<BlockQ8_0> {
    let mut blocks = vec![BlockQ8_0::zeros(); numbers.len() / BLOCK];
    let tasks = blocks.par_chunks_mut(AT_ONCE).zip(numbers.par_chunks(AT_ONCE * BLOCK));
    tasks.for_each_init(
        || vec![0f32; AT_ONCE * BLOCK],
        |wide, (blocks, numbers)| {
            let wide = &mut wide[..numbers.len()];
            W::widen(numbers, wide);
            BlockQ8_0::from_float(wide, blocks);
        },
    );
    blocks
}
