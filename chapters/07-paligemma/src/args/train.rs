//! The options of `vlm train`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use projection::Frozen;

use super::TaskWeights;

/// What to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrainTask {
    /// Phase one: a picture encoder and a text encoder that agree (SigLIP)
    Siglip,
    /// Phase two: captions, answers and boxes from a decoder that looks at the picture (PaliGemma)
    Vlm,
    /// Transfer: fine-tune a vlm for the easy-VQA benchmark
    EasyVqa,
    /// Transfer: fine-tune a vlm, or a PaliGemma from the hub, on captions of your own pictures
    Folder,
}

/// Which contrastive loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LossName {
    /// SigLIP's: each pair is a yes/no question
    Sigmoid,
    /// CLIP's: each picture chooses among all captions of the batch
    Softmax,
    /// SigLIP's, a few captions at a time: same value, less memory
    Chunked,
}

/// `train`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo vlm train siglip --minutes 10                          phase one
  cargo vlm train vlm --init runs/siglip --minutes 20          phase two, from that encoder
  cargo vlm train easy-vqa --init runs/vlm --steps 2000        transfer
  cargo vlm train easy-vqa --init runs/vlm --lora 8            the same with low-rank adapters
  cargo vlm train folder --init vlm --pictures my-pictures     your own pictures
  cargo vlm train siglip --init runs/siglip --lock-pictures --out runs/lit
  cargo vlm train vlm --resume                                 go on after Ctrl-C or a crash

A folder of pictures holds a table captions.tsv with three columns separated by tabs: file, emoji
or English name (may be empty), caption. `eval --pictures` reads the same.

The same command with --steps repeats a run to the bit, on the same machine.")]
pub struct TrainArgs {
    /// What to train
    pub task: TrainTask,
    /// How long to train.
    #[command(flatten)]
    pub length: Length,
    /// Size of the model: pico (for tests), nano or micro [default: nano, or the size of --init]
    #[arg(long)]
    pub preset: Option<String>,
    /// Everything random follows from this number
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where to write [default: the task, in the folder runs]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Start from the weights of this run instead of random numbers; a siglip run lends a vlm its vision encoder, and the
    /// words and the projector start from what it knows
    #[arg(long, value_name = "RUN")]
    pub init: Option<PathBuf>,
    /// Go on with the unfinished run in --out, or in RUN, with the settings that it has
    #[arg(long, value_name = "RUN", num_args = 0..=1,
        conflicts_with_all = ["minutes", "steps", "preset", "seed", "init", "freeze", "lora", "lock_pictures", "loss",
            "batch", "learning_rate", "vision_starts", "vision_rate", "unaligned", "tasks", "pictures", "side"])]
    pub resume: Option<Option<PathBuf>>,
    /// For vlm, easy-vqa and folder: parts that do not learn, with commas between them: vision, projector, decoder
    #[arg(long, value_name = "PARTS")]
    pub freeze: Option<Frozen>,
    /// For vlm, easy-vqa and folder: freeze the decoder and learn a correction of this rank beside each of its matrices (LoRA)
    #[arg(long, value_name = "RANK")]
    pub lora: Option<usize>,
    /// For siglip: only the text encoder learns; the vision encoder of --init stays as it is (LiT)
    #[arg(long)]
    pub lock_pictures: bool,
    /// For siglip: contrastive loss [default: sigmoid]
    #[arg(long)]
    pub loss: Option<LossName>,
    /// Pictures in a batch [default: set by the preset]
    #[arg(long, value_name = "PICTURES")]
    pub batch: Option<usize>,
    /// Multiplies all learning rates
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pub learning_rate: f64,
    /// For vlm, easy-vqa and folder: the vision encoder stays frozen for this fraction of the steps [default: set by the recipe]
    #[arg(long, value_name = "FRACTION")]
    pub vision_starts: Option<f64>,
    /// For vlm, easy-vqa and folder: the vision encoder learns at this fraction of the learning rate [default: set by the recipe]
    #[arg(long, value_name = "FRACTION")]
    pub vision_rate: Option<f64>,
    /// For vlm with --init SIGLIP-RUN: take the vision encoder only; words and projector start at random (to see what they
    /// are worth)
    #[arg(long)]
    pub unaligned: bool,
    /// For vlm: how often each task is drawn, as detect=9,caption=3; the tasks are single, caption, count, presence, relation
    /// and detect [default: set by the recipe, also for each that is not named]
    #[arg(long, value_name = "TASK=WEIGHT,…")]
    pub tasks: Option<TaskWeights>,
    /// For folder: where the pictures are, with their captions.tsv
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    /// For folder: side of the pictures in pixels, where it is not the model's own; its positions are resampled
    #[arg(long, value_name = "PIXELS")]
    pub side: Option<usize>,
}

/// How long to train.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Length {
    /// Train for about this long; prints the number of steps, so that the run can be repeated exactly
    #[arg(long)]
    pub minutes: Option<f64>,
    /// Train for this many steps [default: set by the preset]
    #[arg(long)]
    pub steps: Option<u64>,
}
