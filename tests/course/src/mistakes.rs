//! Wrong bodies that people really write: `mistakes/<exercise>/<name>.rs`.
//!
//! ```text
//! // caught by: sigmoid_loss::the_sum_over_all_pairs_is_divided_by_n
//! // book: 01, "Divided by n"
//! //
//! // You divide by n², the number of pairs. …
//!
//! let n = batch_size(logits)?;
//! …
//! ```
//!
//! The comment at the top is the header: which test must reject the body, where the book explains it, and, after an
//! empty comment line, the words for the learner.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::course::{Chapter, Course};
use crate::files;

/// One wrong body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Which exercise it belongs to.
    pub exercise: String,
    /// The name of its file.
    pub name: String,
    /// `file::test`; further folders may leave it open.
    pub caught_by: Option<String>,
    /// Where the book explains it.
    pub book: Option<String>,
    /// What to tell the learner.
    pub words: String,
    /// What stands between the anchors.
    pub body: String,
}

impl Mistake {
    /// Takes the text of a file apart.
    ///
    /// # Errors
    /// When there is no body below the header.
    pub fn parse(exercise: &str, name: &str, text: &str) -> Result<Self> {
        let header: Vec<&str> = text.lines().take_while(|line| line.starts_with("//")).collect();
        let body: String = text.lines().skip(header.len()).map(|line| format!("{line}\n")).collect();
        if body.trim().is_empty() {
            bail!("there is no body; write the wrong lines below the comment at the top");
        }
        let lines = || header.iter().map(|line| line.trim_start_matches('/').trim());
        let field = |name: &str| lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
        let words: Vec<&str> = lines().skip_while(|line| !line.is_empty()).collect();
        Ok(Self {
            exercise: exercise.to_owned(),
            name: name.to_owned(),
            caught_by: field("caught by:"),
            book: field("book:"),
            words: words.join(" ").trim().to_owned(),
            body: body.trim_matches('\n').to_owned(),
        })
    }
}

/// The mistakes that the course knows for a chapter's exercises, sorted by exercise and name.
///
/// # Errors
/// When a folder is no exercise of the chapter, or a file cannot be understood.
pub fn of_chapter(course: &Course, chapter: &Chapter) -> Result<Vec<Mistake>> {
    let folder = course.folder(chapter).join("mistakes");
    let found = read_all(&folder)?;
    match found.iter().find(|mistake| chapter.exercises.iter().all(|exercise| exercise.id != mistake.exercise)) {
        Some(stray) => bail!(
            "'{}' is no exercise of chapter {}; rename the folder, or add it to exercises.toml",
            folder.join(&stray.exercise).display(),
            chapter.number()
        ),
        None => Ok(found),
    }
}

/// All mistakes below a folder. The folder that holds a file is named like its exercise; what is above it does not matter.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn read_all(folder: &Path) -> Result<Vec<Mistake>> {
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let mut mistakes = Vec::new();
    for path in files::below(folder)?.into_iter().filter(is_rust) {
        let full = folder.join(&path);
        let exercise = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let exercise = exercise.with_context(|| {
            format!("'{}' belongs to no exercise; put it into a folder named like one", full.display())
        })?;
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mistake = Mistake::parse(&exercise, &name, &files::read(&full)?);
        mistakes.push(mistake.with_context(|| format!("in '{}'", full.display()))?);
    }
    mistakes.sort_by(|a, b| (&a.exercise, &a.name).cmp(&(&b.exercise, &b.name)));
    Ok(mistakes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_header_words_and_body() -> Result<()> {
        let text = "// caught by: a::b\n// book: page\n//\n// You do\n// this.\n\nlet x = 1; // kept\nx\n";
        let mistake = Mistake::parse("f", "wrong", text)?;
        assert_eq!(mistake.caught_by.as_deref(), Some("a::b"));
        assert_eq!(mistake.book.as_deref(), Some("page"));
        assert_eq!(mistake.words, "You do this.");
        assert_eq!(mistake.body, "let x = 1; // kept\nx");
        Ok(())
    }

    #[test]
    fn a_header_alone_is_no_mistake() {
        assert!(Mistake::parse("f", "wrong", "// caught by: a::b\n").is_err());
    }
}
