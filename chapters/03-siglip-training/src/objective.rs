//! What contrastive training minimises, and one training step of it.

use candle_core::{Result, Tensor};
use contrastive_loss::{chunked_sigmoid_loss, clamp_log_scale, clip_loss, sigmoid_loss};
use foundations::Params;
use serde::{Deserialize, Serialize};

use crate::dual_encoder::DualEncoder;
use crate::pairs::PairSampler;
use crate::text_tower::tokenize_captions;
use crate::tokenizer::Tokenizer;
use crate::trainer::{Objective, TrainError};

/// Which contrastive loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContrastiveLoss {
    /// SigLIP's: every pair is a yes/no question.
    Sigmoid,
    /// SigLIP's, computed over this many captions at a time: the same number in less memory.
    ChunkedSigmoid(usize),
    /// CLIP's: every row and every column is a choice of one among n.
    Softmax,
}

/// Contrastive training of a [`DualEncoder`] on the pairs of a [`PairSampler`].
#[derive(Debug)]
pub struct ContrastiveObjective {
    model: DualEncoder,
    tokenizer: Tokenizer,
    sampler: PairSampler,
    loss: ContrastiveLoss,
    params: Params,
}

/// One batch as tensors.
#[derive(Debug)]
pub struct PairTensors {
    pixels: Tensor, // [n, 3, side, side]
    ids: Tensor,    // [n, length]
}

impl ContrastiveObjective {
    /// Trains `model`, whose parameters are `params`.
    pub fn new(
        model: DualEncoder,
        params: Params,
        tokenizer: Tokenizer,
        sampler: PairSampler,
        loss: ContrastiveLoss,
    ) -> Self {
        Self { model, tokenizer, sampler, loss, params }
    }
}

impl Objective for ContrastiveObjective {
    type Batch = PairTensors;

    fn batch(&self, step: u64) -> std::result::Result<PairTensors, TrainError> {
        let batch = self.sampler.batch(step)?;
        let captions: Vec<&str> = batch.captions.iter().map(String::as_str).collect();
        let length = self.model.config().text_config.max_position_embeddings;
        Ok(PairTensors {
            pixels: self.model.preprocess_at(&batch.pictures, self.sampler.side_at(step) as usize)?,
            ids: tokenize_captions(&self.tokenizer, &captions, length, self.model.device())?,
        })
    }

    fn loss(&self, batch: &PairTensors, _step: u64) -> Result<Tensor> {
        // ANCHOR: contrastive_objective
        let pictures = self.model.encode_pictures(&batch.pixels)?; // [n, d]
        let captions = self.model.encode_captions(&batch.ids)?; // [n, d]
        let (log_scale, bias) = (self.model.log_scale(), self.model.bias());
        match self.loss {
            ContrastiveLoss::Sigmoid => sigmoid_loss(&self.model.logits(&pictures, &captions)?),
            ContrastiveLoss::ChunkedSigmoid(chunk) => {
                chunked_sigmoid_loss(&pictures, &captions, log_scale, bias, chunk)
            }
            // The bias takes part with weight zero: it cancels in a softmax.
            ContrastiveLoss::Softmax => clip_loss(&self.model.logits(&pictures, &captions)?),
        }
        // ANCHOR_END: contrastive_objective
    }

    fn after_step(&self) -> Result<()> {
        // CLIP keeps its temperature below 100, or the loss can grow sharper without end; SigLIP needs no clamp.
        match self.loss {
            ContrastiveLoss::Softmax => {
                self.params.set("logit_scale", &clamp_log_scale(&self.params.get("logit_scale")?.detach())?)
            }
            _ => Ok(()),
        }
    }

    fn pictures_per_step(&self) -> usize {
        self.sampler.batch_size()
    }
}
