//! An answer as it is written: text that can be shown after each token, and is not taken back.
//!
//! Tokens are no pieces of text. A space belongs to the token behind it and is cut off at the edges of an answer, and a
//! character without a token of its own is spelled byte by byte. So the answer so far is decoded anew with every token (it is
//! short), and what is new at its end is handed on; bytes are kept back until the character is whole.

use siglip_training::{Tokenizer, TokenizerError};

/// What the tokenizer puts where bytes are no character, or none yet.
const NO_CHARACTER: char = '\u{FFFD}';

/// The tokens of an answer so far, and how much of their text has been handed on.
#[derive(Debug)]
pub struct AnswerStream<'a> {
    tokenizer: &'a Tokenizer,
    tokens: Vec<u32>,
    told: String,
}

impl<'a> AnswerStream<'a> {
    /// An answer with nothing in it.
    pub fn new(tokenizer: &'a Tokenizer) -> Self {
        Self { tokenizer, tokens: Vec::new(), told: String::new() }
    }

    /// Takes the next token; returns the text that is certain since then, often none.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn push(&mut self, token: u32) -> Result<String, TokenizerError> {
        // ANCHOR: push
        self.tokens.push(token);
        if self.tokenizer.is_byte(token) {
            return Ok(String::new());
        }
        let text = self.tokenizer.decode(&self.tokens)?;
        Ok(self.tell(text.trim_end_matches(NO_CHARACTER)))
        // ANCHOR_END: push
    }

    /// The rest, when no more tokens come. All texts together are what [`Tokenizer::decode`] makes of all tokens.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn finish(mut self) -> Result<String, TokenizerError> {
        let text = self.tokenizer.decode(&self.tokens)?;
        Ok(self.tell(&text))
    }

    /// What `text` has behind what was told.
    fn tell(&mut self, text: &str) -> String {
        let new = text.strip_prefix(self.told.as_str()).unwrap_or_default().to_owned();
        self.told.push_str(&new);
        new
    }
}
