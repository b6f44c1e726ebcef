//! The tensors of the published model, without its numbers.

use std::fs;

use gemma_masking::DecoderConfig;
use paligemma::hub::config::{Published, read_config};
use paligemma::hub::{Manifest, paligemma_manifest};

/// What `paligemma-3b-pt-224` says about itself.
const PALIGEMMA_3B: &str = r#"{
  "model_type": "paligemma", "image_token_index": 257152, "projection_dim": 2048, "hidden_size": 2048,
  "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0, "torch_dtype": "float32",
  "text_config": { "hidden_size": 2048, "intermediate_size": 16384, "model_type": "gemma", "num_attention_heads": 8,
    "num_hidden_layers": 18, "num_image_tokens": 256, "num_key_value_heads": 1, "torch_dtype": "float32", "vocab_size": 257216 },
  "vision_config": { "hidden_size": 1152, "intermediate_size": 4304, "model_type": "siglip_vision_model",
    "num_attention_heads": 16, "num_hidden_layers": 27, "num_image_tokens": 256, "patch_size": 14, "projection_dim": 2048,
    "projector_hidden_act": "gelu_fast", "vision_use_head": false }
}"#;

fn manifest_of(config: &str) -> Manifest {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("config.json"), config).expect("a writable folder");
    let Published::PaliGemma(config) = read_config(folder.path()).expect("a configuration") else {
        panic!("it is a PaliGemma")
    };
    assert_eq!(config.image_token, Some(257_152));
    paligemma_manifest(&config.model).expect("a model")
}

/// The model of the course, at PaliGemma's size, has its 603 tensors, 2,923,466,480 numbers, and the shapes of its files.
#[test]
fn the_model_of_three_billion_has_the_published_tensors() {
    let manifest = manifest_of(PALIGEMMA_3B);
    assert_eq!(manifest.len(), 603);
    let numbers: usize = manifest.values().map(|shape| shape.iter().product::<usize>()).sum();
    assert_eq!(numbers, 2_923_466_480);
    let tower = "vision_tower.vision_model";
    let layer = "language_model.model.layers.17";
    for (name, shape) in [
        (format!("{tower}.embeddings.patch_embedding.weight"), vec![1152, 3, 14, 14]),
        (format!("{tower}.embeddings.position_embedding.weight"), vec![256, 1152]),
        (format!("{tower}.encoder.layers.26.mlp.fc1.weight"), vec![4304, 1152]),
        (format!("{tower}.encoder.layers.0.self_attn.out_proj.bias"), vec![1152]),
        (format!("{tower}.post_layernorm.weight"), vec![1152]),
        ("multi_modal_projector.linear.weight".to_owned(), vec![2048, 1152]),
        ("language_model.model.embed_tokens.weight".to_owned(), vec![257_216, 2048]),
        (format!("{layer}.self_attn.q_proj.weight"), vec![2048, 2048]),
        (format!("{layer}.self_attn.k_proj.weight"), vec![256, 2048]),
        (format!("{layer}.mlp.down_proj.weight"), vec![2048, 16_384]),
        ("language_model.model.norm.weight".to_owned(), vec![2048]),
    ] {
        assert_eq!(manifest.get(&name), Some(&shape), "{name}");
    }
}

/// At 448 pixels only the table of positions is longer.
#[test]
fn a_higher_resolution_has_more_positions_and_nothing_else() {
    let large = PALIGEMMA_3B
        .replace("\"num_image_tokens\": 256", "\"num_image_tokens\": 1024")
        .replace("\"patch_size\": 14", "\"patch_size\": 14, \"image_size\": 448");
    let (small, large) = (manifest_of(PALIGEMMA_3B), manifest_of(&large));
    let changed: Vec<&String> = large.keys().filter(|name| small.get(*name) != large.get(*name)).collect();
    assert_eq!(changed, ["vision_tower.vision_model.embeddings.position_embedding.weight"]);
    assert_eq!(large[changed[0]], [1024, 1152]);
}

/// What `paligemma2-3b-pt-224` says about itself. What equals a default of Gemma 2 it leaves out.
const PALIGEMMA2_3B: &str = r#"{
  "model_type": "paligemma", "image_token_index": 257152, "projection_dim": 2304, "hidden_size": 2304,
  "text_config": { "hidden_size": 2304, "intermediate_size": 9216, "model_type": "gemma2", "num_attention_heads": 8,
    "num_hidden_layers": 26, "num_image_tokens": 256, "num_key_value_heads": 4, "vocab_size": 257216 },
  "vision_config": { "hidden_size": 1152, "intermediate_size": 4304, "model_type": "siglip_vision_model",
    "num_attention_heads": 16, "num_hidden_layers": 27, "num_image_tokens": 256, "patch_size": 14, "projection_dim": 2304,
    "vision_use_head": false }
}"#;

/// PaliGemma 2 of three billion has the tensors that transformers makes for it, and the decoder is our preset.
#[test]
fn paligemma_2_has_the_published_tensors() {
    let manifest = manifest_of(PALIGEMMA2_3B);
    assert_eq!(manifest.len(), 727);
    let numbers: usize = manifest.values().map(|shape| shape.iter().product::<usize>()).sum();
    assert_eq!(numbers, 3_032_242_416);
    let layer = "language_model.model.layers.25";
    for (name, shape) in [
        (format!("{layer}.self_attn.q_proj.weight"), vec![2048, 2304]),
        (format!("{layer}.self_attn.k_proj.weight"), vec![1024, 2304]),
        (format!("{layer}.self_attn.o_proj.weight"), vec![2304, 2048]),
        (format!("{layer}.pre_feedforward_layernorm.weight"), vec![2304]),
        (format!("{layer}.post_feedforward_layernorm.weight"), vec![2304]),
        ("multi_modal_projector.linear.weight".to_owned(), vec![2304, 1152]),
    ] {
        assert_eq!(manifest.get(&name), Some(&shape), "{name}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("config.json"), PALIGEMMA2_3B).expect("a writable folder");
    let Ok(Published::PaliGemma(config)) = read_config(folder.path()) else { panic!("it is a PaliGemma") };
    assert_eq!(config.model.text_config, DecoderConfig::GEMMA2_2B);
}
