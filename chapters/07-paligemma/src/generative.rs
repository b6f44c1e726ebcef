//! Phase two, and transfer, as a plan says it.

use autoregressive_training::preset::generative_recipe;
use autoregressive_training::{
    EasyVqaSource, ExampleSource, GenerativeObjective, Mixture, VisionLanguageModel, align_projector, align_words,
    move_vision_tower,
};
use candle_core::Device;
use data::{EasyVqa, EmojiSet, Split};
use foundations::Params;
use image::RgbImage;
use projection::Part;
use siglip_training::{DualEncoder, Tokenizer};

use crate::assembly::{Assembly, fresh_params};
use crate::error::Result;
use crate::hub::siglip_manifest;
use crate::lender;
use crate::load::{load_run_weights, params_to_fill};
use crate::own_pictures;
use crate::plan::{Examples, GenerativePlan, Plan};
use crate::run_folder::{ModelConfig, RunFolder};

/// Pictures that the projector is fitted to before the first step.
const PICTURES_TO_ALIGN_BY: usize = 256;

/// Builds everything for phase two; the weights start from `init`, or at random.
///
/// # Errors
/// When the data cannot be read, or `init` does not fit.
pub fn assemble(
    plan: &Plan,
    phase: &GenerativePlan,
    tokenizer: Tokenizer,
    init: Option<&RunFolder>,
    device: &Device,
) -> Result<Assembly<GenerativeObjective>> {
    let params = fresh_params(plan, device);
    VisionLanguageModel::initialise(&phase.model, tokenizer.special(), &params)?;
    if let Some(init) = init {
        load_init(init, plan, phase, &tokenizer, &params)?;
    }
    let source = example_source(plan, phase)?;
    let joins_at = phase.vision_joins_at(plan.steps);
    let objective = GenerativeObjective::new(&phase.model, &params, tokenizer, source, &phase.frozen, joins_at)?
        .with_variant(phase.variant);
    let frozen = phase.frozen.clone();
    let learns = move |name: &str, step: u64| {
        !frozen.is_frozen(name) && (step >= joins_at || Part::of(name) != Some(Part::Vision))
    };
    let (factor, recipe) = (plan.learning_rate, generative_recipe(phase.vision_rate));
    Ok(Assembly::new(params, objective, joins_at, learns, move |name, shape| recipe(name, shape).scaled(factor)))
}

fn example_source(plan: &Plan, phase: &GenerativePlan) -> Result<Box<dyn ExampleSource + Send>> {
    if let Some(mixture) = phase.mixture(plan.steps) {
        let emojis = EmojiSet::load()?;
        return Ok(Box::new(Mixture::new(emojis.training(), emojis.nouns(), mixture, plan.seed)?));
    }
    if let Examples::Folder(folder) = &phase.examples {
        return Ok(Box::new(own_pictures::source(folder, &phase.model, plan.seed)?));
    }
    Ok(Box::new(EasyVqaSource::new(EasyVqa::load(Split::Train)?, plan.batch_size(), plan.seed)))
}

/// From a run of phase one come the vision tower and the meanings of words and patches, from a run of phase two everything.
/// New low-rank adapters start as they are.
fn load_init(
    init: &RunFolder,
    plan: &Plan,
    phase: &GenerativePlan,
    tokenizer: &Tokenizer,
    params: &Params,
) -> Result<()> {
    match lender::config(init, plan.task)?.model {
        ModelConfig::Siglip(config) => {
            let lender = params_to_fill(init, siglip_manifest(&config), params.dtype(), params.device())?;
            DualEncoder::new(&config, lender.builder())?;
            load_run_weights(init, &lender, |_| true)?;
            let tensors = lender.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor()));
            move_vision_tower(&tensors.collect(), params)?;
            if phase.aligned {
                let dual = DualEncoder::new(&config, lender.detached_builder())?;
                align_words(&dual, tokenizer.special(), params)?;
                let (pictures, side) = (pictures_to_align_by(plan, phase)?, side_of_pictures(phase));
                align_projector(&dual, &dual.preprocess_at(&pictures, side)?, params)?;
            }
            Ok(())
        }
        ModelConfig::Vlm(_) => lender::lend(init, &phase.model, params),
    }
}

/// The pictures of the first batches, at their full size.
fn pictures_to_align_by(plan: &Plan, phase: &GenerativePlan) -> Result<Vec<RgbImage>> {
    let source = example_source(plan, &GenerativePlan { small_first: false, ..phase.clone() })?;
    let batches = PICTURES_TO_ALIGN_BY.div_ceil(source.batch_size()) as u64;
    let examples = (0..batches).map(|step| source.batch(step)).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(examples.into_iter().flatten().map(|example| example.picture).take(PICTURES_TO_ALIGN_BY).collect())
}

/// Side of the pictures that are trained on, in the end.
fn side_of_pictures(phase: &GenerativePlan) -> usize {
    match &phase.examples {
        Examples::Mixture(mixture) => mixture.side as usize,
        Examples::EasyVqa(_) | Examples::Folder(_) => phase.model.vision_config.image_size,
    }
}
