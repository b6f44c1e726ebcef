//! Specification of the autoregressive loss.

mod support;

use autoregressive_training::{Averaging, Batch, collate, suffix_loss, tokenise_example};
use candle_core::{D, DType, Result, Tensor};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_finite, assert_gradients_match, assert_number, device, perturb, random, random_f64};
use support::{Outcome, examples, fresh, model, tokenizer};

/// A model that knows nothing is surprised by `ln V` at every token.
#[test]
fn knowing_nothing_costs_the_logarithm_of_the_vocabulary() -> Result<()> {
    for vocabulary in [2usize, 10, 1000] {
        let logits = Tensor::full(0.7f32, (3, vocabulary), &device())?;
        let weights = Tensor::new(&[0.5f32, 0.25, 0.25], &device())?;
        let loss = suffix_loss(&logits, &Tensor::new(&[0u32, 1, 1], &device())?, &weights)?;
        assert_number(&loss, (vocabulary as f64).ln(), 1e-5, "uniform logits cost ln V, whatever the targets");
    }
    Ok(())
}

/// Two tokens by hand: p = ¾ with weight ¼, p = ½ with weight ¾.
#[test]
fn each_token_counts_by_its_weight() -> Result<()> {
    let logits = Tensor::new(&[[3f32.ln(), 0.0], [2.0, 2.0]], &device())?;
    let loss = suffix_loss(&logits, &Tensor::new(&[0u32, 1], &device())?, &Tensor::new(&[0.25f32, 0.75], &device())?)?;
    let expected = -0.25 * 0.75f64.ln() - 0.75 * 0.5f64.ln();
    assert_number(&loss, expected, 1e-6, "−¼ ln ¾ − ¾ ln ½");
    Ok(())
}

/// Certainty of ±10,000, right or wrong, gives a number.
#[test]
fn certainty_stays_finite() -> Result<()> {
    let logits = Tensor::new(&[[1e4f32, -1e4], [1e4, -1e4]], &device())?;
    let loss = suffix_loss(&logits, &Tensor::new(&[0u32, 1], &device())?, &Tensor::new(&[0.5f32, 0.5], &device())?)?;
    assert_finite(&loss, "logits of ±10,000");
    assert_number(&loss, 1e4, 1e-4, "right costs nothing, wrong costs the distance of the logits");
    Ok(())
}

/// The gradient by measured slopes, for logits in double precision and weights as collation makes them, in single.
#[test]
fn the_gradient_is_the_measured_slope() {
    let targets = Tensor::new(&[0u32, 3, 1], &spec::device_f64()).expect("three targets");
    let weights = random_f64(3, 2).to_dtype(DType::F32).expect("a device that holds f32");
    let loss = |inputs: &[Tensor]| suffix_loss(&inputs[0], &targets, &weights);
    assert_gradients_match(loss, &[random_f64((3, 4), 1)], "the logits get the loss's slope");
}

/// A target that is no token is refused.
#[test]
fn a_target_beyond_the_vocabulary_is_refused() -> Result<()> {
    let targets = Tensor::new(&[4u32], &device())?;
    assert!(suffix_loss(&random((1, 4), 1), &targets, &Tensor::new(&[1f32], &device())?).is_err(), "4 is not in 0..4");
    Ok(())
}

/// The tiny examples as a batch for the tiny model.
fn batch(averaging: Averaging) -> std::result::Result<Batch, Box<dyn std::error::Error>> {
    let tokenizer = tokenizer();
    let model = model(&fresh(1, &tokenizer, None)?, &tokenizer)?;
    let rows = examples()
        .iter()
        .map(|example| tokenise_example(&tokenizer, model.image_tokens(), &example.prompt, Some(&example.answer)))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let pictures: Vec<_> = examples().into_iter().map(|example| example.picture).collect();
    Ok(collate(&rows, model.preprocess(&pictures)?, 0, averaging, &device())?)
}

/// The same batch, asking for the logits of *all* positions.
fn everywhere(batch: &Batch) -> Result<Batch> {
    let positions = batch.ids.elem_count() as u32;
    Ok(Batch { predicting: Tensor::arange(0, positions, &device())?, ..batch.clone() })
}

