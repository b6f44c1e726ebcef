//! How a model of phase two does on scenes by the artist that nobody is trained on, without writing a word.
//!
//! The true answer is laid before the model, and at each position it says what comes next. That gives a loss, which is
//! finer than right or wrong; and a greedy answer is right to the letter exactly when every one of these next tokens is,
//! because up to the first mistake a model that writes by itself has read the very same tokens.

use autoregressive_training::objective::Shard;
use autoregressive_training::{
    GenerativeObjective, LossOn, Mixture, MixtureConfig, Variant, VisionLanguageModel, VlmConfig,
};
use candle_core::{D, Result as TensorResult};
use data::{Augmentation, EmojiSet};
use foundations::{Params, ops};
use projection::Frozen;
use siglip_training::Tokenizer;
use siglip_training::shards::on_all_cores;
use siglip_training::trainer::Objective;

use crate::error::Result;
use crate::recipe::EXAMINATION_SEED;

/// Batches of the examination.
const BATCHES: u64 = 8;
/// Questions in each.
const BATCH_SIZE: usize = 64;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeldOut {
    /// Mean surprise per token of the true answers, `<eos>` included.
    pub loss: f64,
    /// The share of questions whose greedy answer is right to the letter.
    pub exact: f64,
}

/// Examines the model of `params` on questions like those of `mixture`, by pictures of the held-out artist. Who may look
/// at whom, and whether there is a picture, is as in training; what counts is the answer alone.
///
/// # Errors
/// When the pictures cannot be read or the model does not fit.
pub fn examine(
    config: &VlmConfig,
    params: &Params,
    tokenizer: &Tokenizer,
    mixture: &MixtureConfig,
    variant: Variant,
) -> Result<HeldOut> {
    let emojis = EmojiSet::load()?;
    let paper = MixtureConfig {
        batch_size: BATCH_SIZE,
        small_until: 0,
        single_caption: 0.0, // scenes only
        augmentation: Augmentation::NONE,
        ..mixture.clone()
    };
    let source = Box::new(Mixture::new(emojis.held_out(), emojis.nouns(), paper, EXAMINATION_SEED)?);
    let variant = Variant { loss_on: LossOn::Suffix, ..variant };
    let questions = GenerativeObjective::new(config, params, tokenizer.clone(), source, &Frozen::default(), 0)?
        .with_variant(variant);
    let model = VisionLanguageModel::new(config, tokenizer.special().image, params.detached_builder())?;
    let mut answers = Vec::new();
    for step in 0..BATCHES {
        answers.extend(on_all_cores(&questions.batch(step)?, |shard| marked(&model, shard))?.concat());
    }
    Ok(summed_up(&answers))
}

/// One answer: the surprise at each of its tokens, and whether each was the likeliest.
#[derive(Debug, Clone, Default)]
struct Answer {
    surprises: Vec<f32>,
    is_right: bool,
}

/// The answers of a shard, in the order of its rows.
fn marked(model: &VisionLanguageModel, Shard { batch, .. }: &Shard) -> TensorResult<Vec<Answer>> {
    let (rows, width) = batch.ids.dims2()?;
    let logits = model.answer_logits(batch)?; // [m, vocabulary]
    let surprises = ops::cross_entropy(&logits, &batch.targets)?.to_vec1::<f32>()?; // [m]
    let likeliest = logits.argmax(D::Minus1)?.to_vec1::<u32>()?; // [m]
    let (targets, places) = (batch.targets.to_vec1::<u32>()?, batch.predicting.to_vec1::<u32>()?);
    let mut answers = vec![Answer { surprises: Vec::new(), is_right: true }; rows];
    for (index, place) in places.iter().enumerate() {
        let answer = &mut answers[*place as usize / width];
        answer.surprises.push(surprises[index]);
        answer.is_right &= likeliest[index] == targets[index];
    }
    Ok(answers)
}

fn summed_up(answers: &[Answer]) -> HeldOut {
    let tokens: usize = answers.iter().map(|answer| answer.surprises.len()).sum();
    let surprise: f64 = answers.iter().flat_map(|answer| &answer.surprises).copied().map(f64::from).sum();
    let right = answers.iter().filter(|answer| answer.is_right).count();
    HeldOut { loss: surprise / tokens.max(1) as f64, exact: right as f64 / answers.len().max(1) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_counts_the_same_and_one_mistake_spoils_an_answer() {
        let answers = [
            Answer { surprises: vec![1.0, 2.0, 3.0], is_right: false },
            Answer { surprises: vec![0.0], is_right: true },
        ];
        assert_eq!(summed_up(&answers), HeldOut { loss: 1.5, exact: 0.5 });
    }
}
