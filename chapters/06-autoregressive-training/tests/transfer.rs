//! Specification of the move from phase one to phase two.

mod support;

use std::collections::BTreeMap;

use autoregressive_training::model::VISION_PREFIX;
use autoregressive_training::move_vision_tower;
use candle_core::{DType, Result, Tensor};
use foundations::Params;
use siglip_training::DualEncoder;
use siglip_training::preset::PICO;
use spec::{assert_close, device, perturb, random};
use support::{fresh, tokenizer};
use vit_patching::VisionTransformer;

/// A dual encoder that looks as if it had been trained.
fn dual_encoder() -> Result<(Params, BTreeMap<String, Tensor>)> {
    let params = Params::new(7, DType::F32, &device());
    DualEncoder::initialise(&PICO.dual_encoder(1100), &params)?;
    perturb(&params, 0.1, 7);
    let tensors = params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor()));
    Ok((params.clone(), tensors.collect()))
}

fn patch_tokens(params: &Params, prefix: &str, pixels: &Tensor) -> Result<Tensor> {
    VisionTransformer::new(&PICO.vision(), params.detached_builder().pp(prefix))?.forward(pixels)
}

/// The moved tower sees exactly what it saw before.
#[test]
fn a_moved_tower_gives_the_same_patch_tokens() -> Result<()> {
    let (dual, tensors) = dual_encoder()?;
    let params = fresh(1, &tokenizer(), None)?;
    let pixels = random((2, 3, 32, 32), 1);
    let before = patch_tokens(&dual, "vision_model", &pixels)?;
    move_vision_tower(&tensors, &params)?;
    let after = patch_tokens(&params, VISION_PREFIX, &pixels)?;
    assert_close(&after, &before, 0.0, "the same patch tokens, to the bit");
    Ok(())
}

/// All of the tower moves, and nothing but the tower: no pooling head, no text tower, no temperature.
#[test]
fn only_the_tower_moves() -> Result<()> {
    let (_, tensors) = dual_encoder()?;
    let params = fresh(1, &tokenizer(), None)?;
    let values = |params: &Params| -> Result<BTreeMap<String, Vec<f32>>> {
        let flat = |(name, variable): (String, candle_core::Var)| Ok((name, variable.flatten_all()?.to_vec1::<f32>()?));
        params.all().into_iter().map(flat).collect()
    };
    let before = values(&params)?;
    let moved = move_vision_tower(&tensors, &params)?;
    let after = values(&params)?;
    assert_eq!(before.len(), after.len(), "no parameter is added");
    let changed: Vec<&String> = before.keys().filter(|name| before[*name] != after[*name]).collect();
    let of_tower = before.keys().filter(|name| name.starts_with("vision_tower.")).count();
    assert!(changed.iter().all(|name| name.starts_with("vision_tower.")), "only the tower changes: {changed:?}");
    assert_eq!((moved, changed.len()), (of_tower, of_tower), "every tensor of the tower is moved and counted");
    Ok(())
}

/// A name has to begin with the tower's prefix. An average of its weights, say, is none of the tower's: nothing moves, and
/// the number says so.
#[test]
fn a_name_that_only_contains_the_prefix_stays() -> Result<()> {
    let (_, tensors) = dual_encoder()?;
    let averages = tensors.into_iter().map(|(name, value)| (format!("average.{name}"), value));
    let params = fresh(1, &tokenizer(), None)?;
    let bias = || params.get(&format!("{VISION_PREFIX}.post_layernorm.bias"))?.to_vec1::<f32>();
    let before = bias()?;
    let moved = move_vision_tower(&averages.collect(), &params)?;
    assert_eq!(bias()?, before, "average.vision_model.post_layernorm.bias is no tensor of the tower");
    assert_eq!(moved, 0, "nothing was moved, so nothing is counted");
    Ok(())
}

/// What was moved is a copy: training the one leaves the other alone.
#[test]
fn the_two_models_share_no_memory() -> Result<()> {
    let (dual, tensors) = dual_encoder()?;
    let params = fresh(1, &tokenizer(), None)?;
    move_vision_tower(&tensors, &params)?;
    let name = "vision_model.post_layernorm.bias";
    let before = dual.get(name)?.to_vec1::<f32>()?;
    params.set(&format!("vision_tower.{name}"), &Tensor::zeros(32, DType::F32, &device())?)?;
    assert_eq!(dual.get(name)?.to_vec1::<f32>()?, before, "the dual encoder keeps its own numbers");
    Ok(())
}

/// A tower of another size does not fit, and the error names the tensor.
#[test]
fn a_tower_of_another_size_is_refused() -> Result<()> {
    let (_, mut tensors) = dual_encoder()?;
    tensors.insert("vision_model.post_layernorm.bias".to_owned(), random(48, 1));
    let error = move_vision_tower(&tensors, &fresh(1, &tokenizer(), None)?).expect_err("48 is not 32").to_string();
    assert!(error.contains("post_layernorm.bias"), "the error names the tensor: {error}");
    let (_, mut tensors) = dual_encoder()?;
    tensors.insert("vision_model.encoder.layers.9.layer_norm1.bias".to_owned(), random(32, 1));
    assert!(move_vision_tower(&tensors, &fresh(1, &tokenizer(), None)?).is_err(), "there is no tenth layer");
    Ok(())
}
