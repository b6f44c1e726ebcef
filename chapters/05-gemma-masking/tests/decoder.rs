//! Specification of the decoder: what it is made of, how it starts, and that all of it learns.

use std::collections::HashMap;

use candle_core::{DType, Result, Tensor};
use foundations::{Params, VarBuilder};
use gemma_masking::{Decoder, DecoderConfig, prefix_lm_mask, rms_norm, rotary_tables, soft_cap};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_finite, assert_gradients_match, device, random, random_f64,
    tensors_within,
};

fn tiny(seed: u64) -> Result<(Params, Decoder)> {
    let params = Params::new(seed, DType::F32, &device());
    let decoder = Decoder::new(&DecoderConfig::tiny(), params.builder())?;
    Ok((params, decoder))
}

/// Logits of a prefix of two and an answer of the rest.
fn logits(decoder: &Decoder, embeddings: &Tensor) -> Result<Tensor> {
    let (_, t, _) = embeddings.dims3()?;
    let positions = Tensor::arange(0u32, t as u32, embeddings.device())?;
    let allowed = prefix_lm_mask(&[2], &[t], t, embeddings.device())?;
    decoder.logits(&decoder.forward(embeddings, &positions, &allowed, None)?)
}

/// The names and shapes of the published checkpoints, so that those can be loaded. There is no `lm_head`.
#[test]
fn parameters_have_the_published_names_and_shapes() -> Result<()> {
    let (params, _) = tiny(1)?;
    let layer = |index: usize| {
        let parts: [(&str, &[usize]); 9] = [
            ("input_layernorm.weight", &[12]),
            ("mlp.down_proj.weight", &[12, 20]),
            ("mlp.gate_proj.weight", &[20, 12]),
            ("mlp.up_proj.weight", &[20, 12]),
            ("post_attention_layernorm.weight", &[12]),
            ("self_attn.k_proj.weight", &[8, 12]),
            ("self_attn.o_proj.weight", &[12, 16]),
            ("self_attn.q_proj.weight", &[16, 12]),
            ("self_attn.v_proj.weight", &[8, 12]),
        ];
        parts.map(|(name, shape)| (format!("layers.{index}.{name}"), shape.to_vec()))
    };
    let mut expected = vec![("embed_tokens.weight".to_owned(), vec![23, 12])];
    expected.extend(layer(0));
    expected.extend(layer(1));
    expected.push(("norm.weight".to_owned(), vec![12]));
    let actual: Vec<_> = params.all().into_iter().map(|(name, variable)| (name, variable.dims().to_vec())).collect();
    assert_eq!(actual, expected, "weights are [out, in], under the names of a Gemma checkpoint, with a tied head");
    Ok(())
}

/// A token's vector is its row of the table, times √12, in the type that the decoder computes in.
#[test]
fn embeddings_are_scaled_by_the_root_of_the_width() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    let table = params.get("embed_tokens.weight")?;
    let embedded = decoder.embed(&Tensor::new(&[[7u32, 3]], &device())?)?;
    let rows = Tensor::stack(&[table.get(7)?, table.get(3)?], 0)?.unsqueeze(0)?;
    assert_close(&embedded, &(rows * 12f64.sqrt())?, 1e-6, "embed(ids) = table[ids] · √hidden_size");
    let double = Params::new(1, DType::F64, &spec::device_f64());
    let decoder = Decoder::new(&DecoderConfig::tiny(), double.builder())?;
    let embedded = decoder.embed(&Tensor::new(&[[7u32, 3]], double.device())?)?;
    assert_eq!(embedded.dtype(), DType::F64, "a decoder whose weights are f64 computes in f64");
    Ok(())
}

/// A row of the table learns from being read, and what comes back is multiplied by √12 as well. A row that nobody reads
/// gets nothing.
#[test]
fn the_table_learns_from_what_is_read() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    let table = params.get("embed_tokens.weight")?;
    let gradients = decoder.embed(&Tensor::new(&[[7u32, 3]], &device())?)?.sum_all()?.backward()?;
    let Some(gradient) = gradients.get(&table) else { panic!("no gradient comes back from the words to the table") };
    let expected: Vec<f32> = (0..23).map(|row| if row == 3 || row == 7 { 12f32.sqrt() } else { 0.0 }).collect();
    let expected = Tensor::from_vec(expected, (23, 1), &device())?.broadcast_as((23, 12))?;
    assert_close(gradient, &expected, 1e-5, "each feature of the rows 3 and 7 gets √12, all others nothing");
    Ok(())
}

/// With 23 · 12 numbers, the measured size of a standard deviation of one is within 15 % of one.
#[test]
fn embedded_tokens_start_with_size_one() -> Result<()> {
    let (_, decoder) = tiny(1)?;
    let every_token = Tensor::arange(0u32, 23, &device())?.unsqueeze(0)?;
    let size = decoder.embed(&every_token)?.sqr()?.mean_all()?.sqrt()?.to_scalar::<f32>()?;
    assert!((size - 1.0).abs() < 0.15, "scaled embeddings start with size 1, not {size}");
    Ok(())
}

