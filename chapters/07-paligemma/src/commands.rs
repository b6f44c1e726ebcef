//! From the command line to the function that does it, and from its error to one line and an exit code.

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command, StoredType};
use crate::error::{Result, VlmError};
use crate::terminal::note;
use crate::{
    ablate, compare_command, eval_command, inspect_command, picture_commands, pull, quickstart, search_command,
    segment_command, threads, train_command,
};

/// The exit code of a comparison that could not be made, as that of `diff`; 1 says that there is a difference.
const TROUBLE: u8 = 2;

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let compares = matches!(cli.command, Command::Compare(_));
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody listens any more (`cargo vlm caption picture.png | head -c 1`), which is nobody's mistake.
        Err(VlmError::Terminal(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // A run that was stopped on purpose is no mistake.
            let label = if matches!(error, VlmError::Interrupted { .. } | VlmError::AblationStopped { .. }) {
                ""
            } else {
                "error: "
            };
            note!("{label}{error}");
            let is_trouble = compares && !matches!(error, VlmError::Differ { .. });
            ExitCode::from(if is_trouble { TROUBLE } else { error.exit_code() })
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    foundations::ops::fused_wanted()?; // a misspelt name is found out now, not by a panic in the first layer
    if cli.command.asking().is_some_and(|asking| asking.dtype == Some(StoredType::Q8)) {
        // SAFETY: nothing has been computed yet, so this is the only thread.
        unsafe { threads::share_quantised_products() };
    }
    match &cli.command {
        Command::Train(args) => train_command::run(args),
        Command::Eval(args) => eval_command::run(args),
        Command::Ablate(args) => ablate::command::run(args),
        Command::Caption(args) => picture_commands::caption(args),
        Command::Ask(args) => picture_commands::ask(args),
        Command::Detect(args) => picture_commands::detect(args),
        Command::Segment(args) => segment_command::run(args),
        Command::Pull(args) => pull::command::run(args),
        Command::Search(args) => search_command::run(args),
        Command::Inspect(args) => inspect_command::run(args),
        Command::Compare(args) => compare_command::run(args),
        Command::Quickstart(args) => quickstart::run(args),
    }
}
