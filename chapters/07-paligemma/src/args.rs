//! The command line: what can be asked of `vlm`, explained where people look first, in `--help`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use projection::Frozen;

const ABOUT: &str = "A vision-language model that you build, train and question yourself";

const LONG_ABOUT: &str = "\
A vision-language model that you build, train and question yourself.

Two phases make it. In the contrastive phase (SigLIP) two encoders learn to tell which caption belongs to which \
picture. In the generative phase (PaliGemma) the vision encoder's tokens enter a Gemma decoder, which learns to \
caption, to answer questions and to find things. Everything is trained from random numbers on the bundled pictures and \
tested on an artist that was never trained on.";

const EXAMPLES: &str = "\
Try first:
  cargo vlm quickstart                      train both phases and see what was learned
  cargo vlm caption picture.png             ask the bundled model, no training needed
  cargo vlm search \"red fruit\"

A RUN is a folder that `train` or `quickstart` wrote. Where it is left out, a bundled model does the job; \
siglip, vlm and easy-vqa name the bundled ones.

Environment:
  VLM_DEVICE=auto|cpu|cuda|metal            where to compute
  RAYON_NUM_THREADS=N                       how many threads";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "vlm", bin_name = "cargo vlm", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train both phases in minutes, examine the model, and show six pictures that it never saw
    Quickstart(QuickstartArgs),
    /// Train one model: siglip (phase one), vlm (phase two) or easy-vqa (a task)
    Train(TrainArgs),
    /// Measure a run on the held-out artist, beside simple baselines
    Eval(EvalArgs),
    /// Say what is in a picture
    Caption(CaptionArgs),
    /// Answer a question about a picture
    Ask(AskArgs),
    /// Find a thing in a picture
    Detect(DetectArgs),
    /// Find the pictures that fit some words
    Search(SearchArgs),
}

/// `quickstart`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes runs/quickstart/report.html: open it in a browser. Beside it: metrics.json, and the two runs `contrastive` and
`generative`, which every other command takes as RUN. Ctrl-C is safe: the same command goes on where it stopped.")]
pub struct QuickstartArgs {
    /// Size of the model: pico (for tests), nano or micro
    #[arg(long, default_value = "nano")]
    pub preset: String,
    /// Everything random follows from this number
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where to write
    #[arg(long, value_name = "DIR", default_value = "runs/quickstart")]
    pub out: PathBuf,
    /// Also train phase two from a random encoder, as long as the other, and report both side by side
    #[arg(long)]
    pub compare_random_encoder: bool,
}

/// What to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrainTask {
    /// Phase one: a picture encoder and a text encoder that agree (SigLIP)
    Siglip,
    /// Phase two: captions, answers and boxes from a decoder that looks at the picture (PaliGemma)
    Vlm,
    /// Transfer: fine-tune a vlm for the easy-VQA benchmark
    EasyVqa,
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
  cargo vlm train siglip --init runs/siglip --lock-pictures --out runs/lit
  cargo vlm train vlm --resume                                 go on after Ctrl-C or a crash

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
    /// Where to write [default: runs/<TASK>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Start from the weights of this run instead of random numbers; a siglip run lends a vlm its vision encoder
    #[arg(long, value_name = "RUN")]
    pub init: Option<PathBuf>,
    /// Go on with the unfinished run in --out, or in RUN, with the settings that it has
    #[arg(long, value_name = "RUN", num_args = 0..=1,
        conflicts_with_all = ["minutes", "steps", "preset", "seed", "init", "freeze", "lora", "lock_pictures", "loss",
            "batch", "learning_rate", "vision_starts", "vision_rate"])]
    pub resume: Option<Option<PathBuf>>,
    /// Parts that do not learn, with commas between them: vision, projector, decoder
    #[arg(long, value_name = "PARTS")]
    pub freeze: Option<Frozen>,
    /// Freeze the decoder and learn a correction of this rank beside each of its matrices (LoRA)
    #[arg(long, value_name = "RANK")]
    pub lora: Option<usize>,
    /// Only the text encoder learns; the vision encoder of --init stays as it is (LiT)
    #[arg(long)]
    pub lock_pictures: bool,
    /// Contrastive loss [default: sigmoid]
    #[arg(long)]
    pub loss: Option<LossName>,
    /// Pictures in a batch [default: set by the preset]
    #[arg(long, value_name = "PICTURES")]
    pub batch: Option<usize>,
    /// Multiplies all learning rates
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pub learning_rate: f64,
    /// The vision encoder stays frozen for this fraction of the steps [default: set by the recipe]
    #[arg(long, value_name = "FRACTION")]
    pub vision_starts: Option<f64>,
    /// The vision encoder learns at this fraction of the learning rate [default: set by the recipe]
    #[arg(long, value_name = "FRACTION")]
    pub vision_rate: Option<f64>,
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

