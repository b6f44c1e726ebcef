//! All sorts of folders in the place of a run.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor, safetensors};
use tempfile::TempDir;

use crate::support::{assert_done, assert_refused, command, run, runs, text};

/// A copy of a run, to be damaged.
fn copy_of(source: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        fs::copy(source.join(name), copy.path().join(name)).expect("a complete run");
    }
    copy
}

fn search(run_folder: &Path) -> std::process::Output {
    run("search {} dog", &[run_folder])
}

fn tensors(folder: &Path) -> HashMap<String, Tensor> {
    safetensors::load(folder.join("model.safetensors"), &Device::Cpu).expect("the weights of a run")
}

fn save(tensors: &HashMap<String, Tensor>, folder: &Path) {
    safetensors::save(tensors, folder.join("model.safetensors")).expect("a writable folder");
}

/// Folders that are no runs are told what a run is.
#[test]
fn a_folder_that_is_no_run_is_refused() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    assert_refused(&search(empty.path()), &["is not a run", "config.json", "vlm train"]);
    assert_refused(&search(&empty.path().join("nowhere")), &["is not a run", "no such folder"]);
}

/// A vlm cannot search, and a siglip model cannot speak.
#[test]
fn runs_of_the_other_kind_are_refused() {
    assert_refused(&search(&runs().vlm()), &["'vlm'", "search needs one trained as 'siglip'"]);
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    assert_refused(&run("caption {} {}", &[&runs().siglip(), &picture]), &["'siglip'", "needs one trained as 'vlm'"]);
}

/// The folder of a whole quickstart will do: the run in it that can do the job is taken.
#[test]
fn a_quickstart_is_a_run_too() {
    let quickstart = tempfile::tempdir().expect("a temporary folder");
    for (inside, run) in [("contrastive", runs().siglip()), ("generative", runs().vlm())] {
        fs::rename(copy_of(&run).keep(), quickstart.path().join(inside)).expect("the same disk");
    }
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    assert_done(&run("caption {} {}", &[quickstart.path(), &picture]));
    assert_done(&search(quickstart.path()));
    assert_refused(&run("eval {}", &[quickstart.path()]), &["contrastive or generative"]);
}

/// A configuration that describes no model is one sentence that names the file, even for those who like backtraces.
#[test]
fn impossible_configurations_are_named() {
    let copy = copy_of(&runs().siglip());
    let path = copy.path().join("config.json");
    let config = fs::read_to_string(&path).expect("the configuration of a run");
    fs::write(&path, config.replace("\"patch_size\": 8", "\"patch_size\": 7")).expect("a writable folder");
    let mut command = command();
    let output = command.env("RUST_BACKTRACE", "1").arg("search").arg(copy.path()).arg("dog").output();
    let output = output.expect("the vlm command starts");
    assert_refused(&output, &["config.json", "describes no model", "7"]);
    assert_eq!(text(&output.stderr).trim().lines().count(), 1, "one line:\n{}", text(&output.stderr));
}

/// A tensor that is not there is named; a model must never answer with random numbers in its place.
#[test]
fn missing_tensors_are_named() {
    let copy = copy_of(&runs().siglip());
    let mut weights = tensors(copy.path());
    weights.remove("logit_scale").expect("every siglip model has a temperature");
    save(&weights, copy.path());
    assert_refused(&search(copy.path()), &["model.safetensors", "'logit_scale' is missing"]);
}

/// Weights of another shape are refused in one readable line, however many there are.
#[test]
fn weights_of_another_shape_are_refused() {
    let copy = copy_of(&runs().siglip());
    let config = copy.path().join("config.json");
    let text = fs::read_to_string(&config).expect("a run's config.json");
    fs::write(&config, text.replace("\"hidden_size\": 32", "\"hidden_size\": 64")).expect("a writable folder");
    let output = search(copy.path());
    assert_refused(&output, &["model.safetensors", "has shape", "more"]);
    assert!(output.stderr.len() < 1000, "the error should list a few tensors, not all of them");
}

