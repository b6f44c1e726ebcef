//! How long a page takes to read, under its title.

use super::segments::{Segment, segments};

/// Words of a text with formulas and code that people read in a minute, rather than skim.
const WORDS_PER_MINUTE: usize = 200;
/// A page shorter than this needs no announcement.
const SHORTEST: usize = 2;

/// Minutes for the prose of a page: code is worked through, not read.
pub fn minutes(page: &str) -> usize {
    let words = segments(page).into_iter().map(|segment| match segment {
        Segment::Text(text) => text.split_whitespace().count(),
        Segment::Code { .. } => 0,
    });
    words.sum::<usize>().div_ceil(WORDS_PER_MINUTE)
}

/// The page with a line about its length under its title.
pub fn noted(page: &str, minutes: usize) -> String {
    match page.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") && minutes >= SHORTEST => {
            format!("{title}\n\n<p class=\"reading-time\">{minutes} minutes to read, without the exercises</p>\n{rest}")
        }
        _ => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_hundred_words_take_two_minutes_and_code_takes_none() {
        let page = format!("# T\n\n{}\n```rust\n{}\n```\n", "word ".repeat(398), "code ".repeat(900));
        assert_eq!(minutes(&page), 2);
        assert!(noted(&page, 2).starts_with("# T\n\n<p class=\"reading-time\">2 minutes"));
    }
}