/// `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo vlm eval                                     all bundled models
  cargo vlm eval runs/vlm --json metrics.json
  cargo vlm eval siglip --pictures my-pictures       pictures of your own

A folder of pictures holds PNG files, best cut out on a transparent background, and a table captions.tsv with three
columns separated by tabs: file, emoji or English name, caption.")]
pub struct EvalArgs {
    /// Run to examine [default: all bundled models]
    pub run: Option<PathBuf>,
    /// Also write the numbers to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Examine on this folder of pictures instead of the held-out artist
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
}

/// `caption`.
#[derive(Debug, Args)]
#[command(
    override_usage = "cargo vlm caption [RUN] <IMAGE>",
    after_help = "\
Example: cargo vlm caption picture.png

Any PNG, JPEG, GIF, WebP or BMP will do; the model has only ever seen emojis on plain backgrounds."
)]
pub struct CaptionArgs {
    /// The picture, after the run if one is named
    #[arg(value_name = "[RUN] IMAGE", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
}

/// `ask`.
#[derive(Debug, Args)]
#[command(
    override_usage = "cargo vlm ask [RUN] <IMAGE> <QUESTION>",
    after_help = "\
Examples:
  cargo vlm ask picture.png \"how many objects are there?\"
  cargo vlm ask picture.png \"is there a dog?\"
  cargo vlm ask picture.png \"what is left of the dog?\"
  cargo vlm ask easy-vqa shape.png \"what color is the shape?\""
)]
pub struct AskArgs {
    /// The picture and the question (in quotes), after the run if one is named
    #[arg(value_name = "[RUN] IMAGE QUESTION", num_args = 2..=3, required = true)]
    pub words: Vec<String>,
}

/// `detect`.
#[derive(Debug, Args)]
#[command(
    override_usage = "cargo vlm detect [RUN] <IMAGE> <THING> [--save FILE]",
    after_help = "\
Examples:
  cargo vlm detect picture.png dog
  cargo vlm detect picture.png \"dog; red apple\" --save boxes.png

Prints one line per thing: its name and the pixels top, left, bottom, right of its box."
)]
pub struct DetectArgs {
    /// The picture and what to look for (several things with ; between them), after the run if one is named
    #[arg(value_name = "[RUN] IMAGE THING", num_args = 2..=3, required = true)]
    pub words: Vec<String>,
    /// Also write the picture with the boxes drawn to this file
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// Whose drawings are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Drawings {
    /// Only those of the artist that no model was trained on
    HeldOut,
    /// Those of all five artists
    All,
}

/// `search`.
#[derive(Debug, Args)]
#[command(
    override_usage = "cargo vlm search [RUN] <TEXT> [OPTIONS]",
    after_help = "\
Example: cargo vlm search \"red fruit\" --top 10

Prints the name of each picture and how likely the model thinks it is that words and picture belong together."
)]
pub struct SearchArgs {
    /// What to look for (in quotes), after the run if one is named
    #[arg(value_name = "[RUN] TEXT", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
    /// How many pictures
    #[arg(long, default_value_t = 6)]
    pub top: usize,
    /// Whose drawings to search
    #[arg(long, default_value = "held-out")]
    pub drawings: Drawings,
}
