//! The gated feed-forward block (GeGLU).
//!
//! Chapter 02's block is `down(gelu(up(x)))`. Here a second projection, the *gate*, decides feature by feature how much
//! of the first one passes: `down(gelu(gate(x)) · up(x))`.

use candle_core::{Result, Tensor};
use foundations::{Linear, VarBuilder, ops};

use crate::adapted_linear::adapted_linear;
use crate::config::DecoderConfig;

/// `gelu(gate) · up`, with the tanh form of GELU.
///
/// # Shapes
/// `gate` and `up`: any, the same → the same.
/// # Errors
/// When the shapes differ.
/// # Source
/// Shazeer 2020, arXiv 2002.05202, equation 5.
pub fn geglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    if ops::fused_for(gate) { ops::fused::geglu(gate, up) } else { geglu_plain(gate, up) }
}

/// [`geglu`] as a composition.
///
/// # Shapes
/// As [`geglu`].
/// # Errors
/// When the shapes differ.
pub fn geglu_plain(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    // ANCHOR: geglu
    ops::gelu(gate)? * up
    // ANCHOR_END: geglu
}

/// The feed-forward block of one decoder layer.
#[derive(Debug, Clone)]
pub struct FeedForward {
    gate_proj: Linear,
    up_proj: Linear,
    down_proj: Linear,
}

impl FeedForward {
    /// Three linear layers without biases: `gate_proj`, `up_proj`, `down_proj`.
    ///
    /// # Errors
    /// When the builder holds a tensor of such a name with another shape.
    pub fn new(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        let (hidden, intermediate, lora) = (config.hidden_size, config.intermediate_size, config.lora.as_ref());
        Ok(Self {
            gate_proj: adapted_linear(hidden, intermediate, lora, vb.pp("gate_proj"))?,
            up_proj: adapted_linear(hidden, intermediate, lora, vb.pp("up_proj"))?,
            down_proj: adapted_linear(intermediate, hidden, lora, vb.pp("down_proj"))?,
        })
    }

    /// The same block with its matrices rounded to eight bits.
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self {
            gate_proj: self.gate_proj.quantised()?,
            up_proj: self.up_proj.quantised()?,
            down_proj: self.down_proj.quantised()?,
        })
    }

    /// Changes every token on its own.
    ///
    /// # Shapes
    /// `x`: `[…, hidden]` → `[…, hidden]`.
    /// # Errors
    /// When the last dimension of `x` is not `hidden`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        // ANCHOR: feed_forward
        let passed = geglu(&self.gate_proj.forward(x)?, &self.up_proj.forward(x)?)?; // [.., intermediate]
        self.down_proj.forward(&passed) // [.., hidden]
        // ANCHOR_END: feed_forward
    }
}
