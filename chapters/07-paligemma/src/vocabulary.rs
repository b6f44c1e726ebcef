//! The texts that the tokenizer learns its words from: everything that the course ever says.

use data::{EasyVqa, EmojiSet, with_article};
use siglip_training::{Tokenizer, TokenizerError};

use crate::recipe::VOCABULARY;

/// How often the words of prompts and answers are repeated. Byte-pair encoding keeps what is frequent, and these words
/// are in almost every example of phase two.
const EMPHASIS: usize = 20;

/// The course's tokenizer. The same data give the same tokenizer.
///
/// # Errors
/// When the library fails.
pub fn course_tokenizer(emojis: &EmojiSet, easy_vqa: &EasyVqa) -> Result<Tokenizer, TokenizerError> {
    let texts = texts(emojis, easy_vqa);
    Tokenizer::train(texts.iter().map(String::as_str), VOCABULARY)
}

fn texts(emojis: &EmojiSet, easy_vqa: &EasyVqa) -> Vec<String> {
    let mut texts = Vec::new();
    for emoji in emojis.entries() {
        texts.push(emoji.name.clone());
        texts.extend(emoji.keywords.iter().cloned());
    }
    let mut frequent: Vec<String> = emojis.nouns().iter().flat_map(|noun| scene_texts(&noun.word)).collect();
    frequent.extend(["answer en how many objects are there?", "1 2 3 yes no"].map(str::to_owned));
    frequent.extend(easy_vqa.answers.iter().cloned());
    frequent.extend(distinct_questions(easy_vqa));
    for _ in 0..EMPHASIS {
        texts.extend(frequent.iter().cloned());
    }
    texts
}

/// What is said about a noun in scenes.
fn scene_texts(word: &str) -> Vec<String> {
    let mut texts = vec![
        format!("caption en {word} and {word}"),
        format!("answer en is there {}?", with_article(word)),
        format!("detect {word} ; {word}"),
    ];
    texts.extend(
        ["left of", "right of", "above", "below"].map(|place| format!("answer en what is {place} the {word}?")),
    );
    texts
}

fn distinct_questions(easy_vqa: &EasyVqa) -> Vec<String> {
    let mut questions: Vec<String> = easy_vqa.questions.iter().map(|question| question.text.clone()).collect();
    questions.sort();
    questions.dedup();
    questions
}
