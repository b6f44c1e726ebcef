//! Specification of `VisionTransformer`.

use std::collections::HashMap;

use candle_core::{DType, Result, Tensor};
use foundations::{Params, VarBuilder};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_gradients_match, cases, device, device_f64, perturb, random,
    random_f64,
};
use vit_patching::{VisionConfig, VisionTransformer, patchify, unpatchify};

/// A tower whose biases and scales are not at their special first values.
fn tower(seed: u64) -> Result<(Params, VisionTransformer)> {
    let params = Params::new(seed, DType::F32, &device());
    let tower = VisionTransformer::new(&VisionConfig::tiny(), params.builder())?;
    perturb(&params, 0.1, seed);
    Ok((params, tower))
}

/// Every name and shape of a published checkpoint, with sizes that no two dimensions share.
#[test]
fn names_and_shapes_are_those_of_a_checkpoint() -> Result<()> {
    let config = VisionConfig {
        hidden_size: 6,
        intermediate_size: 10,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        num_channels: 3,
        image_size: 12,
        patch_size: 4,
        layer_norm_eps: 1e-6,
    };
    let params = Params::new(1, DType::F32, &device());
    VisionTransformer::new(&config, params.builder().pp("vision_tower.vision_model"))?;
    let layer = "encoder.layers.0";
    let mut expected: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.patch_embedding.weight".into(), vec![6, 3, 4, 4]),
        ("embeddings.patch_embedding.bias".into(), vec![6]),
        ("embeddings.position_embedding.weight".into(), vec![9, 6]),
        (format!("{layer}.mlp.fc1.weight"), vec![10, 6]),
        (format!("{layer}.mlp.fc1.bias"), vec![10]),
        (format!("{layer}.mlp.fc2.weight"), vec![6, 10]),
        (format!("{layer}.mlp.fc2.bias"), vec![6]),
        ("post_layernorm.weight".into(), vec![6]),
        ("post_layernorm.bias".into(), vec![6]),
    ];
    for name in ["layer_norm1", "layer_norm2"] {
        expected.push((format!("{layer}.{name}.weight"), vec![6]));
        expected.push((format!("{layer}.{name}.bias"), vec![6]));
    }
    for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        expected.push((format!("{layer}.self_attn.{name}.weight"), vec![6, 6]));
        expected.push((format!("{layer}.self_attn.{name}.bias"), vec![6]));
    }
    let mut expected: Vec<_> =
        expected.into_iter().map(|(name, shape)| (format!("vision_tower.vision_model.{name}"), shape)).collect();
    expected.sort();
    let actual: Vec<_> = params.all().into_iter().map(|(name, variable)| (name, variable.dims().to_vec())).collect();
    assert_eq!(actual, expected, "left: the tower's tensors, right: the checkpoint's");
    Ok(())
}

proptest! {
    #![proptest_config(cases(12))]

    /// Patches that move *with* their positions are the same picture to the tower: the same results, moved.
    #[test]
    fn patches_that_take_their_positions_along_move_the_results(seed in 0u64..1000, turn in 1u32..16) {
        let (params, tower) = tower(seed)?;
        let order = Tensor::new((0..16).map(|n| (n * 5 + turn) % 16).collect::<Vec<u32>>(), &device())?;
        let pixels = random((2, 3, 32, 32), seed);
        let before = tower.forward(&pixels)?;
        let moved_pixels = unpatchify(&patchify(&pixels, 8)?.index_select(&order, 1)?, 8, (3, 32, 32))?;
        let position = params.get("embeddings.position_embedding.weight")?.detach();
        params.set("embeddings.position_embedding.weight", &position.index_select(&order, 0)?)?;
        let after = tower.forward(&moved_pixels)?;
        assert_close(&after, &before.index_select(&order, 1)?, 1e-4, "the place is known from the position table alone");
    }

    /// Patches that move *without* their positions are another picture.
    #[test]
    fn the_place_of_a_patch_matters(seed in 0u64..1000, turn in 1u32..16) {
        let (_, tower) = tower(seed)?;
        let order = Tensor::new((0..16).map(|n| (n + turn) % 16).collect::<Vec<u32>>(), &device())?;
        let pixels = random((1, 3, 32, 32), seed);
        let scrambled = unpatchify(&patchify(&pixels, 8)?.index_select(&order, 1)?, 8, (3, 32, 32))?;
        let expected_without_places = tower.forward(&pixels)?.index_select(&order, 1)?;
        let difference = (tower.forward(&scrambled)? - expected_without_places)?.abs()?.max_all()?.to_scalar::<f32>()?;
        prop_assert!(difference > 0.01, "scrambling a picture changed the tokens by {difference} only");
    }

    /// A picture is read alike alone and in a batch.
    #[test]
    fn a_batch_is_its_pictures_one_by_one(seed in 0u64..1000) {
        let (_, tower) = tower(seed)?;
        let pixels = random((3, 3, 32, 32), seed);
        let together = tower.forward(&pixels)?;
        for index in 0..3 {
            let alone = tower.forward(&pixels.narrow(0, index, 1)?)?;
            assert_close(&together.narrow(0, index, 1)?, &alone, 1e-4, "a picture alone and among others");
        }
    }

    /// What leaves the tower has passed its final layer norm: at its first values, mean 0 and variance 1.
    #[test]
    fn tokens_leave_normalised(seed in 0u64..1000) {
        let params = Params::new(seed, DType::F32, &device());
        let tower = VisionTransformer::new(&VisionConfig::tiny(), params.builder())?;
        let tokens = tower.forward(&random((2, 3, 32, 32), seed))?; // [2, 16, 32]
        let (mean, square) = (tokens.mean(2)?, tokens.sqr()?.mean(2)?);
        assert_close(&mean, &mean.zeros_like()?, 1e-4, "each token's features have mean 0");
        assert_close(&square, &square.ones_like()?, 1e-3, "and variance 1");
    }
}