/// The head multiplies by the embedding table, unscaled.
#[test]
fn the_head_is_the_embedding_table() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    let hidden = random((2, 3, 12), 1);
    let by_hand = hidden.broadcast_matmul(&params.get("embed_tokens.weight")?.t()?)?;
    assert_close(
        &decoder.logits(&hidden)?,
        &by_hand,
        1e-5,
        "a logit is the dot product of the hidden state and the token's row",
    );
    let changed = (params.get("embed_tokens.weight")? * 2.0)?;
    params.set("embed_tokens.weight", &changed)?;
    assert_close(&decoder.logits(&hidden)?, &(by_hand * 2.0)?, 1e-5, "changing the table changes the head");
    Ok(())
}

/// With silent blocks only the residual stream and the final norm remain.
#[test]
fn silent_blocks_leave_the_residual_stream() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    for (name, variable) in params.all() {
        if name.contains("o_proj") || name.contains("down_proj") {
            params.set(&name, &variable.zeros_like()?)?;
        }
    }
    let embeddings = random((1, 4, 12), 2);
    let positions = Tensor::arange(0u32, 4, &device())?;
    let hidden = decoder.forward(&embeddings, &positions, &prefix_lm_mask(&[2], &[4], 4, &device())?, None)?;
    let expected = rms_norm(&embeddings, &params.get("norm.weight")?, 1e-6)?;
    assert_close(&hidden, &expected, 1e-5, "each block adds to its input, and the final norm comes last");
    Ok(())
}

/// Leaving out what nobody looks at changes neither the chosen tokens nor any gradient. Places may repeat and need no
/// order. The two sum the same numbers in the same order, but for the blocks of rows in which matrices are multiplied.
#[test]
fn chosen_tokens_are_those_of_the_whole_forward_pass() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    let embeddings = random((2, 5, 12), 2);
    let positions = Tensor::arange(0u32, 5, &device())?;
    let allowed = prefix_lm_mask(&[2, 3], &[4, 5], 5, &device())?;
    let chosen = Tensor::new(&[8u32, 1, 2, 8], &device())?;
    let few = decoder.forward_chosen(&embeddings, &positions, &allowed, &chosen)?;
    let all = decoder.forward(&embeddings, &positions, &allowed, None)?;
    let expected = all.reshape((10, 12))?.index_select(&chosen, 0)?;
    assert_close(&few, &expected, 1e-5, "the tokens at places 8, 1, 2 and 8 of the whole");
    let weighting = random((4, 12), 3);
    let (few, all) = ((few * &weighting)?.sum_all()?.backward()?, (expected * &weighting)?.sum_all()?.backward()?);
    for (name, variable) in params.all().iter().filter(|(name, _)| !name.contains("embed_tokens")) {
        let (Some(few), Some(all)) = (few.get(variable), all.get(variable)) else { panic!("{name} gets no gradient") };
        assert_close(few, all, 1e-5, &format!("the gradient of {name}"));
    }
    Ok(())
}

/// A model with soft-capped logits says the same thing, less loudly.
#[test]
fn soft_capping_is_applied_to_the_logits_when_asked_for() -> Result<()> {
    let config = DecoderConfig { final_logit_softcapping: Some(2.0), ..DecoderConfig::tiny() };
    let params = Params::new(1, DType::F32, &device());
    let capped = Decoder::new(&config, params.builder())?;
    let (_, free) = tiny(1)?;
    let hidden = (random((2, 12), 1) * 10.0)?;
    let expected = soft_cap(&free.logits(&hidden)?, 2.0)?;
    assert_close(&capped.logits(&hidden)?, &expected, 1e-6, "final_logit_softcapping caps the logits");
    Ok(())
}

/// A cap is a bend, not a wall: `cap · tanh(x / cap)` at x = ½ cap, cap and 2 cap.
#[test]
fn a_soft_cap_is_a_scaled_hyperbolic_tangent() -> Result<()> {
    let capped = soft_cap(&Tensor::new(&[15f32, 30.0, -60.0], &device())?, 30.0)?;
    let expected = Tensor::new(&[30.0 * 0.462_117_f32, 30.0 * 0.761_594, 30.0 * -0.964_028], &device())?;
    assert_close(&capped, &expected, 1e-5, "30 · tanh of ½, 1 and −2: not cut off at 30");
    Ok(())
}

/// One backward pass reaches every parameter.
#[test]
fn every_parameter_learns() -> Result<()> {
    let (params, decoder) = tiny(1)?;
    let ids = Tensor::new(&[[2u32, 5, 9, 1]], &device())?;
    let weighting = random((1, 4, 23), 2);
    let loss = (logits(&decoder, &decoder.embed(&ids)?)? * weighting)?.sum_all()?;
    assert_every_parameter_learns(&params, &loss);
    Ok(())
}

