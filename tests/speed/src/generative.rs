//! The step of the vision-language model: vision tower, projector, decoder, loss on the answers, everything trained.

use std::ops::Range;

use anyhow::Result;
use autoregressive_training::objective::Shard;
use autoregressive_training::preset::vlm_config;
use autoregressive_training::{
    Averaging, Batch, ExampleSource, GenerativeObjective, TaskExample, VisionLanguageModel, collate,
};
use candle_core::{DType, Device, Tensor};
use data::DataError;
use foundations::Params;
use projection::Frozen;
use projection::prompt::{Example, layout};
use rand::Rng;
use siglip_training::Size;
use siglip_training::preset::{MICRO, PICO};
use siglip_training::shards::shards;
use siglip_training::tokenizer::{LOCATION_BINS, SpecialTokens};

use crate::contrastive::{random_pictures, rng, some_tokenizer};
use crate::training_step::{Graph, TrainingStep};
use crate::{SEED, Scale, VOCABULARY};

/// Words of the prompt and of the answer: with `<bos>`, line break and `<eos>`, twelve text tokens.
const WORDS: (usize, usize) = (4, 5);

/// Text tokens of each row, and how many of them are predicted: the answer and its `<eos>`.
pub fn text_tokens() -> (usize, usize) {
    (WORDS.0 + WORDS.1 + 3, WORDS.1 + 1)
}

/// Which size at how many pictures.
pub fn size(scale: Scale) -> (Size, usize) {
    match scale {
        Scale::Full => (MICRO, 64),
        Scale::Tiny => (PICO, 8),
    }
}

/// A fresh model's parameters.
///
/// # Errors
/// When the configuration is inconsistent.
pub fn fresh_params(size: &Size) -> Result<Params> {
    let params = Params::new(SEED, DType::F32, &Device::Cpu);
    VisionLanguageModel::initialise(&vlm_config(size, VOCABULARY, None), some_tokenizer()?.special(), &params)?;
    Ok(params)
}

/// Random pictures, prompts and answers, all of the same length: `count` rows.
///
/// # Errors
/// When memory runs out.
pub fn batch(size: &Size, count: usize) -> Result<Batch> {
    let special = *some_tokenizer()?.special();
    rows_of(&examples(size, count, &special)?, &random_pictures(size, count)?, 0..count, special.pad)
}

fn examples(size: &Size, count: usize, special: &SpecialTokens) -> Result<Vec<Example>> {
    let mut rng = rng("words");
    let first_word = special.first_location + LOCATION_BINS;
    let mut words =
        |count: usize| -> Vec<u32> { (0..count).map(|_| rng.random_range(first_word..VOCABULARY as u32)).collect() };
    let patches = size.vision().num_patches();
    let mut example = || Ok(layout(special, patches, &words(WORDS.0), Some(&words(WORDS.1)))?);
    (0..count).map(|_| example()).collect()
}

fn rows_of(examples: &[Example], pictures: &Tensor, rows: Range<usize>, pad: u32) -> Result<Batch> {
    let pixels = pictures.narrow(0, rows.start, rows.len())?;
    Ok(collate(&examples[rows], pixels, pad, Averaging::PerExample, &Device::Cpu)?)
}

/// The step of `size` with `count` pictures. With [`Graph::Whole`] the batch is one shard.
///
/// # Errors
/// When the model cannot be set up.
pub fn step(size: &Size, count: usize, graph: Graph) -> Result<TrainingStep<GenerativeObjective>> {
    let params = fresh_params(size)?;
    let (tokenizer, config) = (some_tokenizer()?, vlm_config(size, VOCABULARY, None));
    let special = *tokenizer.special();
    let (examples, pictures) = (examples(size, count, &special)?, random_pictures(size, count)?);
    let ranges = match graph {
        Graph::Shards => shards(count, &Device::Cpu),
        Graph::Whole => std::iter::once(0..count).collect(),
    };
    let shard = |rows: Range<usize>| {
        let share = rows.len() as f64 / count as f64;
        Ok(Shard { batch: rows_of(&examples, &pictures, rows, special.pad)?, share })
    };
    let batch = ranges.into_iter().map(shard).collect::<Result<Vec<_>>>()?;
    let objective = GenerativeObjective::new(&config, &params, tokenizer, Box::new(Never), &Frozen::default(), 0)?;
    TrainingStep::new(objective, batch, &params, graph)
}

/// A source that is never asked: the batch is there already.
struct Never;

impl ExampleSource for Never {
    fn example(&self, _: u64, _: u64) -> Result<TaskExample, DataError> {
        unreachable!("the batch of this step is there already")
    }

    fn batch_size(&self) -> usize {
        0
    }
}
