//! The fused softmax and cross-entropy are the readable ones, forwards and backwards.

mod ops_twins;

use candle_core::{Device, Tensor, Var};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, plain};
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

/// Targets below `classes`, the same for the same seed.
fn targets(seed: u64, rows: usize, classes: usize) -> Tensor {
    let ids: Vec<u32> = (0..rows as u64).map(|row| ((seed ^ (row * 7919)) % classes as u64) as u32).collect();
    Tensor::new(ids, &Device::Cpu).unwrap()
}

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// Softmax: same output, same gradient.
    #[test]
    fn softmax_equals_its_readable_twin((rows, width) in (1usize..40, 1usize..120), layout in any_layout(), seed: u64) {
        let x = (normal(seed, "x", &[rows, width]) * 3.0).unwrap();
        assert_twins(|x| fused::softmax(&x[0]), |x| plain::softmax(&x[0]), &[x], layout);
    }

    /// Cross-entropy: same losses, same gradient.
    #[test]
    fn cross_entropy_equals_its_readable_twin(
        (rows, classes) in (1usize..40, 1usize..300), layout in any_layout(), seed: u64,
    ) {
        let targets = targets(seed, rows, classes);
        let logits = (normal(seed, "logits", &[rows, classes]) * 3.0).unwrap();
        assert_twins(
            |x| fused::cross_entropy(&x[0], &targets),
            |x| plain::cross_entropy(&x[0], &targets),
            &[logits],
            layout,
        );
    }

    /// Adding the same number to all scores of a row changes nothing.
    #[test]
    fn softmax_only_sees_differences(shift in -50f64..50.0, seed: u64) {
        let x = normal(seed, "x", &[4, 33]);
        let left = fused::softmax(&x).unwrap();
        let right = fused::softmax(&(&x + shift).unwrap()).unwrap();
        let difference = (left - right).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f64>().unwrap();
        prop_assert!(difference < 1e-13, "shifting every score moved a weight by {difference:e}");
    }
}

/// More rows than one core takes at a time.
#[test]
fn many_rows_equal_their_readable_twin() {
    let targets = targets(5, 300, 100);
    let tensors = [normal(1, "x", &[300, 100])];
    let layout = ops_twins::MemoryLayout::InOrder;
    assert_twins(|x| fused::softmax(&x[0]), |x| plain::softmax(&x[0]), &tensors, layout);
    assert_twins(
        |x| fused::cross_entropy(&x[0], &targets),
        |x| plain::cross_entropy(&x[0], &targets),
        &tensors,
        layout,
    );
}

/// Both backward passes agree with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let (targets, x) = (targets(3, 4, 6), normal(2, "x", &[4, 6]));
    let error = gradient_error(|x| fused::softmax(&x[0])?.sqr()?.sum_all(), std::slice::from_ref(&x)).unwrap();
    assert!(error < 1e-7, "softmax's slopes differ from finite differences by {error:e}");
    let error = gradient_error(|x| fused::cross_entropy(&x[0], &targets)?.sqr()?.sum_all(), &[x]).unwrap();
    assert!(error < 1e-7, "cross-entropy's slopes differ from finite differences by {error:e}");
}

/// With equal logits over `n` classes the loss is `ln n`, whoever is right.
#[test]
fn equal_logits_cost_the_logarithm_of_the_number_of_classes() {
    let logits = Tensor::zeros((3, 50), candle_core::DType::F32, &Device::Cpu).unwrap();
    let losses = fused::cross_entropy(&logits, &targets(9, 3, 50)).unwrap().to_vec1::<f32>().unwrap();
    assert!(losses.iter().all(|loss| (loss - 50f32.ln()).abs() < 1e-6), "expected ln 50 = 3.912, got {losses:?}");
}

/// Logits of ±10,000 give a finite loss and a gradient between −1 and 1.
#[test]
fn enormous_logits_stay_finite() {
    let logits = Var::new(&[[1e4f32, -1e4, 0.0], [-1e4, 1e4, 1e4]], &Device::Cpu).unwrap();
    let wrong = Tensor::new(&[1u32, 0], &Device::Cpu).unwrap();
    let losses = fused::cross_entropy(&logits, &wrong).unwrap();
    let values = losses.to_vec1::<f32>().unwrap();
    assert!((values[0] - 2e4).abs() < 1.0 && (values[1] - 2e4).abs() < 1.0, "a loss of 20,000 was due: {values:?}");
    let gradients = losses.sum_all().unwrap().backward().unwrap();
    let slopes = gradients.get(&logits).unwrap().to_vec2::<f32>().unwrap();
    // Two classes share the second row's probability; 2e4 has a rounding unit of 2e-3, and so has its exponential.
    let right = [[1.0, -1.0, 0.0], [-1.0, 0.5, 0.5]];
    for (slope, right) in slopes.iter().flatten().zip(right.iter().flatten()) {
        assert!((slope - right).abs() < 2e-3, "expected the gradient {right:?}, got {slopes:?}");
    }
}

/// The readable cross-entropy survives them, too: a total of exponentials must be taken of shifted logits, each row by
/// its own maximum. In the last row all three are alike, far below the others, and cost ln 3.
#[test]
fn enormous_logits_stay_finite_in_the_readable_twin() {
    let logits = [[1e4f32, -1e4, 0.0], [-1e4, 1e4, 1e4], [-1e4, -1e4, -1e4]];
    let (logits, right) = (Tensor::new(&logits, &Device::Cpu).unwrap(), [2e4, 2e4 + 2f32.ln(), 3f32.ln()]);
    let wrong = Tensor::new(&[1u32, 0, 2], &Device::Cpu).unwrap();
    let losses = plain::cross_entropy(&logits, &wrong).unwrap().to_vec1::<f32>().unwrap();
    let close = losses.iter().zip(right).all(|(loss, right)| (loss - right).abs() < 1e-2);
    assert!(close, "losses of 20,000 and 20,000.7 and 1.0986 were due: {losses:?}");
}

/// A target outside the vocabulary is an error that names it.
#[test]
fn a_target_outside_the_vocabulary_is_named() {
    let logits = Tensor::zeros((1, 5), candle_core::DType::F32, &Device::Cpu).unwrap();
    let message = fused::cross_entropy(&logits, &Tensor::new(&[7u32], &Device::Cpu).unwrap()).unwrap_err().to_string();
    assert!(message.contains("target 7") && message.contains("5 classes"), "unhelpful message: {message}");
}
