//! Which function does what was typed.

use std::process;

use anyhow::{Context, Result};

use crate::cli::{Cli, Command};
use crate::place::Place;
use crate::{build, check, section, serve};

/// Carries out a command; whether all is well.
///
/// # Errors
/// When a page, a figure or a file cannot be read or written.
pub fn run(cli: &Cli) -> Result<bool> {
    let place = Place::new(cli.output.as_deref())?;
    match cli.command.as_ref().unwrap_or(&Command::Build) {
        Command::Build => {
            let warnings = build::build(&place)?;
            warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
            println!("{}", place.first_page().canonicalize()?.display());
            Ok(true)
        }
        Command::Open { section } => {
            build::build(&place)?;
            let page = match section.join(" ") {
                words if words.is_empty() => place.first_page().canonicalize()?.display().to_string(),
                words => section::address(&place.output, &words)?,
            };
            println!("{page}");
            open::that_detached(&page).with_context(|| format!("no browser found; open {page} yourself"))?;
            Ok(true)
        }
        Command::Serve { port, quiet } => {
            serve::serve(&place, *port, !quiet)?;
            Ok(true)
        }
        Command::Figures { only } => drawn(only),
        Command::Check => {
            let mut problems = build::build(&place)?;
            problems.extend(check::problems(&place.output)?);
            problems.iter().for_each(|problem| println!("{problem}"));
            match problems.len() {
                0 => println!("the book is in order"),
                1 => println!("1 problem"),
                many => println!("{many} problems"),
            }
            Ok(problems.is_empty())
        }
    }
}

/// Has another program draw the figures: it is compiled with the whole course, which reading the book does not need.
fn drawn(only: &str) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = process::Command::new(cargo);
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/draw/Cargo.toml");
    command.args(["run", "--manifest-path", manifest, "--package", "figures", "--", only]);
    Ok(command.status().context("cargo cannot be started")?.success())
}
