//! What people type becomes what the model understands.

use data::{EmojiSet, Noun};
use strsim::levenshtein;

use crate::error::{Result, VlmError};

/// Longest question, in characters: three times the longest that the course's models are trained on.
pub const LONGEST_TEXT: usize = 200;

/// The same for published models, which were trained on texts of up to 128 to 512 tokens, by resolution (arXiv 2407.07726,
/// §3.2), of some four characters each.
pub const LONGEST_FOR_PUBLISHED: usize = 2000;

/// Words that are suggested when one is unknown.
const SUGGESTIONS: usize = 5;

/// One line of plain words; `what` says what they are, and `longest` how many characters they may have.
///
/// # Errors
/// When there is nothing, or far more than the model can understand.
pub fn cleaned(text: &str, what: &str, longest: usize) -> Result<String> {
    // ANCHOR: cleaned
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if length == 0 {
        return Err(VlmError::Prompt(format!("the {what} is empty; write a few words, in quotes")));
    }
    if length > longest {
        return Err(VlmError::Prompt(format!(
            "the {what} has {length} characters; the model understands short ones: write at most {longest}"
        )));
    }
    Ok(text)
    // ANCHOR_END: cleaned
}

/// The things named in `text`, with `;` between them, in the words that the model was trained on. An emoji or an
/// emoji's full name will do as well.
///
/// # Errors
/// When one is not among the hundred nouns; the nearest are suggested.
pub fn things(text: &str, emojis: &EmojiSet) -> Result<Vec<String>> {
    split(&cleaned(text, "thing to find", LONGEST_TEXT)?)?.iter().map(|name| thing(name, emojis)).collect()
}

/// The things named in `text`, with `;` between them, for a model that knows more words than we could list.
///
/// # Errors
/// When there is none.
pub fn any_things(text: &str) -> Result<Vec<String>> {
    split(&cleaned(text, "thing to find", LONGEST_FOR_PUBLISHED)?)
}

fn split(text: &str) -> Result<Vec<String>> {
    let names: Vec<String> =
        text.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err(VlmError::Prompt(
            "there is no thing to find between the ';'; write for example \"dog; cat\"".into(),
        ));
    }
    Ok(names)
}

/// Whether two names are one thing's: a model may answer in other capitals than those of the question.
pub fn is_same_thing(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn thing(name: &str, emojis: &EmojiSet) -> Result<String> {
    let bare = without_article(name);
    let noun = emojis.find(bare).and_then(|emoji| emojis.nouns().iter().find(|noun| noun.emoji == emoji));
    noun.map(|noun| noun.word.clone()).ok_or_else(|| VlmError::UnknownThing {
        thing: name.to_owned(),
        nearest: nearest(&bare.to_lowercase(), emojis.nouns()).join(", "),
    })
}

/// "the dog" is asked for as "dog".
fn without_article(name: &str) -> &str {
    let article = ["the ", "a ", "an "]
        .into_iter()
        .find(|article| name.get(..article.len()).is_some_and(|start| start.eq_ignore_ascii_case(article)));
    article.map_or(name, |article| name[article.len()..].trim_start())
}

/// The nouns that share a word with `name`, and then those whose spelling is nearest.
fn nearest<'a>(name: &str, nouns: &'a [Noun]) -> Vec<&'a str> {
    let mut words: Vec<&str> = nouns.iter().map(|noun| noun.word.as_str()).collect();
    let shares_a_word = |word: &str| word.split(' ').any(|part| name.split(' ').any(|other| part == other));
    words.sort_by_key(|word| (!shares_a_word(word), levenshtein(name, word)));
    words.truncate(SUGGESTIONS);
    words
}
