//! Chapter 05: the language model that looks at the picture and writes the answer.
//!
//! A Gemma decoder differs from the transformer of chapter 02 in five small ways and one large one. The small ones:
//! [`RmsNorm`] instead of layer normalisation, [rotary positions](rope) instead of a position table,
//! [fewer key/value heads than query heads](mod@grouped_query_attention), a [gated feed-forward](feed_forward) and an
//! output head that shares its weight with the embedding. The large one is the [`mask`]: picture and prompt are read in
//! both directions, the answer is written from left to right.
//!
//! | module | idea |
//! |---|---|
//! | [`config`] | every size, under the names of the published checkpoints |
//! | [`rms_norm`](mod@rms_norm) | keep the direction, fix the length, learn `1 + w` |
//! | [`rope`] | a position is a rotation, so only distances count |
//! | [`grouped_query_attention`](mod@grouped_query_attention) | several query heads share one key/value head |
//! | [`feed_forward`] | GeGLU: one half decides how much of the other half passes |
//! | [`score_rule`], [`sliding_window`] | what Gemma 2 does differently: bent scores, and layers that look back only so far |
//! | [`decoder`] | the whole model, for training, generation and published weights alike |
//! | [`similar_attention`] | tokens look at their like from the first step |
//! | [`mask`] | who may look at whom |
//! | [`prefix_attention`] | the same, as an ablation varies it |
//! | [`kv_cache`] | remember keys and values instead of computing them again |
//! | [`sampling`], [`generate`](mod@generate) | from logits to tokens to text |
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use foundations::Params;
//! use gemma_masking::{Decoder, DecoderConfig, prefix_lm_mask};
//!
//! let config = DecoderConfig::tiny();
//! let params = Params::new(7, DType::F32, &Device::Cpu);
//! let decoder = Decoder::new(&config, params.builder())?;
//!
//! let ids = Tensor::new(&[[2u32, 5, 9, 1]], &Device::Cpu)?;
//! let positions = Tensor::arange(0u32, 4, &Device::Cpu)?;
//! let allowed = prefix_lm_mask(&[2], &[4], 4, &Device::Cpu)?;
//! let hidden = decoder.forward(&decoder.embed(&ids)?, &positions, &allowed, None)?;
//! assert_eq!(decoder.logits(&hidden)?.dims(), [1, 4, config.vocab_size]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adapted_linear;
pub mod config;
pub mod decoder;
pub mod decoder_layer;
pub mod feed_forward;
pub mod generate;
pub mod grouped_query_attention;
pub mod kv_cache;
pub mod mask;
pub mod prefix_attention;
pub mod rms_norm;
pub mod rope;
pub mod sampling;
pub mod score_rule;
pub mod similar_attention;
pub mod sliding_window;

pub use config::{ConfigError, DecoderConfig};
pub use decoder::{Decoder, soft_cap};
pub use decoder_layer::DecoderLayer;
pub use feed_forward::{FeedForward, geglu, geglu_plain};
pub use generate::{GenerateError, Generated, GenerationOptions, generate};
pub use grouped_query_attention::{
    GroupedQueryAttention, grouped_query_attention, grouped_query_attention_plain, repeat_heads,
};
pub use kv_cache::{KvCache, LayerCache};
pub use mask::{MaskError, causal_mask, causal_prefix_mask, next_token_mask, prefix_lm_mask};
pub use prefix_attention::PrefixAttention;
pub use rms_norm::{RmsNorm, rms_norm, rms_norm_plain};
pub use rope::{RotaryTables, apply_rope, apply_rope_plain, rotary_tables};
pub use sampling::{Sampling, SamplingError, choose, log_probability};
pub use score_rule::{ScoreRule, attention_by_rule};
pub use similar_attention::initialise_similar_attention;
pub use sliding_window::{LayerMasks, sliding_window_mask};
