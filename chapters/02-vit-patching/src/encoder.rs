//! A stack of blocks: the same encoder reads patches here and words in chapter 03.

use candle_core::{Result, Tensor};
use foundations::VarBuilder;
use serde::{Deserialize, Serialize};

use crate::encoder_layer::EncoderLayer;
use crate::error::VisionError;

/// The sizes of an encoder, whatever it reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderConfig {
    /// Features per token.
    pub hidden_size: usize,
    /// Features inside the MLP of a block.
    pub intermediate_size: usize,
    /// Number of blocks.
    pub num_hidden_layers: usize,
    /// Attention heads per block; `hidden_size` must be a multiple.
    pub num_attention_heads: usize,
    /// Added to the variance inside every layer norm.
    pub layer_norm_eps: f64,
}

impl EncoderConfig {
    /// Checks that an encoder of these sizes can exist. An encoder without blocks can: it passes its tokens through.
    ///
    /// # Errors
    /// When a size is zero, or heads do not divide the features.
    pub fn validate(&self) -> std::result::Result<(), VisionError> {
        let (hidden_size, num_attention_heads) = (self.hidden_size, self.num_attention_heads);
        if hidden_size == 0 {
            return Err(VisionError::Zero { field: "hidden_size" });
        }
        if self.intermediate_size == 0 {
            return Err(VisionError::Zero { field: "intermediate_size" });
        }
        if num_attention_heads == 0 {
            return Err(VisionError::Zero { field: "num_attention_heads" });
        }
        if !hidden_size.is_multiple_of(num_attention_heads) {
            return Err(VisionError::HeadsDoNotDivide { hidden_size, num_attention_heads });
        }
        Ok(())
    }
}

/// Blocks one after another, without a final norm: the tower around them has it.
#[derive(Debug, Clone)]
pub struct Encoder {
    layers: Vec<EncoderLayer>,
}

impl Encoder {
    /// Blocks `layers.0`, `layers.1`, … below the builder's prefix.
    ///
    /// # Errors
    /// When the sizes cannot be, or the builder holds a tensor of one of the names with another shape.
    pub fn new(config: &EncoderConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_layers(config, vb, Ok)
    }

    /// The same, for looking and not for learning: each block's matrices are rounded to eight bits before the next is read.
    /// Those whose rows cannot be cut stay as they are: see [`foundations::Linear::quantised`].
    ///
    /// # Errors
    /// As [`Encoder::new`].
    pub fn new_quantised(config: &EncoderConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_layers(config, vb, EncoderLayer::quantised)
    }

    fn with_layers(
        config: &EncoderConfig,
        vb: VarBuilder,
        finish: impl Fn(EncoderLayer) -> Result<EncoderLayer>,
    ) -> Result<Self> {
        config.validate()?;
        let vb = vb.pp("layers");
        let layers = (0..config.num_hidden_layers).map(|n| finish(EncoderLayer::new(config, vb.pp(n))?));
        Ok(Self { layers: layers.collect::<Result<Vec<_>>>()? })
    }

    /// The blocks, from the first to the last.
    pub fn layers(&self) -> &[EncoderLayer] {
        &self.layers
    }

    /// Tokens through all blocks.
    ///
    /// # Shapes
    /// `x`: `[b, t, d]`, `allowed`: `[b or 1, t, t]` of u8, 1 where a row may look at a column → `[b, t, d]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(&self, x: &Tensor, allowed: Option<&Tensor>) -> Result<Tensor> {
        // ANCHOR: encoder_forward
        let mut x = x.clone(); // [b, t, d]
        for layer in &self.layers {
            x = layer.forward(&x, allowed)?; // [b, t, d]
        }
        Ok(x)
        // ANCHOR_END: encoder_forward
    }
}
