//! What can be wrong with a folder, and the one line that says so.

use std::fs;

use serde_json::{Value, json};

use crate::support::{SHARDED, SINGLE, assert_refused, copy_of, edit, fixture, overwrite};

/// Another model's tokenizer would turn pictures and boxes into words.
#[test]
fn a_tokenizer_without_pictures_or_places_is_refused() {
    for (token, other) in [("<image>", "<imago>"), ("<loc0000>", "<lok0000>"), ("<loc1023>", "<lok1023>")] {
        let copy = copy_of(SINGLE);
        overwrite(&copy.path().join("tokenizer.json"), token, other);
        assert_refused(copy.path(), &["tokenizer.json", token]);
    }
    let copy = copy_of(SINGLE);
    edit(&copy.path().join("config.json"), |config| config["image_token_index"] = json!(7));
    assert_refused(copy.path(), &["tokenizer.json", "<image>", "image_token_index", "7"]);
    fs::remove_file(copy.path().join("tokenizer.json")).expect("a writable folder");
    assert_refused(copy.path(), &["tokenizer.json"]);
}

/// The vocabulary of the tokenizer must fit into the table.
#[test]
fn tokens_beyond_the_table_are_refused() {
    let copy = copy_of(SINGLE);
    edit(&copy.path().join("config.json"), |config| config["text_config"]["vocab_size"] = json!(1000));
    assert_refused(copy.path(), &["tokenizer.json", "vocab_size", "1000"]);
}

/// A shard that was not downloaded, one that leads elsewhere, and an index that promises too much.
#[test]
fn an_index_that_names_what_is_not_there_is_refused() {
    let copy = copy_of(SHARDED);
    let index = copy.path().join("model.safetensors.index.json");
    let original = fs::read(&index).expect("the index");
    let norm = "model.language_model.norm.weight";
    edit(&index, |index| index["weight_map"][norm] = json!("model-00009-of-00003.safetensors"));
    assert_refused(copy.path(), &["index.json", norm, "model-00009-of-00003.safetensors", "no such file"]);
    edit(&index, |index| index["weight_map"][norm] = json!("../elsewhere.safetensors"));
    assert_refused(copy.path(), &["index.json", norm, "../elsewhere.safetensors"]);
    edit(&index, |index| index["weight_map"][norm] = json!(3));
    assert_refused(copy.path(), &["index.json", norm, "name of a file"]);
    edit(&index, |index| index["weight_map"] = Value::Null);
    assert_refused(copy.path(), &["index.json", "weight_map"]);
    fs::write(&index, &original).expect("a writable folder");
    edit(&index, |index| index["weight_map"]["a.stranger"] = json!("model-00001-of-00003.safetensors"));
    assert_refused(copy.path(), &["'a.stranger' is not in 'model-00001-of-00003.safetensors'"]);
    fs::write(&index, "weight_map").expect("a writable folder");
    assert_refused(copy.path(), &["index.json", "not JSON"]);
}

/// Files that break off, and headers that promise other sizes than there are.
#[test]
fn damaged_files_of_weights_are_named() {
    let copy = copy_of(SHARDED);
    let shard = copy.path().join("model-00002-of-00003.safetensors");
    let bytes = fs::read(&shard).expect("a shard");
    for length in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&shard, &bytes[..length]).expect("a writable folder");
        assert_refused(copy.path(), &["model-00002-of-00003.safetensors", "truncated"]);
    }
    fs::write(&shard, [&bytes[..], &[0]].concat()).expect("a writable folder");
    assert_refused(copy.path(), &["model-00002-of-00003.safetensors", "1 bytes follow"]);

    let copy = copy_of(SINGLE);
    overwrite(&copy.path().join("model.safetensors"), "\"shape\":[44,28]", "\"shape\":[45,28]");
    assert_refused(copy.path(), &["model.safetensors", "not a safetensors file"]);
}

/// Whole numbers are no weights.
#[test]
fn weights_of_another_type_are_named() {
    let copy = copy_of(SINGLE);
    overwrite(
        &copy.path().join("model.safetensors"),
        "\"dtype\":\"F32\",\"shape\":[1216,28]",
        "\"dtype\":\"I32\",\"shape\":[1216,28]",
    );
    assert_refused(copy.path(), &["model.safetensors", "embed_tokens.weight", "I32"]);
}

/// Everything that is wrong is in one error.
#[test]
fn missing_extra_and_misshapen_tensors_are_all_listed() {
    let copy = copy_of(SINGLE);
    let path = copy.path().join("model.safetensors");
    overwrite(&path, "\"multi_modal_projector.linear.bias\"", "\"multi_modal_projector.linear.bios\"");
    overwrite(&path, "\"shape\":[28,32]", "\"shape\":[32,28]"); // o_proj, transposed
    assert_refused(
        copy.path(),
        &[
            "'multi_modal_projector.linear.bias' is missing",
            "'multi_modal_projector.linear.bios' is left over",
            "'language_model.model.layers.0.self_attn.o_proj.weight' has shape [32, 28], not [28, 32]",
            "'language_model.model.layers.2.self_attn.o_proj.weight' has shape [32, 28], not [28, 32]",
        ],
    );
}

