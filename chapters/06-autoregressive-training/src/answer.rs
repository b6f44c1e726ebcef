//! Asking the model: pictures and prompts in, words out.

use candle_core::Tensor;
use gemma_masking::{GenerationOptions, Sampling, generate};
use image::RgbImage;
use rand::Rng;
use siglip_training::Tokenizer;
use siglip_training::trainer::TrainError;

use crate::model::VisionLanguageModel;
use crate::objective::tokenise_example;

/// Pictures at a time.
const CHUNK: usize = 64;

/// How answers are produced.
#[derive(Debug, Clone, Copy)]
pub struct AnswerOptions {
    /// Greedy, or drawn by chance.
    pub sampling: Sampling,
    /// The answer is cut after this many tokens.
    pub max_tokens: usize,
}

impl Default for AnswerOptions {
    fn default() -> Self {
        Self { sampling: Sampling::Greedy, max_tokens: 32 }
    }
}

/// The model's answers, one per picture and prompt. Give it a model with detached parameters.
///
/// `progress` is told how many answers are done.
///
/// # Errors
/// When a text cannot be tokenised or the device fails.
pub fn answer(
    model: &VisionLanguageModel,
    tokenizer: &Tokenizer,
    questions: &[(&RgbImage, String)],
    options: &AnswerOptions,
    rng: &mut impl Rng,
    mut progress: impl FnMut(usize),
) -> Result<Vec<String>, TrainError> {
    let mut answers = Vec::with_capacity(questions.len());
    for chunk in questions.chunks(CHUNK) {
        answers.extend(answer_chunk(model, tokenizer, chunk, options, rng)?);
        progress(answers.len());
    }
    Ok(answers)
}

fn answer_chunk(
    model: &VisionLanguageModel,
    tokenizer: &Tokenizer,
    questions: &[(&RgbImage, String)],
    options: &AnswerOptions,
    rng: &mut impl Rng,
) -> Result<Vec<String>, TrainError> {
    // ANCHOR: answer_chunk
    let special = tokenizer.special();
    let rows = questions
        .iter()
        .map(|(_, prompt)| tokenise_example(tokenizer, model.image_tokens(), prompt, None))
        .collect::<Result<Vec<_>, _>>()?;
    let lengths: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
    let t = lengths.iter().copied().max().unwrap_or(0);
    let ids: Vec<u32> = rows
        .iter()
        .flat_map(|row| row.ids.iter().copied().chain(std::iter::repeat_n(special.pad, t - row.ids.len())))
        .collect();
    let ids = Tensor::from_vec(ids, (rows.len(), t), model.device())?; // [b, t]
    let pictures: Vec<RgbImage> = questions.iter().map(|(picture, _)| (*picture).clone()).collect();
    let features = model.image_features(&model.preprocess(&pictures)?)?; // [b, n, d]
    let prefix = model.embed(&ids, &features)?; // [b, t, d]
    let options = GenerationOptions { stop: special.eos, max_tokens: options.max_tokens, sampling: options.sampling };
    let generated =
        generate(model.decoder(), &prefix, &lengths, &options, rng, |_, _| {}).map_err(candle_core::Error::wrap)?;
    generated
        .iter()
        .map(|row| {
            tokenizer
                .decode(&row.tokens)
                .map_err(|error| TrainError::Caption(siglip_training::CaptionError::Tokenizer(error)))
        })
        .collect()
    // ANCHOR_END: answer_chunk
}
