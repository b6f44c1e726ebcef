//! Specification of `attention`, `attention_plain` and `MultiHeadAttention`.

use candle_core::{DType, Result, Tensor, Var};
use foundations::Params;
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_finite, assert_gradients_match, cases, device, device_f64,
    perturb, random, random_f64,
};
use vit_patching::{MultiHeadAttention, attention, attention_plain};

/// A mask of seeded zeros and ones in which every query may look at itself, `[b, t, t]`.
fn random_mask(b: usize, t: usize, seed: u64) -> Result<Tensor> {
    let coins = random((b, t, t), seed).ge(0.0)?;
    coins.maximum(&Tensor::eye(t, DType::U8, &device())?.unsqueeze(0)?.broadcast_as((b, t, t))?)
}

/// Query, key and value, `[b, t, heads, d_head]` each.
fn tokens(b: usize, t: usize, heads: usize, d_head: usize, seed: u64) -> [Tensor; 3] {
    [0, 1, 2].map(|part| random((b, t, heads, d_head), seed * 3 + part))
}

/// Two tokens, one head, one feature: the weights are 1/(1 + e⁻²) and the rest.
#[test]
fn two_tokens_by_hand() -> Result<()> {
    let numbers = |values: &[f32]| Tensor::new(values, &device())?.reshape((1, values.len(), 1, 1));
    let (query, key, value) = (numbers(&[2.0])?, numbers(&[1.0, -1.0])?, numbers(&[10.0, 20.0])?);
    let weight = 1.0 / (1.0 + (-2f32).exp()); // scores 2·1·½ and 2·(−1)·½ differ by 2
    let expected = numbers(&[10.0 * weight + 20.0 * (1.0 - weight)])?;
    for attend in [attention, attention_plain] {
        assert_close(&attend(&query, &key, &value, None, 0.5)?, &expected, 1e-5, "softmax([1, −1]) mixes 10 and 20");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(24))]

    /// The fast operator and the readable one are the same function, forwards and backwards.
    #[test]
    fn fused_and_plain_agree(b in 1usize..3, t_q in 1usize..6, t_k in 1usize..6, heads in 1usize..4, seed in 0u64..1000) {
        let [query, ..] = tokens(b, t_q, heads, 4, seed);
        let [_, key, value] = tokens(b, t_k, heads, 4, seed + 1);
        let run = |attend: fn(&Tensor, &Tensor, &Tensor, Option<&Tensor>, f64) -> Result<Tensor>| -> Result<Vec<Tensor>> {
            let inputs = [Var::from_tensor(&query)?, Var::from_tensor(&key)?, Var::from_tensor(&value)?];
            let mixed = attend(&inputs[0], &inputs[1], &inputs[2], None, 0.5)?;
            let gradients = (&mixed * random((b, t_q, heads, 4), seed + 2))?.sum_all()?.backward()?;
            let of_inputs = inputs.iter().map(|input| gradients.get(input).expect("a gradient arrives").clone());
            Ok(std::iter::once(mixed.detach()).chain(of_inputs).collect())
        };
        for ((actual, expected), what) in run(attention)?.iter().zip(run(attention_plain)?.iter()).zip(["value", "dq", "dk", "dv"]) {
            assert_close(actual, expected, 1e-4, &format!("both ways to compute attention give the same {what}"));
        }
    }

    /// Also with a mask, for each picture its own or one for all.
    #[test]
    fn fused_and_plain_agree_under_a_mask(b in 1usize..3, t in 1usize..6, seed in 0u64..1000) {
        let [query, key, value] = tokens(b, t, 2, 4, seed);
        for allowed in [random_mask(b, t, seed)?, random_mask(1, t, seed)?] {
            let expected = attention_plain(&query, &key, &value, Some(&allowed), 0.5)?;
            let actual = attention(&query, &key, &value, Some(&allowed), 0.5)?;
            assert_close(&actual, &expected, 1e-4, "both ways to compute masked attention agree");
        }
    }

    /// A mixture of equal things is that thing: the weights of a row add up to one.
    #[test]
    fn equal_values_come_out_unchanged(seed in 0u64..1000) {
        let [query, key, value] = tokens(2, 5, 2, 4, seed);
        let same = value.narrow(1, 0, 1)?.broadcast_as((2, 5, 2, 4))?;
        assert_close(&attention_plain(&query, &key, &same, None, 0.5)?, &same, 1e-5, "all tokens say the same, so that comes out");
    }

    /// What comes out lies between the smallest and the largest value: weights are never negative.
    #[test]
    fn the_output_lies_between_the_values(seed in 0u64..1000) {
        let [query, key, value] = tokens(2, 5, 2, 4, seed);
        let mixed = attention_plain(&query, &key, &value, None, 2.0)?;
        let below = value.min_keepdim(1)?.broadcast_sub(&mixed)?.max_all()?.to_scalar::<f32>()?;
        let above = mixed.broadcast_sub(&value.max_keepdim(1)?)?.max_all()?.to_scalar::<f32>()?;
        prop_assert!(below <= 1e-5 && above <= 1e-5, "a mixture left the range of its parts by {}", below.max(above));
    }

    /// What a query may not look at has no influence on it at all, not even a little.
    #[test]
    fn forbidden_tokens_have_no_influence(seed in 0u64..1000, hidden in 1usize..5) {
        let [query, key, value] = tokens(1, 5, 2, 4, seed);
        let allowed: Vec<u8> = (0..25).map(|pair| u8::from(pair % 5 != hidden)).collect();
        let allowed = Tensor::from_vec(allowed, (1, 5, 5), &device())?;
        let shout = Tensor::new((0..5).map(|t| if t == hidden { 50f32 } else { 0.0 }).collect::<Vec<_>>(), &device())?.reshape((1, 5, 1, 1))?;
        let (loud_key, loud_value) = (key.broadcast_add(&shout)?, value.broadcast_add(&shout)?);
        for attend in [attention, attention_plain] {
            let quiet = attend(&query, &key, &value, Some(&allowed), 0.5)?;
            let loud = attend(&query, &loud_key, &loud_value, Some(&allowed), 0.5)?;
            assert_close(&loud, &quiet, 0.0, &format!("token {hidden} is hidden, so its shouting changes nothing"));
        }
    }

    /// A mask that permits everything is no mask.
    #[test]
    fn allowing_everything_is_no_mask(seed in 0u64..1000) {
        let [query, key, value] = tokens(2, 4, 2, 3, seed);
        let everything = Tensor::ones((1, 4, 4), DType::U8, &device())?;
        let expected = attention_plain(&query, &key, &value, None, 0.5)?;
        assert_close(&attention_plain(&query, &key, &value, Some(&everything), 0.5)?, &expected, 1e-6, "all ones mask nothing");
    }

    /// Keys and values are a set: their order does not matter as long as they stay together.
    #[test]
    fn the_order_of_keys_does_not_matter(seed in 0u64..1000, turn in 0u32..5) {
        let [query, key, value] = tokens(1, 5, 2, 4, seed);
        let order = Tensor::new((0..5).map(|t| (t + turn) % 5).collect::<Vec<u32>>(), &device())?;
        let turned = attention_plain(&query, &key.index_select(&order, 1)?, &value.index_select(&order, 1)?, None, 0.5)?;
        assert_close(&turned, &attention_plain(&query, &key, &value, None, 0.5)?, 1e-5, "reordered keys with their values");
    }

    /// Heads work side by side: what happens in one is not seen in another.
    #[test]
    fn heads_do_not_mix(seed in 0u64..1000) {
        let [query, key, value] = tokens(2, 4, 3, 4, seed);
        let all = attention_plain(&query, &key, &value, None, 0.5)?;
        for head in 0..3 {
            let one = |x: &Tensor| x.narrow(2, head, 1);
            let alone = attention_plain(&one(&query)?, &one(&key)?, &one(&value)?, None, 0.5)?;
            assert_close(&one(&all)?, &alone, 1e-5, "a head alone computes what it computes among others");
        }
    }
}

