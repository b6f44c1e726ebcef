//! The list of emojis: what each is called, and the hundred that are plain nouns.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{DataError, error::read_text};

/// One emoji, whoever draws it. Names and keywords are Unicode's (CLDR), in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// The character itself, such as 🐕.
    pub glyph: String,
    /// Its codepoints in hexadecimal, joined by hyphens.
    pub hexcode: String,
    /// English name: "red apple".
    pub name: String,
    /// Other English words for it: "fruit", "food".
    pub keywords: Vec<String>,
    /// Unicode's group, such as "food & drink".
    pub group: String,
    /// Name in other languages, by language code: "de" → "roter apfel".
    pub translations: BTreeMap<String, String>,
}

/// Words in a name that stop being true in a mirror.
const SIDED_WORDS: [&str; 13] = [
    "left",
    "right",
    "clockwise",
    "counterclockwise",
    "waxing",
    "waning",
    "quarter",
    "crescent",
    "o’clock",
    "thirty",
    "ok",
    "letters",
    "clock",
];

impl Emoji {
    /// True when the mirror image still deserves the same caption: a dog does, a left arrow or a clock does not.
    pub fn may_be_mirrored(&self) -> bool {
        let mut words = self.name.split(|letter: char| letter.is_whitespace() || letter == '-');
        self.group != "symbols" && !words.any(|word| SIDED_WORDS.contains(&word))
    }
}

/// A common thing that all five artists drew: what scenes, questions and detection talk about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noun {
    /// Number of the emoji in the list.
    pub emoji: usize,
    /// One or two plain words: "dog", "red apple".
    pub word: String,
}

impl Noun {
    /// The word with its article: "a dog", "an umbrella".
    pub fn with_article(&self) -> String {
        with_article(&self.word)
    }
}

/// Puts "a" or "an" before a word, by its sound: "a unicorn", "an hourglass".
pub fn with_article(word: &str) -> String {
    // ANCHOR: with_article
    let sounds_like_consonant = ["uni", "eu", "one"].iter().any(|start| word.starts_with(start));
    let starts_with_vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']) || word.starts_with("hour");
    let article = if starts_with_vowel && !sounds_like_consonant { "an" } else { "a" };
    format!("{article} {word}")
    // ANCHOR_END: with_article
}

/// Reads `emoji.json`.
pub(crate) fn read_emojis(path: &Path) -> Result<Vec<Emoji>, DataError> {
    serde_json::from_str(&read_text(path)?)
        .map_err(|problem| DataError::Inconsistent { path: path.to_path_buf(), problem: problem.to_string() })
}

/// Reads `nouns.txt`: an emoji and a word on each line, separated by a tab.
pub(crate) fn read_nouns(path: &Path, emojis: &[Emoji]) -> Result<Vec<Noun>, DataError> {
    let by_glyph: HashMap<String, usize> =
        emojis.iter().enumerate().map(|(index, emoji)| (plain_glyph(&emoji.glyph), index)).collect();
    let text = read_text(path)?;
    let nouns = text.lines().enumerate().map(|(index, line)| {
        let problem = |problem: String| DataError::Line { path: path.to_path_buf(), line: index + 1, problem };
        let (glyph, word) =
            line.split_once('\t').ok_or_else(|| problem("expected an emoji, a tab and a word".into()))?;
        let emoji = by_glyph
            .get(&plain_glyph(glyph))
            .ok_or_else(|| problem(format!("{glyph} is not in emoji.json; take an emoji that is")))?;
        Ok(Noun { emoji: *emoji, word: word.trim().to_string() })
    });
    nouns.collect()
}

/// An emoji without U+FE0F ("draw me in colour"), which some keyboards add and others leave out.
pub(crate) fn plain_glyph(glyph: &str) -> String {
    glyph.chars().filter(|&letter| letter != '\u{fe0f}').collect()
}