/// Logits of chosen positions with a weight each, against the textbook: logits everywhere, the token to the right as
/// target, a mask of ones on the suffix, the masked mean. Prefix and padding count nothing, so what stands to their
/// right may be anything.
#[test]
fn it_equals_masked_cross_entropy_over_all_positions() -> Outcome {
    let (tokenizer, batch) = (tokenizer(), batch(Averaging::PerToken)?);
    let model = model(&fresh(1, &tokenizer, None)?, &tokenizer)?;
    let ours = suffix_loss(&model.answer_logits(&batch)?, &batch.targets, &batch.weights)?;
    let logits = model.answer_logits(&everywhere(&batch)?)?; // [b·t, vocabulary]
    let log_probabilities = logits.broadcast_sub(&logits.exp()?.sum_keepdim(D::Minus1)?.log()?)?.to_vec2::<f32>()?;
    let (b, t) = batch.ids.dims2()?;
    let ids = batch.ids.to_vec2::<u32>()?;
    let (mut sum, mut count) = (0.0, 0);
    for (row, position) in (0..b).flat_map(|row| (0..t - 1).map(move |position| (row, position))) {
        let is_suffix = (batch.prefix_lengths[row]..batch.lengths[row]).contains(&(position + 1));
        if is_suffix {
            sum -= f64::from(log_probabilities[row * t + position][ids[row][position + 1] as usize]);
            count += 1;
        }
    }
    assert_number(&ours, sum / f64::from(count), 1e-4, "the masked mean over all answer tokens");
    Ok(())
}

/// The same model on the same rows, once with three more columns of padding: not the loss and no gradient changes.
#[test]
fn padding_changes_neither_loss_nor_gradients() -> Outcome {
    let (tokenizer, batch) = (tokenizer(), batch(Averaging::PerExample)?);
    let params = fresh(1, &tokenizer, None)?;
    let model = model(&params, &tokenizer)?;
    let (b, t) = batch.ids.dims2()?;
    let wider = Batch {
        ids: Tensor::cat(&[&batch.ids, &Tensor::zeros((b, 3), batch.ids.dtype(), &device())?], 1)?,
        predicting: moved(&batch.predicting, t as u32, t as u32 + 3)?,
        ..batch.clone()
    };
    let loss = |batch: &Batch| suffix_loss(&model.answer_logits(batch)?, &batch.targets, &batch.weights);
    let (narrow, wide) = (loss(&batch)?, loss(&wider)?);
    assert_close(&wide, &narrow, 1e-5, "padding does not change the loss");
    let (narrow, wide) = (narrow.backward()?, wide.backward()?);
    for (name, variable) in params.all() {
        let (narrow, wide) = (narrow.get(&variable), wide.get(&variable));
        let (Some(narrow), Some(wide)) = (narrow, wide) else { panic!("{name} gets no gradient") };
        assert_close(wide, narrow, 1e-4, &format!("padding does not change the gradient of {name}"));
    }
    Ok(())
}

/// Places in a table of `t` columns, as places in a table of `wider` columns.
fn moved(places: &Tensor, t: u32, wider: u32) -> Result<Tensor> {
    let places: Vec<u32> = places.to_vec1::<u32>()?.iter().map(|place| place / t * wider + place % t).collect();
    Tensor::new(places, &device())
}

/// With other words in the answers, the logits at the line break stay as they are: the answer's first word is predicted
/// from picture and prompt alone. Every later one is predicted from the words before it.
#[test]
fn the_answer_does_not_leak_into_its_own_prediction() -> Outcome {
    let (tokenizer, batch) = (tokenizer(), batch(Averaging::PerExample)?);
    let params = fresh(1, &tokenizer, None)?;
    perturb(&params, 0.1, 1);
    let model = model(&params, &tokenizer)?;
    let mut ids = batch.ids.to_vec2::<u32>()?;
    for (row, &prefix) in ids.iter_mut().zip(&batch.prefix_lengths) {
        row[prefix..].iter_mut().for_each(|id| *id = 7); // other words in every answer, and in the padding
    }
    let changed = Batch { ids: Tensor::new(ids, &device())?, ..batch.clone() };
    let (before, after) = (model.answer_logits(&batch)?, model.answer_logits(&changed)?);
    let t = batch.ids.dim(1)? as u32;
    for (index, place) in batch.predicting.to_vec1::<u32>()?.into_iter().enumerate() {
        let is_line_break = (place % t) as usize + 1 == batch.prefix_lengths[(place / t) as usize];
        let difference = (before.get(index)? - after.get(index)?)?.abs()?.max_all()?.to_scalar::<f32>()?;
        assert_eq!(difference < 1e-5, is_line_break, "only the first token is predicted without seeing the answer");
    }
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Twice the weights, twice the loss; all of a batch in one loss is the sum of its parts.
    #[test]
    fn the_loss_is_a_sum_over_tokens(seed in 0u64..1000) {
        let (logits, weights) = (random((4, 5), seed), random(4, seed + 1).abs()?);
        let targets = Tensor::new(&[0u32, 4, 2, 2], &device())?;
        let whole = suffix_loss(&logits, &targets, &weights)?;
        let part = |start: usize, length: usize| suffix_loss(
            &logits.narrow(0, start, length)?,
            &targets.narrow(0, start, length)?,
            &weights.narrow(0, start, length)?,
        );
        assert_close(&(part(0, 1)? + part(1, 3)?)?, &whole, 1e-5, "the parts of a batch add up");
        let doubled = suffix_loss(&logits, &targets, &(&weights * 2.0)?)?;
        assert_close(&doubled, &(whole * 2.0)?, 1e-5, "twice the weights, twice the loss");
    }
}
