//! Every size of the vision tower, under the names that published checkpoints use in their `config.json`.

use serde::{Deserialize, Serialize};

use crate::encoder::EncoderConfig;
use crate::error::VisionError;

/// The sizes of a Vision Transformer.
///
/// Fields that published SigLIP configurations leave out have the defaults that those checkpoints mean.
///
/// ```
/// use vit_patching::VisionConfig;
///
/// let paligemma: VisionConfig = serde_json::from_str(
///     r#"{ "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16, "patch_size": 14 }"#,
/// )?;
/// assert_eq!((paligemma.image_size, paligemma.num_patches()), (224, 256));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisionConfig {
    /// Features per token.
    pub hidden_size: usize,
    /// Features inside the MLP of a block.
    pub intermediate_size: usize,
    /// Number of blocks.
    pub num_hidden_layers: usize,
    /// Attention heads per block; `hidden_size` must be a multiple.
    pub num_attention_heads: usize,
    /// Colour channels of a picture.
    #[serde(default = "default_num_channels")]
    pub num_channels: usize,
    /// Side of the square picture in pixels, for which the position table has its rows.
    #[serde(default = "default_image_size")]
    pub image_size: usize,
    /// Side of a patch in pixels.
    pub patch_size: usize,
    /// Added to the variance inside every layer norm.
    #[serde(default = "default_layer_norm_eps")]
    pub layer_norm_eps: f64,
}

fn default_num_channels() -> usize {
    3
}

fn default_image_size() -> usize {
    224
}

fn default_layer_norm_eps() -> f64 {
    1e-6
}

impl VisionConfig {
    /// The smallest tower worth the name: for examples and tests, not for training.
    pub const fn tiny() -> Self {
        Self {
            hidden_size: 32,
            intermediate_size: 64,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            num_channels: 3,
            image_size: 32,
            patch_size: 8,
            layer_norm_eps: 1e-6,
        }
    }

    /// Patches along one side of the picture.
    pub fn grid(&self) -> usize {
        // ANCHOR: grid
        self.image_size / self.patch_size
        // ANCHOR_END: grid
    }

    /// Patches in the whole picture: the length of the token sequence.
    pub fn num_patches(&self) -> usize {
        // ANCHOR: num_patches
        self.grid() * self.grid()
        // ANCHOR_END: num_patches
    }

    /// The sizes of the Transformer inside.
    pub fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            hidden_size: self.hidden_size,
            intermediate_size: self.intermediate_size,
            num_hidden_layers: self.num_hidden_layers,
            num_attention_heads: self.num_attention_heads,
            layer_norm_eps: self.layer_norm_eps,
        }
    }

    /// Checks that a tower of these sizes can exist.
    ///
    /// # Errors
    /// When a size is zero, patches do not tile the picture, or heads do not divide the features.
    pub fn validate(&self) -> Result<(), VisionError> {
        let sizes =
            [("num_channels", self.num_channels), ("image_size", self.image_size), ("patch_size", self.patch_size)];
        if let Some((field, _)) = sizes.into_iter().find(|(_, size)| *size == 0) {
            return Err(VisionError::Zero { field });
        }
        if !self.image_size.is_multiple_of(self.patch_size) {
            return Err(VisionError::PatchesDoNotTile { side: self.image_size, patch_size: self.patch_size });
        }
        self.encoder().validate()
    }
}
