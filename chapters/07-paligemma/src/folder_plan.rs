//! From the options of `train folder` to a plan.

use autoregressive_training::{Variant, VlmConfig};
use published_weights::image_places;
use siglip_training::Size;

use crate::args::TrainArgs;
use crate::error::{Result, VlmError};
use crate::plan::{Examples, FolderPlan, GenerativePlan, Phase, Plan};
use crate::recipe;
use crate::run_folder::{ModelConfig, PUBLISHED, RunConfig, Task};
use crate::train_plan::{frozen, lora, refuse, vision_starts};

/// Sides of published models go up to 896 pixels, and memory grows with the square.
const LARGEST_SIDE_IN_TRAINING: usize = 1024;

/// The plan that the options of `train folder` describe; `init` is what the model that is fine-tuned says of itself.
///
/// # Errors
/// When options are missing or mean nothing here.
pub fn plan(args: &TrainArgs, init: Option<&RunConfig>) -> Result<Plan> {
    refuse_foreign_options(args)?;
    let Some(RunConfig { preset, model: ModelConfig::Vlm(lender), .. }) = init else {
        return refuse(
            "a folder run fine-tunes a model that speaks: name a vlm run, or a PaliGemma's folder from the hub, with --init",
        );
    };
    if args.preset.as_ref().is_some_and(|asked| asked != preset) {
        return refuse(format!("--init names a model of size {preset}; leave --preset out"));
    }
    let Some(pictures) = &args.pictures else {
        return refuse("name the folder of pictures, with its captions.tsv, with --pictures");
    };
    let batch_size = args.batch.unwrap_or(recipe::FOLDER_BATCH);
    let pictures = std::path::absolute(pictures).map_err(VlmError::Terminal)?;
    let steps = args.length.steps.unwrap_or_else(|| steps(preset));
    let rate = if preset == PUBLISHED { recipe::PUBLISHED_RATE } else { 1.0 };
    let phase = phase(args, lender, Examples::Folder(FolderPlan { pictures, batch_size }))?;
    let (task, preset, learning_rate) = (Task::Folder, preset.clone(), args.learning_rate * rate);
    Ok(Plan { task, preset, seed: args.seed, steps, learning_rate, phase: Phase::Generative(phase) })
}

fn refuse_foreign_options(args: &TrainArgs) -> Result<()> {
    if args.lock_pictures || args.loss.is_some() {
        return refuse("--lock-pictures and --loss are for siglip runs; a folder run has --freeze vision");
    }
    if args.tasks.is_some() || args.unaligned {
        return refuse(
            "--tasks and --unaligned are for vlm runs; a folder run has one task, and goes on from where --init is",
        );
    }
    Ok(())
}

fn steps(preset: &str) -> u64 {
    Size::named(preset).map_or(recipe::FOLDER_STEPS, |size| recipe::steps(&size, Task::Folder))
}

fn phase(args: &TrainArgs, lender: &VlmConfig, examples: Examples) -> Result<GenerativePlan> {
    let mut model = lender.clone();
    if let Some(side) = args.side {
        if side > LARGEST_SIDE_IN_TRAINING {
            return refuse(format!("--side is {side}; give up to {LARGEST_SIDE_IN_TRAINING} pixels"));
        }
        let patch_size = model.vision_config.patch_size;
        image_places(side, patch_size, None).map_err(|error| VlmError::Combination(format!("--side: {error}")))?;
        model.vision_config.image_size = side;
    }
    model.text_config.lora = lora(args, model.text_config.lora)?;
    let frozen = frozen(args, true, model.text_config.lora.is_some())?;
    let joins = recipe::vision_joins(Task::Folder, true);
    let adapts = model.text_config.lora.is_some();
    let vision_starts = vision_starts(args, &frozen, adapts, joins.starts)?;
    Ok(GenerativePlan {
        model,
        examples,
        frozen,
        vision_starts,
        vision_rate: args.vision_rate.unwrap_or(joins.rate),
        small_first: false,
        aligned: false,
        variant: Variant::default(),
    })
}
