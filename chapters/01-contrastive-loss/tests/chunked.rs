//! Specification of `chunked_sigmoid_loss`: the same loss, the same gradients, in pieces.

use candle_core::{DType, Result, Tensor};
use contrastive_loss::{chunked_sigmoid_loss, normalise, pair_logits, sigmoid_loss};
use foundations::Params;
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_finite, assert_gradients_match, assert_number, cases, device,
    random, random_f64,
};

/// `n` pairs of embeddings with their scale and bias, as parameters.
fn pairs(n: usize, d: usize, seed: u64) -> Result<Params> {
    let params = Params::new(seed, DType::F32, &device());
    params.insert("images", &normalise(&random((n, d), seed))?)?;
    params.insert("texts", &normalise(&random((n, d), seed + 1_000_000))?)?;
    params.insert("log_scale", &Tensor::new(1.5f32, &device())?)?;
    params.insert("bias", &Tensor::new(-2f32, &device())?)?;
    Ok(params)
}

fn chunked(params: &Params, chunk: usize) -> Result<Tensor> {
    let [images, texts, log_scale, bias] =
        [params.get("images")?, params.get("texts")?, params.get("log_scale")?, params.get("bias")?];
    chunked_sigmoid_loss(&images, &texts, &log_scale, &bias, chunk)
}

fn full(params: &Params) -> Result<Tensor> {
    let bias = params.get("bias")?;
    sigmoid_loss(&pair_logits(&params.get("images")?, &params.get("texts")?, &params.get("log_scale")?, Some(&bias))?)
}

proptest! {
    #![proptest_config(cases(48))]

    /// Chunks of any size, also sizes that leave a remainder or exceed the batch: the same number.
    #[test]
    fn pieces_add_up_to_the_whole(n in 1usize..10, chunk in 1usize..12, seed in 0u64..1000) {
        let params = pairs(n, 3, seed)?;
        assert_close(&chunked(&params, chunk)?, &full(&params)?, 1e-5, "the chunked loss is the full loss");
    }

    /// And the same gradients for pictures, texts, scale and bias.
    #[test]
    fn pieces_have_the_gradients_of_the_whole(n in 1usize..10, chunk in 1usize..12, seed in 0u64..1000) {
        let params = pairs(n, 3, seed)?;
        let (in_pieces, whole) = (chunked(&params, chunk)?.backward()?, full(&params)?.backward()?);
        for (name, variable) in params.all() {
            let expected = whole.get(&variable).expect("the full loss reaches everything");
            let actual = in_pieces.get(&variable);
            prop_assert!(actual.is_some(), "no gradient reaches {}", name);
            if let Some(actual) = actual {
                assert_close(actual, expected, 1e-5, &format!("the gradient of {name} is that of the full loss"));
            }
        }
    }
}

/// The slopes that are computed by hand are the measured ones.
#[test]
fn the_gradient_is_the_measured_slope() {
    let inputs = [random_f64((5, 2), 1), random_f64((5, 2), 2), random_f64((), 3), random_f64(1, 4)];
    let loss = |x: &[Tensor]| chunked_sigmoid_loss(&x[0], &x[1], &x[2], &x[3], 2);
    assert_gradients_match(loss, &inputs, "pictures, texts, t' and b get the loss's slopes");
}

/// Encoders stand before the embeddings: the gradient must travel on through what made them.
#[test]
fn gradients_travel_on_into_the_encoders() {
    let inputs = [random_f64((4, 3), 1), random_f64((4, 3), 2), random_f64((), 3), random_f64((), 4)];
    let loss =
        |x: &[Tensor]| chunked_sigmoid_loss(&normalise(&x[0])?, &normalise(&x[1])?, &(&x[2] * 0.5)?, &x[3], 3)? * 7.0;
    assert_gradients_match(loss, &inputs, "7 times the loss of normalised rows has 7 times its slopes");
}

/// Nothing is left out.
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = pairs(6, 4, 9)?;
    assert_every_parameter_learns(&params, &chunked(&params, 4)?);
    Ok(())
}

/// A locked tower's embeddings are not tracked (LiT): the other three still learn.
#[test]
fn an_input_without_gradient_stays_without() -> Result<()> {
    let params = pairs(4, 3, 5)?;
    let locked = params.get("images")?.detach();
    let loss =
        chunked_sigmoid_loss(&locked, &params.get("texts")?, &params.get("log_scale")?, &params.get("bias")?, 3)?;
    spec::assert_only_these_learn(&params, &loss, |name| name != "images");
    Ok(())
}

/// A scale of e⁹ ≈ 8,100: very sure, in both directions, and still finite.
#[test]
fn logits_of_thousands_stay_finite() -> Result<()> {
    let params = pairs(4, 3, 5)?;
    params.set("log_scale", &Tensor::new(9f32, &device())?)?;
    let loss = chunked(&params, 3)?;
    let gradients = loss.backward()?;
    assert_finite(&loss, "the loss is finite");
    for (name, variable) in params.all() {
        assert_finite(
            gradients.get(&variable).expect("a gradient arrives"),
            &format!("the gradient of {name} is finite"),
        );
    }
    Ok(())
}

/// Orthogonal embeddings at SigLIP's start: each of the n² terms is known.
#[test]
fn orthogonal_pairs_have_a_closed_form() -> Result<()> {
    let eye = Tensor::eye(4, DType::F32, &device())?;
    let (log_scale, bias) = (Tensor::new(10f32.ln(), &device())?, Tensor::new(-10f32, &device())?);
    let loss = chunked_sigmoid_loss(&eye, &eye, &log_scale, &bias, 3)?;
    let expected = 2f64.ln() + 3.0 * (1.0 + (-10f64).exp()).ln();
    assert_number(&loss, expected, 1e-5, "a logit of 0 for each match and −10 for the 3 others of a row");
    Ok(())
}

/// Wrong arguments are refused with a remedy.
#[test]
fn impossible_batches_are_refused() -> Result<()> {
    let number = Tensor::new(0f32, &device())?;
    let try_it = |images: usize, texts: usize, chunk| -> Result<String> {
        let (images, texts) = (random((images, 3), 1), random((texts, 3), 2));
        Ok(chunked_sigmoid_loss(&images, &texts, &number, &number, chunk)
            .expect_err("this should be refused")
            .to_string())
    };
    assert!(try_it(3, 3, 0)?.contains("chunk"), "a chunk of nothing never finishes");
    assert!(try_it(3, 4, 2)?.contains("one text per picture"), "3 pictures and 4 texts are not pairs");
    assert!(try_it(0, 0, 2)?.contains("empty"), "no pairs, no loss");
    Ok(())
}
