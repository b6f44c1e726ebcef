//! What contrastive training minimises, and one training step of it.

use std::ops::Range;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use contrastive_loss::{chunked_sigmoid_loss, clamp_log_scale, clip_loss, sigmoid_loss};
use foundations::Params;
use serde::{Deserialize, Serialize};

use crate::dual_encoder::DualEncoder;
use crate::pairs::PairSampler;
use crate::shards::{on_all_cores, shards, sum_gradients};
use crate::text_tower::tokenize_captions;
use crate::tokenizer::Tokenizer;
use crate::trainer::{Objective, TrainError, number};

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

impl PairTensors {
    /// A batch whose tensors are there already.
    ///
    /// # Shapes
    /// `pixels`: `[n, 3, side, side]`, `ids`: `[n, length]` of u32, row `i` of both a pair.
    pub fn new(pixels: Tensor, ids: Tensor) -> Self {
        Self { pixels, ids }
    }
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

    /// The loss of pictures and captions that have become vectors.
    ///
    /// # Shapes
    /// `pictures`, `captions`: `[n, d]`, unit rows → scalar.
    fn loss_of_vectors(&self, pictures: &Tensor, captions: &Tensor) -> Result<Tensor> {
        // ANCHOR: contrastive_objective
        let (log_scale, bias) = (self.model.log_scale(), self.model.bias());
        match self.loss {
            ContrastiveLoss::Sigmoid => sigmoid_loss(&self.model.logits(pictures, captions)?),
            ContrastiveLoss::ChunkedSigmoid(chunk) => chunked_sigmoid_loss(pictures, captions, log_scale, bias, chunk),
            // The bias cancels in a softmax, so it is never fitted: only the order of such a model's probabilities means something.
            ContrastiveLoss::Softmax => clip_loss(&self.model.logits(pictures, captions)?),
        }
        // ANCHOR_END: contrastive_objective
    }

    /// Some rows of a batch as vectors, each `[rows, d]`.
    fn vectors(&self, batch: &PairTensors, rows: &Range<usize>) -> Result<(Tensor, Tensor)> {
        let of = |all: &Tensor| all.narrow(0, rows.start, rows.len());
        Ok((self.model.encode_pictures(&of(&batch.pixels)?)?, self.model.encode_captions(&of(&batch.ids)?)?))
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
        let (pictures, captions) = self.vectors(batch, &(0..batch.ids.dim(0)?))?; // [n, d] each
        self.loss_of_vectors(&pictures, &captions)
    }

    /// The loss compares every picture with every caption, so it needs all vectors at once; what comes before it does not.
    /// Each shard becomes vectors; the loss says how each vector should move; and each shard goes backwards from there: the
    /// gradient of `Σ vector · (∂L/∂vector)`, with the second factor held fixed, is that of the loss. We do this to keep all
    /// cores busy. Its inventors do it to save memory: they forget each shard's way forward, and go it again before going back.
    ///
    /// # Source
    /// GradCache (Gao et al. 2021, arXiv 2101.06983), §3.2.
    fn gradients(&self, batch: &PairTensors, _step: u64) -> Result<(f32, GradStore)> {
        // ANCHOR: contrastive_gradients
        let shards = shards(batch.ids.dim(0)?, batch.ids.device());
        let vectors = on_all_cores(&shards, |rows| self.vectors(batch, rows))?; // shards of [rows, d]
        let (pictures, captions): (Vec<_>, Vec<_>) = vectors.iter().map(|(x, y)| (x.detach(), y.detach())).unzip();
        let (pictures, captions) = (Tensor::cat(&pictures, 0)?, Tensor::cat(&captions, 0)?); // [n, d]
        let (pictures, captions) = (Var::from_tensor(&pictures)?, Var::from_tensor(&captions)?);
        let loss = self.loss_of_vectors(&pictures, &captions)?;
        let mut gradients = loss.backward()?;
        let no_gradient = || candle_core::Error::Msg("the loss does not depend on its vectors".to_owned());
        let of_pictures = gradients.remove(&pictures).ok_or_else(no_gradient)?.detach(); // [n, d]
        let of_captions = gradients.remove(&captions).ok_or_else(no_gradient)?.detach(); // [n, d]
        let work: Vec<_> = shards.iter().zip(&vectors).collect();
        let mut parts = on_all_cores(&work, |(rows, (pictures, captions))| {
            let of_pictures = of_pictures.narrow(0, rows.start, rows.len())?;
            let of_captions = of_captions.narrow(0, rows.start, rows.len())?;
            ((pictures * of_pictures)? + (captions * of_captions)?)?.sum_all()?.backward()
        })?;
        parts.push(gradients); // of the temperature and the bias
        Ok((number(&loss)?, sum_gradients(parts)?))
        // ANCHOR_END: contrastive_gradients
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
