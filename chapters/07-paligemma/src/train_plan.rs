//! From the options of `train` to a plan. Options that mean nothing together are refused, with the reason.

use autoregressive_training::preset::vlm_config;
use autoregressive_training::{Variant, VlmConfig};
use foundations::LoraConfig;
use projection::{Frozen, Part};
use siglip_training::{ContrastiveLoss, Size, preset};

use crate::args::{LossName, TrainArgs, TrainTask};
use crate::error::{Result, VlmError};
use crate::folder_plan;
use crate::plan::{ContrastivePlan, Examples, GenerativePlan, Phase, Plan};
use crate::recipe;
use crate::run_folder::{ModelConfig, PUBLISHED, RunConfig, Task};

/// Most pictures in a contrastive batch: no two may show the same thing, and there are some 1,600 things.
const LARGEST_BATCH: usize = 1024;
const MINUTES_OF_A_YEAR: f64 = 525_600.0;
/// Corrections of a higher rank are as large as what they correct.
const LARGEST_RANK: usize = 1024;

/// The size that is trained when nothing is said.
const DEFAULT_PRESET: &str = "nano";

impl From<TrainTask> for Task {
    fn from(task: TrainTask) -> Self {
        match task {
            TrainTask::Siglip => Self::Siglip,
            TrainTask::Vlm => Self::Vlm,
            TrainTask::EasyVqa => Self::EasyVqa,
            TrainTask::Folder => Self::Folder,
        }
    }
}

/// The plan that the options describe. `init` is what the run named by `--init` says of itself, and `vocabulary` the
/// size of the tokenizer. The number of steps is the preset's where only minutes are given.
///
/// # Errors
/// When options contradict one another.
pub fn plan(args: &TrainArgs, init: Option<&RunConfig>, vocabulary: usize) -> Result<Plan> {
    check_numbers(args)?;
    let task = Task::from(args.task);
    if task == Task::Folder {
        return folder_plan::plan(args, init);
    }
    if args.pictures.is_some() || args.side.is_some() {
        return refuse("--pictures and --side are for folder runs; the others have pictures of their own");
    }
    let size = size(args, init)?;
    let phase = match task {
        Task::Siglip => Phase::Contrastive(contrastive(args, &size, init, vocabulary)?),
        Task::Vlm | Task::EasyVqa | Task::Folder => Phase::Generative(generative(args, &size, init, vocabulary)?),
    };
    let steps = args.length.steps.unwrap_or_else(|| recipe::steps(&size, task));
    let preset = size.name.to_owned();
    let mut plan = Plan { task, preset, seed: args.seed, steps, learning_rate: args.learning_rate, phase };
    if let Some(batch) = args.batch {
        plan.set_batch_size(batch);
    }
    Ok(plan)
}

pub(crate) fn refuse<T>(reason: impl Into<String>) -> Result<T> {
    Err(VlmError::Combination(reason.into()))
}

fn check_numbers(args: &TrainArgs) -> Result<()> {
    let is_fraction = |value: f64| (0.0..=1.0).contains(&value);
    let is_positive = |value: f64| value.is_finite() && value > 0.0;
    if args.length.steps == Some(0) || args.length.minutes.is_some_and(|minutes| !is_positive(minutes)) {
        return refuse("training needs some time: give --steps or --minutes above 0");
    }
    if let Some(minutes) = args.length.minutes.filter(|minutes| *minutes > MINUTES_OF_A_YEAR) {
        return refuse(format!("--minutes is {minutes}, more than a year has; give fewer"));
    }
    if !is_positive(args.learning_rate) {
        return refuse(format!("--learning-rate is {}; give a factor above 0", args.learning_rate));
    }
    if args.vision_starts.is_some_and(|value| !is_fraction(value)) {
        return refuse("--vision-starts is a fraction of the run: give a number from 0 to 1");
    }
    if args.vision_rate.is_some_and(|value| !is_fraction(value) || value == 0.0) {
        return refuse(
            "--vision-rate is a fraction of the learning rate: give a number above 0, up to 1, or use --freeze vision",
        );
    }
    if let Some(rank) = args.lora.filter(|rank| !(1..=LARGEST_RANK).contains(rank)) {
        return refuse(format!("--lora is the rank of a matrix: give 1 to {LARGEST_RANK}, not {rank}"));
    }
    match args.batch {
        Some(batch) if !(2..=LARGEST_BATCH).contains(&batch) => {
            refuse(format!("--batch is {batch}; give 2 to {LARGEST_BATCH} pictures"))
        }
        _ => Ok(()),
    }
}

