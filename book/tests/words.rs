//! Every word of the pages is in `book/words.txt`, which people have read: a word that is new there is a slip of the pen, or
//! is added to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The folder with `README.md` and `book`.
fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the course")
}

/// The prose of a page: without code, formulae, addresses and tags.
fn prose(page: &str) -> String {
    let not_prose =
        ["(?s)```.*?```", r"(?s)\$`.*?`\$", "`[^`]*`", r"\]\([^)]*\)", "<[^>]*>", r"https?://\S+", r"\{\{.*?\}\}"];
    not_prose.iter().fold(page.to_owned(), |text, pattern| {
        Regex::new(pattern).expect("a regular expression").replace_all(&text, " ").into_owned()
    })
}

/// The words of a page, in small letters.
fn words(page: &str) -> BTreeSet<String> {
    let word = Regex::new(r"[\p{L}]+(?:['’]\p{L}+)*").expect("a regular expression");
    word.find_iter(&prose(page)).map(|found| found.as_str().to_lowercase().replace('’', "'")).collect()
}

/// The README and the pages of the book.
fn pages() -> Vec<PathBuf> {
    let folder = fs::read_dir(top().join("book/src")).expect("the pages");
    let mut pages: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|end| end == "md"));
    pages.push(top().join("README.md"));
    pages
}

#[test]
fn only_prose_is_read() {
    let page = "A [link](to-xqz.md), `code`, $`x_y`$ and <a href=\"xqz\">Gemma's</a>.\n\n```text\nxqz\n```\n";
    assert_eq!(words(page), ["a", "link", "and", "gemma's"].map(str::to_owned).into());
}

/// Each word is spelt as somebody has seen it before.
#[test]
fn every_word_is_known() {
    let list = fs::read_to_string(top().join("book/words.txt")).expect("book/words.txt");
    let known: BTreeSet<&str> = list.lines().collect();
    let mut unknown: BTreeMap<String, String> = BTreeMap::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page");
        let new = words(&text).into_iter().filter(|word| !known.contains(word.as_str()));
        unknown.extend(new.map(|word| (word, path.strip_prefix(top()).unwrap_or(&path).display().to_string())));
    }
    let lines: Vec<String> = unknown.iter().map(|(word, page)| format!("{word} ({page})")).collect();
    assert!(lines.is_empty(), "correct these words, or add them to book/words.txt:\n{}", lines.join("\n"));
}
