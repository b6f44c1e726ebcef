//! The fused GELU and its gate are the readable ones, forwards and backwards.

mod ops_twins;

use candle_core::{Device, Tensor, Var};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, plain};
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// GELU: same output, same gradient.
    #[test]
    fn gelu_equals_its_readable_twin((rows, width) in (1usize..40, 1usize..80), layout in any_layout(), seed: u64) {
        let x = (normal(seed, "x", &[rows, width]) * 3.0).unwrap();
        assert_twins(|x| fused::gelu(&x[0]), |x| plain::gelu(&x[0]), &[x], layout);
    }

    /// GeGLU: same output, same gradients of gate and values.
    #[test]
    fn geglu_equals_its_readable_twin((rows, width) in (1usize..40, 1usize..80), layout in any_layout(), seed: u64) {
        let tensors = [normal(seed, "gate", &[rows, width]), normal(seed, "up", &[rows, width])];
        assert_twins(|x| fused::geglu(&x[0], &x[1]), |x| plain::gelu(&x[0])? * &x[1], &tensors, layout);
    }
}

/// More numbers than one core takes at a time, and not a multiple of them.
#[test]
fn a_long_tensor_equals_its_readable_twin() {
    let tensors = [normal(1, "gate", &[20_001]), normal(1, "up", &[20_001])];
    let layout = ops_twins::MemoryLayout::InOrder;
    assert_twins(|x| fused::gelu(&x[0]), |x| plain::gelu(&x[0]), &tensors[..1], layout);
    assert_twins(|x| fused::geglu(&x[0], &x[1]), |x| plain::gelu(&x[0])? * &x[1], &tensors, layout);
}

/// Both backward passes agree with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let tensors = [normal(2, "gate", &[3, 7]), normal(2, "up", &[3, 7])];
    let error = gradient_error(|x| fused::gelu(&x[0])?.sqr()?.sum_all(), &tensors[..1]).unwrap();
    assert!(error < 1e-7, "GELU's slopes differ from finite differences by {error:e}");
    let error = gradient_error(|x| fused::geglu(&x[0], &x[1])?.sqr()?.sum_all(), &tensors).unwrap();
    assert!(error < 1e-7, "GeGLU's slopes differ from finite differences by {error:e}");
}

/// Far from zero GELU is the identity or zero, with slope one or zero: no overflow of the exponential shows.
#[test]
fn far_from_zero_it_is_the_identity_or_zero() {
    let x = Var::new(&[-1e4f32, -30.0, 0.0, 30.0, 1e4], &Device::Cpu).unwrap();
    let y = fused::gelu(&x).unwrap();
    assert_eq!(y.to_vec1::<f32>().unwrap(), [0.0, 0.0, 0.0, 30.0, 1e4], "GELU must be 0 far left and x far right");
    let gradients = y.sum_all().unwrap().backward().unwrap();
    let slopes = gradients.get(&x).unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(slopes, [0.0, 0.0, 0.5, 1.0, 1.0], "its slope must be 0 far left, ½ at zero and 1 far right");
}

/// A NaN stays a NaN: training must be able to notice it.
#[test]
fn a_nan_stays_visible() {
    let x = Tensor::new(&[f32::NAN, 1.0], &Device::Cpu).unwrap();
    let y = fused::gelu(&x).unwrap().to_vec1::<f32>().unwrap();
    assert!(y[0].is_nan() && y[1].is_finite(), "expected [NaN, a number], got {y:?}");
}
