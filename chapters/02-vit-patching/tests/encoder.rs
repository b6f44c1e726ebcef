//! Specification of `Mlp`, `EncoderLayer` and `Encoder`.

use candle_core::{DType, Result, Tensor, Var};
use foundations::{LayerNorm, Params};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_every_parameter_learns, assert_number, cases, device, perturb, random};
use vit_patching::{Encoder, EncoderConfig, EncoderLayer, Mlp, MultiHeadAttention};

const SIZES: EncoderConfig = EncoderConfig {
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    layer_norm_eps: 1e-6,
};

fn new_params(seed: u64) -> Params {
    Params::new(seed, DType::F32, &device())
}

/// An encoder whose biases and scales are not at their special first values.
fn encoder(seed: u64) -> Result<(Params, Encoder)> {
    let params = new_params(seed);
    let encoder = Encoder::new(&SIZES, params.builder())?;
    perturb(&params, 0.2, seed);
    Ok((params, encoder))
}

/// Its blocks can be looked at one by one, and together they are the encoder.
#[test]
fn an_encoder_is_its_blocks() -> Result<()> {
    let (_, encoder) = encoder(1)?;
    let x = random((2, 5, 8), 1);
    assert_eq!(encoder.layers().len(), 2);
    let one_by_one = encoder.layers().iter().try_fold(x.clone(), |x, layer| layer.forward(&x, None))?;
    assert_close(&encoder.forward(&x, None)?, &one_by_one, 0.0, "one block after the other");
    Ok(())
}

/// One feature, weights of one: what comes out is the tanh form of GELU at 1, 0.841192.
#[test]
fn the_mlp_bends_with_gelu() -> Result<()> {
    let params = new_params(1);
    let mlp = Mlp::new(1, 1, params.builder())?;
    let one = Tensor::ones((1, 1), DType::F32, &device())?;
    params.set("fc1.weight", &one)?;
    params.set("fc2.weight", &(&one * 2.0)?)?;
    params.set("fc2.bias", &Tensor::new(&[3f32], &device())?)?;
    assert_number(&mlp.forward(&one)?, 2.0 * 0.841_192 + 3.0, 1e-5, "2·gelu(1) + 3");
    assert_number(&mlp.forward(&(&one * -1.0)?)?, 2.0 * -0.158_808 + 3.0, 1e-5, "2·gelu(−1) + 3");
    Ok(())
}

proptest! {
    #![proptest_config(cases(16))]

    /// The MLP thinks about each token alone.
    #[test]
    fn the_mlp_mixes_no_tokens(seed in 0u64..1000) {
        let params = new_params(seed);
        let mlp = Mlp::new(8, 12, params.builder())?;
        let x = random((2, 5, 8), seed);
        assert_close(&mlp.forward(&x)?.narrow(1, 3, 1)?, &mlp.forward(&x.narrow(1, 3, 1)?)?, 1e-5, "token 3 alone gives token 3");
    }

    /// With both branches silent a block is a straight wire, in both directions.
    #[test]
    fn a_block_with_silent_branches_is_the_identity(seed in 0u64..1000) {
        let params = new_params(seed);
        let layer = EncoderLayer::new(&SIZES, params.builder())?;
        perturb(&params, 0.2, seed);
        for name in ["self_attn.out_proj.weight", "self_attn.out_proj.bias", "mlp.fc2.weight", "mlp.fc2.bias"] {
            params.set(name, &params.get(name)?.zeros_like()?)?;
        }
        let x = Var::from_tensor(&random((2, 5, 8), seed))?;
        let y = layer.forward(&x, None)?;
        assert_close(&y, &x, 0.0, "x + 0 + 0 is x");
        let gradients = y.sum_all()?.backward()?;
        let slope = gradients.get(&x).expect("a gradient arrives at the bottom of the block");
        assert_close(slope, &x.ones_like()?, 1e-6, "the slope of x + 0 + 0 is 1: the gradient passes unharmed");
    }

    /// A branch sees the *normalised* token: a token ten times as loud gets the same answer added.
    #[test]
    fn what_a_block_adds_does_not_depend_on_loudness(seed in 0u64..1000, factor in 0.5f64..10.0, shift in -3.0f64..3.0) {
        let params = new_params(seed);
        let layer = EncoderLayer::new(&SIZES, params.builder())?;
        for name in ["mlp.fc2.weight", "mlp.fc2.bias"] {
            params.set(name, &params.get(name)?.zeros_like()?)?;
        }
        let x = random((2, 5, 8), seed);
        let louder = x.affine(factor, shift)?;
        let added = (layer.forward(&x, None)? - &x)?;
        let added_to_louder = (layer.forward(&louder, None)? - &louder)?;
        assert_close(&added_to_louder, &added, 1e-3, "attention(norm(a·x + b)) is attention(norm(x))");
    }

    /// Without positions a sequence is a set: shuffled tokens give the same results, shuffled.
    #[test]
    fn shuffled_tokens_give_shuffled_results(seed in 0u64..1000, turn in 1u32..6) {
        let (_, encoder) = encoder(seed)?;
        let x = random((2, 6, 8), seed);
        let order = Tensor::new((0..6).map(|t| (t * 5 + turn) % 6).collect::<Vec<u32>>(), &device())?;
        let shuffled = encoder.forward(&x.index_select(&order, 1)?, None)?;
        assert_close(&shuffled, &encoder.forward(&x, None)?.index_select(&order, 1)?, 1e-4, "the encoder has no sense of order");
    }

    /// Pictures in a batch do not see one another.
    #[test]
    fn a_batch_is_its_sequences_one_by_one(seed in 0u64..1000) {
        let (_, encoder) = encoder(seed)?;
        let x = random((3, 4, 8), seed);
        let together = encoder.forward(&x, None)?;
        for index in 0..3 {
            let alone = encoder.forward(&x.narrow(0, index, 1)?, None)?;
            assert_close(&together.narrow(0, index, 1)?, &alone, 1e-5, "a sequence alone and among others");
        }
    }

    /// Tokens that nobody may look at, padding for example, leave no trace through all blocks.
    #[test]
    fn hidden_tokens_leave_no_trace(seed in 0u64..1000) {
        let (_, encoder) = encoder(seed)?;
        let x = random((1, 4, 8), seed);
        let padded = Tensor::cat(&[&x, &random((1, 2, 8), seed + 1)], 1)?;
        let allowed: Vec<u8> = (0..36).map(|pair| u8::from(pair % 6 < 4)).collect();
        let allowed = Tensor::from_vec(allowed, (1, 6, 6), &device())?;
        let of_padded = encoder.forward(&padded, Some(&allowed))?.narrow(1, 0, 4)?;
        assert_close(&of_padded, &encoder.forward(&x, None)?, 1e-4, "four tokens give the same with and without two hidden ones");
    }

    /// Every token can hear of every other: a change anywhere is felt everywhere.
    #[test]
    fn every_token_hears_of_every_other(seed in 0u64..1000, changed in 0usize..5) {
        let (_, encoder) = encoder(seed)?;
        let x = random((1, 5, 8), seed);
        let flags: Vec<f32> = (0..5).map(|t| if t == changed { 1.0 } else { 0.0 }).collect();
        let change = (random((1, 1, 8), seed + 1).broadcast_mul(&Tensor::new(flags, &device())?.reshape((1, 5, 1))?)?) * 1.0;
        let moved = (encoder.forward(&(&x + change?)?, None)? - encoder.forward(&x, None)?)?.abs()?.max(2)?.to_vec2::<f32>()?;
        for (t, distance) in moved[0].iter().enumerate() {
            prop_assert!(*distance > 1e-6, "token {t} did not notice that token {changed} changed");
        }
    }
}