/// A row of the mask is a query, and each picture has a mask of its own: in the first, a token looks at itself and at
/// those before it, in the second at all.
#[test]
fn every_picture_is_read_with_its_own_mask() -> Result<()> {
    let [query, key, value] = tokens(2, 4, 2, 4, 5);
    let causal = Tensor::tril2(4, DType::U8, &device())?;
    let allowed = Tensor::stack(&[&causal, &causal.ones_like()?], 0)?; // [2, 4, 4]
    let of = |x: &Tensor, picture: usize, token: usize| x.narrow(0, picture, 1)?.narrow(1, token, 1);
    for attend in [attention, attention_plain] {
        let all = attend(&query, &key, &value, None, 0.5)?;
        let masked = attend(&query, &key, &value, Some(&allowed), 0.5)?;
        assert_close(&of(&masked, 0, 3)?, &of(&all, 0, 3)?, 1e-5, "the last token looks at all four");
        assert_close(&of(&masked, 0, 0)?, &of(&value, 0, 0)?, 1e-5, "the first token looks at itself alone");
        assert_close(&of(&masked, 1, 0)?, &of(&all, 1, 0)?, 1e-5, "the second picture's mask hides nothing");
    }
    Ok(())
}

/// A scale of 0 listens to all alike; a very large one listens only to the best answer.
#[test]
fn the_scale_decides_between_average_and_choice() -> Result<()> {
    let [query, key, value] = tokens(1, 6, 1, 4, 7);
    let mean = value.mean_keepdim(1)?.broadcast_as((1, 6, 1, 4))?;
    assert_close(&attention_plain(&query, &key, &value, None, 0.0)?, &mean, 1e-5, "at scale 0 all weights are 1/6");
    let scores = query.squeeze(2)?.matmul(&key.squeeze(2)?.t()?)?; // [1, 6, 6]
    let best = scores.argmax(2)?.flatten_all()?;
    let chosen = value.index_select(&best, 1)?;
    assert_close(
        &attention_plain(&query, &key, &value, None, 1e4)?,
        &chosen,
        1e-4,
        "at scale 10,000 the best key wins",
    );
    Ok(())
}

