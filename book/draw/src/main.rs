//! `cargo book figures` starts this.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use figures::bundled::Bundled;
use figures::figures::FIGURES;

/// Draws the figures of the book from the course's own crates, its bundled pictures and its bundled runs.
#[derive(Debug, Parser)]
#[command(name = "figures")]
struct Arguments {
    /// Only figures whose name begins with this: `02`, or `05-rope`.
    #[arg(default_value = "")]
    only: String,
    /// Where the files go.
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/figures"))]
    output: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let wanted: Vec<_> = FIGURES.iter().filter(|figure| figure.name.starts_with(&arguments.only)).collect();
    ensure!(
        !wanted.is_empty(),
        "no figure's name begins with '{}'; they are in {}",
        arguments.only,
        arguments.output.display()
    );
    let bundled = Bundled::default();
    for figure in wanted {
        let svg = (figure.draw)(&bundled).with_context(|| format!("the figure {} cannot be drawn", figure.name))?;
        let path = arguments.output.join(figure.file());
        fs::write(&path, svg).with_context(|| format!("{} cannot be written", path.display()))?;
        println!("{}", figure.file());
    }
    Ok(())
}
