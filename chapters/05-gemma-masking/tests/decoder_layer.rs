//! Specification of one layer: which norm stands before which block, and that each block adds to its input.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use gemma_masking::{
    DecoderConfig, DecoderLayer, FeedForward, GroupedQueryAttention, RmsNorm, prefix_lm_mask, rotary_tables,
};
use spec::{assert_close, device, random};

/// A layer whose parameters can be changed from outside.
fn layer() -> Result<(Params, DecoderLayer)> {
    let params = Params::new(1, DType::F32, &device());
    let layer = DecoderLayer::new(&DecoderConfig::tiny(), params.builder())?;
    Ok((params, layer))
}

fn fill(params: &Params, name: &str, value: f64) -> Result<()> {
    params.set(name, &params.get(name)?.ones_like()?.affine(value, 0.0)?)
}

/// What the layer adds to four tokens.
fn added(layer: &DecoderLayer, x: &Tensor) -> Result<Tensor> {
    let tables = rotary_tables(&Tensor::arange(0u32, 4, &device())?, DecoderConfig::tiny().head_dim, 10_000.0)?;
    layer.forward(x, &tables, &prefix_lm_mask(&[2], &[4], 4, &device())?, None)? - x
}

/// With the feed-forward silenced, what attention adds does not depend on how loud the tokens are; and the other way
/// round.
#[test]
fn each_block_reads_normalised_tokens() -> Result<()> {
    for silenced in ["mlp.down_proj.weight", "self_attn.o_proj.weight"] {
        let (params, layer) = layer()?;
        fill(&params, silenced, 0.0)?;
        let x = random((1, 4, 12), 1);
        let (quiet, loud) = (added(&layer, &x)?, added(&layer, &(&x * 8.0)?)?);
        assert_close(&loud, &quiet, 1e-4, "a block reads the norm of its input and adds to the input itself");
        let size = quiet.abs()?.max_all()?.to_scalar::<f32>()?;
        assert!(size > 1e-2, "with {silenced} silenced the other block still adds something, but only {size}");
    }
    Ok(())
}

/// A norm whose weight is −1 lets nothing through, so the block behind it falls silent: this tells the two norms apart.
#[test]
fn each_norm_stands_before_its_own_block() -> Result<()> {
    let x = random((1, 4, 12), 1);
    let pairs = [
        ("input_layernorm.weight", "self_attn.o_proj.weight"),
        ("post_attention_layernorm.weight", "mlp.down_proj.weight"),
    ];
    for (norm, block) in pairs {
        let (shut, silenced) = (layer()?, layer()?);
        fill(&shut.0, norm, -1.0)?;
        fill(&silenced.0, block, 0.0)?;
        let (shut, silenced) = (added(&shut.1, &x)?, added(&silenced.1, &x)?);
        assert_close(
            &shut,
            &silenced,
            1e-6,
            "input_layernorm feeds attention, post_attention_layernorm the feed-forward",
        );
    }
    Ok(())
}

/// The feed-forward works on what attention has left behind, not beside it.
#[test]
fn the_feed_forward_comes_after_attention() -> Result<()> {
    let x = random((1, 4, 12), 1);
    let (params, both) = layer()?;
    let attention_alone = layer()?;
    fill(&attention_alone.0, "mlp.down_proj.weight", 0.0)?;
    let feed_forward_alone = layer()?;
    fill(&feed_forward_alone.0, "self_attn.o_proj.weight", 0.0)?;
    let after_attention = (&x + added(&attention_alone.1, &x)?)?;
    let expected = (added(&attention_alone.1, &x)? + added(&feed_forward_alone.1, &after_attention)?)?;
    assert_close(&added(&both, &x)?, &expected, 1e-5, "x + attention(x), and then + feed_forward of that");
    assert_eq!(params.all().len(), 9, "two norms, four attention and three feed-forward weights");
    Ok(())
}

/// What a block makes of its normalised tokens is added to them, and not taken away.
#[test]
fn what_a_block_makes_is_added() -> Result<()> {
    let (config, x) = (DecoderConfig::tiny(), random((1, 4, 12), 1));
    let normalised = |params: &Params, name: &str| {
        RmsNorm::new(config.hidden_size, config.rms_norm_eps, params.builder().pp(name))?.forward(&x)
    };

    let (params, attention_alone) = layer()?;
    fill(&params, "mlp.down_proj.weight", 0.0)?;
    let attention = GroupedQueryAttention::new(&config, params.builder().pp("self_attn"))?;
    let tables = rotary_tables(&Tensor::arange(0u32, 4, &device())?, config.head_dim, 10_000.0)?;
    let allowed = prefix_lm_mask(&[2], &[4], 4, &device())?;
    let learned = attention.forward(&normalised(&params, "input_layernorm")?, &tables, &allowed, None)?;
    assert_close(&added(&attention_alone, &x)?, &learned, 1e-5, "x + attention(norm(x))");

    let (params, feed_forward_alone) = layer()?;
    fill(&params, "self_attn.o_proj.weight", 0.0)?;
    let feed_forward = FeedForward::new(&config, params.builder().pp("mlp"))?;
    let made = feed_forward.forward(&normalised(&params, "post_attention_layernorm")?)?;
    assert_close(&added(&feed_forward_alone, &x)?, &made, 1e-5, "x + feed_forward(norm(x))");
    Ok(())
}
