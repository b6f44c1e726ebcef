//! Makes the pictures and tables of `data/` from the artists' published packages. The same packages give the same bytes.
//!
//! Nobody needs this program to take the course: what it makes is in the repository. `data/README.md` has the commands.

mod easy_vqa;
mod emoji_table;
mod icons;
mod packages;
mod png_file;
mod render;

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use data::Artist;

use crate::{icons::IconSet, packages::Packages};

/// Draws the emoji sheets, writes emoji.json and packs easy-VQA.
#[derive(Parser)]
#[command(after_help = "Get the packages with the two commands in data/README.md.")]
struct Arguments {
    /// Folder that holds `node_modules/` (icon sets and names) and `python/` (easy-VQA).
    #[arg(long, value_name = "DIR")]
    packages: PathBuf,
    /// Folder to write to: `emoji/` and `easy-vqa/` are made inside it.
    #[arg(long, value_name = "DIR", default_value = env!("CARGO_MANIFEST_DIR"))]
    out: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let packages = Packages::new(&arguments.packages);
    let emoji_folder = arguments.out.join("emoji");
    std::fs::create_dir_all(&emoji_folder).with_context(|| format!("cannot make {}", emoji_folder.display()))?;

    let table = emoji_table::read(&packages)?;
    emoji_table::write(&table, &emoji_folder.join("emoji.json"))?;

    let sets = Artist::ALL
        .iter()
        .map(|&artist| IconSet::read(&packages.icons(artist), artist))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let naming_sets: Vec<&IconSet> = sets.iter().filter(|set| set.knows_codepoints()).collect();
    for set in &sets {
        let (sheet, drawn) = render::sheet(set, &table, &naming_sets)?;
        let path = emoji_folder.join(format!("{}.png", set.artist.slug()));
        let bytes = png_file::write_rgba(&sheet, &path)?;
        println!("{}: {drawn} of {} emojis, {bytes} bytes", path.display(), table.len());
    }
    easy_vqa::pack(&packages, &arguments.out.join("easy-vqa"))
}
