//! Specification of bisecting: two traces, and the first station at which they part.

use std::collections::BTreeMap;

use autoregressive_training::collate::{Averaging, collate};
use autoregressive_training::preset::vlm_config;
use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::{DType, Device, Result, Tensor};
use foundations::Params;
use projection::prompt::Example;
use published_weights::trace::in_order;
use published_weights::{Comparison, Difference, Trace, first_difference, trace};
use siglip_training::preset::{PICO, Size};
use spec::{device, perturb, random};

/// A token of the vocabulary that keeps a place for the picture.
const IMAGE: u32 = 3;

/// Stations with one number each.
fn stations(values: &[(&str, f32)]) -> Trace {
    let one = |(name, value): &(&str, f32)| ((*name).to_owned(), Tensor::new(&[*value], &Device::Cpu).expect("room"));
    values.iter().map(one).collect()
}

fn names(comparison: &Comparison) -> (Option<&str>, Vec<&str>) {
    let parting = comparison.parting.as_ref().map(|(name, _)| name.as_str());
    (parting, comparison.agreeing.iter().map(String::as_str).collect())
}

#[track_caller]
fn assert_part(left: &Trace, right: &Trace, tolerance: f64, parting: Option<&str>, agreeing: &[&str], sentence: &str) {
    let found = first_difference(left, right, tolerance).expect("tensors that can be read");
    assert_eq!(names(&found), (parting, agreeing.to_vec()), "expected: {sentence} (left: yours)");
}

/// The decoder's alphabet begins before the picture's, but the picture is seen first.
#[test]
fn the_order_is_that_of_the_way() {
    let ours = stations(&[("decoder.embeddings", 1.0), ("vision.embeddings", 1.0), ("pixel_values", 1.0)]);
    let theirs = stations(&[("decoder.embeddings", 2.0), ("vision.embeddings", 2.0), ("pixel_values", 1.0)]);
    assert_part(
        &ours,
        &theirs,
        1e-4,
        Some("vision.embeddings"),
        &["pixel_values"],
        "the tower comes before the decoder",
    );
}

/// Layer 2 comes before layer 10, although its name comes later in a dictionary.
#[test]
fn layers_are_numbers() {
    let ours = stations(&[("vision.layers.10", 1.0), ("vision.layers.2", 1.0)]);
    let theirs = stations(&[("vision.layers.10", 2.0), ("vision.layers.2", 2.0)]);
    assert_part(&ours, &theirs, 1e-4, Some("vision.layers.2"), &[], "2 comes before 10");
}

/// What differs most is where the first difference has grown to, not where it began.
#[test]
fn the_first_difference_counts_and_not_the_largest() {
    let ours = stations(&[("vision.layers.0", 1.0), ("vision.layers.1", 1.0), ("logits", 1.0)]);
    let theirs = stations(&[("vision.layers.0", 1.0), ("vision.layers.1", 1.01), ("logits", 90.0)]);
    assert_part(&ours, &theirs, 1e-4, Some("vision.layers.1"), &["vision.layers.0"], "layer 1 is the first to differ");
}

/// A hundredth is much for a tensor that stays below one, and nothing for one that reaches a thousand.
#[test]
fn differences_are_shares_of_the_largest_value() {
    let ours = stations(&[("vision.output", 1000.0), ("image_features", 0.001)]);
    let theirs = stations(&[("vision.output", 1000.01), ("image_features", 0.00101)]);
    let sentence = "1000 and 1000.01 agree, 0.001 and 0.00101 do not";
    assert_part(&ours, &theirs, 1e-4, Some("image_features"), &["vision.output"], sentence);
}

/// A number that ran over, on either side, is as far from any other as can be.
#[test]
fn what_ran_over_is_a_difference() {
    let (whole, over) = (stations(&[("logits", 7.0)]), stations(&[("logits", f32::INFINITY)]));
    assert_part(&over, &whole, 1.0, Some("logits"), &[], "∞ is not 7");
    assert_part(&whole, &over, 1.0, Some("logits"), &[], "7 is not ∞");
}

/// Another shape is a difference, and one that can be named.
#[test]
fn another_shape_is_a_difference() {
    let ours = BTreeMap::from([("ids".to_owned(), random((1, 4), 1)), ("logits".to_owned(), random((1, 4), 2))]);
    let theirs = BTreeMap::from([("ids".to_owned(), random((1, 5), 1)), ("logits".to_owned(), random((1, 4), 3))]);
    assert_part(&ours, &theirs, 1e-4, Some("ids"), &[], "four tokens are not five");
    let found = first_difference(&ours, &theirs, 1e-4).expect("readable").parting.expect("they part").1;
    assert_eq!(
        found,
        Difference::Shapes { left: vec![1, 4], right: vec![1, 5] },
        "expected: both shapes (left: yours)"
    );
}

/// An answer that the other program did not write down, and stations that it has besides, are no differences.
#[test]
fn what_only_one_file_has_is_left_out() {
    let ours = stations(&[("image_features", 1.0), ("loss", 1.0), ("decoder.layers.0", 1.0)]);
    let theirs = stations(&[("image_features", 1.0), ("logits", 2.0), ("decoder.layers.0", 1.0)]);
    assert_part(&ours, &theirs, 0.0, None, &["image_features", "decoder.layers.0"], "both have two stations");
}

