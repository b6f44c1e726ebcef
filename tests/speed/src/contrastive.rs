//! The SigLIP step: both towers, the loss over all pairs, and everything backwards.

use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use data::{Augmentation, Gallery};
use foundations::{Params, random};
use siglip_training::objective::PairTensors;
use siglip_training::preset::{CAPTION_LENGTH, MICRO, PICO};
use siglip_training::{ContrastiveLoss, ContrastiveObjective, DualEncoder, PairConfig, PairSampler, Size, Tokenizer};

use crate::training_step::{Graph, TrainingStep};
use crate::{SEED, Scale, VOCABULARY};

/// Which size at how many pairs.
pub fn size(scale: Scale) -> (Size, usize) {
    match scale {
        Scale::Full => (MICRO, 100),
        Scale::Tiny => (PICO, 8),
    }
}

/// A fresh model's parameters.
///
/// # Errors
/// When the configuration is inconsistent.
pub fn fresh_params(size: &Size) -> Result<Params> {
    let params = Params::new(SEED, DType::F32, &Device::Cpu);
    DualEncoder::initialise(&size.dual_encoder(VOCABULARY), &params)?;
    Ok(params)
}

/// Random pictures and captions: `[pairs, 3, side, side]` and `[pairs, length]` of u32.
///
/// # Errors
/// When memory runs out.
pub fn batch(size: &Size, pairs: usize) -> Result<(Tensor, Tensor)> {
    let pixels = random_pictures(size, pairs)?;
    let ids =
        random::uniform((pairs, CAPTION_LENGTH), 0.0, VOCABULARY as f64, DType::F32, &Device::Cpu, &mut rng("ids"))?;
    Ok((pixels, ids.to_dtype(DType::U32)?.clamp(0u32, VOCABULARY as u32 - 1)?))
}

/// Pictures of standard normal numbers, `[count, 3, side, side]`.
pub(crate) fn random_pictures(size: &Size, count: usize) -> Result<Tensor> {
    let shape = (count, 3, size.image_size, size.image_size);
    Ok(random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, &mut rng("pixels"))?)
}

pub(crate) fn rng(name: &str) -> impl rand::Rng + use<> {
    random::generator(SEED, name)
}

/// The step of `size` with `pairs` pairs.
///
/// # Errors
/// When the model cannot be set up.
pub fn step(
    size: &Size,
    pairs: usize,
    loss: ContrastiveLoss,
    graph: Graph,
) -> Result<TrainingStep<ContrastiveObjective>> {
    let params = fresh_params(size)?;
    let model = DualEncoder::new(&size.dual_encoder(VOCABULARY), params.builder())?;
    let (pixels, ids) = batch(size, pairs)?;
    let objective = ContrastiveObjective::new(model, params.clone(), some_tokenizer()?, no_pairs(size)?, loss);
    TrainingStep::new(objective, PairTensors::new(pixels, ids), &params, graph)
}

/// The objectives want a tokenizer for their batches; ours are tokens already.
pub(crate) fn some_tokenizer() -> Result<Tokenizer> {
    Ok(Tokenizer::train(["a"].into_iter(), 1100)?)
}

/// A sampler that is never asked.
fn no_pairs(size: &Size) -> Result<PairSampler> {
    let config = PairConfig {
        batch_size: 0,
        side: size.image_size as u32,
        small_until: 0,
        noun_share: 0.0,
        scene_share: 0.0,
        keyword_probability: 0.0,
        augmentation: Augmentation::NONE,
    };
    Ok(PairSampler::new(Gallery::new(Vec::new()), &[], config, SEED)?)
}
