//! Two formulae that are in print and wrong. Each is written down here as printed, so that it can be seen to fail
//! where the right loss does not.

use candle_core::{DType, Result, Tensor};
use contrastive_loss::{normalise, pair_labels, pair_logits, sigmoid_loss};
use spec::{assert_number, device_f64};

/// `−(1/N) ΣΣ (1−2δ)·log σ((1−2δ)·l)`: the label has the wrong sign, and it appears twice.
fn sigmoid_loss_as_printed(logits: &Tensor) -> Result<Tensor> {
    let n = logits.dim(0)?;
    let flipped = pair_labels(n, logits.dtype(), logits.device())?.neg()?; // 1 − 2δ
    let log_sigma = ((&flipped * logits)?.neg()?.exp()? + 1.0)?.log()?.neg()?;
    (flipped * log_sigma)?.sum_all()? / -(n as f64)
}

/// Four pairs, all answered perfectly: +20 on the diagonal, −20 elsewhere. The right loss is next to nothing; the printed one is 40.
#[test]
fn perfect_answers_cost_nothing() -> Result<()> {
    let perfect = pair_labels(4, DType::F64, &device_f64())?.affine(20.0, 0.0)?;
    assert_number(
        &sigmoid_loss_as_printed(&perfect)?,
        40.0,
        1e-6,
        "the printed formula charges 40 for perfect answers",
    );
    let right = sigmoid_loss(&perfect)?.to_scalar::<f64>()?;
    assert!(
        (right / 8.2446e-9 - 1.0).abs() < 1e-3,
        "perfect answers should cost 8.24e-9 (4·ln(1 + e⁻²⁰)), not {right:e}"
    );
    Ok(())
}

/// Saying "yes, they match!" to everything. The printed formula pays 100 for that, and 200 for shouting twice as loud:
/// it has no lower bound. The right loss charges for each of the 12 false claims.
#[test]
fn saying_yes_to_everything_is_not_rewarded() -> Result<()> {
    for loudness in [100.0, 200.0] {
        let logits = Tensor::full(loudness, (4, 4), &device_f64())?;
        assert_number(&sigmoid_loss_as_printed(&logits)?, -loudness, 1e-6, "the printed formula goes below zero");
        assert_number(&sigmoid_loss(&logits)?, 12.0 * loudness / 4.0, 1e-6, "12 false claims, shared by 4 pictures");
    }
    Ok(())
}

/// `scale · exp(x·y)`: for orthogonal vectors, which have nothing in common, it claims evidence of +10.
#[test]
fn unrelated_directions_are_no_evidence() -> Result<()> {
    let image = normalise(&Tensor::new(&[[2f64, 0.0]], &device_f64())?)?;
    let text = normalise(&Tensor::new(&[[0f64, 5.0]], &device_f64())?)?;
    let as_printed = (image.matmul(&text.t()?)?.exp()? * 10.0)?;
    assert_number(&as_printed, 10.0, 1e-9, "the printed formula sees evidence for a match");
    let right = pair_logits(&image, &text, &Tensor::new(10f64.ln(), &device_f64())?, None)?;
    assert_number(&right, 0.0, 1e-9, "a cosine of 0 is no evidence, either way");
    Ok(())
}

/// Without normalisation a vector twice as long would be twice as sure.
#[test]
fn shouting_is_not_an_argument() -> Result<()> {
    let text = normalise(&Tensor::new(&[[3f64, 4.0]], &device_f64())?)?;
    let log_scale = Tensor::new(10f64.ln(), &device_f64())?;
    for length in [1.0, 7.0] {
        let image = normalise(&(Tensor::new(&[[0.6f64, 0.8]], &device_f64())? * length)?)?;
        assert_number(&pair_logits(&image, &text, &log_scale, None)?, 10.0, 1e-9, "equal directions give the scale");
    }
    Ok(())
}