/// Configurations of other models, and of models that ours cannot be.
#[test]
fn configurations_that_we_cannot_be_are_named() {
    let changes = [
        ("/model_type", json!("llava"), "model_type"),
        ("/text_config/model_type", json!("gemma3_text"), "text_config.model_type"),
        ("/text_config", json!("gemma"), "text_config"),
        ("/text_config/hidden_size", json!(-28), "text_config.hidden_size"),
        ("/text_config/hidden_size", json!("wide"), "text_config.hidden_size"),
        ("/text_config/hidden_size", json!(27), "projection_dim"),
        ("/text_config/num_hidden_layers", json!(1_000_000_000_000_u64), "text_config.num_hidden_layers"),
        ("/text_config/num_key_value_heads", json!(3), "num_key_value_heads"),
        ("/text_config/head_dim", json!(7), "head_dim"),
        ("/vision_config/num_attention_heads", json!(5), "num_attention_heads"),
        ("/vision_config/patch_size", json!(0), "patch_size"),
        ("/vision_config/image_size", json!(41), "patches of 14 pixels do not tile"),
        ("/image_token_index", json!(-1), "image_token_index"),
    ];
    for (pointer, value, needle) in changes {
        let copy = copy_of(SINGLE);
        edit(&copy.path().join("config.json"), |config| *config.pointer_mut(pointer).expect("a field") = value);
        assert_refused(copy.path(), &["config.json", needle]);
    }
    for (section, field, value) in [
        ("text_config", "rope_scaling", json!({ "type": "linear", "factor": 2.0 })),
        ("text_config", "hidden_activation", json!("silu")),
        ("text_config", "tie_word_embeddings", json!(false)),
        ("vision_config", "hidden_act", json!("quick_gelu")),
        ("vision_config", "num_channels", json!(4)),
    ] {
        let copy = copy_of(SINGLE);
        edit(&copy.path().join("config.json"), |config| config[section][field] = value);
        assert_refused(copy.path(), &["config.json", field]);
    }
    let copy = copy_of(SINGLE);
    edit(&copy.path().join("config.json"), |config| {
        config["text_config"].as_object_mut().expect("an object").remove("intermediate_size");
    });
    assert_refused(copy.path(), &["config.json", "text_config", "intermediate_size"]);
    fs::write(copy.path().join("config.json"), "{").expect("a writable folder");
    assert_refused(copy.path(), &["config.json", "not JSON"]);
}

/// A model that compares does not speak.
#[test]
fn a_siglip_is_no_paligemma() {
    assert_refused(&fixture("siglip"), &["config.json", "model_type", "needs a model that speaks"]);
}

/// As many places as the picture has patches, everywhere.
#[test]
fn image_tokens_that_do_not_fit_the_resolution_are_refused() {
    let copy = copy_of(SINGLE);
    edit(&copy.path().join("config.json"), |config| config["text_config"]["num_image_tokens"] = json!(16));
    assert_refused(copy.path(), &["config.json", "num_image_tokens is 16", "9"]);
    for (pointer, value) in [("/image_seq_length", json!(16)), ("/size/height", json!(56)), ("/resample", json!(2))] {
        let copy = copy_of(SINGLE);
        edit(&copy.path().join("preprocessor_config.json"), |json| {
            *json.pointer_mut(pointer).expect("a field") = value
        });
        let field = pointer[1..].replace('/', ".");
        assert_refused(copy.path(), &["preprocessor_config.json", &field]);
    }
    for value in [json!([0.5, 0.5]), json!([0.5, 0.0, 0.5]), json!("half")] {
        let copy = copy_of(SINGLE);
        edit(&copy.path().join("preprocessor_config.json"), |json| json["image_std"] = value);
        assert_refused(copy.path(), &["preprocessor_config.json", "image_std"]);
    }
}

/// What a Gemma 2 says about itself must be what ours does.
#[test]
fn a_gemma_2_that_we_cannot_be_is_named() {
    let changes = [
        ("sliding_window", json!(-1), "text_config.sliding_window is -1"),
        ("sliding_window", json!(0), "sliding_window is 0"),
        ("attn_logit_softcapping", json!(0.0), "attn_logit_softcapping is 0"),
        ("query_pre_attn_scalar", json!(-4), "query_pre_attn_scalar is -4"),
        ("layer_types", json!(["full_attention", "sliding_attention", "full_attention"]), "text_config.layer_types"),
        ("layer_types", json!(["sliding_attention"]), "text_config.layer_types should name 3 layers"),
    ];
    for (field, value, needle) in changes {
        let copy = copy_of("paligemma2");
        edit(&copy.path().join("config.json"), |config| config["text_config"][field] = value);
        assert_refused(copy.path(), &["config.json", needle]);
    }
    // The norms of a Gemma 2 are no business of a Gemma.
    let copy = copy_of("paligemma2");
    edit(&copy.path().join("config.json"), |config| config["text_config"]["model_type"] = json!("gemma"));
    assert_refused(copy.path(), &["post_feedforward_layernorm.weight' is left over"]);
}
