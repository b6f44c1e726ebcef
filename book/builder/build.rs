//! mdBook as a library, with our own preprocessing of the pages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use mdbook_driver::MDBook;

use crate::pages::Pages;
use crate::place::Place;
use crate::warnings;

/// Builds the book and returns what mdBook warned of.
///
/// # Errors
/// When a page cannot be read, a formula cannot be understood, the output cannot be written, or it is no book.
pub fn build(place: &Place) -> Result<Vec<String>> {
    refuse_other_folder(&place.output)?;
    let (built, warnings) = warnings::heard(|| -> Result<()> {
        let mut book = MDBook::load(&place.book)?;
        book.config.build.build_dir.clone_from(&place.output);
        // After mdBook's own: includes have been filled in by then.
        book.with_preprocessor(Pages);
        book.build()
    });
    built.with_context(|| warnings.join("; ")).context("the book cannot be built")?;
    Ok(warnings)
}

/// mdBook empties the folder first: it must be a book, or hold nothing.
fn refuse_other_folder(output: &Path) -> Result<()> {
    let is_empty = fs::read_dir(output).map_or(true, |mut entries| entries.next().is_none());
    ensure!(
        is_empty || output.join("toc.html").is_file(),
        "{} holds something else than a book, and would be emptied; name another folder with --output",
        output.display()
    );
    Ok(())
}
