//! The book beside the course: every exercise and every mistake has its section, and what a page refers to exists.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::anchors::Region;
use crate::course::Course;
use crate::files;
use crate::mistakes;

/// Where the pages are, from the course's root.
const PAGES: &str = "book/src";

/// Where pictures and generated tables are, from the pages: parts of pages, and no pages themselves.
const FIGURES: &str = "figures/";

/// A page: its file, its title and its headings, as they are written.
struct Page {
    file: String,
    title: String,
    headings: Vec<String>,
    text: String,
}

/// Everything that is wrong between book and course, one sentence each.
///
/// # Errors
/// When a file cannot be read.
pub fn problems(course: &Course) -> Result<Vec<String>> {
    let pages = pages(&course.root.join(PAGES))?;
    let mut problems = Vec::new();
    for (chapter, exercise) in course.exercises() {
        sections(&pages, &exercise.id, &exercise.book, &mut problems);
        let command = format!("cargo course check {}\n", exercise.id);
        if !pages.iter().any(|page| page.text.contains(&command)) {
            problems.push(format!("chapter {}: no page says `{}`", chapter.number(), command.trim_end()));
        }
    }
    for chapter in &course.chapters {
        for mistake in mistakes::of_chapter(course, chapter)? {
            let name = format!("{}/{}", mistake.exercise, mistake.name);
            sections(&pages, &name, mistake.book.as_deref().unwrap_or_default(), &mut problems);
        }
    }
    let exercises: BTreeSet<&str> = course.exercises().map(|(_, exercise)| exercise.id.as_str()).collect();
    let summary = files::read(&course.root.join(PAGES).join("SUMMARY.md"))?;
    for page in &pages {
        let mut complain = |text: String| problems.push(format!("{PAGES}/{}: {text}", page.file));
        if !summary.contains(&format!("]({})", page.file)) {
            complain("SUMMARY.md does not list it".to_owned());
        }
        for name in after(&page.text, "cargo course check ", |c| c.is_alphanumeric() || c == '_') {
            if !exercises.contains(name) && course.chapter(name).is_none() {
                complain(format!("`cargo course check {name}` names no exercise"));
            }
        }
        for included in after(&page.text, "{{#include ", |c| c != '}') {
            included_is_there(course, included).unwrap_or_else(|error| complain(format!("{error:#}")));
        }
        for link in after(&page.text, "](", |c| c != ')' && c != ' ') {
            link_leads_somewhere(course, &pages, page, link).unwrap_or_else(|error| complain(format!("{error:#}")));
        }
    }
    Ok(problems)
}

/// All pages, in the order of their names.
fn pages(folder: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for path in files::below(folder)? {
        let file = files::slashed(&path);
        if !file.ends_with(".md") || file == "SUMMARY.md" || file.starts_with(FIGURES) {
            continue;
        }
        let text = files::read(&folder.join(&path))?;
        let (mut title, mut headings, mut in_code) = (String::new(), Vec::new(), false);
        for line in text.lines() {
            in_code ^= line.starts_with("```");
            let heading = line.trim_start_matches('#');
            match line.len() - heading.len() {
                _ if in_code => {}
                0 => {}
                1 => title = heading.trim().to_owned(),
                _ => headings.push(heading.trim().to_owned()),
            }
        }
        pages.push(Page { file, title, headings, text });
    }
    Ok(pages)
}

/// Is there the section `Title: section`?
fn sections(pages: &[Page], who: &str, book: &str, problems: &mut Vec<String>) {
    let Some((title, section)) = book.split_once(": ") else {
        problems.push(format!("{who}: its section of the book is '{book}'; write `Title of the page: section`"));
        return;
    };
    let is_it = |heading: &String| heading.to_lowercase() == section.to_lowercase();
    if !pages.iter().any(|page| page.title == title && page.headings.iter().any(is_it)) {
        problems.push(format!("{who}: the book has no section '{section}' on a page '{title}'"));
    }
}

/// What follows each `before` in a text, as long as the characters are of the kind.
fn after<'a>(text: &'a str, before: &'a str, of_the_kind: impl Fn(char) -> bool + 'a) -> impl Iterator<Item = &'a str> {
    text.match_indices(before).filter_map(move |(at, _)| {
        let rest = &text[at + before.len()..];
        let end = rest.find(|c| !of_the_kind(c)).unwrap_or(rest.len());
        (end > 0).then_some(&rest[..end])
    })
}

/// `../../chapters/…/file.rs:anchor`, seen from the pages, or a whole table from the figures.
fn included_is_there(course: &Course, included: &str) -> Result<()> {
    if included.starts_with(FIGURES) {
        files::read(&course.root.join(PAGES).join(included))?;
        return Ok(());
    }
    let (path, anchor) = included.split_once(':').context("an include without an anchor takes a whole file")?;
    let file = course.root.join(PAGES).join(path);
    Region::find(&files::read(&file)?, anchor).with_context(|| format!("it includes {included}"))?;
    Ok(())
}

/// A page, a section of one, or a file of the book; addresses elsewhere are not followed.
fn link_leads_somewhere(course: &Course, pages: &[Page], from: &Page, link: &str) -> Result<()> {
    if link.contains("://") {
        return Ok(());
    }
    let (file, section) = link.split_once('#').unwrap_or((link, ""));
    let file = if file.is_empty() { &from.file } else { file };
    let Some(page) = pages.iter().find(|page| page.file == file) else {
        anyhow::ensure!(course.root.join(PAGES).join(file).is_file(), "the link to {link} leads nowhere");
        return Ok(());
    };
    let mut names = page.headings.iter().map(|heading| name_of_section(heading));
    anyhow::ensure!(section.is_empty() || names.any(|name| name == section), "there is no section {link}");
    Ok(())
}

/// What mdBook calls a heading in addresses.
fn name_of_section(heading: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    heading.chars().filter_map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_called_as_mdbook_calls_them() {
        assert_eq!(name_of_section("CLIP's choice among n"), "clips-choice-among-n");
        assert_eq!(name_of_section("Why 1/√d"), "why-1d");
        assert_eq!(name_of_section("Recall@k"), "recallk");
    }

    #[test]
    fn what_follows_is_found_each_time() {
        let found: Vec<&str> = after("a (1) b (22) c ()", "(", |c| c.is_ascii_digit()).collect();
        assert_eq!(found, ["1", "22"]);
    }
}
