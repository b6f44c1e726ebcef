//! A PaliGemma that says one sentence, whatever it is asked and shown: so that an answer is known beforehand.
//!
//! Its tokens are the axes of the space: token number `i` of the sentence is embedded as axis `i`, and the first of them is
//! the line break behind the prompt. Attention adds nothing. The first layer's feed-forward block turns axis `i` into axis
//! `i + 1`, and the output head, which is the embedding table, reads the next token off it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor, safetensors};
use serde_json::{Value, json};
use tempfile::TempDir;

const HIDDEN: usize = 28;
const INTERMEDIATE: usize = 44;
const LAYERS: usize = 3;
/// Numbers of the fixture's tokenizer.
const EOS: u32 = 1;
const NEWLINE: u32 = 4;
/// `<seg000>`; the other 127 follow.
const FIRST_CODE: u32 = 1107;
const VOCABULARY: usize = 1240;

/// The tokens of a sentence, each in the vocabulary and none twice.
pub fn parrot(sentence: &[&str]) -> TempDir {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures/paligemma");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["config.json", "tokenizer.json", "preprocessor_config.json"] {
        fs::copy(fixture.join(name), folder.path().join(name)).expect("room");
    }
    edit(&folder.path().join("config.json"), |config| config["text_config"]["vocab_size"] = json!(VOCABULARY));
    edit(&folder.path().join("tokenizer.json"), add_codes);
    let numbers = numbers_of(&folder.path().join("tokenizer.json"), sentence);
    let mut weights =
        safetensors::load(fixture.join("model.safetensors"), &Device::Cpu).expect("the fixture's weights");
    teach(&mut weights, &numbers);
    safetensors::save(&weights, folder.path().join("model.safetensors")).expect("room");
    folder
}

/// The sentence that finds a cat with a mask: four locations, sixteen codes, a name.
pub fn cat_with_codes() -> Vec<String> {
    let places = ["<loc0256>", "<loc0128>", "<loc0767>", "<loc0895>"].map(str::to_owned);
    let codes = (0..16).map(|code| format!("<seg{:03}>", 8 * code));
    places.into_iter().chain(codes).chain(["▁cat".to_owned()]).collect()
}

pub fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json = serde_json::from_slice(&fs::read(path).expect("a file of the copy")).expect("JSON");
    change(&mut json);
    fs::write(path, json.to_string()).expect("a writable folder");
}

fn add_codes(tokenizer: &mut Value) {
    let added = tokenizer["added_tokens"].as_array_mut().expect("added tokens");
    for code in 0..128 {
        added.push(json!({ "id": FIRST_CODE + code, "content": format!("<seg{code:03}>"), "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false, "special": true }));
    }
}

/// The line break, the sentence and the end.
fn numbers_of(tokenizer: &Path, sentence: &[&str]) -> Vec<u32> {
    let json: Value = serde_json::from_slice(&fs::read(tokenizer).expect("a tokenizer")).expect("JSON");
    let added = json["added_tokens"].as_array().expect("added tokens");
    let number = |token: &&str| {
        let of_word = json["model"]["vocab"].get(token).and_then(Value::as_u64);
        let of_added = || added.iter().find(|added| added["content"] == **token).and_then(|added| added["id"].as_u64());
        of_word.or_else(of_added).unwrap_or_else(|| panic!("'{token}' is no token")) as u32
    };
    let numbers: Vec<u32> = [NEWLINE].into_iter().chain(sentence.iter().map(number)).chain([EOS]).collect();
    assert!(numbers.len() <= HIDDEN, "a token needs an axis of its own");
    numbers
}

fn teach(weights: &mut HashMap<String, Tensor>, numbers: &[u32]) {
    let mut matrix = |name: &str, rows: usize, columns: usize, ones: &mut dyn Iterator<Item = (usize, usize)>| {
        let mut values = vec![0f32; rows * columns];
        ones.for_each(|(row, column)| values[row * columns + column] = 1.0);
        let tensor = Tensor::from_vec(values, (rows, columns), &Device::Cpu).expect("a matrix");
        let name = format!("language_model.model.{name}.weight");
        assert!(weights.insert(name.clone(), tensor).is_some(), "the fixture has no '{name}'");
    };
    let steps = numbers.len() - 1;
    matrix("embed_tokens", VOCABULARY, HIDDEN, &mut numbers.iter().enumerate().map(|(axis, &n)| (n as usize, axis)));
    for layer in 0..LAYERS {
        let speaks = if layer == 0 { steps } else { 0 };
        for gate in ["gate_proj", "up_proj"] {
            matrix(&format!("layers.{layer}.mlp.{gate}"), INTERMEDIATE, HIDDEN, &mut (0..speaks).map(|i| (i, i)));
        }
        let next = &mut (0..speaks).map(|i| (i + 1, i));
        matrix(&format!("layers.{layer}.mlp.down_proj"), HIDDEN, INTERMEDIATE, next);
        matrix(&format!("layers.{layer}.self_attn.o_proj"), HIDDEN, 32, &mut std::iter::empty());
    }
    // A norm's weight is what it stretches by beyond one.
    for (name, tensor) in
        weights.iter_mut().filter(|(name, _)| name.starts_with("language_model") && name.contains("norm"))
    {
        *tensor = tensor.zeros_like().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
