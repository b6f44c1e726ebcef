//! Specification of the projector.

mod support;

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use projection::{Projector, ProjectorInit};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_gradients_match, device, gradient_sizes, random, random_f64,
    tensors,
};
use support::JointModel;

fn projector(init: ProjectorInit) -> Result<(Params, Projector)> {
    let params = Params::new(1, DType::F32, &device());
    let projector = Projector::new(5, 3, init, params.builder().pp("multi_modal_projector"))?;
    Ok((params, projector))
}

/// The published names and shapes, so that PaliGemma's projector can be loaded.
#[test]
fn parameters_have_the_published_names_and_shapes() -> Result<()> {
    let (params, _) = projector(ProjectorInit::Xavier)?;
    assert_eq!(params.get("multi_modal_projector.linear.weight")?.dims(), [3, 5], "weight [d_text, d_vision]");
    assert_eq!(params.get("multi_modal_projector.linear.bias")?.dims(), [3], "bias [d_text]");
    assert_eq!(params.all().len(), 2, "one linear layer and nothing else");
    Ok(())
}

/// Worked out by hand: the row (1, 2, 0, 0, 0) and the bias ½ turn the patch (3, 4, …) into 11.5.
#[test]
fn a_patch_is_multiplied_and_shifted() -> Result<()> {
    let (params, projector) = projector(ProjectorInit::Zero)?;
    let row = [1f32, 2.0, 0.0, 0.0, 0.0];
    params.set("multi_modal_projector.linear.weight", &Tensor::new(&[row, [0.0; 5], [0.0; 5]], &device())?)?;
    params.set("multi_modal_projector.linear.bias", &Tensor::new(&[0.5f32, 0.0, -1.0], &device())?)?;
    let patch = Tensor::new(&[[[3f32, 4.0, 9.0, 9.0, 9.0]]], &device())?; // [1, 1, 5]
    let expected = Tensor::new(&[[[11.5f32, 0.0, -1.0]]], &device())?;
    assert_close(&projector.forward(&patch)?, &expected, 1e-6, "patch · Wᵀ + b, neither pooled nor normalised");
    Ok(())
}

/// Every patch keeps its place and is projected on its own.
#[test]
fn patches_are_neither_pooled_nor_mixed() -> Result<()> {
    let (_, projector) = projector(ProjectorInit::Xavier)?;
    let patches = random((2, 4, 5), 1);
    let projected = projector.forward(&patches)?;
    assert_eq!(projected.dims(), [2, 4, 3], "as many image tokens as patches");
    let third = projector.forward(&patches.narrow(1, 2, 1)?)?;
    assert_close(&projected.narrow(1, 2, 1)?, &third, 1e-6, "a patch is projected the same alone and in company");
    Ok(())
}

/// Zero start: silence for every picture.
#[test]
fn a_zero_start_gives_silent_image_tokens() -> Result<()> {
    let (_, projector) = projector(ProjectorInit::Zero)?;
    let projected = projector.forward(&random((1, 4, 5), 1))?;
    assert_close(&projected, &projected.zeros_like()?, 0.0, "a projector of zeros says nothing about any picture");
    Ok(())
}

/// Random start: the whole joint model learns from the first step.
#[test]
fn a_random_start_lets_every_parameter_learn() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let model = JointModel::new(ProjectorInit::Xavier, params.builder())?;
    let b = "language_model.model.layer.lora_b"; // starts at zero, and its partner's gradient with it
    params.set(b, &random(params.get(b)?.shape(), 3))?;
    assert_every_parameter_learns(&params, &model.loss()?);
    Ok(())
}

/// Zero start: the gradient on its way to the tower is multiplied by the projector's zeros. The projector itself learns.
#[test]
fn a_zero_start_gives_the_tower_exactly_no_gradient_at_first() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let model = JointModel::new(ProjectorInit::Zero, params.builder())?;
    for (name, size) in gradient_sizes(&params, &model.loss()?) {
        if name.starts_with("vision_tower.") {
            assert_eq!(size, Some(0.0), "{name}: at step 0 the tower's gradient is exactly zero");
        } else if name.starts_with("multi_modal_projector.") {
            assert!(size.is_some_and(|size| size > 0.0), "{name}: the projector learns at step 0, got {size:?}");
        }
    }
    Ok(())
}

/// At a zero vector the decoder's first norm has slope 1/√eps = 1,000. Compared with a random start, the projector's
/// first gradient is hundreds of times larger: a reason to clip.
#[test]
fn a_zero_start_makes_the_first_projector_gradient_large() -> Result<()> {
    let bias_gradient = |init| -> Result<f64> {
        let params = Params::new(1, DType::F32, &device());
        let model = JointModel::new(init, params.builder())?;
        let sizes = gradient_sizes(&params, &model.loss()?);
        Ok(sizes.into_iter().find(|(name, _)| name.ends_with("linear.bias")).and_then(|(_, size)| size).unwrap_or(0.0))
    };
    let (zero, random) = (bias_gradient(ProjectorInit::Zero)?, bias_gradient(ProjectorInit::Xavier)?);
    assert!(zero > 100.0 * random, "first gradients of the bias: {zero:.1} from zero, {random:.1} from random weights");
    Ok(())
}

/// Backward agrees with finite differences.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let params = Params::new(1, DType::F64, &spec::device_f64());
    let projector = Projector::new(5, 3, ProjectorInit::Xavier, params.builder())?;
    let weighting = random_f64((1, 2, 3), 2);
    let loss = |x: &[Tensor]| (projector.forward(&x[0])? * &weighting)?.sum_all();
    assert_gradients_match(loss, &[random_f64((1, 2, 5), 1)], "the tower below gets the right gradient");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(24))]

    /// Linear, up to the bias: f(x + y) − f(0) = (f(x) − f(0)) + (f(y) − f(0)).
    #[test]
    fn projecting_a_sum_is_summing_projections(x in tensors((1, 2, 5)), y in tensors((1, 2, 5))) {
        let (params, projector) = projector(ProjectorInit::Xavier)?;
        params.set("multi_modal_projector.linear.bias", &random(3, 1))?;
        let silence = projector.forward(&x.zeros_like()?)?;
        let together = projector.forward(&(&x + &y)?)?;
        let apart = ((projector.forward(&x)? + projector.forward(&y)?)? - silence)?;
        assert_close(&together, &apart, 1e-5, "the projector is one linear layer: it adds up");
    }
}
