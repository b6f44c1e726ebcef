//! One tensor, many names.

use std::fs;

use candle_core::{DType, Device, Tensor, safetensors};
use paligemma::hub::load_paligemma;
use paligemma::hub::names::{of_paligemma, of_siglip};

use crate::support::{SHARDED, SINGLE, assert_refused, copy_of, fixture};

/// The published names stay, those of newer files become them, and what is no parameter is left out.
#[test]
fn names_of_all_years_become_ours() {
    let ours = "vision_tower.vision_model.post_layernorm.bias";
    for stored in
        [ours, "model.vision_tower.vision_model.post_layernorm.bias", "model.vision_tower.post_layernorm.bias"]
    {
        assert_eq!(of_paligemma(stored).as_deref(), Some(ours), "{stored}");
    }
    let ours = "language_model.model.layers.0.self_attn.q_proj.weight";
    for stored in [ours, "model.language_model.layers.0.self_attn.q_proj.weight"] {
        assert_eq!(of_paligemma(stored).as_deref(), Some(ours), "{stored}");
    }
    assert_eq!(
        of_paligemma("model.multi_modal_projector.linear.bias").as_deref(),
        Some("multi_modal_projector.linear.bias")
    );
    for stored in ["lm_head.weight", "language_model.lm_head.weight"] {
        assert_eq!(of_paligemma(stored).as_deref(), Some("language_model.lm_head.weight"), "{stored}");
    }
    assert_eq!(of_paligemma("vision_tower.vision_model.embeddings.position_ids"), None);
    assert_eq!(of_siglip("text_model.embeddings.position_ids"), None);
    assert_eq!(of_siglip("logit_scale").as_deref(), Some("logit_scale"));
}

/// Both fixtures load, and their numbers stay in the type in which they are stored unless another is asked for.
#[test]
fn one_file_and_shards_both_load() {
    for (name, stored) in [(SINGLE, DType::F32), (SHARDED, DType::BF16)] {
        for (wanted, found) in [(None, stored), (Some(DType::F32), DType::F32), (Some(DType::BF16), DType::BF16)] {
            let speaker = load_paligemma(&fixture(name), "a test", wanted, &Device::Cpu).expect("a complete folder");
            assert_eq!(speaker.model.dtype(), found, "{name}");
        }
    }
}

/// Half precision of the other kind is read, too.
#[test]
fn f16_is_read() {
    let copy = copy_of(SINGLE);
    let path = copy.path().join("model.safetensors");
    let mut tensors = safetensors::load(&path, &Device::Cpu).expect("the weights");
    tensors.values_mut().for_each(|tensor| *tensor = tensor.to_dtype(DType::F16).expect("room"));
    safetensors::save(&tensors, &path).expect("a writable folder");
    let speaker = load_paligemma(copy.path(), "a test", None, &Device::Cpu).expect("a complete folder");
    assert_eq!(speaker.model.dtype(), DType::F16);
}

/// A head that is stored beside the table must be the table: our models have one for both.
#[test]
fn a_stored_head_must_be_the_embedding_table() {
    let copy = copy_of(SINGLE);
    let path = copy.path().join("model.safetensors");
    let mut tensors = safetensors::load(&path, &Device::Cpu).expect("the weights");
    let table = tensors["language_model.model.embed_tokens.weight"].clone();
    tensors.insert("lm_head.weight".to_owned(), table.clone());
    safetensors::save(&tensors, &path).expect("a writable folder");
    load_paligemma(copy.path(), "a test", None, &Device::Cpu).expect("a head that equals the table");
    let other: Tensor = (table * 2.0).expect("room");
    tensors.insert("lm_head.weight".to_owned(), other);
    safetensors::save(&tensors, &path).expect("a writable folder");
    assert_refused(copy.path(), &["'lm_head.weight' differs from the embedding table"]);
    // Twice under two names would leave open which one counts.
    tensors.remove("lm_head.weight");
    let twice = tensors["language_model.model.norm.weight"].clone();
    tensors.insert("model.language_model.norm.weight".to_owned(), twice);
    safetensors::save(&tensors, &path).expect("a writable folder");
    assert_refused(copy.path(), &["'language_model.model.norm.weight' is there twice"]);
    fs::remove_file(&path).expect("a writable folder");
    assert_refused(copy.path(), &["neither model.safetensors nor model.safetensors.index.json"]);
}
