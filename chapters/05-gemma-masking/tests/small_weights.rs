//! Weights in half precision or eight bits: fewer bytes to read per token, the same text.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use foundations::quantised::BLOCK;
use gemma_masking::{Decoder, DecoderConfig, causal_mask};
use spec::{assert_close, device, with_columns};

/// Rows that can be cut into blocks of 32, and matrices of more rows than one core takes.
fn config() -> DecoderConfig {
    DecoderConfig { hidden_size: 64, intermediate_size: 96, head_dim: 16, vocab_size: 150, ..DecoderConfig::tiny() }
}

/// The same numbers stored in two types: the numbers are those that the smaller one can hold.
fn stored_twice(config: &DecoderConfig, seed: u64, small: DType) -> Result<(Decoder, Decoder)> {
    let first = Params::new(seed, DType::F32, &device());
    Decoder::new(config, first.builder())?;
    let (small, wide) = (Params::new(seed, small, &device()), Params::new(seed, DType::F32, &device()));
    for (name, variable) in first.all() {
        small.insert(&name, variable.as_tensor())?;
        wide.insert(&name, &small.get(&name)?)?;
    }
    Ok((Decoder::new(config, small.detached_builder())?, Decoder::new(config, wide.detached_builder())?))
}

/// Logits after a prefix of seven tokens and two more, one at a time.
fn logits(decoder: &Decoder) -> Result<Tensor> {
    let ids = Tensor::new(&[[3u32, 14, 15, 92, 65, 35, 89, 79, 32]], &device())?;
    let embeddings = decoder.embed(&ids)?;
    let mut cache = decoder.empty_cache();
    let mut all = Vec::new();
    for (start, count) in [(0, 7), (7, 1), (8, 1)] {
        let end = start + count;
        let positions = Tensor::arange(start as u32, end as u32, &device())?;
        let allowed = causal_mask(&[end], end, &device())?.narrow(1, start, count)?;
        let hidden = decoder.forward(&embeddings.narrow(1, start, count)?, &positions, &allowed, Some(&mut cache))?;
        all.push(decoder.logits(&hidden)?);
    }
    Tensor::cat(&all, 1)
}

/// On a CPU, weights in half precision are read as they are and everything is computed in f32: the logits are those of a
/// decoder that holds the same numbers in f32, up to the order of sums, and the words that enter are the same to the bit.
/// A GPU computes in half precision: see its tolerance.
#[test]
fn half_precision_is_a_way_to_store_not_to_compute() -> Result<()> {
    for stored in [DType::BF16, DType::F16] {
        let (small, wide) = stored_twice(&config(), 1, stored)?;
        let (ours, right) = (logits(&small)?, logits(&wide)?);
        if device().is_cpu() {
            assert_eq!(ours.dtype(), DType::F32, "on a CPU, activations are f32 whatever the weights are stored in");
            assert_close(&ours, &right, 1e-5, "the logits do not depend on how the weights are stored");
            let (small, wide) = stored_twice(&DecoderConfig::tiny(), 1, stored)?; // √12, and not √64 = 8
            let ids = Tensor::new(&[[3u32, 14, 15]], &device())?;
            let (ours, right) = (small.embed(&ids)?, wide.embed(&ids)?);
            assert_close(&ours, &right, 0.0, "words are widened before they are multiplied, and lose nothing");
        } else {
            assert_close(&ours.to_dtype(DType::F32)?, &right, 0.1, "half precision keeps two or three digits");
        }
    }
    Ok(())
}

/// A quantised decoder says nearly the same. The largest of 32 normal numbers is about 2.2, and rounding to steps of a 127th
/// of it is off by 2.2/127/√12 = 0.5 % of a number's size, weight and input alike: 0.7 % for a product. A logit of size one
/// stands behind seven products in a row (three for each layer, and the head), √7 times that, or 2 %; the worst of 1,350
/// logits is off by about four times as much.
#[test]
fn eight_bits_move_logits_a_little() -> Result<()> {
    let (_, decoder) = stored_twice(&config(), 2, DType::BF16)?;
    let (right, ours) = (logits(&decoder)?, logits(&decoder.quantised()?)?);
    assert_close(&ours, &right, 0.1, "weights of eight bits move the logits by a little");
    let moved = (ours - right)?.abs()?.max_all()?.to_scalar::<f32>()?;
    assert!(moved > 0.0, "nothing was rounded");
    Ok(())
}

/// Rounded while it is read, layer by layer, it is the same decoder.
#[test]
fn rounding_while_reading_changes_nothing() -> Result<()> {
    let params = Params::new(4, DType::F32, &device());
    let decoder = Decoder::new(&config(), params.builder())?.quantised()?;
    let read = Decoder::new_quantised(&config(), params.detached_builder())?;
    assert_close(&logits(&read)?, &logits(&decoder)?, 0.0, "rounding layer by layer gives the same logits");
    Ok(())
}

