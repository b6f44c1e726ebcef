//! What is done to a page after mdBook has filled in its includes and before it renders it.
//!
//! The pages remain good Markdown without it: a formula is then shown as LaTeX (GitHub draws it), a figure as a picture
//! with its caption below.

mod exercise;
mod figure;
mod formula;
mod indentation;
mod reading_time;
mod segments;

use anyhow::{Context, Result, ensure};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use exercise::Exercises;
use segments::{Segment, segments};

/// The preprocessor.
pub struct Pages;

impl Preprocessor for Pages {
    fn name(&self) -> &str {
        "a-thousand-words"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let exercises = Exercises::read(&context.root.join("../chapters"))?;
        let mut result = Ok(());
        book.for_each_mut(|item| {
            if let (BookItem::Chapter(chapter), Ok(())) = (item, &result) {
                result = prepare(chapter, &exercises);
            }
        });
        result.map(|()| book)
    }
}

fn prepare(chapter: &mut Chapter, exercises: &Exercises) -> Result<()> {
    let page = || chapter.path.as_ref().map_or(chapter.name.clone(), |path| path.display().to_string());
    chapter.content = prepared(&chapter.content, exercises).with_context(page)?;
    Ok(())
}

/// A page as mdBook is to see it.
///
/// # Errors
/// When an include was not filled in, or a formula cannot be understood.
pub fn prepared(page: &str, exercises: &Exercises) -> Result<String> {
    // mdBook leaves an include whose file or anchor it does not find, and says so in its log only.
    if let Some(at) = page.find("{{#include") {
        let include = page[at..].lines().next().unwrap_or_default();
        ensure!(false, "{include} names a file or an anchor that does not exist");
    }
    let mut prepared = String::with_capacity(2 * page.len());
    for segment in segments(page) {
        match segment {
            Segment::Code { info: "math", body, .. } => prepared.push_str(&formula::display(body)?),
            Segment::Code { info, body, .. } if info.starts_with("rust") => {
                prepared.push_str(&format!("```{info}\n{}```\n", indentation::removed(body)));
            }
            Segment::Code { body, whole, .. } => {
                prepared.push_str(&exercises.note(body));
                prepared.push_str(whole);
            }
            Segment::Text(text) => prepared.push_str(&formula::inline(&figure::framed(text))?),
        }
    }
    Ok(reading_time::noted(&prepared, reading_time::minutes(page)))
}
