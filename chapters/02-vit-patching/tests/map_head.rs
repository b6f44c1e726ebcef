//! Specification of `MapHead`.

use std::collections::HashMap;

use candle_core::{DType, IndexOp, Result, Tensor};
use foundations::{LayerNorm, Linear, Params, VarBuilder};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_gradients_match, cases, device, device_f64, perturb, random,
    random_f64,
};
use vit_patching::{EncoderConfig, MapHead, Mlp, attention_plain};

const SIZES: EncoderConfig = EncoderConfig {
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 0,
    num_attention_heads: 2,
    layer_norm_eps: 1e-6,
};

fn head(seed: u64) -> Result<(Params, MapHead)> {
    let params = Params::new(seed, DType::F32, &device());
    let head = MapHead::new(&SIZES, params.builder())?;
    perturb(&params, 0.2, seed);
    Ok((params, head))
}

/// A head that is nothing but attention: its projections change nothing, and its MLP is silent.
fn bare_attention() -> Result<(Params, MapHead)> {
    let params = Params::new(1, DType::F32, &device());
    let head = MapHead::new(&SIZES, params.builder())?;
    let eye = Tensor::eye(8, DType::F32, &device())?;
    params.set("attention.in_proj_weight", &Tensor::cat(&[&eye, &eye, &eye], 0)?)?;
    params.set("attention.out_proj.weight", &eye)?;
    params.set("mlp.fc2.weight", &Tensor::zeros((8, 12), DType::F32, &device())?)?;
    Ok((params, head))
}

/// Every name and shape of a published SigLIP checkpoint.
#[test]
fn names_and_shapes_are_those_of_a_checkpoint() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    MapHead::new(&SIZES, params.builder().pp("head"))?;
    let actual: Vec<_> = params.all().into_iter().map(|(name, variable)| (name, variable.dims().to_vec())).collect();
    let expected = [
        ("head.attention.in_proj_bias", vec![24]),
        ("head.attention.in_proj_weight", vec![24, 8]),
        ("head.attention.out_proj.bias", vec![8]),
        ("head.attention.out_proj.weight", vec![8, 8]),
        ("head.layernorm.bias", vec![8]),
        ("head.layernorm.weight", vec![8]),
        ("head.mlp.fc1.bias", vec![12]),
        ("head.mlp.fc1.weight", vec![12, 8]),
        ("head.mlp.fc2.bias", vec![8]),
        ("head.mlp.fc2.weight", vec![8, 12]),
        ("head.probe", vec![1, 1, 8]),
    ];
    assert_eq!(actual, expected.map(|(name, shape)| (name.to_owned(), shape)), "left: ours, right: the checkpoint's");
    Ok(())
}

proptest! {
    #![proptest_config(cases(16))]

    /// The head looks at a set of tokens: their order does not matter.
    #[test]
    fn the_order_of_tokens_does_not_matter(seed in 0u64..1000, turn in 1u32..6) {
        let (_, head) = head(seed)?;
        let tokens = random((2, 6, 8), seed);
        let order = Tensor::new((0..6).map(|t| (t * 5 + turn) % 6).collect::<Vec<u32>>(), &device())?;
        assert_close(&head.forward(&tokens.index_select(&order, 1)?)?, &head.forward(&tokens)?, 1e-5, "shuffled tokens pool to the same vector");
    }

    /// Any number of tokens becomes one vector; and a set of equal tokens pools like one of them.
    #[test]
    fn repeating_a_token_changes_nothing(seed in 0u64..1000, n in 1usize..9) {
        let (_, head) = head(seed)?;
        let token = random((2, 1, 8), seed);
        let pooled = head.forward(&token.repeat((1, n, 1))?)?;
        prop_assert_eq!(pooled.dims(), &[2, 8]);
        assert_close(&pooled, &head.forward(&token)?, 1e-5, "the weights of the tokens add up to one");
    }

    /// Pictures in a batch do not see one another.
    #[test]
    fn a_batch_is_its_pictures_one_by_one(seed in 0u64..1000) {
        let (_, head) = head(seed)?;
        let tokens = random((3, 4, 8), seed);
        let alone = head.forward(&tokens.narrow(0, 1, 1)?)?;
        assert_close(&head.forward(&tokens)?.narrow(0, 1, 1)?, &alone, 1e-5, "picture 1 alone and among others");
    }
}

