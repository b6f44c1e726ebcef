//! Words to numbers, as transformers prepares them for the text towers of SigLIP and SigLIP 2.
//!
//! | | SigLIP | SigLIP 2 |
//! |---|---|---|
//! | pieces | SentencePiece, 32,000 (in many languages 250,000) | Gemma's, 256,000 |
//! | before they are cut | lower-case, no punctuation, single spaces | lower-case |
//! | the end, which stays when a text is cut off | `</s>` | `<eos>` |
//! | filled up, mostly to 64, with | `</s>` | `<pad>` |
//!
//! The published `tokenizer.json` of SigLIP 2 does not lower-case and a text's end is the business of another file, so both are
//! done here, for either. Which of the two a folder is, its vocabulary tells: only Gemma's has `<eos>`.
//!
//! (In its training, the first SigLIP's words were only made lower-case: `c4_en`. The punctuation goes in big_vision's zero-shot
//! examination, and transformers takes it out of every text.)
//!
//! # Source
//! transformers `tokenization_siglip.py`, `canonicalize_text`: an underscore goes like any punctuation. (The function of
//! big_vision that it is taken from makes a space of it first.) big_vision: the text pipelines of the
//! SigLIP models, `tokenize(max_len=64, model="c4_en", eos="sticky", pad_value=1)` and
//! `lower|tok(length=64, model="gemma", bos="no", eos="sticky")`.

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use siglip_training::TokenizerError;
use siglip_training::tokenizer::read_tokenizer;
use tokenizers::Tokenizer;

use super::error::HubError;

/// Rows of token numbers for a published text tower.
#[derive(Debug, Clone)]
pub struct CaptionTokenizer {
    inner: Tokenizer,
    end: u32,
    pad: u32,
    keeps_punctuation: bool,
    length: usize,
    vocabulary: usize,
    path: PathBuf,
}

impl CaptionTokenizer {
    /// Reads `tokenizer.json`, for rows of `length` tokens out of `vocabulary`.
    ///
    /// # Errors
    /// When the file is missing or damaged, or its tokens are not those of the tower.
    pub fn load(path: &Path, length: usize, vocabulary: usize) -> Result<Self, HubError> {
        let broken = |error: tokenizers::Error| TokenizerError::File {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let mut inner = read_tokenizer(path)?;
        inner.with_padding(None).with_truncation(None).map_err(broken)?;
        let [eos, pad, stop] = ["<eos>", "<pad>", "</s>"].map(|token| inner.token_to_id(token));
        let (end, pad, keeps_punctuation) = match (eos, pad, stop) {
            (Some(eos), Some(pad), _) => (eos, pad, true),
            (_, _, Some(stop)) => (stop, stop, false),
            _ => {
                let problem = "is not in the vocabulary, and no '</s>' either; take tokenizer.json from the same SigLIP as the weights";
                return Err(HubError::field(path, "the token '<eos>'", problem));
            }
        };
        match [end, pad].into_iter().find(|token| *token as usize >= vocabulary) {
            Some(token) => Err(HubError::field(
                path,
                format!("token number {token}"),
                format!("is beyond text_config.vocab_size in config.json, {vocabulary}"),
            )),
            None => Ok(Self { inner, end, pad, keeps_punctuation, length, vocabulary, path: path.to_owned() }),
        }
    }

    /// One row per text: cut if it is longer, filled up if it is shorter, and the end always in it.
    ///
    /// # Shapes
    /// `n` texts → `[n, length]` of u32.
    /// # Errors
    /// When the library fails, or a word has a number that the tower does not know.
    pub fn rows(&self, texts: &[&str], device: &Device) -> Result<Tensor, HubError> {
        let mut ids = Vec::with_capacity(texts.len() * self.length);
        for text in texts {
            let text = self.as_trained(text);
            let pieces = self.inner.encode(text, false).map_err(|error| TokenizerError::Text(error.to_string()))?;
            let mut row = pieces.get_ids().to_vec();
            if let Some(token) = row.iter().find(|token| **token as usize >= self.vocabulary) {
                let problem = format!(
                    "is beyond text_config.vocab_size in config.json, {}; take both files from the same model",
                    self.vocabulary
                );
                return Err(HubError::field(&self.path, format!("token number {token}"), problem));
            }
            row.truncate(self.length - 1);
            row.push(self.end);
            row.resize(self.length, self.pad);
            ids.extend(row);
        }
        Ok(Tensor::from_vec(ids, (texts.len(), self.length), device)?)
    }

    fn as_trained(&self, text: &str) -> String {
        let lower = text.to_lowercase();
        if self.keeps_punctuation {
            return lower;
        }
        let words: String = lower.chars().filter(|letter| !letter.is_ascii_punctuation()).collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