/// Enormous scores overflow nothing.
#[test]
fn scores_of_ten_thousand_stay_finite() -> Result<()> {
    let [query, key, value] = tokens(1, 4, 2, 4, 3);
    for attend in [attention, attention_plain] {
        let query = Var::from_tensor(&(&query * 1e4)?)?;
        let mixed = attend(&query, &key, &value, None, 1.0)?;
        let gradients = mixed.sum_all()?.backward()?;
        assert_finite(&mixed, "attention is finite for scores of ±1e4");
        assert_finite(gradients.get(&query).expect("a gradient arrives"), "and so is its gradient");
    }
    Ok(())
}

/// The backward passes agree with measured slopes, with and without a mask.
#[test]
fn the_gradient_is_the_measured_slope() -> Result<()> {
    let inputs = [1, 2, 3].map(|seed| random_f64((1, 3, 2, 2), seed));
    let weights = random_f64((1, 3, 2, 2), 4);
    let causal = Tensor::new(&[[[1u8, 0, 0], [1, 1, 0], [1, 1, 1]]], &spec::device_f64())?;
    for attend in [attention, attention_plain] {
        for allowed in [None, Some(&causal)] {
            let loss = |x: &[Tensor]| (attend(&x[0], &x[1], &x[2], allowed, 0.7)? * &weights)?.sum_all();
            assert_gradients_match(loss, &inputs, "query, key and value get attention's slopes");
        }
    }
    Ok(())
}

