//! Specification of the gated feed-forward block.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use gemma_masking::{DecoderConfig, FeedForward, geglu, geglu_plain};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_finite, assert_gradients_match, device, random, random_f64, tensors};

/// GELU (tanh form) of 0, 1 and −1 is 0, 0.841192 and −0.158808.
#[test]
fn the_gate_passes_gelu_of_itself() -> Result<()> {
    let gate = Tensor::new(&[0f32, 1.0, -1.0], &device())?;
    let up = Tensor::new(&[5f32, 2.0, 10.0], &device())?;
    let expected = Tensor::new(&[0f32, 2.0 * 0.841_192, 10.0 * -0.158_808], &device())?;
    assert_close(&geglu(&gate, &up)?, &expected, 1e-5, "gelu(gate) · up");
    assert_close(&geglu_plain(&gate, &up)?, &expected, 1e-5, "gelu(gate) · up");
    Ok(())
}

/// Far to the right a gate is open, far to the left it is shut; neither side overflows.
#[test]
fn a_wide_open_gate_multiplies_and_a_shut_one_silences() -> Result<()> {
    let (gate, up) = (Tensor::new(&[1e4f32, -1e4], &device())?, Tensor::new(&[3f32, 3.0], &device())?);
    let passed = geglu(&gate, &up)?;
    assert_finite(&passed, "gates of ±10,000 stay finite");
    assert_close(&passed, &Tensor::new(&[3e4f32, 0.0], &device())?, 1e-5, "open: gate · up; shut: 0");
    Ok(())
}

/// Gate and gated come from the same tokens: where their shapes differ, something is wrong, and nothing is stretched.
#[test]
fn shapes_that_differ_are_refused() {
    let (row, rows) = (random(3, 1), random((2, 3), 2));
    for form in [geglu, geglu_plain] {
        assert!(form(&rows, &row).is_err(), "one row is not gated by two");
        assert!(form(&row, &rows).is_err(), "two rows are not gated by one");
    }
}

/// Gate, up and down set by hand to 1 × 1 weights 2, 3 and 5: `5 · gelu(2x) · 3x`.
#[test]
fn the_block_is_down_of_gelu_gate_times_up() -> Result<()> {
    let config = DecoderConfig { hidden_size: 1, intermediate_size: 1, ..DecoderConfig::tiny() };
    let params = Params::new(1, DType::F32, &device());
    let block = FeedForward::new(&config, params.builder())?;
    for (name, weight) in [("gate_proj.weight", 2f32), ("up_proj.weight", 3.0), ("down_proj.weight", 5.0)] {
        params.set(name, &Tensor::new(&[[weight]], &device())?)?;
    }
    let x = Tensor::new(&[[[0.5f32], [-0.5]]], &device())?; // [1, 2, 1]
    let expected = Tensor::new(&[[[5.0 * 0.841_192 * 1.5f32], [5.0 * -0.158_808 * -1.5]]], &device())?;
    assert_close(
        &block.forward(&x)?,
        &expected,
        1e-5,
        "down(gelu(gate(x)) · up(x)): the gate goes through GELU, up does not",
    );
    Ok(())
}

/// No biases, no words between tokens.
#[test]
fn each_token_is_changed_on_its_own() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let block = FeedForward::new(&DecoderConfig::tiny(), params.builder())?;
    let x = random((2, 3, 12), 1);
    let alone = block.forward(&x.narrow(1, 2, 1)?)?;
    assert_close(&block.forward(&x)?.narrow(1, 2, 1)?, &alone, 1e-6, "a token's neighbours do not matter here");
    let silent = block.forward(&x.zeros_like()?)?;
    assert_close(&silent, &silent.zeros_like()?, 0.0, "without biases a zero token stays zero");
    Ok(())
}

/// Backward agrees with finite differences for both halves.
#[test]
fn gradients_match_finite_differences() {
    let weighting = random_f64((2, 5), 3);
    for form in [geglu, geglu_plain] {
        let loss = |x: &[Tensor]| (form(&x[0], &x[1])? * &weighting)?.sum_all();
        let inputs = [random_f64((2, 5), 1), random_f64((2, 5), 2)];
        assert_gradients_match(loss, &inputs, "the gate and what it gates both get the right gradient");
    }
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Doubling what is gated doubles the result; doubling the gate does not.
    #[test]
    fn it_is_linear_in_what_it_gates(gate in tensors((2, 4)), up in tensors((2, 4)), scale in -3.0f64..3.0) {
        let scaled = geglu(&gate, &(&up * scale)?)?;
        assert_close(&scaled, &(geglu(&gate, &up)? * scale)?, 1e-5, "gelu(gate) · (c · up) = c · (gelu(gate) · up)");
    }

    /// The fused operator and the readable composition agree.
    #[test]
    fn fused_and_plain_agree(gate in tensors((2, 3, 5)), up in tensors((2, 3, 5))) {
        assert_close(&geglu(&gate, &up)?, &geglu_plain(&gate, &up)?, 1e-5, "both forms give the same numbers");
    }
}
