//! From the command line to the function that does it, and from its error to one line and an exit code.

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::error::Result;
use crate::{eval_command, train_command};

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    match &cli.command {
        Command::Train(args) => train_command::run(args),
        Command::Eval(args) => eval_command::run(args),
        _ => Ok(()),
    }
}
