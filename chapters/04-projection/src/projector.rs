//! The projector: one linear layer from the vision tower's features to the decoder's.
//!
//! PaliGemma's authors also tried an MLP in this place; it was no better (§5.5).

use candle_core::{Module, Result, Tensor};
use foundations::linear::xavier;
use foundations::{Init, Linear, VarBuilder};
use serde::{Deserialize, Serialize};

/// How the projector's weight starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectorInit {
    /// Random, size kept: image tokens carry information, and the vision tower gets gradients, from the first step.
    #[default]
    Xavier,
    /// All zeros, as in PaliGemma's original training code: an untrained projector whispers nothing at all into a
    /// pre-trained language model, instead of noise.
    ///
    /// The price is a strange first step. The gradient that reaches the tower is multiplied by the weight: exactly zero.
    /// The gradient of the weight itself comes through the decoder's first RMSNorm, whose slope at a zero vector is
    /// `1/√eps`, a thousand for `eps = 1e-6`: large. Clip gradients, or warm up.
    Zero,
}

/// A linear layer with a bias.
#[derive(Debug, Clone)]
pub struct Projector {
    linear: Linear, // [d_text, d_vision]
}

impl Projector {
    /// A projector whose parameters are `linear.weight` and `linear.bias` below `vb`, which stands at
    /// `multi_modal_projector` in a PaliGemma checkpoint.
    ///
    /// # Errors
    /// When the builder holds a tensor of such a name with another shape.
    pub fn new(d_vision: usize, d_text: usize, init: ProjectorInit, vb: VarBuilder) -> Result<Self> {
        let init = match init {
            ProjectorInit::Xavier => xavier(d_vision, d_text),
            ProjectorInit::Zero => Init::Const(0.0),
        };
        Ok(Self { linear: Linear::with_init(d_vision, d_text, init, true, vb.pp("linear"))? })
    }

    /// Patch tokens become image tokens. Give it *all* patch tokens after the tower's final layer normalisation, neither
    /// pooled nor normalised to unit length.
    ///
    /// # Shapes
    /// `patches`: `[b, n, d_vision]` → `[b, n, d_text]`.
    /// # Errors
    /// When the last dimension of `patches` is not `d_vision`.
    pub fn forward(&self, patches: &Tensor) -> Result<Tensor> {
        // ANCHOR: projector
        self.linear.forward(patches) // [b, n, d_text]
        // ANCHOR_END: projector
    }
}

impl Module for Projector {
    fn forward(&self, patches: &Tensor) -> Result<Tensor> {
        Projector::forward(self, patches)
    }
}
