//! Every size of the decoder, under the names that published Gemma checkpoints use in `config.json`.

use foundations::LoraConfig;
use serde::{Deserialize, Serialize};

/// The sizes of a decoder. [`DecoderConfig::GEMMA_2B`] is PaliGemma's, [`DecoderConfig::GEMMA2_2B`] PaliGemma 2's;
/// ours are smaller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecoderConfig {
    /// How many different tokens there are.
    pub vocab_size: usize,
    /// Features of one token between the layers (`d`).
    pub hidden_size: usize,
    /// Features inside the feed-forward block.
    pub intermediate_size: usize,
    /// How many layers.
    pub num_hidden_layers: usize,
    /// How many heads ask questions.
    pub num_attention_heads: usize,
    /// How many heads answer: each serves `num_attention_heads / num_key_value_heads` query heads.
    pub num_key_value_heads: usize,
    /// Features of one head. `num_attention_heads · head_dim` need not equal `hidden_size`.
    #[serde(default = "default_head_dim")]
    pub head_dim: usize,
    /// The base of the rotary wavelengths: the slowest pair turns once in about `2π · rope_theta` positions.
    #[serde(default = "default_rope_theta")]
    pub rope_theta: f64,
    /// Added to the mean square before the root, so that a zero vector does not divide by zero.
    #[serde(default = "default_rms_norm_eps")]
    pub rms_norm_eps: f64,
    /// If given, logits are squeezed smoothly into `(−cap, cap)`, as Gemma 2 does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_logit_softcapping: Option<f64>,
    /// If given, attention scores are divided by the root of this number and not by that of `head_dim`, as in Gemma 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_pre_attn_scalar: Option<f64>,
    /// If given, attention scores are squeezed smoothly into `(−cap, cap)`, as Gemma 2 does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attn_logit_softcapping: Option<f64>,
    /// If given, every other layer, the first among them, looks back over so many tokens only: see
    /// [`crate::sliding_window`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_window: Option<usize>,
    /// Whether what each half of a layer has made is normalised before it is added, as in Gemma 2.
    #[serde(default, skip_serializing_if = "is_false")]
    pub post_norms: bool,
    /// If given, every linear layer of the decoder gets a low-rank adapter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lora: Option<LoraConfig>,
}

/// What published configurations leave out.
fn default_head_dim() -> usize {
    DecoderConfig::GEMMA_2B.head_dim
}

fn default_rope_theta() -> f64 {
    DecoderConfig::GEMMA_2B.rope_theta
}

fn default_rms_norm_eps() -> f64 {
    DecoderConfig::GEMMA_2B.rms_norm_eps
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Why a configuration describes no model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A size is zero.
    #[error("{field} is 0; give it at least 1")]
    Zero {
        /// The name of the field.
        field: &'static str,
    },
    /// A number that must be positive is not.
    #[error("{field} is {value}; give it a finite number above 0")]
    NotPositive {
        /// The name of the field.
        field: &'static str,
        /// What it holds.
        value: f64,
    },
    /// Query heads cannot be shared out evenly.
    #[error(
        "{heads} query heads cannot share {key_value_heads} key/value heads evenly; \
         make num_attention_heads a multiple of num_key_value_heads"
    )]
    UnevenGroups {
        /// `num_attention_heads`.
        heads: usize,
        /// `num_key_value_heads`.
        key_value_heads: usize,
    },
    /// Rotary positions turn pairs of features.
    #[error("head_dim is {0}, but rotary positions turn features in pairs; make it even")]
    OddHead(usize),
}

/// So that `?` carries this error through functions that return candle's.
impl From<ConfigError> for candle_core::Error {
    fn from(error: ConfigError) -> Self {
        Self::wrap(error)
    }
}

impl DecoderConfig {
    /// The text half of `paligemma-3b-pt-224`.
    ///
    /// # Source
    /// Gemma (arXiv 2403.08295), table 1, column 2B, which counts gate and up together; the vocabulary is PaliGemma's (arXiv 2407.07726, §3.1).
    pub const GEMMA_2B: Self = Self {
        vocab_size: 257_216,
        hidden_size: 2048,
        intermediate_size: 16_384,
        num_hidden_layers: 18,
        num_attention_heads: 8,
        num_key_value_heads: 1,
        head_dim: 256,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        final_logit_softcapping: None,
        query_pre_attn_scalar: None,
        attn_logit_softcapping: None,
        sliding_window: None,
        post_norms: false,
        lora: None,
    };

    /// The text half of `paligemma2-3b-pt-224`.
    ///
    /// # Source
    /// Gemma 2 (arXiv 2408.00118), table 1, column 2B, which counts gate and up together, and §2; the vocabulary is PaliGemma's.
    pub const GEMMA2_2B: Self = Self {
        hidden_size: 2304,
        intermediate_size: 9216,
        num_hidden_layers: 26,
        num_key_value_heads: 4,
        final_logit_softcapping: Some(30.0),
        query_pre_attn_scalar: Some(256.0),
        attn_logit_softcapping: Some(50.0),
        sliding_window: Some(4096),
        post_norms: true,
        ..Self::GEMMA_2B
    };

    /// A decoder for examples and tests. None of its weights is square, so that a transposed one cannot go unseen.
    pub fn tiny() -> Self {
        Self {
            vocab_size: 23,
            hidden_size: 12,
            intermediate_size: 20,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            num_key_value_heads: 2,
            head_dim: 4,
            ..Self::GEMMA_2B
        }
    }

    /// Checks that the sizes fit one another.
    ///
    /// # Errors
    /// When they do not; the error names the field and says what to change.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.validate_sizes()?;
        self.validate_numbers()?;
        let (heads, key_value_heads) = (self.num_attention_heads, self.num_key_value_heads);
        if !heads.is_multiple_of(key_value_heads) {
            return Err(ConfigError::UnevenGroups { heads, key_value_heads });
        }
        if !self.head_dim.is_multiple_of(2) {
            return Err(ConfigError::OddHead(self.head_dim));
        }
        Ok(())
    }

    fn validate_sizes(&self) -> Result<(), ConfigError> {
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("num_key_value_heads", self.num_key_value_heads),
            ("head_dim", self.head_dim),
            ("sliding_window", self.sliding_window.unwrap_or(1)),
            ("lora.rank", self.lora.map_or(1, |lora| lora.rank)),
        ];
        match sizes.into_iter().find(|(_, size)| *size == 0) {
            Some((field, _)) => Err(ConfigError::Zero { field }),
            None => Ok(()),
        }
    }

    fn validate_numbers(&self) -> Result<(), ConfigError> {
        let numbers = [
            ("rope_theta", self.rope_theta),
            ("rms_norm_eps", self.rms_norm_eps),
            ("final_logit_softcapping", self.final_logit_softcapping.unwrap_or(1.0)),
            ("query_pre_attn_scalar", self.query_pre_attn_scalar.unwrap_or(1.0)),
            ("attn_logit_softcapping", self.attn_logit_softcapping.unwrap_or(1.0)),
        ];
        match numbers.into_iter().find(|(_, value)| !(value.is_finite() && *value > 0.0)) {
            Some((field, value)) => Err(ConfigError::NotPositive { field, value }),
            None => Ok(()),
        }
    }
}