/// With identity projections and a silent MLP, the head returns the tokens' mixture by how well they answer the probe.
#[test]
fn the_probe_decides_which_token_is_heard() -> Result<()> {
    let (params, head) = bare_attention()?;
    let tokens = random((1, 5, 8), 3);
    // A probe far along one token's direction in both heads: that token should drown the others.
    params.set("probe", &(tokens.i((.., 2..3))? * 100.0)?)?;
    let scores = tokens.reshape((5, 2, 4))?.broadcast_mul(&tokens.i((0, 2))?.reshape((1, 2, 4))?)?.sum(2)?; // [5, heads]
    assert_eq!(scores.argmax(0)?.to_vec1::<u32>()?, [2, 2], "this test needs a token that answers itself best");
    assert_close(&head.forward(&tokens)?, &tokens.i((.., 2))?, 1e-3, "the token that the probe asks for comes out");
    Ok(())
}

/// With identity projections and a silent MLP the head is plain attention at scale 1/√d_head: 1/√4 here, not 1/√8.
#[test]
fn the_probes_scores_are_divided_by_the_root_of_the_head_size() -> Result<()> {
    let (params, head) = bare_attention()?;
    let (probe, tokens) = (random((1, 1, 8), 2), random((1, 6, 8), 3));
    params.set("probe", &probe)?;
    let (query, token) = (probe.reshape((1, 1, 2, 4))?, tokens.reshape((1, 6, 2, 4))?);
    let expected = attention_plain(&query, &token, &token, None, 0.5)?.reshape((1, 8))?;
    assert_close(&head.forward(&tokens)?, &expected, 1e-5, "two heads of four features, scale 1/√4");
    Ok(())
}

/// The biases are stacked as the weights are: query, key, value. (That of the keys adds the same to every score, and so
/// nothing to any share.)
#[test]
fn the_three_biases_are_stacked_likewise() -> Result<()> {
    let (params, head) = bare_attention()?;
    let (probe, tokens, biases) = (random((1, 1, 8), 2), random((1, 6, 8), 3), random(24, 4));
    params.set("probe", &probe)?;
    params.set("attention.in_proj_bias", &biases)?;
    let with = |x: &Tensor, third: usize| x.broadcast_add(&biases.narrow(0, 8 * third, 8)?);
    let (query, key, value) = (with(&probe, 0)?, with(&tokens, 1)?, with(&tokens, 2)?);
    let heads = |x: &Tensor| x.reshape((1, (), 2, 4));
    let expected = attention_plain(&heads(&query)?, &heads(&key)?, &heads(&value)?, None, 0.5)?.reshape((1, 8))?;
    assert_close(
        &head.forward(&tokens)?,
        &expected,
        1e-5,
        "0 to 7 for the query, 8 to 15 for keys, 16 to 23 for values",
    );
    Ok(())
}

/// What the MLP says is added to what the attention has heard.
#[test]
fn the_mlp_adds_its_thought() -> Result<()> {
    let (params, head) = bare_attention()?;
    let tokens = random((2, 5, 8), 3);
    let (heard, thought) = (head.forward(&tokens)?, random(8, 4));
    params.set("mlp.fc2.bias", &thought)?;
    assert_close(&head.forward(&tokens)?, &heard.broadcast_add(&thought)?, 1e-5, "an MLP that always says the same");
    Ok(())
}

