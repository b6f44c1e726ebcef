//! Words to numbers: a byte-pair tokenizer trained on the course's own captions.
//!
//! Byte-pair encoding starts from single characters and merges the pair that occurs most often, again and again, until
//! the vocabulary is full: frequent words become one token, rare ones a few pieces. A space is written `▁` and belongs
//! to the word that follows, as in Gemma's tokenizer; punctuation stands alone; everything is lower-cased, as SigLIP 2
//! does.
//!
//! In front of the learned pieces stand the special tokens, in PaliGemma's order where it has one:
//!
//! | id | token | role |
//! |---|---|---|
//! | 0 | `<pad>` | fills a row up to the length of the longest |
//! | 1 | `<eos>` | the answer ends here |
//! | 2 | `<bos>` | the text begins here |
//! | 3 | `<unk>` | a character that the captions do not have |
//! | 4 | `\n` | the prompt ends here, the answer begins |
//! | 5 | `<image>` | a place that an image token will take |
//! | 6… | `<loc0000>` … `<loc1023>` | coordinates |

use std::path::Path;

use serde_json::Value;
use tokenizers::decoders::metaspace::Metaspace as MetaspaceDecoder;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::normalizers::Lowercase;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::pre_tokenizers::punctuation::Punctuation;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer as Inner};

/// How finely a coordinate is cut: PaliGemma's 1,024 location tokens.
pub const LOCATION_BINS: u32 = 1024;

/// Why a tokenizer could not be trained, read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// A file that is not a tokenizer, or cannot be read or written.
    #[error(
        "tokenizer file {path}: {reason}. Copy tokenizer.json from where the weights come from: the run that trained the model, or its page on the hub"
    )]
    File {
        /// The file.
        path: String,
        /// What the library said.
        reason: String,
    },
    /// The tokenizer lacks a token that the model needs.
    #[error("the tokenizer has no token '{0}'; it belongs to another kind of model")]
    MissingToken(String),
    /// The library failed on a text.
    #[error("the tokenizer cannot handle this text: {0}")]
    Text(String),
}

/// The numbers of the tokens that have a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Fills a row up to the length of the longest.
    pub pad: u32,
    /// The answer ends here.
    pub eos: u32,
    /// The text begins here.
    pub bos: u32,
    /// A place that an image token will take.
    pub image: u32,
    /// The prompt ends here, the answer begins.
    pub newline: u32,
    /// `<loc0000>`; the other 1,023 follow.
    pub first_location: u32,
}

/// Reads any `tokenizer.json`.
///
/// # Errors
/// When the file is missing or damaged.
pub fn read_tokenizer(path: &Path) -> Result<Inner, TokenizerError> {
    let broken = |reason: String| TokenizerError::File { path: path.display().to_string(), reason };
    let text = std::fs::read(path).map_err(|error| broken(error.to_string()))?;
    let json: Value = serde_json::from_slice(&text).map_err(|error| broken(error.to_string()))?;
    // The library panics at a decoder that it does not know.
    if let Some(unknown) = unknown_decoder(&json["decoder"]) {
        return Err(broken(format!("its decoder is of no known type: {unknown}")));
    }
    Inner::from_bytes(&text).map_err(|error| broken(error.to_string()))
}

/// A decoder, or one in a sequence, whose `type` the library does not know.
fn unknown_decoder(decoder: &Value) -> Option<&Value> {
    const TYPES: [&str; 10] = [
        "BPEDecoder",
        "ByteLevel",
        "WordPiece",
        "Metaspace",
        "CTC",
        "Sequence",
        "Replace",
        "Fuse",
        "Strip",
        "ByteFallback",
    ];
    if decoder.is_null() {
        return None;
    }
    if !decoder["type"].as_str().is_some_and(|name| TYPES.contains(&name)) {
        return Some(&decoder["type"]);
    }
    decoder["decoders"].as_array().into_iter().flatten().find_map(unknown_decoder)
}

/// A tokenizer and its special tokens.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    inner: Inner,
    special: SpecialTokens,
}