/// With identity projections the layer is plain attention at scale 1/√d_head: 1/√4 here, not 1/√8.
#[test]
fn scores_are_divided_by_the_root_of_the_head_size() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = MultiHeadAttention::new(8, 2, params.builder())?;
    for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        params.set(&format!("{name}.weight"), &Tensor::eye(8, DType::F32, &device())?)?;
    }
    let x = random((2, 5, 8), 2);
    let heads = x.reshape((2, 5, 2, 4))?;
    let expected = attention_plain(&heads, &heads, &heads, None, 0.5)?.reshape((2, 5, 8))?;
    assert_close(&layer.forward(&x, None)?, &expected, 1e-5, "two heads of four features, scale 1/√4");
    Ok(())
}

/// A bias on all keys raises all scores of a query by the same amount, and softmax does not see it. (The checkpoints
/// store one all the same.)
#[test]
fn a_bias_on_the_keys_changes_nothing() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = MultiHeadAttention::new(8, 2, params.builder())?;
    perturb(&params, 0.3, 2);
    let x = random((2, 5, 8), 2);
    let before = layer.forward(&x, None)?;
    params.set("k_proj.bias", &random(8, 5))?;
    assert_close(&layer.forward(&x, None)?, &before, 1e-4, "k_proj.bias cannot be seen from outside");
    params.set("q_proj.bias", &random(8, 6))?;
    let moved = (layer.forward(&x, None)? - &before)?.abs()?.max_all()?.to_scalar::<f32>()?;
    assert!(moved > 1e-3, "but q_proj.bias can: it should have moved the output, by more than {moved}");
    Ok(())
}

/// A mask reaches the scores through the layer: a token that may look only at itself gets only itself.
#[test]
fn a_token_that_sees_only_itself_is_alone() -> Result<()> {
    let params = Params::new(4, DType::F32, &device());
    let layer = MultiHeadAttention::new(8, 2, params.builder())?;
    let x = random((1, 5, 8), 2);
    let only_self = Tensor::eye(5, DType::U8, &device())?.unsqueeze(0)?;
    let together = layer.forward(&x, Some(&only_self))?;
    let alone = layer.forward(&x.narrow(1, 3, 1)?, None)?;
    assert_close(&together.narrow(1, 3, 1)?, &alone, 1e-5, "token 3 among others, and token 3 alone");
    Ok(())
}

/// v_proj stands before the mixing, out_proj behind it: where all values are one vector, every mixture is that vector,
/// and what comes out is out_proj of it.
#[test]
fn the_output_projection_comes_last() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = MultiHeadAttention::new(8, 2, params.builder())?;
    perturb(&params, 0.3, 2);
    let said = random(8, 5);
    params.set("v_proj.weight", &Tensor::zeros((8, 8), DType::F32, &device())?)?;
    params.set("v_proj.bias", &said)?;
    let projected = params.get("out_proj.weight")?.matmul(&said.unsqueeze(1)?)?.squeeze(1)?; // [8]
    let expected = (projected + params.get("out_proj.bias")?)?.broadcast_as((2, 5, 8))?;
    assert_close(&layer.forward(&random((2, 5, 8), 2), None)?, &expected, 1e-5, "out_proj of what v_proj says of all");
    Ok(())
}

/// The layer's slope towards its tokens is the measured one: they hear from queries, keys and values.
#[test]
fn the_gradient_of_the_layer_is_the_measured_slope() -> Result<()> {
    let params = Params::new(4, DType::F64, &device_f64());
    let layer = MultiHeadAttention::new(4, 2, params.builder())?;
    perturb(&params, 0.2, 9);
    let weights = random_f64((1, 3, 4), 4);
    let loss = |x: &[Tensor]| (layer.forward(&x[0], None)? * &weights)?.sum_all();
    assert_gradients_match(loss, &[random_f64((1, 3, 4), 2)], "the tokens hear from queries, keys and values");
    Ok(())
}

/// All four projections learn. (What reaches the keys' bias is rounding: see above.)
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = Params::new(4, DType::F32, &device());
    let layer = MultiHeadAttention::new(8, 2, params.builder())?;
    let mixed = layer.forward(&random((2, 5, 8), 2), None)?;
    assert_every_parameter_learns(&params, &(mixed - random((2, 5, 8), 3))?.sqr()?.sum_all()?);
    Ok(())
}