/// A tower made for 32 pixels reads 64: four times the tokens. A plain picture looks alike at both sizes when the
/// positions say nothing.
#[test]
fn a_larger_picture_gives_more_tokens() -> Result<()> {
    let (params, tower) = tower(3)?;
    let name = "embeddings.position_embedding.weight";
    assert_eq!(tower.forward(&random((1, 3, 64, 64), 1))?.dims(), [1, 64, 32], "(64 / 8)² tokens");
    params.set(name, &params.get(name)?.ones_like()?)?;
    let plain = |side: usize| Tensor::full(0.3f32, (1, 3, side, side), &device());
    let (small, large) = (tower.forward(&plain(32)?)?, tower.forward(&plain(64)?)?);
    assert_close(&large.narrow(1, 0, 16)?, &small, 1e-4, "every patch of a plain picture is the same, at any size");
    Ok(())
}

/// A position starts as a vector of length one or so, whatever the width: it must not drown the patch that it belongs to.
#[test]
fn positions_start_small() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    VisionTransformer::new(&VisionConfig::tiny(), params.builder())?;
    let table = params.get("embeddings.position_embedding.weight")?; // [16, 32]
    let length = table.sqr()?.sum(1)?.sqrt()?.mean_all()?.to_scalar::<f32>()?;
    assert!((0.8..1.2).contains(&length), "expected: about 1 long, but they are {length} long on average");
    Ok(())
}

/// One step, and nothing is left behind. (What reaches the keys' biases is rounding: softmax cannot see them.)
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = Params::new(5, DType::F32, &device());
    let tower = VisionTransformer::new(&VisionConfig::tiny(), params.builder())?;
    let tokens = tower.forward(&random((2, 3, 32, 32), 2))?;
    assert_every_parameter_learns(&params, &(tokens - random((2, 16, 32), 3))?.sqr()?.sum_all()?);
    Ok(())
}

/// The positions go on learning when the picture is larger than the table.
#[test]
fn positions_learn_at_another_resolution() -> Result<()> {
    let (params, tower) = tower(6)?;
    let tokens = tower.forward(&random((1, 3, 64, 64), 2))?;
    assert_every_parameter_learns(&params, &(tokens - random((1, 64, 32), 3))?.sqr()?.sum_all()?);
    Ok(())
}

/// Every parameter of a whole (tiny) tower has the measured slope, in double precision.
#[test]
fn the_gradient_is_the_measured_slope() -> Result<()> {
    let config = VisionConfig {
        hidden_size: 4,
        intermediate_size: 6,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        num_channels: 1,
        image_size: 4,
        patch_size: 2,
        layer_norm_eps: 1e-6,
    };
    let params = Params::new(8, DType::F64, &device_f64());
    VisionTransformer::new(&config, params.builder())?;
    perturb(&params, 0.2, 9);
    let (names, values): (Vec<String>, Vec<Tensor>) =
        params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor())).unzip();
    let (pixels, weights) = (random_f64((1, 1, 4, 4), 1), random_f64((1, 4, 4), 2));
    let loss = |values: &[Tensor]| {
        let named: HashMap<String, Tensor> = names.iter().cloned().zip(values.iter().cloned()).collect();
        let tower = VisionTransformer::new(&config, VarBuilder::from_tensors(named, DType::F64, &device_f64()))?;
        (tower.forward(&pixels)? * &weights)?.sum_all()
    };
    assert_gradients_match(loss, &values, "every parameter of the tower gets the loss's slope");
    Ok(())
}

/// A picture of another shape is refused with the remedy.
#[test]
fn pictures_that_do_not_fit_are_refused() -> Result<()> {
    let (_, tower) = tower(1)?;
    let message = tower.forward(&random((1, 3, 32, 40), 1)).expect_err("32 × 40 is not square").to_string();
    assert!(message.contains("resize_square"), "the error should name the remedy: {message}");
    assert!(tower.forward(&random((1, 3, 30, 30), 1)).is_err(), "patches of 8 do not tile 30");
    assert!(tower.forward(&random((1, 1, 32, 32), 1)).is_err(), "the tower reads three channels");
    Ok(())
}
