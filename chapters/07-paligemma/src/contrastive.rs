//! Phase one as a plan says it.

use candle_core::Device;
use data::EmojiSet;
use foundations::optim::hybrid;
use siglip_training::{ContrastiveObjective, DualEncoder, Lock, PairSampler, Tokenizer};

use crate::assembly::{Assembly, fresh_params};
use crate::error::Result;
use crate::load::load_run_weights;
use crate::plan::{ContrastivePlan, Plan};
use crate::run_folder::RunFolder;

/// Builds everything for phase one; the weights start from `init`, or at random.
///
/// # Errors
/// When the data cannot be read, or `init` does not fit.
pub fn assemble(
    plan: &Plan,
    phase: &ContrastivePlan,
    tokenizer: Tokenizer,
    init: Option<&RunFolder>,
    device: &Device,
) -> Result<Assembly<ContrastiveObjective>> {
    let params = fresh_params(plan, device);
    DualEncoder::initialise(&phase.model, &params)?;
    if let Some(init) = init {
        load_run_weights(init, &params, |_| true)?;
    }
    let lock = if phase.lock_pictures { Lock::Pictures } else { Lock::None };
    let model = DualEncoder::new(&phase.model, params.builder_with_frozen(move |name| lock.is_frozen(name)))?;
    let emojis = EmojiSet::load()?;
    let pairs = phase.pairs(plan.steps);
    let pictures_grow_at = pairs.small_until;
    let sampler = PairSampler::new(emojis.training(), emojis.nouns(), pairs, plan.seed)?;
    let objective = ContrastiveObjective::new(model, params.clone(), tokenizer, sampler, phase.loss);
    let factor = plan.learning_rate;
    Ok(Assembly::new(
        params,
        objective,
        pictures_grow_at,
        move |name, _| !lock.is_frozen(name),
        move |name, shape| hybrid(name, shape).scaled(factor),
    ))
}
