//! `growth`: how the cost of a step, of a loss and of a token grows. Writes `growth.json` and a drawing for each figure.
//!
//! ```text
//! cargo run --package speed --bin growth -- runs/growth
//! ```

mod counting;
mod measurements;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;
use speed::Scale;
use speed::chart::svg;
use speed::growth::Figure;

/// How the cost of a step, of a loss and of a token grows
#[derive(Parser)]
struct Arguments {
    /// Where `growth.json` and the drawings go
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
        std::fs::write(folder.join(format!("{}.svg", figure.name)), svg(&figure))?;
        figures.push(figure);
    }
    let powers: Vec<_> = figures
        .iter()
        .map(|figure| figure.series.iter().map(speed::growth::Series::power))
        .map(Vec::from_iter)
        .collect();
    let report = json!({ "threads": rayon::current_num_threads(), "figures": figures, "powers": powers });
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
