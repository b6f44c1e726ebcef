//! `cargo course`.

use std::process::ExitCode;

use clap::Parser;
use course::cli::Cli;
use course::commands;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            anstream::eprintln!("{}", course::outcome::red(format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}
