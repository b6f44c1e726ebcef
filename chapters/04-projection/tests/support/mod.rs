//! A joint model in miniature: a real vision tower, the projector, and a stand-in for the decoder.

use candle_core::{D, Result, Tensor};
use foundations::{Embedding, Linear, LoraConfig, VarBuilder};
use projection::{Projector, ProjectorInit, merge};
use spec::{device, random};
use vit_patching::{VisionConfig, VisionTransformer};

/// The placeholder's number.
pub const IMAGE: u32 = 3;
/// Features of the stand-in decoder.
pub const D_TEXT: usize = 6;
/// What Gemma adds under the root of its norms.
pub const EPS: f64 = 1e-6;

/// Vision tower, projector, word table, and one adapted linear layer behind Gemma's first norm.
pub struct JointModel {
    tower: VisionTransformer,
    projector: Projector,
    words: Embedding,
    layer: Linear,
}

impl JointModel {
    /// A joint model with PaliGemma's names.
    pub fn new(init: ProjectorInit, vb: VarBuilder) -> Result<Self> {
        let config = VisionConfig { image_size: 16, num_hidden_layers: 1, ..VisionConfig::tiny() };
        let decoder = vb.pp("language_model.model");
        let lora = LoraConfig { rank: 2, alpha: 2.0 };
        Ok(Self {
            tower: VisionTransformer::new(&config, vb.pp("vision_tower.vision_model"))?,
            projector: Projector::new(config.hidden_size, D_TEXT, init, vb.pp("multi_modal_projector"))?,
            words: Embedding::new(9, D_TEXT, 1.0, decoder.pp("embed_tokens"))?,
            layer: Linear::without_bias(D_TEXT, 5, decoder.pp("layer"))?.with_lora(&lora, decoder.pp("layer"))?,
        })
    }

    /// A scalar that depends on all four image tokens and three words.
    pub fn loss(&self) -> Result<Tensor> {
        let patches = self.tower.forward(&random((1, 3, 16, 16), 1))?; // [1, 4, 32]
        let features = self.projector.forward(&patches)?; // [1, 4, d]
        let ids = Tensor::new(&[[IMAGE, IMAGE, IMAGE, IMAGE, 2, 7, 4]], &device())?;
        let sequence = merge(&ids, &self.words.forward(&ids)?, &features, IMAGE)?; // [1, 7, d]
        let root = (sequence.sqr()?.mean_keepdim(D::Minus1)? + EPS)?.sqrt()?; // [1, 7, 1]
        let hidden = self.layer.forward(&sequence.broadcast_div(&root)?)?; // [1, 7, 5]
        (hidden * random((1, 7, 5), 2))?.sum_all()
    }
}
