//! Packs easy-VQA: one sheet of pictures a split, and questions as numbers instead of 48,248 JSON arrays.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use anyhow::Context;
use data::sheet::{VQA_COLUMNS, cell_origin, sheet_size};
use image::{GenericImage, RgbImage};

use crate::{
    packages::{Packages, read_json},
    png_file,
};

/// The published form of a question: text, answer, number of the picture.
type Record = (String, String, usize);

/// Writes `questions.txt`, `answers.txt`, and for each split a sheet and a table of `question:answer` numbers.
pub fn pack(packages: &Packages, out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let root = packages.easy_vqa();
    let splits = ["train", "test"]
        .into_iter()
        .map(|split| Ok((split, read_json::<Vec<Record>>(&root.join(split).join("questions.json"))?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let records = || splits.iter().flat_map(|(_, records)| records);
    let questions: Vec<&str> = sorted(records().map(|record| record.0.as_str()));
    let answers: Vec<&str> = sorted(records().map(|record| record.1.as_str()));
    write(&out.join("questions.txt"), &lines(&questions))?;
    write(&out.join("answers.txt"), &lines(&answers))?;
    for (split, records) in &splits {
        write(&out.join(format!("{split}.txt")), &table(records, &questions, &answers)?)?;
        let pictures = records.iter().map(|record| record.2 + 1).max().unwrap_or(0);
        let sheet = sheet(&root.join(split).join("images"), pictures)?;
        let path = out.join(format!("{split}.png"));
        let bytes = png_file::write_rgb(&sheet, &path)?;
        println!("{}: {pictures} pictures, {} questions, {bytes} bytes", path.display(), records.len());
    }
    Ok(())
}

fn sorted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    texts.collect::<BTreeSet<_>>().into_iter().collect()
}

fn lines(texts: &[&str]) -> String {
    texts.join("\n") + "\n"
}

/// Line `i` holds the questions about picture `i`, each as `question:answer`.
fn table(records: &[Record], questions: &[&str], answers: &[&str]) -> anyhow::Result<String> {
    let mut table = String::new();
    let mut picture = 0;
    for (question, answer, of_picture) in records {
        while picture < *of_picture {
            table.push('\n');
            picture += 1;
        }
        anyhow::ensure!(picture == *of_picture, "questions are not sorted by picture: {of_picture} after {picture}");
        let question = questions.binary_search(&question.as_str()).ok().context("unknown question")?;
        let answer = answers.binary_search(&answer.as_str()).ok().context("unknown answer")?;
        let space = if table.is_empty() || table.ends_with('\n') { "" } else { " " };
        write!(table, "{space}{question}:{answer}")?;
    }
    table.push('\n');
    Ok(table)
}

fn sheet(folder: &Path, pictures: usize) -> anyhow::Result<RgbImage> {
    let (width, height) = sheet_size(pictures, VQA_COLUMNS);
    let mut sheet = RgbImage::new(width, height);
    for index in 0..pictures {
        let path = folder.join(format!("{index}.png"));
        let picture = image::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let (x, y) = cell_origin(index, VQA_COLUMNS);
        sheet.copy_from(&picture.to_rgb8(), x, y)?;
    }
    Ok(sheet)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
