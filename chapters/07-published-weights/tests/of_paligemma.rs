//! Specification of the names of PaliGemma's tensors.

use published_weights::names::of_paligemma;
use spec::proptest::prelude::*;

#[track_caller]
fn assert_called(stored: &str, ours: Option<&str>, sentence: &str) {
    let found = of_paligemma(stored);
    assert_eq!(found.as_deref(), ours, "expected: {sentence}, but '{stored}' became {found:?}");
}

/// Our modules have the names of the files that Google published.
#[test]
fn published_names_stay_as_they_are() {
    for name in [
        "vision_tower.vision_model.embeddings.patch_embedding.weight",
        "vision_tower.vision_model.encoder.layers.26.self_attn.out_proj.bias",
        "multi_modal_projector.linear.weight",
        "language_model.model.embed_tokens.weight",
        "language_model.model.layers.17.mlp.gate_proj.weight",
        "language_model.model.norm.weight",
    ] {
        assert_called(name, Some(name), "a published name is ours");
    }
}

/// transformers 5 wraps the tower in `model.` and leaves out `vision_model.`; older ones did only the first.
#[test]
fn the_tower_is_found_under_every_spelling() {
    let ours = "vision_tower.vision_model.encoder.layers.3.layer_norm1.bias";
    for stored in [
        "model.vision_tower.vision_model.encoder.layers.3.layer_norm1.bias",
        "model.vision_tower.encoder.layers.3.layer_norm1.bias",
        "vision_tower.encoder.layers.3.layer_norm1.bias",
    ] {
        assert_called(stored, Some(ours), "the tower is below vision_tower.vision_model");
    }
}

/// In the published files `model.` stands behind `language_model.`, in the newer ones in front of it.
#[test]
fn the_decoder_is_found_under_every_spelling() {
    let ours = "language_model.model.layers.0.self_attn.q_proj.weight";
    for stored in
        ["model.language_model.layers.0.self_attn.q_proj.weight", "language_model.layers.0.self_attn.q_proj.weight"]
    {
        assert_called(stored, Some(ours), "the decoder is below language_model.model");
    }
}

/// The projector only loses what is in front.
#[test]
fn the_projector_is_found_under_both_spellings() {
    assert_called(
        "model.multi_modal_projector.linear.bias",
        Some("multi_modal_projector.linear.bias"),
        "the projector stands at the top",
    );
}

/// The tied output head is no part of the decoder's stack of layers, in no spelling.
#[test]
fn the_output_head_stands_beside_the_decoder() {
    for stored in ["lm_head.weight", "language_model.lm_head.weight", "model.language_model.lm_head.weight"] {
        assert_called(stored, Some("language_model.lm_head.weight"), "the head is called language_model.lm_head");
    }
}

/// The numbers 0, 1, 2, … of the positions, and the speeds of the rotation, are stored in old files, and are no parameters.
#[test]
fn what_is_no_parameter_has_no_name() {
    for stored in [
        "vision_tower.vision_model.embeddings.position_ids",
        "model.vision_tower.vision_model.embeddings.position_ids",
        "model.vision_tower.embeddings.position_ids",
        "language_model.model.layers.0.self_attn.rotary_emb.inv_freq",
    ] {
        assert_called(stored, None, "a buffer is no parameter");
    }
}

/// Only buffers have no name. What belongs to no part keeps its own, so that somebody can complain about it.
#[test]
fn what_is_unknown_keeps_its_name() {
    for name in ["adapter.layers.0.lora_a.weight", "step"] {
        assert_called(name, Some(name), "what is unknown is not dropped in silence");
    }
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// Translating is done once: what is ours already stays ours, whatever stands below the part.
    #[test]
    fn translating_twice_changes_nothing(
        part in prop::sample::select(vec![
            "model.vision_tower", "vision_tower.vision_model", "model.language_model", "language_model.model",
            "language_model", "model.multi_modal_projector",
        ]),
        below in prop::collection::vec("[a-z_]{1,8}|[0-9]{1,2}", 1..5),
    ) {
        let stored = format!("{part}.{}.weight", below.join("."));
        let once = of_paligemma(&stored).expect("a parameter");
        prop_assert_eq!(of_paligemma(&once), Some(once.clone()), "{} became {}, and that is no name of ours", stored, once);
    }
}
