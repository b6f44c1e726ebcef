//! From the words of a heading to the place in the finished book.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::check::page::Page;

/// What an address writes as `%` and a number: all but letters, figures, and these signs of a path.
const WRITTEN_AS_NUMBERS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address of a section in the finished book, `file:///…/page.html#section`. The words are part of its heading, or the
/// page's title, a colon and part of the heading; upper and lower case are the same.
///
/// # Errors
/// When no heading has these words, or the book cannot be read.
pub fn address(output: &Path, words: &str) -> Result<String> {
    let output = output.canonicalize().with_context(|| format!("{} is not there", output.display()))?;
    let mut pages: Vec<_> = fs::read_dir(&output)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    pages.sort();
    let is_page = |name: &str| name.ends_with(".html") && !["404.html", "index.html", "print.html"].contains(&name);
    for name in pages.iter().filter_map(|name| name.to_str()).filter(|name| is_page(name)) {
        let page = Page::read(&fs::read_to_string(output.join(name))?);
        if let Some(id) = section_of(&page, words) {
            let file = output.join(name).display().to_string();
            return Ok(format!("file://{}#{id}", utf8_percent_encode(&file, WRITTEN_AS_NUMBERS)));
        }
    }
    bail!("no section has '{words}' in its heading; `cargo book open` shows the book from its beginning")
}

/// The section of a page that the words name.
fn section_of<'a>(page: &'a Page, words: &str) -> Option<&'a str> {
    let words = as_typed(words);
    let title = as_typed(&page.headings.first()?.text);
    let wanted = match words.split_once(": ") {
        Some((of_page, section)) if of_page == title => section,
        _ => &words,
    };
    page.headings.iter().find(|heading| as_typed(&heading.text).contains(wanted)).map(|heading| heading.id.as_str())
}

/// In lower case, with the signs that a keyboard has: pages are printed with curly ones.
fn as_typed(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘'], "'").replace(['“', '”'], "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_spaces() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join("my book #1");
        fs::create_dir(&output).expect("another");
        fs::write(output.join("a.html"), "<h1 id=\"letters\">Letters</h1>").expect("a page");
        let address = address(&output, "letters").expect("a section");
        assert!(address.ends_with("/my%20book%20%231/a.html#letters"), "{address}");
    }

    #[test]
    fn sections_are_found_by_words_of_their_headings() {
        let page = Page::read(
            "<h1 id=\"letters\"><a class=\"header\" href=\"#letters\">Letters</a></h1><p>gamma</p>\
             <h2 id=\"alpha\">Alpha, <em>the</em> first</h2><h2 id=\"beta\">Beta’s end</h2>",
        );
        for (words, section) in [
            ("beta", Some("beta")),
            ("Beta's", Some("beta")),
            ("the first", Some("alpha")),
            ("Letters: Beta", Some("beta")),
            ("letters", Some("letters")),
            ("Numbers: Beta", None),
            ("gamma", None),
        ] {
            assert_eq!(section_of(&page, words), section, "{words}");
        }
    }
}
