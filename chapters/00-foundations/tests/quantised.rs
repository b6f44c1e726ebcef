//! Weights of eight bits: how far rounding may move a number, and a product.

mod ops_twins;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{DType, Device, Result, Tensor};
use foundations::ops::plain;
use foundations::quantised::{BLOCK, QuantisedWeight};
use foundations::{Linear, Params};
use ops_twins::normal;
use proptest::prelude::*;

/// How far rounding moves the numbers of a block, at most, in units of the block's largest: half a step of 1/127; and the
/// scale is stored as f16, which is off by at most 1/2048 of itself and takes every number along.
const ROUNDING: f64 = 0.5 / 127.0 + 1.0 / 2048.0;

fn numbers(x: &Tensor) -> Result<Vec<f64>> {
    x.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>()
}

/// For each number the largest size in its block, in the shape of `x`.
fn largest_in_block(x: &Tensor) -> Result<Tensor> {
    let blocks = x.abs()?.reshape(((), BLOCK))?; // [blocks, 32]
    blocks.max_keepdim(1)?.broadcast_as(blocks.shape())?.contiguous()?.reshape(x.shape())
}

fn weight(seed: u64, outputs: usize, blocks: usize) -> Result<Tensor> {
    normal(seed, "weight", &[outputs, blocks * BLOCK]).to_dtype(DType::F32)
}

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// Every number stays within half a step of its block.
    #[test]
    fn rounding_moves_a_number_by_half_a_step(outputs in 1usize..9, blocks in 1usize..5, seed: u64) {
        let weight = weight(seed, outputs, blocks)?;
        let rounded = QuantisedWeight::new(&weight)?;
        let largest = numbers(&largest_in_block(&weight)?)?;
        for ((w, rounded), largest) in numbers(&weight)?.into_iter().zip(numbers(&rounded.widened()?)?).zip(largest) {
            prop_assert!((w - rounded).abs() <= ROUNDING * largest, "{w} became {rounded} in a block up to {largest}");
        }
    }

    /// The product is that of the rounded weight, to within what rounding the input can do.
    #[test]
    fn it_multiplies_by_the_rounded_weight(
        (rows, outputs, blocks) in (1usize..7, 1usize..40, 1usize..5), seed: u64,
    ) {
        let (weight, x) = (weight(seed, outputs, blocks)?, normal(seed, "x", &[rows, blocks * BLOCK]).to_dtype(DType::F32)?);
        let bias = normal(seed, "bias", &[outputs]).to_dtype(DType::F32)?;
        let rounded = QuantisedWeight::new(&weight)?;
        let right = plain::linear(&x, &rounded.widened()?, Some(&bias))?;
        let room = plain::linear(&largest_in_block(&x)?, &rounded.widened()?.abs()?, None)?;
        let ours = rounded.linear(&x, Some(&bias))?;
        for ((ours, right), room) in numbers(&ours)?.into_iter().zip(numbers(&right)?).zip(numbers(&room)?) {
            // Beside the rounding of the input, f32 sums of at most 128 terms: a ten-thousandth is far more than they need.
            prop_assert!((ours - right).abs() <= (ROUNDING + 1e-4) * room, "{ours} instead of {right}, room {room}");
        }
    }
}

/// The cores share the work out; each block is the one that candle alone would have made.
#[test]
fn cores_together_round_as_candle_does_alone() -> Result<()> {
    for dtype in [DType::F32, DType::BF16, DType::F16, DType::F64] {
        let weight = weight(5, 64, 31)?.to_dtype(dtype)?; // more blocks than a core takes at a time, and a rest
        for weight in [weight.clone(), weight.t()?] {
            let alone = weight.contiguous()?.to_dtype(DType::F32)?;
            let alone = QTensor::quantize(&alone, GgmlDType::Q8_0)?.dequantize(&Device::Cpu)?;
            let together = QuantisedWeight::new(&weight)?.widened()?;
            assert_eq!(together.dims(), weight.dims());
            assert_eq!(numbers(&together)?, numbers(&alone)?, "{dtype:?}");
        }
    }
    Ok(())
}

/// 34 bytes for 32 numbers, and the shape is remembered.
#[test]
fn a_block_takes_34_bytes() -> Result<()> {
    let rounded = QuantisedWeight::new(&weight(1, 6, 4)?)?;
    assert_eq!((rounded.bytes(), rounded.dims()), (6 * 4 * 34, (6, 128)));
    Ok(())
}

/// A layer whose weight is rounded computes with the rounded weight, and keeps its bias as it was.
#[test]
fn a_layer_can_be_rounded() -> Result<()> {
    let params = Params::new(3, DType::F32, &Device::Cpu);
    Linear::new(64, 10, params.builder())?;
    params.set("bias", &normal(3, "bias", &[10]))?;
    let layer = Linear::new(64, 10, params.detached_builder())?;
    let x = normal(3, "x", &[2, 3, 64]).to_dtype(DType::F32)?;
    let (before, after) = (layer.forward(&x)?, layer.clone().quantised()?.forward(&x)?);
    assert_eq!(after.dims(), [2, 3, 10]);
    let expected = QuantisedWeight::new(&params.get("weight")?)?.linear(&x, Some(&params.get("bias")?))?;
    assert_eq!(numbers(&after)?, numbers(&expected)?);
    assert_ne!(numbers(&after)?, numbers(&before)?, "nothing was rounded");
    Ok(())
}

/// A layer that cannot be cut into blocks is refused, and the message says what to do.
#[test]
fn rows_that_cannot_be_cut_are_refused() -> Result<()> {
    let message = QuantisedWeight::new(&Tensor::zeros((3, 40), DType::F32, &Device::Cpu)?).expect_err("40").to_string();
    assert!(message.contains("40") && message.contains("32"), "unhelpful message: {message}");
    Ok(())
}
