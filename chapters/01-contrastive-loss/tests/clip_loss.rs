//! Specification of `clip_loss` and `clamp_log_scale`.

use candle_core::{DType, Result, Tensor, Var};
use contrastive_loss::{clamp_log_scale, clip_loss};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_finite, assert_gradients_match, assert_number, cases, device, random, random_f64, tensors,
};

/// Logits that cannot tell the texts apart leave a choice among n: ln n.
#[test]
fn knowing_nothing_costs_ln_n() -> Result<()> {
    for n in [8usize, 1, 2, 100] {
        let logits = Tensor::full(3f32, (n, n), &device())?;
        assert_number(&clip_loss(&logits)?, (n as f64).ln(), 1e-5, "equal logits give ln n");
    }
    Ok(())
}

/// Two pairs and one number: the loss is ln(1 + e⁻ᵃ).
#[test]
fn two_pairs_have_a_closed_form() -> Result<()> {
    let logits = Tensor::new(&[[2f32, 0.0], [0.0, 2.0]], &device())?;
    assert_number(
        &clip_loss(&logits)?,
        (1.0 + (-2f64).exp()).ln(),
        1e-6,
        "the loss of [[2, 0], [0, 2]] is ln(1 + e⁻²)",
    );
    Ok(())
}

/// Both directions count: here every picture prefers its own text, but text 0 prefers picture 1, by 50.
#[test]
fn rows_and_columns_both_count() -> Result<()> {
    let logits = Tensor::new(&[[0f32, -50.0], [50.0, 100.0]], &device())?;
    let expected = 0.5 * (0.0 + 50.0 / 2.0);
    assert_number(&clip_loss(&logits)?, expected, 1e-5, "the mean of the rows' 0 and the columns' 25");
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// A bias on all logits is invisible to a softmax: CLIP has none because it could not learn.
    #[test]
    fn a_bias_has_no_effect(logits in tensors((4, 4)), bias in -20.0f64..20.0) {
        let shifted = clip_loss(&(&logits + bias)?)?;
        assert_close(&shifted, &clip_loss(&logits)?, 1e-5, "adding one number to all logits changes nothing");
    }

    /// The loss asks pictures and texts the same question.
    #[test]
    fn exchanging_pictures_and_texts_changes_nothing(logits in tensors((5, 5))) {
        assert_close(&clip_loss(&logits.t()?)?, &clip_loss(&logits)?, 1e-5, "the transposed logits give the same loss");
    }

    /// A batch has no order.
    #[test]
    fn the_order_of_the_pairs_does_not_matter(logits in tensors((4, 4)), turn in 0u32..4) {
        let order = Tensor::new((0..4).map(|i| (i + turn) % 4).collect::<Vec<u32>>(), &device())?;
        let reordered = logits.index_select(&order, 0)?.index_select(&order, 1)?;
        assert_close(&clip_loss(&reordered)?, &clip_loss(&logits)?, 1e-5, "reordering pairs changes nothing");
    }

    /// Raising a matching logit lowers the loss, raising another raises it.
    #[test]
    fn matched_pairs_pull_together(logits in tensors((4, 4))) {
        let logits = Var::from_tensor(&logits)?;
        let gradients = clip_loss(&logits)?.backward()?;
        let slopes = gradients.get(&logits).expect("a gradient reaches the logits").to_vec2::<f32>()?;
        for (i, row) in slopes.iter().enumerate() {
            for (j, slope) in row.iter().enumerate() {
                prop_assert!((*slope < 0.0) == (i == j), "the slope for picture {i} and text {j} is {slope}");
            }
        }
    }
}

/// Very sure and wrong is expensive, not infinite.
#[test]
fn logits_of_ten_thousand_stay_finite() -> Result<()> {
    let logits = Var::from_tensor(&random((4, 4), 3).sign()?.affine(1e4, 0.0)?)?;
    let loss = clip_loss(&logits)?;
    let gradients = loss.backward()?;
    assert_finite(&loss, "the loss of logits ±1e4 is finite");
    assert_finite(gradients.get(&logits).expect("a gradient reaches the logits"), "and so is its gradient");
    Ok(())
}

/// The backward pass agrees with measured slopes.
#[test]
fn the_gradient_is_the_measured_slope() {
    assert_gradients_match(
        |x| clip_loss(&x[0]),
        &[random_f64((3, 3), 1)],
        "clip_loss has the slope that backward says",
    );
}

/// The scale never exceeds 100, and a scale below is left alone.
#[test]
fn the_scale_is_kept_at_a_hundred_or_less() -> Result<()> {
    let log_scales = Tensor::new(&[-3f32, 4.6, 4.7, 1e4], &device())?;
    let scales = clamp_log_scale(&log_scales)?.exp()?;
    let expected = Tensor::new(&[(-3f32).exp(), 4.6f32.exp(), 100.0, 100.0], &device())?;
    assert_close(&scales, &expected, 1e-5, "exp(t') is at most 100");
    Ok(())
}

/// Without a text per picture there is no diagonal.
#[test]
fn a_matrix_that_is_not_square_is_refused() -> Result<()> {
    let message = clip_loss(&random((2, 3), 1)).expect_err("2 × 3 has no pairs").to_string();
    assert!(message.contains("2 × 3") && message.contains("square"), "the error should say what to pass: {message}");
    assert!(clip_loss(&Tensor::zeros((0, 0), DType::F32, &device())?).is_err(), "an empty batch has no loss");
    Ok(())
}