/// A trace agrees with itself to the bit, and the largest difference that was let pass is told: neither the last one before
/// they part nor the one at which they do.
#[test]
fn what_was_let_pass_is_told() {
    let ours = stations(&[("image_features", 1.0), ("logits", 2.0)]);
    assert_part(&ours, &ours, 0.0, None, &["image_features", "logits"], "equal numbers agree with tolerance 0");
    let ours = stations(&[("vision.output", 2.0), ("image_features", 1.0), ("logits", 1.0)]);
    let theirs = stations(&[("vision.output", 2.5), ("image_features", 1.0), ("logits", 4.0)]);
    let found = first_difference(&ours, &theirs, 0.5).expect("readable");
    assert!((found.widest - 0.2).abs() < 1e-6, "expected: 0.5 of 2.5 was let pass\nbut it says {}", found.widest);
}

/// A small model with two layers in each part.
fn config() -> VlmConfig {
    vlm_config(&Size { vision_layers: 2, decoder_layers: 3, ..PICO }, 1100, None)
}

/// What a picture and a prompt with an answer leave at every station.
fn traced(params: &Params) -> Result<Trace> {
    let model = VisionLanguageModel::new(&config(), IMAGE, params.detached_builder())?;
    let ids = [vec![IMAGE; model.image_tokens()], vec![2, 40, 41, 4, 50, 51, 1]].concat();
    let example = Example { prefix_length: ids.len() - 3, ids };
    trace(&model, &collate(&[example], random((1, 3, 32, 32), 1), 0, Averaging::PerToken, &device())?)
}

/// One tensor of a model is changed a little; the first station that differs is the one behind it.
#[test]
fn a_planted_bug_is_found_where_it_was_planted() -> Result<()> {
    let params = Params::new(5, DType::F32, &device());
    VisionLanguageModel::new(&config(), IMAGE, params.builder())?;
    perturb(&params, 0.1, 5);
    let sound = traced(&params)?;
    for (bug, station) in [
        ("vision_tower.vision_model.embeddings.position_embedding.weight", "vision.embeddings"),
        ("vision_tower.vision_model.encoder.layers.1.self_attn.k_proj.weight", "vision.layers.1"),
        ("vision_tower.vision_model.post_layernorm.bias", "vision.output"),
        ("multi_modal_projector.linear.bias", "image_features"),
        ("language_model.model.layers.2.mlp.down_proj.weight", "decoder.layers.2"),
        ("language_model.model.norm.weight", "logits"),
    ] {
        let whole = params.get(bug)?.detach().copy()?;
        params.set(bug, &(&whole + &(random(whole.shape(), 9) * 0.05)?)?)?;
        let found = first_difference(&sound, &traced(&params)?, 1e-4)?;
        params.set(bug, &whole)?;
        assert_eq!(names(&found).0, Some(station), "expected: a bug in {bug} shows first in {station} (left: yours)");
    }
    let found = first_difference(&sound, &traced(&params)?, 0.0)?;
    assert_eq!(
        (found.parting, found.agreeing.len()),
        (None, 13),
        "expected: mended, all 13 stations agree (left: yours)"
    );
    Ok(())
}

/// A question without an answer has no loss.
#[test]
fn without_an_answer_there_is_no_loss() -> Result<()> {
    let params = Params::new(5, DType::F32, &device());
    let model = VisionLanguageModel::new(&config(), IMAGE, params.builder())?;
    let ids = [vec![IMAGE; model.image_tokens()], vec![2, 40, 41, 4]].concat();
    let question = Example { prefix_length: ids.len(), ids };
    let batch = collate(&[question], random((1, 3, 32, 32), 1), 0, Averaging::PerToken, &device())?;
    let seen = trace(&model, &batch)?;
    assert_eq!((seen.contains_key("logits"), seen.contains_key("loss")), (true, false));
    Ok(())
}

/// Only layers have numbers; what is no station comes last.
#[test]
fn names_that_are_no_stations_come_last() {
    let mut names = ["ids9", "loss", "decoder.layers.10", "decoder.layers.9", "logits"].map(str::to_owned);
    in_order(&mut names);
    assert_eq!(names, ["decoder.layers.9", "decoder.layers.10", "logits", "loss", "ids9"]);
}

/// Of several places that are equally far apart, the first is named, with both values and the share.
#[test]
fn the_first_of_equal_places_is_named() -> Result<()> {
    let (left, right) = (Tensor::new(&[1f32, 2.0, 3.0], &Device::Cpu)?, Tensor::new(&[1f32, 4.0, 5.0], &Device::Cpu)?);
    let difference = Difference::between(&left, &right)?;
    let Difference::Values { place, values, distance, largest } = difference else { panic!("the shapes are the same") };
    assert_eq!((place, values, distance, largest), (1, (2.0, 4.0), 2.0, 5.0));
    let words = difference.to_string();
    assert_eq!(words, "4.0e-1 of its largest value (2.000000 against 4.000000 at place 1)");
    Ok(())
}

/// Tensors of zeros have no largest value to be a share of, and agree all the same.
#[test]
fn zeros_agree() -> Result<()> {
    let zeros = Tensor::zeros(3, DType::F32, &Device::Cpu)?;
    assert_eq!(Difference::between(&zeros, &zeros)?.share(), 0.0);
    Ok(())
}
