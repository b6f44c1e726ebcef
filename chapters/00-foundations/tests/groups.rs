//! Groups: which parameter is trained by which method, at which rate, decayed or not.

mod common;

use candle_core::{DType, Tensor};
use common::{Outcome, device, variable};
use foundations::optim::{Method, OptimError, Optimizer, Recipe, adamw_only, hybrid};

const BLOCK_MATRICES: [(&str, &[usize]); 5] = [
    ("vision_tower.encoder.layers.0.self_attn.q_proj.weight", &[128, 128]),
    ("vision_tower.encoder.layers.3.mlp.fc1.weight", &[512, 128]),
    ("text_tower.layers.1.mlp.fc2.weight", &[128, 512]),
    ("language_model.layers.5.mlp.gate_proj.weight", &[512, 128]),
    ("layers.0.self_attn.k_proj.weight", &[32, 128]),
];

const OTHERS: [(&str, &[usize]); 9] = [
    ("language_model.embed_tokens.weight", &[1000, 128]),
    ("vision_tower.embeddings.position_embedding.weight", &[64, 128]),
    ("vision_tower.embeddings.patch_embedding.weight", &[128, 3, 8, 8]),
    ("vision_tower.encoder.layers.0.layer_norm1.weight", &[128]),
    ("vision_tower.encoder.layers.0.self_attn.q_proj.bias", &[128]),
    ("language_model.layers.0.self_attn.q_proj.lora_a", &[4, 128]),
    ("multi_modal_projector.linear.weight", &[128, 128]),
    ("text_tower.head.weight", &[128, 128]),
    ("logit_scale", &[]),
];

/// Muon trains the matrices of transformer blocks and nothing else, with its own momentum and its own peak rate.
#[test]
fn muon_is_for_the_matrices_of_blocks() {
    for (name, shape) in BLOCK_MATRICES {
        assert!(
            matches!(hybrid(name, shape).method, Method::Muon { .. }),
            "{name} {shape:?} should be trained by Muon"
        );
    }
    for (name, shape) in OTHERS {
        assert!(
            matches!(hybrid(name, shape).method, Method::AdamW { .. }),
            "{name} {shape:?} should be trained by AdamW"
        );
    }
    for (name, shape) in BLOCK_MATRICES {
        let recipe = hybrid(name, shape);
        assert_eq!(recipe.method, Method::Muon { momentum: 0.95 }, "Muon's average keeps 0.95 of itself at a step");
        assert_eq!(recipe.learning_rate, 0.01, "Muon's peak learning rate");
    }
}

/// Pulling a bias, a norm's scale or a temperature towards zero does only harm.
#[test]
fn only_matrices_are_decayed() {
    for recipe in [hybrid, adamw_only] {
        for (name, shape) in BLOCK_MATRICES.iter().chain(&OTHERS) {
            let decayed = recipe(name, shape).weight_decay > 0.0;
            assert_eq!(decayed, shape.len() >= 2, "{name} {shape:?}");
        }
        for (name, shape) in BLOCK_MATRICES {
            assert_eq!(recipe(name, shape).weight_decay, 0.01, "the weight decay of {name}");
        }
    }
}

/// The temperature and the bias of the contrastive loss run ten times as fast as AdamW's other parameters.
#[test]
fn single_numbers_run_ten_times_as_fast() {
    let usual = hybrid("vision_tower.post_layernorm.weight", &[128]).learning_rate;
    for shape in [&[][..], &[1]] {
        let fast = hybrid("logit_bias", shape).learning_rate;
        assert!((fast / usual - 10.0).abs() < 1e-9, "{fast} should be ten times {usual}");
    }
}

/// A part of the model can be told to move less; nothing else about its training changes.
#[test]
fn scaling_a_recipe_changes_its_rate_only() {
    let recipe = hybrid("layers.0.mlp.fc1.weight", &[4, 4]);
    let slow = recipe.scaled(0.25);
    assert_eq!(slow, Recipe { learning_rate: recipe.learning_rate * 0.25, ..recipe });
}

/// Whoever asks Muon to train a vector is told which one, when the optimiser is built and not an hour later.
#[test]
fn muon_on_a_vector_is_refused_by_name() {
    let muon =
        |_: &str, _: &[usize]| Recipe { method: Method::Muon { momentum: 0.9 }, learning_rate: 0.1, weight_decay: 0.0 };
    let error = Optimizer::new(vec![("post_layernorm.weight".into(), variable(1, &[5]))], muon, None).unwrap_err();
    assert!(
        matches!(&error, OptimError::NotAMatrix { name, shape } if name == "post_layernorm.weight" && shape == &[5])
    );
}

/// The recipe is asked with each variable's own name and shape.
#[test]
fn every_variable_gets_the_recipe_of_its_name() -> Outcome {
    let (fast, slow) = (variable(1, &[3]), variable(1, &[3]));
    let recipe = |name: &str, shape: &[usize]| adamw_only(name, shape).scaled(if name == "fast" { 1.0 } else { 0.1 });
    let mut optimizer =
        Optimizer::new(vec![("fast".into(), fast.clone()), ("slow".into(), slow.clone())], recipe, None)?;
    let ones = Tensor::ones(3, DType::F32, &device())?;
    let start = fast.as_detached_tensor().copy()?;
    let report = optimizer.step(&common::gradients(&[(&fast, &ones), (&slow, &ones)])?, 1.0)?;
    assert_eq!(report.clip_factor, 1.0, "no clip_norm was given: gradients of norm √6 stay as long as they are");
    let (fast, slow) = (common::distance(&start, &fast), common::distance(&start, &slow));
    assert!((fast / slow - 10.0).abs() < 0.01, "a tenth of the rate is a tenth of the step: {fast} against {slow}");
    Ok(())
}