/// The size that was asked for; a run that lends its weights decides it.
fn size(args: &TrainArgs, init: Option<&RunConfig>) -> Result<Size> {
    if init.is_some_and(|init| init.preset == PUBLISHED) {
        return refuse(
            "--init names a run with published weights, and only `cargo vlm train folder` goes on from those",
        );
    }
    let name = match (&args.preset, init) {
        (Some(preset), Some(init)) if *preset != init.preset => {
            return refuse(format!(
                "--init names a run of size {}, which cannot lend its weights to --preset {preset}; leave --preset out",
                init.preset
            ));
        }
        (Some(preset), _) => preset,
        (None, Some(init)) => &init.preset,
        (None, None) => DEFAULT_PRESET,
    };
    size_named(name)
}

/// The size of this name.
///
/// # Errors
/// When there is none.
pub fn size_named(name: &str) -> Result<Size> {
    let Some(size) = Size::named(name) else {
        let sizes: Vec<String> = preset::SIZES.iter().map(|size| format!("{} ({})", size.name, size.purpose)).collect();
        return refuse(format!("there is no preset '{name}'; choose one of: {}", sizes.join("; ")));
    };
    Ok(size)
}

fn contrastive(args: &TrainArgs, size: &Size, init: Option<&RunConfig>, vocabulary: usize) -> Result<ContrastivePlan> {
    if args.freeze.is_some() || args.lora.is_some() || args.unaligned {
        return refuse(
            "--freeze, --lora and --unaligned are about the parts of a vlm; a siglip run has --lock-pictures",
        );
    }
    if args.tasks.is_some() {
        return refuse("--tasks is about what a vlm run practises; a siglip run has one task");
    }
    if args.vision_starts.is_some() || args.vision_rate.is_some() {
        return refuse(
            "--vision-starts and --vision-rate are for vlm, easy-vqa and folder: in a siglip run both encoders learn from the start",
        );
    }
    if args.lock_pictures && init.is_none() {
        return refuse("--lock-pictures keeps a trained vision encoder as it is: name a siglip run with --init");
    }
    let model = match init.map(|init| &init.model) {
        None => size.dual_encoder(vocabulary),
        Some(ModelConfig::Siglip(model)) => model.clone(),
        Some(ModelConfig::Vlm(_)) => {
            return refuse("a siglip run can only start from a siglip run: a vlm has no text encoder to lend");
        }
    };
    let loss = match args.loss.unwrap_or(LossName::Sigmoid) {
        LossName::Sigmoid => ContrastiveLoss::Sigmoid,
        LossName::Softmax => ContrastiveLoss::Softmax,
        LossName::Chunked => ContrastiveLoss::ChunkedSigmoid(recipe::LOSS_CHUNK),
    };
    // What knows pictures of full size would unlearn them from small ones.
    let small_share = if init.is_some() { 0.0 } else { recipe::small_share(size) };
    let pairs = recipe::pairs(size);
    Ok(ContrastivePlan { model, pairs, small_share, loss, lock_pictures: args.lock_pictures })
}

fn generative(args: &TrainArgs, size: &Size, init: Option<&RunConfig>, vocabulary: usize) -> Result<GenerativePlan> {
    if args.lock_pictures || args.loss.is_some() {
        return refuse("--lock-pictures and --loss are for siglip runs; a vlm has --freeze vision");
    }
    let model = match init.map(|init| &init.model) {
        Some(ModelConfig::Vlm(model)) => {
            let mut model = model.clone();
            model.text_config.lora = lora(args, model.text_config.lora)?;
            model
        }
        _ if args.lora.is_some() => return refuse("--lora corrects a trained decoder: name a vlm run with --init"),
        _ => vlm_config(size, vocabulary, None),
    };
    let adapts = model.text_config.lora.is_some();
    let frozen = frozen(args, init.is_some(), adapts)?;
    let task = Task::from(args.task);
    let joins = recipe::vision_joins(task, init.is_some());
    let examples = examples(args, task, size, &model)?;
    let vision_starts = vision_starts(args, &frozen, adapts, joins.starts)?;
    let vision_rate = args.vision_rate.unwrap_or(joins.rate);
    // What knows pictures of full size would unlearn them from small ones.
    let knows_full_size = matches!(init, Some(RunConfig { model: ModelConfig::Vlm(_), .. }));
    let small_first = recipe::small_share(size) > 0.0 && matches!(examples, Examples::Mixture(_)) && !knows_full_size;
    let aligned = starts_aligned(args, init)?;
    let variant = Variant::default();
    Ok(GenerativePlan { model, examples, frozen, vision_starts, vision_rate, small_first, aligned, variant })
}

