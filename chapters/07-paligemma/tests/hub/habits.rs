//! What transformers and other programs leave in a folder: read as they mean it, or refused by name.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor, safetensors};
use paligemma::hub::{CaptionTokenizer, load_paligemma, open_paligemma};
use serde_json::{Value, json};
use siglip_training::Tokenizer;
use vit_patching::Normalisation;

use crate::support::{SINGLE, assert_refused, copy_of, edit, fixture};

const TABLE: &str = "language_model.model.embed_tokens.weight";

fn normalisation(folder: &Path) -> Normalisation {
    open_paligemma(folder, "a test").expect("a complete folder").config.model.normalisation
}

/// Changes the tensors of a folder with one file of weights.
fn change_weights(folder: &Path, change: impl FnOnce(&mut HashMap<String, Tensor>)) {
    let path = folder.join("model.safetensors");
    let mut tensors = safetensors::load(&path, &Device::Cpu).expect("the weights");
    change(&mut tensors);
    safetensors::save(&tensors, &path).expect("a writable folder");
}

/// Loads a folder whose tensors have been changed.
fn loads_with(change: impl FnOnce(&mut HashMap<String, Tensor>)) -> Result<(), String> {
    let copy = copy_of(SINGLE);
    change_weights(copy.path(), change);
    load_paligemma(copy.path(), "a test", None, &Device::Cpu).map(|_| ()).map_err(|error| error.to_string())
}

/// Newer versions of transformers say in another file how pictures are prepared, and it counts before the older one.
#[test]
fn the_newer_file_about_pictures_counts() {
    let copy = copy_of(SINGLE);
    let (older, newer) = (copy.path().join("preprocessor_config.json"), copy.path().join("processor_config.json"));
    fs::write(&newer, json!({ "processor_class": "PaliGemmaProcessor" }).to_string()).expect("a writable folder");
    edit(&older, |json| json["image_mean"] = json!([0.1, 0.2, 0.3]));
    let of_older = Normalisation::Fixed { mean: [0.1, 0.2, 0.3], std: [0.5; 3] };
    assert_eq!(normalisation(copy.path()), of_older, "a file without such a part says nothing");
    let part = json!({ "image_mean": 0.25, "image_std": [0.5, 1.0, 2.0] });
    fs::write(&newer, json!({ "image_processor": part }).to_string()).expect("a writable folder");
    let of_newer = Normalisation::Fixed { mean: [0.25; 3], std: [0.5, 1.0, 2.0] };
    assert_eq!(normalisation(copy.path()), of_newer, "one number stands for all three colours");
    fs::remove_file(&older).expect("a writable folder");
    assert_eq!(normalisation(copy.path()), of_newer, "and the older file need not be there");
    fs::write(&newer, json!({ "image_processor": { "resample": 2 } }).to_string()).expect("a writable folder");
    assert_refused(copy.path(), &["processor_config.json", "resample", "bicubic"]);
    fs::write(&newer, json!({ "image_processor": 3 }).to_string()).expect("a writable folder");
    assert_refused(copy.path(), &["processor_config.json", "image_processor", "object"]);
}

/// Steps that this program always takes, switched off or changed.
#[test]
fn other_ways_to_prepare_pictures_are_refused() {
    let changes = [
        ("do_resize", json!(false)),
        ("do_rescale", json!(false)),
        ("do_normalize", json!(false)),
        ("rescale_factor", json!(1.0 / 127.5)),
        ("rescale_factor", json!("1/255")),
    ];
    for (field, value) in changes {
        let copy = copy_of(SINGLE);
        edit(&copy.path().join("preprocessor_config.json"), |json| json[field] = value);
        assert_refused(copy.path(), &["preprocessor_config.json", field]);
    }
    for content in ["null", "[]", "3"] {
        let copy = copy_of(SINGLE);
        fs::write(copy.path().join("preprocessor_config.json"), content).expect("a writable folder");
        assert_refused(copy.path(), &["preprocessor_config.json", content, "object"]);
    }
    let copy = copy_of(SINGLE);
    edit(&copy.path().join("preprocessor_config.json"), |json| json["rescale_factor"] = json!(1.0 / 255.0));
    normalisation(copy.path());
}