/// Backward through a whole decoder agrees with finite differences, for every parameter and for the input.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let config = DecoderConfig {
        vocab_size: 5,
        hidden_size: 3,
        intermediate_size: 4,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        num_key_value_heads: 1,
        head_dim: 2,
        final_logit_softcapping: Some(5.0),
        ..DecoderConfig::GEMMA_2B
    };
    let params = Params::new(4, DType::F64, &spec::device_f64());
    Decoder::new(&config, params.builder())?;
    let names: Vec<String> = params.all().into_iter().map(|(name, _)| name).collect();
    let mut inputs: Vec<Tensor> = params.all().into_iter().map(|(_, variable)| variable.as_detached_tensor()).collect();
    inputs.push(random_f64((1, 4, 3), 5));
    let weighting = random_f64((1, 4, 5), 6);
    let loss = |inputs: &[Tensor]| {
        let (embeddings, weights) = inputs.split_last().expect("the embeddings come last");
        let weights: HashMap<String, Tensor> = names.iter().cloned().zip(weights.iter().cloned()).collect();
        let decoder = Decoder::new(&config, VarBuilder::from_tensors(weights, DType::F64, embeddings.device()))?;
        (logits(&decoder, embeddings)? * &weighting)?.sum_all()
    };
    assert_gradients_match(loss, &inputs, "every parameter of the decoder, and its input, gets the right gradient");
    Ok(())
}

/// Inputs of ±10,000 are normalised before anything is multiplied.
#[test]
fn loud_inputs_stay_finite() -> Result<()> {
    let (_, decoder) = tiny(1)?;
    let loud = (random((1, 4, 12), 1) * 1e4)?;
    assert_finite(&logits(&decoder, &loud)?, "inputs of ±10,000 give finite logits");
    Ok(())
}

/// The same seed gives the same decoder; another seed another one.
#[test]
fn a_seed_fixes_the_decoder() -> Result<()> {
    let embeddings = random((1, 4, 12), 1);
    let of_seed = |seed| logits(&tiny(seed)?.1, &embeddings);
    assert_close(&of_seed(1)?, &of_seed(1)?, 0.0, "the same seed gives the same decoder, to the bit");
    let difference = (of_seed(1)? - of_seed(2)?)?.abs()?.max_all()?.to_scalar::<f32>()?;
    assert!(difference > 1e-3, "another seed gives another decoder");
    Ok(())
}

/// A configuration that describes no model is refused before any tensor is made.
#[test]
fn an_invalid_configuration_is_refused() {
    let params = Params::new(1, DType::F32, &device());
    let config = DecoderConfig { num_key_value_heads: 3, ..DecoderConfig::tiny() };
    let message = Decoder::new(&config, params.builder()).expect_err("3 does not divide 4").to_string();
    assert!(message.contains("num_key_value_heads"), "the error names what to change: {message}");
    assert_eq!(params.count(), 0, "and no parameter was made");
}

/// A token beyond the vocabulary is an error, not a crash.
#[test]
fn an_unknown_token_is_refused() -> Result<()> {
    let (_, decoder) = tiny(1)?;
    assert!(decoder.embed(&Tensor::new(&[[23u32]], &device())?).is_err(), "token 23 does not exist among 0..23");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Capped numbers stay within the cap and in their order, and small ones are hardly touched.
    #[test]
    fn a_soft_cap_bounds_without_reordering(x in tensors_within(8, 1e4), cap in 1.0f64..50.0) {
        let capped = soft_cap(&x, cap)?.to_vec1::<f32>()?;
        let bound = cap as f32 * 1.000_001;
        prop_assert!(capped.iter().all(|value| value.abs() <= bound), "within ±{cap}: {capped:?}");
        let x = x.to_vec1::<f32>()?;
        for (i, j) in (0..x.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
            prop_assert!((x[i] - x[j]) * (capped[i] - capped[j]) >= 0.0, "the order of {} and {} is kept", x[i], x[j]);
        }
    }

    /// Where x is small against the cap, the error is about x³/(3 · cap²).
    #[test]
    fn a_soft_cap_hardly_touches_small_numbers(x in tensors_within(8, 0.5)) {
        assert_close(&soft_cap(&x, 30.0)?, &x, 1e-4, "a cap of 30 leaves numbers below ½ as they are");
    }
}

/// A token goes through the layers one after the other, and then through the last norm: whoever does that by hand gets what
/// the decoder gives.
#[test]
fn the_decoder_is_its_layers_in_order() -> Result<()> {
    let (_, decoder) = tiny(1)?;
    assert_eq!(decoder.layers().len(), 2, "as many as the configuration says");
    let x = random((1, 4, 12), 1);
    let positions = Tensor::arange(0u32, 4, &device())?;
    let allowed = prefix_lm_mask(&[2], &[4], 4, &device())?;
    let tables = rotary_tables(&positions, DecoderConfig::tiny().head_dim, DecoderConfig::tiny().rope_theta)?;
    let last = decoder.layers().iter().try_fold(x.clone(), |x, layer| layer.forward(&x, &tables, &allowed, None))?;
    let by_hand = decoder.norm().forward(&last)?;
    assert_close(&decoder.forward(&x, &positions, &allowed, None)?, &by_hand, 1e-5, "layer after layer");
    Ok(())
}