/// A configuration of a model that no memory holds is refused before anything is set aside for it.
#[test]
fn a_model_beyond_all_memory_is_refused() {
    let copy = copy_of(&runs().siglip());
    let config = copy.path().join("config.json");
    let text = fs::read_to_string(&config).expect("a run's config.json");
    let field = |name: &str| {
        let (before, after) = text.split_once(&format!("\"{name}\": ")).expect("a field of every model");
        let end = after.find([',', '\n']).expect("more follows");
        (before.to_owned() + &format!("\"{name}\": "), after[end..].to_owned())
    };
    for (name, value, needle) in [
        ("vocab_size", "99999999999999", "vocab_size is 99999999999999"),
        ("num_hidden_layers", "1000000000000", "num_hidden_layers is 1000000000000"),
        ("hidden_size", "-1", "hidden_size is -1"),
        ("vocab_size", "16777216", "model.safetensors"),
    ] {
        let (before, after) = field(name);
        fs::write(&config, format!("{before}{value}{after}")).expect("a writable folder");
        assert_refused(&search(copy.path()), &["config.json", "describes no model", needle]);
    }
}

/// A number that is none makes every comparison wrong, and none of them visibly.
#[test]
fn weights_that_are_no_numbers_are_refused() {
    let copy = copy_of(&runs().siglip());
    let mut weights = tensors(copy.path());
    let bias = weights.get_mut("text_model.head.bias").expect("the text tower's head");
    *bias = (bias.zeros_like().and_then(|zero| zero.div(&zero))).expect("not a number");
    save(&weights, copy.path());
    assert_refused(&search(copy.path()), &["weights are broken"]);
    assert_refused(&run("eval {}", &[copy.path()]), &["weights are broken"]);
}

/// A folder that does not say how its pictures are prepared is no mistake, but it may give other answers.
#[test]
fn a_folder_without_a_word_on_pictures_is_remarked_on() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures/siglip");
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(fixture).expect("the fixtures are complete") {
        let path = entry.expect("a readable folder").path();
        fs::copy(&path, copy.path().join(path.file_name().expect("a file"))).expect("room");
    }
    assert!(!text(&search(copy.path()).stderr).contains("preprocessor_config.json"));
    fs::remove_file(copy.path().join("preprocessor_config.json")).expect("it was there");
    let output = search(copy.path());
    assert_done(&output);
    assert!(text(&output.stderr).contains("has no preprocessor_config.json"), "{}", text(&output.stderr));
}

/// A misspelt model is not searched for in silence.
#[test]
fn what_looks_like_a_model_is_remarked_on() {
    let output = run("search siglip2-base-patch16-224 dog --top 1", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("'siglip2-base-patch16-224' is no model here"), "{}", text(&output.stderr));
    for words in ["red dog", "black/white cat"] {
        assert_eq!(text(&run(&format!("search {words} --top 1"), &[]).stderr), "", "words are words");
    }
}

/// A file that breaks off is told from one that does not fit.
#[test]
fn truncated_weights_are_refused() {
    let copy = copy_of(&runs().siglip());
    let path = copy.path().join("model.safetensors");
    let bytes = fs::read(&path).expect("the weights of a run");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("a writable folder");
    assert_refused(&search(copy.path()), &["model.safetensors", "truncated"]);
    fs::remove_file(&path).expect("a writable folder");
    assert_refused(&search(copy.path()), &["no model.safetensors"]);
}

/// Damaged JSON is named with the field or the line.
#[test]
fn damaged_json_is_named_with_its_field() {
    let copy = copy_of(&runs().siglip());
    let config = copy.path().join("config.json");
    let text = fs::read_to_string(&config).expect("a run's config.json");
    fs::write(&config, text.replace("hidden_size", "hidden_sighs")).expect("a writable folder");
    assert_refused(&search(copy.path()), &["config.json", "hidden_size"]);
    fs::write(&config, &text[..text.len() / 2]).expect("a writable folder");
    assert_refused(&search(copy.path()), &["config.json", "line"]);
    fs::write(&config, &text).expect("a writable folder");
    fs::write(copy.path().join("tokenizer.json"), "{}").expect("a writable folder");
    assert_refused(&search(copy.path()), &["tokenizer.json"]);
}
