//! The fused normalisations are the readable ones, forwards and backwards.

mod ops_twins;

use candle_core::{D, DType, Device, Result, Tensor};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, layer_norm, plain};
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

const EPS: f64 = 1e-6;

/// Gemma's normalisation, step by step.
fn plain_rms_norm(x: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
    x.broadcast_div(&(mean_square + EPS)?.sqrt()?)?.broadcast_mul(&(weight + 1.0)?)
}

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// Layer norm: same output, same gradients of input, weight and bias. (Rows of one or two numbers are left out:
    /// there the result is ±1 or 0 whatever the input, and the slope is all rounding.)
    #[test]
    fn layer_norm_equals_its_readable_twin(
        (b, t, width) in (1usize..4, 1usize..30, 8usize..80), layout in any_layout(), seed: u64,
    ) {
        let tensors =
            [normal(seed, "x", &[b, t, width]), normal(seed, "weight", &[width]), normal(seed, "bias", &[width])];
        assert_twins(
            |x| fused::layer_norm(&x[0], &x[1], &x[2], EPS),
            |x| plain::layer_norm(&x[0], &x[1], &x[2], EPS),
            &tensors,
            layout,
        );
    }

    /// RMS norm: same output, same gradients of input and weight.
    #[test]
    fn rms_norm_equals_its_readable_twin(
        (rows, width) in (1usize..60, 8usize..80), layout in any_layout(), seed: u64,
    ) {
        let tensors = [normal(seed, "x", &[rows, width]), normal(seed, "weight", &[width])];
        assert_twins(|x| fused::rms_norm(&x[0], &x[1], EPS), |x| plain_rms_norm(&x[0], &x[1]), &tensors, layout);
    }
}

/// More rows than one core takes at a time: the partial sums of the weight's gradient add up.
#[test]
fn many_rows_equal_their_readable_twin() {
    let tensors = [normal(1, "x", &[600, 32]), normal(1, "weight", &[32]), normal(1, "bias", &[32])];
    assert_twins(
        |x| fused::layer_norm(&x[0], &x[1], &x[2], EPS),
        |x| plain::layer_norm(&x[0], &x[1], &x[2], EPS),
        &tensors,
        ops_twins::MemoryLayout::InOrder,
    );
    assert_twins(
        |x| fused::rms_norm(&x[0], &x[1], EPS),
        |x| plain_rms_norm(&x[0], &x[1]),
        &tensors[..2],
        ops_twins::MemoryLayout::InOrder,
    );
}

/// Both backward passes agree with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let tensors = [normal(2, "x", &[3, 7]), normal(2, "weight", &[7]), normal(2, "bias", &[7])];
    let uneven = normal(2, "uneven", &[3, 7]);
    let error =
        gradient_error(|x| (fused::layer_norm(&x[0], &x[1], &x[2], EPS)?.sqr()? * &uneven)?.sum_all(), &tensors);
    assert!(error.as_ref().is_ok_and(|&error| error < 1e-7), "layer norm's slopes are off: {error:?}");
    let error = gradient_error(|x| (fused::rms_norm(&x[0], &x[1], EPS)?.sqr()? * &uneven)?.sum_all(), &tensors[..2]);
    assert!(error.as_ref().is_ok_and(|&error| error < 1e-7), "rms norm's slopes are off: {error:?}");
}

/// A constant row has no deviation to divide by: the answer is the bias, and nothing is NaN.
#[test]
fn a_constant_row_becomes_the_bias() {
    let x = Tensor::full(1e4f32, (2, 16), &Device::Cpu).unwrap();
    let weight = Tensor::ones(16, DType::F32, &Device::Cpu).unwrap();
    let bias = Tensor::full(3f32, 16, &Device::Cpu).unwrap();
    let y = fused::layer_norm(&x, &weight, &bias, EPS).unwrap().to_vec2::<f32>().unwrap();
    assert_eq!(y, vec![vec![3f32; 16]; 2], "a constant row must become the bias");
}

/// Numbers far from zero lose their last digits, and not more: the mean is taken away before anything is squared.
#[test]
fn a_common_offset_is_harmless() -> Result<()> {
    let x = (normal(4, "x", &[20, 64]) + 1e4)?.to_dtype(DType::F32)?;
    let (weight, bias) = (Tensor::ones(64, DType::F64, &Device::Cpu)?, Tensor::zeros(64, DType::F64, &Device::Cpu)?);
    let right = plain::layer_norm(&x.to_dtype(DType::F64)?, &weight, &bias, EPS)?;
    let ours = fused::layer_norm(&x, &weight.to_dtype(DType::F32)?, &bias.to_dtype(DType::F32)?, EPS)?;
    let worst = (ours.to_dtype(DType::F64)? - right)?.abs()?.max_all()?.to_scalar::<f64>()?;
    // The mean of 64 numbers of 10,000 is rounded to a thousandth.
    assert!(worst < 5e-3, "off by {worst}");
    Ok(())
}

/// A weight or a bias of another width is refused: a bias of one number, say, would be added to every feature.
#[test]
fn layer_norm_refuses_another_width() -> Result<()> {
    let zeros = |width: usize| Tensor::zeros(width, DType::F32, &Device::Cpu);
    let x = zeros(8)?.unsqueeze(0)?;
    for (weight, bias) in [(1, 8), (8, 1), (7, 9)] {
        let error = layer_norm(&x, &zeros(weight)?, &zeros(bias)?, EPS).expect_err("not of 8 numbers");
        let widths = format!("[8], not [{weight}] and [{bias}]");
        assert!(error.to_string().contains(&widths), "the message names the shapes: {error}");
        assert!(fused::layer_norm(&x, &zeros(weight)?, &zeros(bias)?, EPS).is_err(), "the fused one alone, too");
    }
    layer_norm(&x, &zeros(8)?, &zeros(8)?, EPS).map(drop)
}
