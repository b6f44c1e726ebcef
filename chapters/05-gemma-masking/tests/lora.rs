//! Specification of low-rank adapters in the decoder.

use candle_core::{DType, Result, Tensor};
use foundations::{LoraConfig, Params};
use gemma_masking::{Decoder, DecoderConfig, prefix_lm_mask};
use spec::{assert_close, assert_only_these_learn, device, gradient_sizes, random};

fn config() -> DecoderConfig {
    DecoderConfig { lora: Some(LoraConfig { rank: 2, alpha: 4.0 }), ..DecoderConfig::tiny() }
}

fn is_adapter(name: &str) -> bool {
    name.contains("lora_")
}

fn loss(decoder: &Decoder) -> Result<Tensor> {
    let positions = Tensor::arange(0u32, 4, &device())?;
    let allowed = prefix_lm_mask(&[2], &[4], 4, &device())?;
    let hidden = decoder.forward(&random((1, 4, 12), 1), &positions, &allowed, None)?;
    (decoder.logits(&hidden)? * random((1, 4, 23), 2))?.sum_all()
}

/// The second matrix of every adapter starts at zero, so the correction does too.
#[test]
fn adapters_change_nothing_at_the_start() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let without = loss(&Decoder::new(&DecoderConfig::tiny(), params.builder())?)?;
    let with = loss(&Decoder::new(&config(), params.builder())?)?;
    assert_close(&with, &without, 0.0, "before the first step a decoder with adapters computes what it did without");
    Ok(())
}

/// Seven linear layers in each of two layers, two matrices each.
#[test]
fn every_linear_layer_has_an_adapter() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    Decoder::new(&config(), params.builder())?;
    let adapters = params.all().into_iter().filter(|(name, _)| is_adapter(name)).count();
    assert_eq!(adapters, 2 * 7 * 2, "q, k, v, o, gate, up and down have an adapter each");
    let (a, b) = (params.get("layers.0.mlp.down_proj.lora_a")?, params.get("layers.0.mlp.down_proj.lora_b")?);
    assert_eq!((a.dims(), b.dims()), ([2, 20].as_slice(), [12, 2].as_slice()), "[rank, in] and [out, rank]");
    Ok(())
}

/// Once training has moved the adapters away from zero, all of them learn, and the frozen weights do not.
#[test]
fn only_adapters_learn_when_the_rest_is_frozen() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let decoder = Decoder::new(&config(), params.builder_with_frozen(|name| !is_adapter(name)))?;
    for (name, variable) in params.all().into_iter().filter(|(name, _)| name.ends_with("lora_b")) {
        params.set(&name, &random(variable.shape(), 3))?;
    }
    assert_only_these_learn(&params, &loss(&decoder)?, is_adapter);
    Ok(())
}

/// At the very start the zero matrix learns; the other one waits, since its gradient is multiplied by that zero.
#[test]
fn the_zero_matrix_learns_first() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let decoder = Decoder::new(&config(), params.builder_with_frozen(|name| !is_adapter(name)))?;
    for (name, size) in gradient_sizes(&params, &loss(&decoder)?) {
        if name.ends_with("lora_b") {
            assert!(
                size.is_some_and(|size| size > 0.0),
                "{name} learns from the first step, but its gradient is {size:?}"
            );
        } else if name.ends_with("lora_a") {
            assert_eq!(size, Some(0.0), "{name} waits for lora_b");
        }
    }
    Ok(())
}
