//! The command line: what can be asked of `vlm`, explained where people look first, in `--help`.

mod ablate;
mod bisect;
mod chance;
mod picture;
mod pull;
mod task_weights;
mod train;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use ablate::AblateArgs;
pub use bisect::{CompareArgs, InspectArgs};
pub use chance::Chance;
pub use picture::{AskArgs, Asking, CaptionArgs, DetectArgs, Drawings, SearchArgs, SegmentArgs, StoredType};
pub use pull::PullArgs;
pub use task_weights::TaskWeights;
pub use train::{Length, LossName, TrainArgs, TrainTask};

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
  cargo vlm caption data/example.png        ask the bundled model, no training needed
  cargo vlm search red fruit

A RUN is a folder that `train` or `quickstart` wrote. Where it is left out, a bundled model does the job; \
siglip, vlm and easy-vqa name the bundled ones. A folder from the Hugging Face hub is a RUN, too: a PaliGemma's for \
caption, ask, detect, segment, inspect and, after --init, train folder; a SigLIP's for search.

Environment:
  VLM_DEVICE=auto|cpu|cuda|metal            where to compute
  RAYON_NUM_THREADS=N                       how many threads
  VLM_OPS=plain                             the readable operators instead of the fused ones
  VLM_DATA=DIR                              pictures and bundled models from another folder";

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
    /// Train one model: siglip (phase one), vlm (phase two), easy-vqa (a task) or folder (your pictures)
    Train(TrainArgs),
    /// Measure a run on the held-out artist, beside simple baselines
    Eval(EvalArgs),
    /// Change one thing, train again from several seeds, and see whether it made a difference
    Ablate(AblateArgs),
    /// Say what is in a picture
    Caption(CaptionArgs),
    /// Answer a question about a picture
    Ask(AskArgs),
    /// Find a thing in a picture
    Detect(DetectArgs),
    /// Find a thing in a picture to the pixel (published weights only)
    Segment(SegmentArgs),
    /// Find the pictures that fit some words
    Search(SearchArgs),
    /// Download published weights (needs --features hub)
    Pull(PullArgs),
    /// Write down what comes out of every layer
    Inspect(InspectArgs),
    /// Find the first layer in which two such files differ
    Compare(CompareArgs),
}

impl Command {
    /// How a model is asked, where one is.
    pub fn asking(&self) -> Option<&Asking> {
        match self {
            Self::Caption(args) => Some(&args.asking),
            Self::Ask(args) => Some(&args.asking),
            Self::Detect(args) => Some(&args.asking),
            Self::Segment(args) => Some(&args.asking),
            _ => None,
        }
    }
}

/// `quickstart`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes runs/quickstart/report.html: open it in a browser. Beside it are metrics.json and
the two runs `contrastive` and `generative`, which every other command takes as RUN.
Ctrl-C is safe: the same command goes on where it stopped.")]
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

/// `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo vlm eval                                     all bundled models
  cargo vlm eval runs/vlm --json metrics.json
  cargo vlm eval siglip --pictures my-pictures       pictures of your own

A folder of pictures holds PNG files, best cut out on a transparent background, and a
table captions.tsv with three columns separated by tabs: file, emoji or English name,
caption. They are shown as the course's drawings are, whole on a square of light grey;
`caption` and `train folder` squash a picture instead.")]
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
