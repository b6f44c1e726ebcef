//! Specification of `pair_logits` and `prior_bias`.

use candle_core::{Result, Tensor};
use contrastive_loss::{logits, normalise, pair_logits, prior_bias, sigmoid_loss};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_gradients_match, cases, device, random, random_f64};

fn number(value: f64) -> Result<Tensor> {
    Tensor::new(value as f32, &device())
}

/// Same, orthogonal and opposite directions: scale + bias, bias, bias − scale.
#[test]
fn logits_are_scale_times_cosine_plus_bias() -> Result<()> {
    let images = Tensor::new(&[[1f32, 0.0], [0.0, 1.0]], &device())?;
    let texts = Tensor::new(&[[1f32, 0.0], [-1.0, 0.0], [0.6, 0.8]], &device())?;
    let logits = pair_logits(&images, &texts, &number(10f64.ln())?, Some(&number(-3.0)?))?;
    let expected = Tensor::new(&[[7f32, -13.0, 3.0], [-3.0, -3.0, 5.0]], &device())?;
    assert_close(&logits, &expected, 1e-5, "exp(ln 10)·cosine − 3, row = picture, column = text");
    Ok(())
}

/// The article writes `scale · exp(x·y)`, which can never be negative: opposites would look alike.
#[test]
fn the_exponential_belongs_to_the_scale_not_to_the_similarity() -> Result<()> {
    let image = Tensor::new(&[[1f32, 0.0]], &device())?;
    let opposite = image.neg()?;
    let logit = pair_logits(&image, &opposite, &number(10f64.ln())?, None)?;
    assert_close(
        &logit,
        &Tensor::new(&[[-10f32]], &device())?,
        1e-5,
        "opposite directions give −scale, evidence against",
    );
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// Raising t' by ln 2 doubles every logit that has no bias, however large the scale is already.
    #[test]
    fn the_scale_is_stored_as_a_logarithm(seed in 0u64..1000, log_scale in -2.0f64..7.0) {
        let (images, texts) = (normalise(&random((3, 4), seed))?, normalise(&random((5, 4), seed + 1000))?);
        let once = pair_logits(&images, &texts, &number(log_scale)?, None)?;
        let twice = pair_logits(&images, &texts, &number(log_scale + 2f64.ln())?, None)?;
        assert_close(&twice, &(once * 2.0)?, 1e-4, "t' + ln 2 doubles the logits");
    }

    /// Exchanging pictures and texts transposes the matrix.
    #[test]
    fn rows_are_pictures_and_columns_are_texts(seed in 0u64..1000) {
        let (images, texts) = (normalise(&random((3, 4), seed))?, normalise(&random((5, 4), seed + 1000))?);
        let (log_scale, bias) = (number(1.0)?, number(-1.0)?);
        let there = pair_logits(&images, &texts, &log_scale, Some(&bias))?;
        let back = pair_logits(&texts, &images, &log_scale, Some(&bias))?;
        prop_assert_eq!(there.dims(), &[3, 5], "three pictures, five texts");
        assert_close(&there.t()?, &back, 1e-5, "swapping the arguments transposes the logits");
    }

    /// With this bias and embeddings that know nothing, the n guesses of a row add up to one match.
    #[test]
    fn the_prior_bias_expects_one_match_per_row(n in 2usize..5000) {
        let probability = 1.0 / (1.0 + (-prior_bias(n)).exp());
        prop_assert!((probability * n as f64 - 1.0).abs() < 1e-9, "σ(prior_bias({n})) should be 1/{n}, is {probability}");
    }
}

/// Among 64 texts, one match stands against 63 others.
#[test]
fn the_prior_bias_is_the_log_odds_of_a_match() {
    let bias = prior_bias(64);
    let expected = (1f64 / 63.0).ln();
    assert!(
        (bias - expected).abs() < 1e-12,
        "expected: the logarithm of 1 : 63\nbut the number is {bias} instead of {expected}"
    );
}

/// SigLIP's first step: logits are 10·cosine − 10.
#[test]
fn the_first_logits_are_siglips() -> Result<()> {
    let x = Tensor::new(&[[1f32, 0.0], [0.0, 1.0]], &device())?;
    let logits = pair_logits(&x, &x, &number(logits::INITIAL_LOG_SCALE)?, Some(&number(logits::INITIAL_BIAS)?))?;
    let expected = Tensor::new(&[[0f32, -10.0], [-10.0, 0.0]], &device())?;
    assert_close(&logits, &expected, 1e-5, "t' = ln 10 and b = −10");
    Ok(())
}

/// A checkpoint may store its scale and bias as `[]` or as `[1]`; a single pair always matches.
#[test]
fn one_number_may_have_either_shape() -> Result<()> {
    let x = random((2, 3), 1);
    let (log_scale, bias) = (number(0.5)?, number(-2.0)?);
    let from_scalars = pair_logits(&x, &x, &log_scale, Some(&bias))?;
    let from_vectors = pair_logits(&x, &x, &log_scale.reshape(1)?, Some(&bias.reshape(1)?))?;
    assert_close(&from_vectors, &from_scalars, 0.0, "[] and [1] mean the same");
    assert_eq!(prior_bias(1), 0.0, "with one pair there is nothing to be sceptical about");
    Ok(())
}

/// Scale and bias are learned, so they must stay part of the computation: nothing may be read out on the way.
#[test]
fn everything_gets_its_slope() {
    let inputs = [random_f64((3, 2), 1), random_f64((4, 2), 2), random_f64((), 3), random_f64((), 4)];
    let weights = random_f64((3, 4), 5);
    let loss = |x: &[Tensor]| (pair_logits(&x[0], &x[1], &x[2], Some(&x[3]))? * &weights)?.sum_all();
    assert_gradients_match(loss, &inputs, "pictures, texts, t' and b get the logits' slopes");
}

/// Both encoders, the scale and the bias all learn from the loss, by the measured slopes.
#[test]
fn the_gradient_is_the_measured_slope() {
    let inputs = [random_f64((3, 2), 1), random_f64((3, 2), 2), random_f64((), 3), random_f64((), 4)];
    let loss = |x: &[Tensor]| sigmoid_loss(&pair_logits(&normalise(&x[0])?, &normalise(&x[1])?, &x[2], Some(&x[3]))?);
    assert_gradients_match(loss, &inputs, "pictures, texts, t' and b get the loss's slopes");
}