impl Tokenizer {
    /// Learns `vocabulary` tokens (special ones included) from `texts`. The same texts give the same tokenizer.
    ///
    /// # Errors
    /// When the library fails.
    pub fn train<'a>(texts: impl Iterator<Item = &'a str> + Send, vocabulary: usize) -> Result<Self, TokenizerError> {
        let mut inner = untrained()?;
        let mut trainer: tokenizers::models::TrainerWrapper = BpeTrainer::builder()
            .show_progress(false)
            .vocab_size(vocabulary)
            .min_frequency(1)
            .special_tokens(special_tokens())
            .build()
            .into();
        inner.train(&mut trainer, texts).map_err(|error| TokenizerError::Text(error.to_string()))?;
        Self::from_inner(inner)
    }

    /// Reads `tokenizer.json`. Padding and truncation that somebody has left in it are none of a model's business, and are
    /// switched off.
    ///
    /// # Errors
    /// When the file is missing, damaged, or lacks one of the special tokens.
    pub fn load(path: &Path) -> Result<Self, TokenizerError> {
        let broken = |error: tokenizers::Error| TokenizerError::File {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let mut inner = read_tokenizer(path)?;
        inner.with_padding(None).with_truncation(None).map_err(broken)?;
        Self::from_inner(inner)
    }

    /// The content of `tokenizer.json`.
    ///
    /// # Errors
    /// When the library cannot write its own state.
    pub fn to_json(&self) -> Result<String, TokenizerError> {
        self.inner.to_string(true).map_err(|error| TokenizerError::Text(error.to_string()))
    }

    fn from_inner(inner: Inner) -> Result<Self, TokenizerError> {
        let id = |token: &str| inner.token_to_id(token).ok_or_else(|| TokenizerError::MissingToken(token.to_owned()));
        let special = SpecialTokens {
            pad: id("<pad>")?,
            eos: id("<eos>")?,
            bos: id("<bos>")?,
            image: id("<image>")?,
            newline: id("\n")?,
            first_location: id(&location_token(0))?,
        };
        id(&location_token(LOCATION_BINS - 1))?;
        Ok(Self { inner, special })
    }

    /// The tokens of `text`, without any frame around them.
    ///
    /// # Errors
    /// When the library fails.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let encoding = self.inner.encode(text, false).map_err(|error| TokenizerError::Text(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of `ids`. Location tokens are kept, since boxes are made of them, and so is a line break between words; the
    /// other special tokens are dropped.
    ///
    /// # Errors
    /// When the library fails.
    pub fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        let SpecialTokens { pad, eos, bos, image, .. } = self.special;
        // By name and not by size: in Gemma's vocabulary, the words stand before the locations.
        let dropped = [Some(pad), Some(eos), Some(bos), Some(image), self.inner.token_to_id("<unk>")];
        let kept: Vec<u32> = ids.iter().copied().filter(|&id| !dropped.contains(&Some(id))).collect();
        let text = self.inner.decode(&kept, false).map_err(|error| TokenizerError::Text(error.to_string()))?;
        Ok(text.trim().to_owned())
    }

    /// Whether a token is a single byte, `<0xE2>`: Gemma's tokenizer spells characters that it has no token for with several of
    /// them, and they are no text before the last one is there.
    pub fn is_byte(&self, id: u32) -> bool {
        let token = self.inner.id_to_token(id).unwrap_or_default();
        token.len() == "<0xE2>".len() && token.starts_with("<0x") && token.ends_with('>')
    }

    /// The numbers of the special tokens.
    pub fn special(&self) -> &SpecialTokens {
        &self.special
    }

    /// How many tokens there are, special ones included.
    pub fn vocabulary(&self) -> usize {
        self.inner.get_vocab_size(true)
    }
}

/// The token of one coordinate bin, `<loc0007>`.
pub fn location_token(bin: u32) -> String {
    format!("<loc{bin:04}>")
}

/// The pipeline before any merge is learned: lower-case, mark spaces, split off punctuation.
fn untrained() -> Result<Inner, TokenizerError> {
    // ANCHOR: untrained
    let model = BPE::builder()
        .unk_token("<unk>".to_owned())
        .fuse_unk(true)
        .build()
        .map_err(|error| TokenizerError::Text(error.to_string()))?;
    let mut inner = Inner::new(model);
    let words = Metaspace::new('▁', PrependScheme::Always, true);
    let splits = vec![
        PreTokenizerWrapper::Metaspace(words.clone()),
        PreTokenizerWrapper::Punctuation(Punctuation::new(SplitDelimiterBehavior::Isolated)),
    ];
    let text_error = |error: tokenizers::Error| TokenizerError::Text(error.to_string());
    inner.with_normalizer(Some(Lowercase)).map_err(text_error)?;
    inner.with_pre_tokenizer(Some(Sequence::new(splits)));
    inner.with_decoder(Some(MetaspaceDecoder::new('▁', PrependScheme::Always, true)));
    Ok(inner)
    // ANCHOR_END: untrained
}

/// The special tokens in the order of their numbers.
fn special_tokens() -> Vec<AddedToken> {
    // ANCHOR: special_tokens
    let fixed = ["<pad>", "<eos>", "<bos>", "<unk>", "\n", "<image>"].map(str::to_owned);
    let locations = (0..LOCATION_BINS).map(location_token);
    fixed.into_iter().chain(locations).map(|token| AddedToken::from(token, true).normalized(false)).collect()
    // ANCHOR_END: special_tokens
}