/// What is practised.
fn examples(args: &TrainArgs, task: Task, size: &Size, model: &VlmConfig) -> Result<Examples> {
    if task == Task::EasyVqa {
        if args.tasks.is_some() {
            return refuse("--tasks is about what a vlm run practises; an easy-vqa run has one task");
        }
        return Ok(Examples::EasyVqa(recipe::easy_vqa_batch(size)));
    }
    let mut mixture = recipe::mixture(size);
    mixture.side = model.vision_config.image_size as u32; // a folder run may have changed it
    if let Some(tasks) = &args.tasks {
        tasks.replace(&mut mixture);
    }
    Ok(Examples::Mixture(mixture))
}

/// Do words and projector start from phase one?
fn starts_aligned(args: &TrainArgs, init: Option<&RunConfig>) -> Result<bool> {
    let lends = matches!(init, Some(RunConfig { model: ModelConfig::Siglip(_), .. }));
    if args.unaligned && !lends {
        return refuse("--unaligned is about what a siglip run lends a vlm: name one with --init");
    }
    Ok(lends && !args.unaligned)
}

/// The low-rank corrections of a run whose lender has `lent` ones, which keep their rank.
pub(crate) fn lora(args: &TrainArgs, lent: Option<LoraConfig>) -> Result<Option<LoraConfig>> {
    match (args.lora, lent) {
        (Some(rank), Some(lent)) if rank != lent.rank => refuse(format!(
            "--init names a run with corrections of rank {}, which --lora {rank} cannot change; leave --lora out",
            lent.rank
        )),
        (Some(rank), _) => Ok(Some(LoraConfig { rank, alpha: recipe::LORA_ALPHA })),
        (None, lent) => Ok(lent),
    }
}

/// The parts that do not learn.
pub(crate) fn frozen(args: &TrainArgs, has_init: bool, adapts: bool) -> Result<Frozen> {
    let frozen = args.freeze.clone().unwrap_or_default();
    if args.freeze.is_some() && !has_init {
        return refuse("--freeze keeps what a trained run knows: name one with --init");
    }
    if frozen.contains(Part::Vision) && (args.vision_starts.is_some() || args.vision_rate.is_some()) {
        return refuse("--freeze vision and --vision-starts or --vision-rate contradict one another: give one of them");
    }
    if Part::ALL.iter().all(|part| frozen.contains(*part)) && !adapts {
        return refuse("with all three parts frozen nothing would learn: leave one of them out of --freeze");
    }
    Ok(if adapts { frozen.with(Part::Decoder) } else { frozen })
}

/// The fraction of the run after which the vision tower joins: `usual` if nothing is said. It cannot wait for others where it
/// is the only part that learns.
pub(crate) fn vision_starts(args: &TrainArgs, frozen: &Frozen, adapts: bool, usual: f64) -> Result<f64> {
    if frozen.contains(Part::Vision) {
        return Ok(0.0);
    }
    let is_alone = !adapts && frozen.contains(Part::Projector) && frozen.contains(Part::Decoder);
    match args.vision_starts {
        Some(later) if later > 0.0 && is_alone => {
            refuse("the vision tower is the only part that learns: until --vision-starts nothing would; leave it out")
        }
        Some(said) => Ok(said),
        None => Ok(if is_alone { 0.0 } else { usual }),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};

    fn generative_plan(words: &str, init: Option<&RunConfig>) -> GenerativePlan {
        let cli = Cli::try_parse_from(words.split(' ')).expect("a command line");
        let Command::Train(args) = cli.command else { panic!("it trains") };
        match plan(&args, init, recipe::VOCABULARY).expect("a plan").phase {
            Phase::Generative(phase) => phase,
            Phase::Contrastive(_) => panic!("it is about phase two"),
        }
    }

    /// A vlm run learned small pictures first and large ones last; going on with small ones would undo that.
    #[test]
    fn small_pictures_come_first_only_where_large_ones_are_unknown() {
        let fresh = generative_plan("vlm train vlm --preset micro", None);
        assert!(fresh.small_first);
        let init = RunConfig { task: Task::Vlm, preset: "micro".to_owned(), model: ModelConfig::Vlm(fresh.model) };
        assert!(!generative_plan("vlm train vlm --init runs/vlm", Some(&init)).small_first);
    }
}