/// Rows that cannot be cut into blocks stay as they are: with a width of 48 nothing but the way back from 96 features, and
/// with one of 40 and 72 nothing at all is rounded.
#[test]
fn rows_that_cannot_be_cut_stay_as_they_are() -> Result<()> {
    for (hidden_size, intermediate_size, is_rounded) in [(48, 96, true), (40, 72, false)] {
        let config = DecoderConfig { hidden_size, intermediate_size, head_dim: 10, ..config() };
        let decoder = Decoder::new(&config, Params::new(3, DType::F32, &device()).builder())?;
        let (right, ours) = (logits(&decoder)?, logits(&decoder.quantised()?)?);
        let moved = (ours - right)?.abs()?.max_all()?.to_scalar::<f32>()?;
        assert_eq!(moved > 0.0, is_rounded, "width {hidden_size}, {intermediate_size} inside: moved by {moved}");
    }
    Ok(())
}

/// The states of seven tokens before the head, from embeddings that are the same for every decoder.
fn states(decoder: &Decoder, embeddings: &Tensor) -> Result<Tensor> {
    let count = embeddings.dim(1)?;
    let positions = Tensor::arange(0u32, count as u32, &device())?;
    decoder.forward(embeddings, &positions, &causal_mask(&[count], count, &device())?, None)
}

/// Both halves of every layer are rounded: where one of them is silent, states still move because of the other.
#[test]
fn attention_and_feed_forward_are_both_rounded() -> Result<()> {
    for silent in ["self_attn.o_proj.weight", "mlp.down_proj.weight"] {
        let params = Params::new(4, DType::F32, &device());
        Decoder::new(&config(), params.builder())?;
        for (name, variable) in params.all().into_iter().filter(|(name, _)| name.ends_with(silent)) {
            params.set(&name, &variable.as_tensor().zeros_like()?)?;
        }
        let decoder = Decoder::new(&config(), params.detached_builder())?;
        let embeddings = decoder.embed(&Tensor::new(&[[3u32, 14, 15, 92, 65, 35, 89]], &device())?)?;
        let right = states(&decoder, &embeddings)?;
        let moved = (states(&decoder.quantised()?, &embeddings)? - right)?.abs()?.max_all()?.to_scalar::<f32>()?;
        assert!(moved > 0.0, "with {silent} at zero nothing moves, so nothing else was rounded");
    }
    Ok(())
}

/// Every matrix of a layer is rounded. Eight bits know numbers down to a 254th of the largest in their block: beside a thousand,
/// a weight of one is nothing. The thousands are multiplied by zeros here, so they alone change nothing; but a matrix that holds
/// them falls silent when it is rounded, and only then.
#[test]
fn each_matrix_of_a_layer_is_rounded() -> Result<()> {
    // Of heads of 16 features two share a block of 32, and then the values' first features would not be enough.
    let config = DecoderConfig { head_dim: BLOCK, num_hidden_layers: 1, ..config() };
    let params = Params::new(6, DType::F32, &device());
    Decoder::new(&config, params.builder())?;
    let name = |part: &str| format!("layers.0.{part}.weight");
    // Every 32nd feature of what the matrices read is zero: a norm multiplies by 1 + weight, and rows of zeros give zeros.
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        let weight = params.get(&name(norm))?.unsqueeze(0)?;
        params.set(&name(norm), &with_columns(&weight, BLOCK, -1.0)?.squeeze(0)?)?;
    }
    for writer in ["self_attn.v_proj", "mlp.up_proj"] {
        let weight = params.get(&name(writer))?;
        params.set(&name(writer), &with_columns(&weight.t()?, BLOCK, 0.0)?.t()?)?;
    }
    let embeddings =
        Decoder::new(&config, params.detached_builder())?.embed(&Tensor::new(&[[3u32, 14, 15]], &device())?)?;
    let attention = ["q_proj", "k_proj", "v_proj", "o_proj"].map(|part| name(&format!("self_attn.{part}")));
    let mlp = ["gate_proj", "up_proj", "down_proj"].map(|part| name(&format!("mlp.{part}")));
    for name in attention.iter().chain(&mlp) {
        let weight = params.get(name)?.copy()?;
        let output = |weight: &Tensor, is_rounded: bool| -> Result<Tensor> {
            params.set(name, weight)?;
            let new = if is_rounded { Decoder::new_quantised } else { Decoder::new };
            states(&new(&config, params.detached_builder())?, &embeddings)
        };
        let loud = with_columns(&weight, BLOCK, 1000.0)?;
        let (before, after) = (output(&weight.copy()?, false)?, output(&loud, false)?);
        let (rounded, silent) = (output(&loud, true)?, output(&weight.zeros_like()?, true)?);
        params.set(name, &weight)?;
        assert_close(&after, &before, 1e-5, &format!("what {name} multiplies by 1000 is zero"));
        assert_close(&rounded, &silent, 0.0, &format!("rounded beside 1000, the rest of {name} is zero"));
    }
    Ok(())
}
