//! Which files of a model are downloaded.

use std::path::Path;

use paligemma::pull::origin::{ORIGIN, check, note};
use paligemma::pull::plan::{Repository, needed_files};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn needed(all: &[&str]) -> Result<Vec<String>, String> {
    needed_files(&all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

/// Shards come with their index, and what nobody reads stays where it is.
#[test]
fn shards_come_with_their_index() {
    let all = [
        ".gitattributes",
        "README.md",
        "added_tokens.json",
        "config.json",
        "model-00002-of-00002.safetensors",
        "model-00001-of-00002.safetensors",
        "model.safetensors.index.json",
        "onnx/model-00001-of-00002.safetensors",
        "preprocessor_config.json",
        "pytorch_model.bin",
        "tokenizer.json",
        "tokenizer.model",
    ];
    let expected = [
        "config.json",
        "tokenizer.json",
        "preprocessor_config.json",
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    ];
    assert_eq!(needed(&all).expect("a complete model"), expected);
}

/// One file is enough, and shards beside it are the same numbers once more.
#[test]
fn one_file_is_enough() {
    let all =
        ["config.json", "tokenizer.json", "model.safetensors", "model-1.safetensors", "model.safetensors.index.json"];
    assert_eq!(needed(&all).expect("a complete model"), ["config.json", "tokenizer.json", "model.safetensors"]);
}

/// What is missing is named.
#[test]
fn what_is_missing_is_named() {
    for (all, missing) in [
        (vec!["tokenizer.json", "model.safetensors"], "config.json"),
        (vec!["config.json", "model.safetensors"], "tokenizer.json"),
        (vec!["config.json", "model.safetensors", "spiece.model"], "spiece.model"),
        (vec!["config.json", "tokenizer.json", "pytorch_model.bin"], "model.safetensors"),
        (vec!["config.json", "tokenizer.json", "model-1-of-2.safetensors"], "model.safetensors.index.json"),
    ] {
        let error = needed(&all).expect_err("not complete");
        assert!(error.contains(missing), "{missing} should be named: {error}");
    }
}

/// A folder remembers which model it was filled with: another one, or another revision, is refused; the same goes on.
#[test]
fn a_folder_takes_one_model_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repository = |name: &str| Repository::parse(name).expect("a model");
    let needed = ["config.json".to_owned()];
    let (mine, folder) = (repository("somebody/model"), folder.path());
    assert_eq!(check(&mine, "main", folder).expect("an empty folder is nobody's"), None);
    note(&mine, "main", "c0ffee", folder, &needed).expect("a writable folder");
    let goes_on_with = check(&mine, "main", folder).expect("the same model goes on");
    assert_eq!(goes_on_with.as_deref(), Some("c0ffee"), "with the files of the same commit");
    for (other, revision) in [(&mine, "float16"), (&repository("another/model"), "main")] {
        let error = check(other, revision, folder).expect_err("another model").to_string();
        for needle in ["somebody/model@main", &format!("{}@{revision}", other.full_name()), "--out"] {
            assert!(error.contains(needle), "'{needle}' should be named: {error}");
        }
    }
}

/// Files from before there were notes stay as they are: nobody knows where they came from.
#[test]
fn a_folder_with_files_gets_no_note() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("config.json"), "{}").expect("a writable folder");
    let mine = Repository::parse("somebody/model").expect("a model");
    note(&mine, "main", "c0ffee", folder.path(), &["config.json".to_owned()]).expect("nothing to write");
    assert!(!folder.path().join(ORIGIN).exists());
    assert_eq!(check(&mine, "float16", folder.path()).expect("it may be any revision"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() })]

    /// Whatever is typed: a name that could lead out of the folder is none.
    #[test]
    fn a_folder_stays_below_models(text in "[a-z./\\\\ -]{0,12}|[a-z]{1,4}/[a-z.-]{1,6}") {
        if let Ok(repository) = Repository::parse(&text) {
            prop_assert_eq!(repository.full_name(), text);
            let folder = repository.default_folder();
            prop_assert_eq!(folder.parent(), Some(Path::new("models")));
            prop_assert_eq!(folder.components().count(), 2, "{}", folder.display());
        }
    }
}
