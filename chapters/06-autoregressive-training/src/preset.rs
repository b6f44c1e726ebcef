//! Sizes and recipes that are known to work.

use foundations::LoraConfig;
use foundations::optim::{Recipe, hybrid};
use gemma_masking::DecoderConfig;
use projection::Part;
use siglip_training::Size;
use vit_patching::Normalisation;

use crate::model::VlmConfig;

/// The vision-language model of a size for a vocabulary of `vocabulary` tokens.
///
/// Like Gemma 7B's, the decoder has as many key/value heads as query heads, and heads that are together wider than the
/// model. A single narrow key/value head, as in Gemma 2B but an eighth as wide, is too small a window to compare a word
/// with a patch through.
pub fn vlm_config(size: &Size, vocabulary: usize, lora: Option<LoraConfig>) -> VlmConfig {
    VlmConfig {
        vision_config: size.vision(),
        text_config: DecoderConfig {
            vocab_size: vocabulary,
            hidden_size: size.hidden_size,
            intermediate_size: 4 * size.hidden_size,
            num_hidden_layers: size.decoder_layers,
            num_attention_heads: size.heads,
            num_key_value_heads: size.heads,
            head_dim: 2 * size.hidden_size / size.heads,
            lora,
            ..DecoderConfig::GEMMA_2B
        },
        normalisation: Normalisation::OwnMean,
    }
}

/// The learning rates of generative training: the hybrid recipe, with a pre-trained vision tower at a fraction of it.
pub fn generative_recipe(vision_fraction: f64) -> impl Fn(&str, &[usize]) -> Recipe {
    move |name, shape| {
        let recipe = hybrid(name, shape);
        if Part::of(name) == Some(Part::Vision) { recipe.scaled(vision_fraction) } else { recipe }
    }
}
