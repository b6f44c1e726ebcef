//! The options of `vlm ablate`.

use std::path::PathBuf;

use clap::Args;

use crate::ablate::catalogue::Name;

/// `ablate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo vlm ablate                                   what can be asked, and what the papers found
  cargo vlm ablate bias                              three seeds, a few minutes
  cargo vlm ablate mask --seeds 8                    more seeds, narrower intervals

Writes report.md, curves.svg and results.jsonl with one line per finished run. Ctrl-C
keeps what is finished; the same command goes on from there. All arms of a seed see the
same batches from the same start, and are compared seed by seed.")]
pub struct AblateArgs {
    /// What to find out [default: list them]
    pub name: Option<Name>,
    /// Train each arm from this many seeds
    #[arg(long, default_value_t = 3)]
    pub seeds: u64,
    /// Steps of each run [default: set by the ablation, so that the whole takes a few minutes]
    #[arg(long)]
    pub steps: Option<u64>,
    /// Size of the model: pico (for tests), nano or micro [default: nano for phase one, the size of --init for phase two]
    #[arg(long)]
    pub preset: Option<String>,
    /// For phase two: the siglip run to start from [default: the bundled one]
    #[arg(long, value_name = "RUN")]
    pub init: Option<PathBuf>,
    /// Where to write [default: the ablation's name, in runs/ablate]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
