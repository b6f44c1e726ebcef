//! `growth`: how the cost of a step, of a loss and of a token grows. Writes a drawing for each figure, `growth.md` with a table
//! of all, and `growth.json` with every number.
//!
//! ```text
//! cargo run --bin growth -- runs/growth
//! ```
//!
//! The book shows its output: `cargo run --bin growth -- book/src/figures`, on a machine that does nothing else.

mod counting;
mod measurements;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;
use speed::Scale;
use speed::chart::svg;
use speed::growth::{Figure, Series, table};

/// How the cost of a step, of a loss and of a token grows
#[derive(Parser)]
struct Arguments {
    /// Where the drawings, `growth.md` and `growth.json` go
    folder: PathBuf,
    /// How large the sizes are
    #[arg(long, value_enum, default_value = "full")]
    scale: Scale,
}

fn main() -> Result<()> {
    let Arguments { folder, scale } = Arguments::parse();
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut figures = Vec::new();
    for measure in measurements::ALL {
        let figure = measure(scale)?;
        print(&figure);
        std::fs::write(folder.join(format!("growth-{}.svg", figure.name)), svg(&figure))?;
        figures.push(figure);
    }
    let powers: Vec<Vec<_>> = figures.iter().map(|figure| figure.series.iter().map(Series::power).collect()).collect();
    let report = json!({ "threads": rayon::current_num_threads(), "figures": figures, "powers": powers });
    std::fs::write(folder.join("growth.md"), table(&figures))?;
    std::fs::write(folder.join("growth.json"), serde_json::to_string_pretty(&report)?)?;
    println!("\nwritten to {}", folder.display());
    Ok(())
}

fn print(figure: &Figure) {
    println!("\n{}", figure.title);
    for series in &figure.series {
        let points = series.points.iter().map(|(size, cost)| format!("{size}: {cost:.4}"));
        println!("  {} (power {:.2}): {}", series.name, series.power(), points.collect::<Vec<_>>().join(", "));
    }
}
