//! `cargo course mutants`: do the tests notice when the code is changed?
//!
//! Mistakes are what people do; mutants are what a program does to a program, blindly and everywhere. A mutant that no test
//! notices shows a sentence that the specification has forgotten, or code that decides nothing.
//!
//! ```text
//! copy of the course → list of mutants → cargo mutants, one after the other → tests/mutants-tried.toml → tests/mutants.md
//! ```

mod copy;
mod page;
mod reasons;
mod record;
mod score;
mod tool;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use self::page::Page;
use self::reasons::Reasons;
use self::record::Record;
use self::tool::{Mutant, Tool};
use crate::cli::{MutantsArgs, Shard};
use crate::course::{Chapter, Course};
use crate::files;
use crate::outcome::{Outcome, dim, yellow};

/// Tries mutants of the chapters that are named, or of all, and writes down what came of it. All is well when the score is
/// high enough, and every reason fits its survivor.
///
/// # Errors
/// When cargo-mutants is missing or cannot read the chapters, or a file cannot be read or written.
pub fn run(course: &Course, args: &MutantsArgs) -> Result<Outcome> {
    let chosen = super::chapters(course, &args.chapters)?;
    let tool = Tool::new(course, copy::lay_out(course)?)?;
    let mut all = Vec::new();
    for chapter in &course.chapters {
        all.push((chapter, tool.list(chapter)?));
    }
    let every: Vec<&Mutant> = all.iter().flat_map(|(_, mutants)| mutants).collect();
    let mut record = Record::read(course.root.join("tests/mutants-tried.toml"), &every)?;
    if !args.page {
        let chosen = all.iter().filter(|(chapter, _)| chosen.iter().any(|one| one.folder == chapter.folder));
        try_all(&tool, chosen, args, &mut record, &every)?;
    }
    let reasons = Reasons::read(&course.root.join("tests/mutants.toml"))?;
    let page = Page::new(&all, &record, &reasons);
    let file = course.root.join("tests/mutants.md");
    files::write(&file, &page.in_markdown())?;
    let words = format!("{}{}", page.in_words(), dim(format!("Written down in {}.", file.display())));
    Ok(Outcome { good: page.good(), ..Outcome::new(words, ())? })
}

/// Chapter by chapter, until the end or Ctrl-C. The record is written after each mutant.
fn try_all<'a>(
    tool: &Tool,
    chapters: impl Iterator<Item = &'a (&'a Chapter, Vec<Mutant>)>,
    args: &MutantsArgs,
    record: &mut Record,
    every: &[&Mutant],
) -> Result<()> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    // cargo-mutants gets a terminal's Ctrl-C, too, and leaves the mutant that it was at undecided.
    ctrlc::set_handler(move || flag.store(true, SeqCst)).context("Ctrl-C cannot be listened for")?;
    for (chapter, mutants) in chapters {
        let wanted = wanted(mutants, args.shard, args.survivors, record);
        let style = ProgressStyle::with_template("chapter {prefix} {bar:24} {pos}/{len} {eta} {msg}")?;
        let progress = ProgressBar::new(wanted.len() as u64).with_style(style).with_prefix(chapter.number().to_owned());
        for (number, &index) in wanted.iter().enumerate() {
            let mutant = &mutants[index];
            progress.set_message(mutant.change().to_owned());
            let tried = tool.try_one(chapter, index, mutants.len(), number == 0);
            if stopped.load(SeqCst) {
                progress.abandon();
                tool.forget_builds(chapter)?;
                anstream::println!("\nStopped. What has been decided is kept; the same command goes on.");
                return Ok(());
            }
            let verdict = tried?.with_context(|| format!("cargo-mutants says nothing about {}", mutant.name))?;
            if verdict.survived() {
                progress.suspend(|| anstream::println!("{} {}", yellow("survived"), mutant.name));
            }
            record.add(mutant, verdict);
            record.write(every)?;
            progress.inc(1);
        }
        progress.finish_and_clear();
    }
    Ok(())
}

/// The numbers of the mutants of one chapter that are to be tried now.
fn wanted(mutants: &[Mutant], shard: Option<Shard>, survivors: bool, record: &Record) -> Vec<usize> {
    let now = |mutant: &Mutant| match record.of(mutant) {
        Some(tried) => survivors && !tried.now.settled(),
        None => !survivors,
    };
    let in_shard = |index: usize| shard.is_none_or(|shard| shard.holds(index));
    (0..mutants.len()).filter(|&index| in_shard(index) && now(&mutants[index])).collect()
}
