//! Sizes that are known to work.

use vit_patching::{Normalisation, VisionConfig};

use crate::dual_encoder::DualEncoderConfig;
use crate::text_tower::TextConfig;

/// Width and depth of a course model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Name on the command line.
    pub name: &'static str,
    /// What it is good for, in a few words.
    pub purpose: &'static str,
    /// Side of the pictures in pixels.
    pub image_size: usize,
    /// Side of a patch in pixels.
    pub patch_size: usize,
    /// Features per token, in all three towers.
    pub hidden_size: usize,
    /// Layers of the vision tower.
    pub vision_layers: usize,
    /// Layers of the text tower.
    pub text_layers: usize,
    /// Layers of the decoder.
    pub decoder_layers: usize,
    /// Attention heads.
    pub heads: usize,
}

/// Fits a test: learns something in seconds.
pub const PICO: Size = Size {
    name: "pico",
    purpose: "for tests: a step takes milliseconds",
    image_size: 32,
    patch_size: 8,
    hidden_size: 32,
    vision_layers: 1,
    text_layers: 1,
    decoder_layers: 1,
    heads: 2,
};

/// The size of `quickstart`: both phases in minutes.
pub const NANO: Size = Size {
    name: "nano",
    purpose: "for a quick start: both phases in minutes",
    image_size: 64,
    patch_size: 16,
    hidden_size: 128,
    vision_layers: 4,
    text_layers: 2,
    decoder_layers: 2,
    heads: 4,
};

/// The size of the bundled checkpoints.
pub const MICRO: Size = Size {
    name: "micro",
    purpose: "for good results: four times as many patches; the size of the bundled checkpoints",
    image_size: 64,
    patch_size: 8,
    hidden_size: 128,
    vision_layers: 4,
    text_layers: 2,
    decoder_layers: 4,
    heads: 4,
};

/// All sizes, smallest first.
pub const SIZES: [Size; 3] = [PICO, NANO, MICRO];

/// Tokens that a caption is padded to. The longest name has ten; more padding would cost time and drown short names in it.
pub const CAPTION_LENGTH: usize = 10;

impl Size {
    /// The size called `name`.
    pub fn named(name: &str) -> Option<Self> {
        SIZES.into_iter().find(|size| size.name == name)
    }

    /// The vision tower of this size.
    pub fn vision(&self) -> VisionConfig {
        VisionConfig {
            hidden_size: self.hidden_size,
            intermediate_size: 4 * self.hidden_size,
            num_hidden_layers: self.vision_layers,
            num_attention_heads: self.heads,
            num_channels: 3,
            image_size: self.image_size,
            patch_size: self.patch_size,
            layer_norm_eps: 1e-6,
        }
    }

    /// The dual encoder of this size for a vocabulary of `vocabulary` tokens.
    pub fn dual_encoder(&self, vocabulary: usize) -> DualEncoderConfig {
        DualEncoderConfig {
            vision_config: self.vision(),
            text_config: TextConfig {
                vocab_size: vocabulary,
                max_position_embeddings: CAPTION_LENGTH,
                hidden_size: self.hidden_size,
                intermediate_size: 4 * self.hidden_size,
                num_hidden_layers: self.text_layers,
                num_attention_heads: self.heads,
                layer_norm_eps: 1e-6,
                projection_size: self.hidden_size,
            },
            normalisation: Normalisation::OwnMean,
        }
    }
}