/// First look around, then think: the MLP hears the sum that attention has left, through the second norm.
#[test]
fn the_mlp_hears_what_attention_brought() -> Result<()> {
    let params = new_params(7);
    let layer = EncoderLayer::new(&SIZES, params.builder())?;
    for (norm, weight) in [("layer_norm1", 0.5f32), ("layer_norm2", 2.0)] {
        params.set(&format!("{norm}.weight"), &Tensor::full(weight, SIZES.hidden_size, &device())?)?;
    }
    let (d, parts) = (SIZES.hidden_size, params.builder());
    let norm = |name: &str| LayerNorm::new(d, SIZES.layer_norm_eps, parts.pp(name));
    let attention = MultiHeadAttention::new(d, SIZES.num_attention_heads, parts.pp("self_attn"))?;
    let mlp = Mlp::new(d, SIZES.intermediate_size, parts.pp("mlp"))?;
    let x = random((2, 5, 8), 7);
    let looked = (&x + attention.forward(&norm("layer_norm1")?.forward(&x)?, None)?)?;
    let thought = (&looked + mlp.forward(&norm("layer_norm2")?.forward(&looked)?)?)?;
    assert_close(
        &layer.forward(&x, None)?,
        &thought,
        1e-5,
        "y = x + attention(norm 1 of x), and then y + MLP(norm 2 of y)",
    );
    Ok(())
}

/// An encoder without blocks passes its tokens through.
#[test]
fn no_blocks_no_change() -> Result<()> {
    let empty = Encoder::new(&EncoderConfig { num_hidden_layers: 0, ..SIZES }, new_params(1).builder())?;
    let x = random((1, 3, 8), 1);
    assert_close(&empty.forward(&x, None)?, &x, 0.0, "zero blocks do nothing");
    Ok(())
}

/// Every tensor of every block learns.
#[test]
fn every_parameter_learns() -> Result<()> {
    let (params, encoder) = encoder(5)?;
    let y = encoder.forward(&random((2, 5, 8), 2), None)?;
    assert_every_parameter_learns(&params, &(y - random((2, 5, 8), 3))?.sqr()?.sum_all()?);
    assert_eq!(params.all().len(), 2 * 16, "two blocks of sixteen tensors");
    Ok(())
}

/// Sizes that cannot be are refused before a tensor is made.
#[test]
fn impossible_sizes_are_refused() {
    let params = new_params(1);
    let message = Encoder::new(&EncoderConfig { num_attention_heads: 3, ..SIZES }, params.builder())
        .expect_err("3 heads cannot share 8 features")
        .to_string();
    assert!(message.contains("multiple of num_attention_heads"), "the error should say what to choose: {message}");
    assert!(params.all().is_empty(), "nothing was created");
}