/// `padding="max_length"` stays in a tokenizer's file. Its prompts are as long as they are, nevertheless.
#[test]
fn padding_in_a_tokenizers_file_pads_nothing() {
    let copy = copy_of(SINGLE);
    let path = copy.path().join("tokenizer.json");
    let text = "what is left of the dog and of the cat?";
    let tokens = |path: &Path| Tokenizer::load(path).expect("a tokenizer").encode(text).expect("a text");
    let expected = tokens(&path);
    edit(&path, |json| {
        json["padding"] = json!({ "strategy": { "Fixed": 64 }, "direction": "Left", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "<pad>" });
        json["truncation"] = json!({ "direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0 });
    });
    assert_eq!(tokens(&path), expected);
}

/// Nothing is rounded: where types are mixed, all numbers are kept as f32.
#[test]
fn mixed_types_become_f32() {
    for (most, rest) in [(DType::BF16, DType::F32), (DType::F32, DType::BF16), (DType::F16, DType::BF16)] {
        let copy = copy_of(SINGLE);
        change_weights(copy.path(), |tensors| {
            for (name, tensor) in tensors {
                let dtype = if name.ends_with("norm.weight") { rest } else { most };
                *tensor = tensor.to_dtype(dtype).expect("room");
            }
        });
        let speaker = load_paligemma(copy.path(), "a test", None, &Device::Cpu).expect("a complete folder");
        assert_eq!(speaker.model.dtype(), DType::F32, "{most:?} and {rest:?}");
    }
}

/// What some programs store besides, and what some leave out.
#[test]
fn tensors_that_say_nothing_new_are_no_obstacle() {
    let either = |tensors: &mut HashMap<String, Tensor>| {
        let table = tensors.remove(TABLE).expect("the table");
        tensors.insert("lm_head.weight".to_owned(), table);
    };
    assert_eq!(loads_with(either), Ok(()), "either of two tied matrices will do");
    let both = |tensors: &mut HashMap<String, Tensor>| {
        let table = tensors[TABLE].to_dtype(DType::BF16).expect("room");
        tensors.insert(TABLE.to_owned(), table.to_dtype(DType::F32).expect("room"));
        tensors.insert("lm_head.weight".to_owned(), table);
    };
    assert_eq!(loads_with(both), Ok(()), "the same numbers in another type");
    let loads_with_another = |name: &str| {
        let numbers = Tensor::zeros(4, DType::F32, &Device::Cpu).expect("room");
        loads_with(|tensors| drop(tensors.insert(name.to_owned(), numbers)))
    };
    assert_eq!(loads_with_another("vision_tower.vision_model.head.probe"), Ok(()), "a pooling head is not used");
    let speeds = "language_model.model.layers.0.self_attn.rotary_emb.inv_freq";
    assert_eq!(loads_with_another(speeds), Ok(()), "they can be computed");
    let stranger = loads_with_another("vision_tower.vision_model.heads");
    assert!(stranger.is_err_and(|error| error.contains("left over")));
}

/// Fields that would make another model of it.
#[test]
fn fields_that_would_change_the_answer_are_refused() {
    let changes: [(&str, Value, &str); 8] = [
        ("/text_config/hidden_act", json!("relu"), "text_config.hidden_act"),
        ("/text_config/rope_parameters", json!({ "type": "linear", "factor": 2.0 }), "rope_parameters.type"),
        ("/text_config/rope_parameters", json!({ "rope_theta": "far" }), "rope_parameters.rope_theta"),
        ("/text_config/rope_parameters", json!("x"), "rope_parameters"),
        ("/text_config/rope_scaling", json!({ "rope_type": "linear" }), "rope_scaling.rope_type"),
        ("/text_config/model_type", json!(3), "text_config.model_type"),
        ("/vision_config/layer_norm_eps", json!(-1.0), "vision_config.layer_norm_eps"),
        ("/vision_config/layer_norm_eps", json!(0), "vision_config.layer_norm_eps"),
    ];
    let with = |pointer: &str, value: Value| {
        let copy = copy_of(SINGLE);
        let (section, field) = pointer[1..].split_once('/').expect("a section and a field");
        edit(&copy.path().join("config.json"), |json| json[section][field] = value);
        copy
    };
    for (pointer, value, needle) in changes {
        assert_refused(with(pointer, value).path(), &["config.json", needle]);
    }
    for (pointer, value) in [
        ("/text_config/hidden_act", json!("gelu")), // the name of old, which means the tanh form
        ("/text_config/rope_scaling", json!({ "rope_type": "default" })),
        ("/text_config/model_type", Value::Null),
    ] {
        normalisation(with(pointer, value).path());
    }
}

/// What a clone without git-lfs holds in place of the weights.
#[test]
fn a_pointer_of_git_lfs_is_called_by_its_name() {
    let copy = copy_of(SINGLE);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 5678\n";
    fs::write(copy.path().join("model.safetensors"), pointer).expect("a writable folder");
    assert_refused(copy.path(), &["model.safetensors", "git lfs pull"]);
}

/// Words that a text tower has no row for.
#[test]
fn captions_beyond_the_table_name_the_tokenizer() {
    let path = fixture("siglip").join("tokenizer.json");
    let whole = CaptionTokenizer::load(&path, 16, 100_000).expect("a tokenizer");
    let row = whole.rows(&["a dog"], &Device::Cpu).expect("a caption");
    let ids: Vec<u32> = row.flatten_all().and_then(|row| row.to_vec1()).expect("numbers");
    let highest = ids.iter().max().copied().expect("tokens") as usize;
    let small = CaptionTokenizer::load(&path, 16, highest).expect("its special tokens are in the table");
    let error = small.rows(&["a dog"], &Device::Cpu).expect_err("a word is not").to_string();
    assert!(error.contains("tokenizer.json") && error.contains(&highest.to_string()), "{error}");
}