/// The mixture of a single token is its value, and the rest a formula: u = out_proj(value), then u + MLP(norm of u).
#[test]
fn the_mlp_thinks_about_the_projected_vector() -> Result<()> {
    let (params, head) = head(7)?;
    let parts = params.builder();
    let out_proj = Linear::new(8, 8, parts.pp("attention").pp("out_proj"))?;
    let norm = LayerNorm::new(8, SIZES.layer_norm_eps, parts.pp("layernorm"))?;
    let mlp = Mlp::new(8, SIZES.intermediate_size, parts.pp("mlp"))?;
    let token = random((2, 8), 3);
    let weight = params.get("attention.in_proj_weight")?.narrow(0, 16, 8)?; // of the values
    let bias = params.get("attention.in_proj_bias")?.narrow(0, 16, 8)?;
    let value = token.matmul(&weight.t()?)?.broadcast_add(&bias)?; // [2, 8]
    let pooled = out_proj.forward(&value)?;
    let expected = (&pooled + mlp.forward(&norm.forward(&pooled)?)?)?;
    assert_close(&head.forward(&token.unsqueeze(1)?)?, &expected, 1e-5, "u + MLP(norm of u), u = out_proj(value)");
    Ok(())
}

/// Query, key and value are stored below one another, in this order. With the rows of the keys silenced no probe can
/// choose; with the rows of the values silenced it does not matter what the tokens say.
#[test]
fn the_three_projections_are_stacked_query_key_value() -> Result<()> {
    let (params, head) = head(2)?;
    let name = "attention.in_proj_weight";
    let whole = params.get(name)?.copy()?;
    let silence = |third: usize| -> Result<()> {
        let keep: Vec<f32> = (0..24).map(|row| if row / 8 == third { 0.0 } else { 1.0 }).collect();
        params.set(name, &whole.broadcast_mul(&Tensor::new(keep, &device())?.reshape((24, 1))?)?)
    };
    let (tokens, other_tokens) = (random((1, 5, 8), 3), random((1, 5, 8), 4));

    silence(2)?;
    assert_close(&head.forward(&tokens)?, &head.forward(&other_tokens)?, 1e-5, "rows 16 to 23 are the values");

    silence(1)?;
    let by_the_old_probe = head.forward(&tokens)?;
    params.set("probe", &random((1, 1, 8), 9))?;
    assert_close(&head.forward(&tokens)?, &by_the_old_probe, 1e-5, "rows 8 to 15 are the keys");

    silence(0)?;
    let by_the_old_probe = head.forward(&tokens)?;
    params.set("probe", &random((1, 1, 8), 10))?;
    assert_close(&head.forward(&tokens)?, &by_the_old_probe, 1e-5, "rows 0 to 7 are the query");
    Ok(())
}

/// Every tensor of the head learns, the probe first of all.
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = Params::new(5, DType::F32, &device());
    let head = MapHead::new(&SIZES, params.builder())?;
    let pooled = head.forward(&random((3, 5, 8), 2))?;
    assert_every_parameter_learns(&params, &(pooled - random((3, 8), 3))?.sqr()?.sum_all()?);
    Ok(())
}

/// Tokens and every parameter of the head have the measured slope, in double precision.
#[test]
fn the_gradient_is_the_measured_slope() -> Result<()> {
    let sizes = EncoderConfig { hidden_size: 4, intermediate_size: 6, ..SIZES };
    let params = Params::new(8, DType::F64, &device_f64());
    MapHead::new(&sizes, params.builder())?;
    perturb(&params, 0.2, 9);
    let (names, mut values): (Vec<String>, Vec<Tensor>) =
        params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor())).unzip();
    values.push(random_f64((2, 3, 4), 1)); // the tokens
    let weights = random_f64((2, 4), 2);
    let loss = |values: &[Tensor]| {
        let named: HashMap<String, Tensor> = names.iter().cloned().zip(values.iter().cloned()).collect();
        let head = MapHead::new(&sizes, VarBuilder::from_tensors(named, DType::F64, &device_f64()))?;
        (head.forward(&values[names.len()])? * &weights)?.sum_all()
    };
    assert_gradients_match(loss, &values, "tokens and parameters of the head get the loss's slope");
    Ok(())
}
