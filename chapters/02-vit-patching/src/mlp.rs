//! The part of a block that thinks about each token alone: widen, bend, narrow.

use candle_core::{Result, Tensor};
use foundations::{Linear, VarBuilder, ops};

/// Two linear layers with a GELU between them.
#[derive(Debug, Clone)]
pub struct Mlp {
    fc1: Linear,
    fc2: Linear,
}

impl Mlp {
    /// `hidden_size` → `intermediate_size` → `hidden_size`.
    ///
    /// # Errors
    /// When the builder holds a tensor of one of the names with another shape.
    pub fn new(hidden_size: usize, intermediate_size: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Self {
            fc1: Linear::new(hidden_size, intermediate_size, vb.pp("fc1"))?,
            fc2: Linear::new(intermediate_size, hidden_size, vb.pp("fc2"))?,
        })
    }

    /// The same block with its matrices rounded to eight bits: see [`Linear::quantised`].
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self { fc1: self.fc1.quantised()?, fc2: self.fc2.quantised()? })
    }

    /// `fc2(gelu(fc1(x)))`, with the tanh form of GELU that SigLIP was trained with.
    ///
    /// # Shapes
    /// `x`: `[…, d]` → `[…, d]`.
    /// # Errors
    /// When the last dimension of `x` is not `d`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        // ANCHOR: mlp_forward
        let wide = ops::gelu(&self.fc1.forward(x)?)?; // [.., intermediate]
        self.fc2.forward(&wide) // [.., d]
        // ANCHOR_END: mlp_forward
    }
}
