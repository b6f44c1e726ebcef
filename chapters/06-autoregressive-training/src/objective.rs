//! What generative training minimises.
//!
//! A vision tower that phase one has trained might be harmed: at the beginning the decoder knows nothing, and its gradients
//! tell the tower nothing useful. So, as a precaution, the tower stays frozen for the first steps and then moves with a small
//! fraction of the learning rate.

use std::ops::Range;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor};
use foundations::Params;
use projection::prompt::{Example, layout};
use projection::{Frozen, Part};
use siglip_training::shards::{on_all_cores, shards, sum_gradients};
use siglip_training::trainer::{Objective, TrainError, number};
use siglip_training::{CaptionError, Tokenizer};

use crate::collate::{Averaging, Batch};
use crate::mixture::ExampleSource;
use crate::model::{VisionLanguageModel, VlmConfig};
use crate::suffix_loss::suffix_loss;
use crate::tasks::TaskExample;
use crate::variant::Variant;

/// Generative training of a [`VisionLanguageModel`] on the examples of a source.
pub struct GenerativeObjective {
    /// The model while the vision tower is frozen.
    early: VisionLanguageModel,
    /// The model afterwards.
    late: VisionLanguageModel,
    tokenizer: Tokenizer,
    source: Box<dyn ExampleSource + Send>,
    vision_starts: u64,
    variant: Variant,
}

impl std::fmt::Debug for GenerativeObjective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GenerativeObjective").field("model", &self.late).finish_non_exhaustive()
    }
}

impl GenerativeObjective {
    /// Trains the model of `params`, except what `frozen` names; the vision tower joins at step `vision_starts`.
    ///
    /// # Errors
    /// When the parameters do not fit the configuration.
    pub fn new(
        config: &VlmConfig,
        params: &Params,
        tokenizer: Tokenizer,
        source: Box<dyn ExampleSource + Send>,
        frozen: &Frozen,
        vision_starts: u64,
    ) -> Result<Self> {
        let image_token = tokenizer.special().image;
        let model = |frozen: Frozen| {
            VisionLanguageModel::new(
                config,
                image_token,
                params.builder_with_frozen(move |name| frozen.is_frozen(name)),
            )
        };
        let late = model(frozen.clone())?;
        let early = model(frozen.clone().with(Part::Vision))?;
        Ok(Self { early, late, tokenizer, source, vision_starts, variant: Variant::default() })
    }

    /// The same training with another attention on the prefix, another loss or no pictures: see [`Variant`].
    pub fn with_variant(self, variant: Variant) -> Self {
        Self { variant, ..self }
    }

    fn model(&self, step: u64) -> &VisionLanguageModel {
        if step < self.vision_starts { &self.early } else { &self.late }
    }

    fn shard(
        &self,
        examples: &[TaskExample],
        rows: Range<usize>,
        side: usize,
    ) -> std::result::Result<Shard, TrainError> {
        let share = rows.len() as f64 / examples.len() as f64;
        let (examples, model) = (&examples[rows], &self.late);
        let tokens = examples
            .iter()
            .map(|TaskExample { prompt, answer, .. }| {
                tokenise_example(&self.tokenizer, model.image_tokens_at(side), prompt, Some(answer))
            })
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let pictures: Vec<_> = examples.iter().map(|example| example.picture.clone()).collect();
        let (pixels, image_tokens) = (model.preprocess_at(&pictures, side)?, model.image_tokens_at(side));
        let pad = self.tokenizer.special().pad;
        let batch = self.variant.collate(&tokens, image_tokens, pixels, pad, Averaging::PerExample, model.device())?;
        Ok(Shard { batch, share })
    }

    /// What a shard adds to the loss of its batch, a scalar.
    fn loss_of_shard(&self, Shard { batch, share }: &Shard, step: u64) -> Result<Tensor> {
        // ANCHOR: generative_objective
        let logits = self.model(step).answer_logits(batch)?; // [m, vocabulary]
        suffix_loss(&logits, &batch.targets, &batch.weights)? * *share
        // ANCHOR_END: generative_objective
    }
}

/// An example as a row of tokens: `<image>×n <bos> prompt \n answer <eos>`.
///
/// # Errors
/// When the tokenizer fails, or the texts contain an image token.
pub fn tokenise_example(
    tokenizer: &Tokenizer,
    image_tokens: usize,
    prompt: &str,
    answer: Option<&str>,
) -> std::result::Result<Example, TrainError> {
    // ANCHOR: tokenise_example
    let encode = |text: &str| tokenizer.encode(text).map_err(CaptionError::from);
    let prompt = encode(prompt)?;
    let answer = answer.map(encode).transpose()?;
    layout(tokenizer.special(), image_tokens, &prompt, answer.as_deref())
        .map_err(|error| TrainError::Tensor(candle_core::Error::wrap(error)))
    // ANCHOR_END: tokenise_example
}

/// Some rows of a batch, padded among themselves, and their share of its examples.
#[derive(Debug)]
pub struct Shard {
    /// The rows.
    pub batch: Batch,
    /// Their number over that of all rows.
    pub share: f64,
}

impl Objective for GenerativeObjective {
    type Batch = Vec<Shard>;

    fn batch(&self, step: u64) -> std::result::Result<Vec<Shard>, TrainError> {
        let examples = self.source.batch(step)?;
        let shards = shards(examples.len(), self.late.device());
        let side = self.source.side_at(step).map_or(self.late.config().vision_config.image_size, |side| side as usize);
        shards.into_iter().map(|rows| self.shard(&examples, rows, side)).collect()
    }

    fn loss(&self, batch: &Vec<Shard>, step: u64) -> Result<Tensor> {
        let losses = batch.iter().map(|shard| self.loss_of_shard(shard, step)).collect::<Result<Vec<_>>>()?;
        Tensor::stack(&losses, 0)?.sum_all()
    }

    /// The loss is a mean over examples, and examples know nothing of one another: each shard goes forwards and backwards
    /// on its own.
    fn gradients(&self, batch: &Vec<Shard>, step: u64) -> Result<(f32, GradStore)> {
        // ANCHOR: generative_gradients
        let parts = on_all_cores(batch, |shard| {
            let loss = self.loss_of_shard(shard, step)?;
            Ok((number(&loss)?, loss.backward()?))
        })?;
        let (losses, gradients): (Vec<f32>, Vec<GradStore>) = parts.into_iter().unzip();
        Ok((losses.iter().sum(), sum_gradients(gradients)?))
        // ANCHOR_END: generative_gradients
    }

    fn pictures_per_step(&self) -> usize {
        self.source.batch_size()
    }
}
