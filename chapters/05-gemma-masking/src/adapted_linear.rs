//! The decoder's linear layers: no bias, and a low-rank correction when the configuration asks for one.

use candle_core::Result;
use foundations::{Linear, LoraConfig, VarBuilder};

/// A bias-free linear layer, with a LoRA adapter beside it if `lora` is given.
///
/// # Errors
/// When the builder holds a tensor of that name with another shape.
pub(crate) fn adapted_linear(
    in_features: usize,
    out_features: usize,
    lora: Option<&LoraConfig>,
    vb: VarBuilder,
) -> Result<Linear> {
    let linear = Linear::without_bias(in_features, out_features, vb.clone())?;
    match lora {
        Some(lora) => linear.with_lora(lora, vb),
        None => Ok(linear),
    }
}
