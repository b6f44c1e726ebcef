//! A decoder whose tokens really talk to one another.

use candle_core::{DType, Result};
use foundations::{Params, VarBuilder};
use gemma_masking::{Decoder, DecoderConfig};

/// The tiny decoder, untracked, with every layer's weights doubled. Fresh weights barely disturb a token on its way
/// through, and a fresh tied head then repeats the last token for ever: a poor subject for tests of leaks and of
/// generation.
pub fn lively_decoder(seed: u64) -> Result<Decoder> {
    let params = Params::new(seed, DType::F32, &spec::device());
    Decoder::new(&DecoderConfig::tiny(), params.builder())?;
    for (name, variable) in params.all() {
        if name.starts_with("layers.") {
            params.set(&name, &(variable.as_tensor() * 2.0)?)?;
        }
    }
    let untracked: VarBuilder = params.detached_builder();
    Decoder::new(&DecoderConfig::tiny(), untracked)
}
