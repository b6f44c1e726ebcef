//! `train folder`: fine-tuning on anybody's own pictures.

use std::fs;
use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use crate::support::{assert_done, assert_refused, files_in, run, runs, text};

const CAPTIONS: [(&str, &str); 3] =
    [("stripes.png", "three red stripes"), ("sky.png", "a blue sky"), ("board.png", "black and white squares")];

/// Three pictures that cannot be confused, none of them square, and their table.
fn pictures() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let colour = |file: &str, x: u32, y: u32| match file {
        "stripes.png" if (x / 10).is_multiple_of(2) => Rgb([220, 20, 30]),
        "sky.png" => Rgb([90, 150, 250 - (y as u8)]),
        "board.png" if (x / 12 + y / 12).is_multiple_of(2) => Rgb([0, 0, 0]),
        _ => Rgb([255, 255, 255]),
    };
    for (file, _) in CAPTIONS {
        let picture = RgbImage::from_fn(60, 48, |x, y| colour(file, x, y));
        picture.save(folder.path().join(file)).expect("a writable folder");
    }
    let table: String = CAPTIONS.iter().map(|(file, caption)| format!("{file}\t\t{caption}\n")).collect();
    fs::write(folder.path().join("captions.tsv"), table).expect("a writable folder");
    folder
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures/paligemma")
}

/// The losses of a run, step by step.
fn losses(run_folder: &Path) -> Vec<f64> {
    let log = fs::read_to_string(run_folder.join("log.jsonl")).expect("a log");
    let loss = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("a record")["loss"].as_f64();
    log.lines().map(|line| loss(line).expect("a loss")).collect()
}

/// Fine-tunes, and checks that the loss falls to less than `share` of what it was.
#[track_caller]
fn fine_tuned(options: &str, init: &Path, pictures: &Path, share: f64) -> TempDir {
    let out = tempfile::tempdir().expect("a temporary folder");
    let line = format!("train folder --init {{}} --pictures {{}} --out {{}} {options}");
    assert_done(&run(&line, &[init, pictures, &out.path().join("run")]));
    let losses = losses(&out.path().join("run"));
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (first, last) = (mean(&losses[..5]), mean(&losses[losses.len() - 5..]));
    assert!(
        last < share * first,
        "the loss fell from {first:.3} to {last:.3}, and should have to less than {share} of it"
    );
    out
}

#[track_caller]
fn assert_captions(run_folder: &Path, pictures: &Path) {
    for (file, caption) in CAPTIONS {
        let said = assert_done(&run("caption {} {}", &[run_folder, &pictures.join(file)]));
        assert_eq!(said.trim(), caption, "expected: the caption of {file} (left: what it says)");
    }
}

/// A run of ours learns three pictures by heart, says so in its metrics and report, and `caption` shows it.
#[test]
fn a_run_learns_the_captions_of_a_folder() {
    let pictures = pictures();
    let out = fine_tuned("--steps 200", &runs().vlm(), pictures.path(), 0.1);
    let folder = out.path().join("run");
    assert_captions(&folder, pictures.path());
    let metrics = fs::read_to_string(folder.join("metrics.json")).expect("metrics");
    let metrics: serde_json::Value = serde_json::from_str(&metrics).expect("one object");
    assert_eq!(metrics["caption.folder.exact"], 1.0, "all three captions are right: {metrics}");
    let report = fs::read_to_string(folder.join("report.html")).expect("a report");
    assert!(report.contains("black and white squares"), "the report shows the pictures");
    let command = fs::read_to_string(folder.join("command.txt")).expect("the command");
    assert!(command.contains("train folder") && command.contains("--pictures"), "{command}");
}

/// With low-rank corrections the decoder itself stays what it was.
#[test]
fn low_rank_corrections_learn_and_the_decoder_stays() {
    let pictures = pictures();
    let out = fine_tuned("--steps 60 --lora 4", &runs().vlm(), pictures.path(), 0.8);
    let tensors = |folder: &Path| {
        candle_core::safetensors::load(folder.join("model.safetensors"), &candle_core::Device::Cpu).expect("weights")
    };
    let (before, after) = (tensors(&runs().vlm()), tensors(&out.path().join("run")));
    let numbers = |tensor: &candle_core::Tensor| {
        tensor.to_dtype(candle_core::DType::F32).and_then(|t| t.flatten_all()?.to_vec1::<f32>()).expect("numbers")
    };
    for (name, tensor) in before.iter().filter(|(name, _)| name.starts_with("language_model.")) {
        assert!(numbers(tensor) == numbers(&after[name]), "{name} belongs to the decoder and should not have changed");
    }
    assert!(after.keys().any(|name| name.ends_with(".lora_b")), "the corrections are in the file");
}

/// A PaliGemma's folder is fine-tuned as well, at its own resolution and at twice that, and becomes a run that answers.
#[test]
fn published_weights_are_fine_tuned() {
    let pictures = pictures();
    for options in ["--steps 60 --learning-rate 100", "--steps 60 --learning-rate 100 --side 84 --lora 4"] {
        let out = fine_tuned(options, &fixture(), pictures.path(), 0.8);
        let folder = out.path().join("run");
        assert!(files_in(&folder).contains(&"tokenizer.json".to_owned()), "its words come along");
        let said = assert_done(&run("caption {} {}", &[&folder, &pictures.path().join("sky.png")]));
        assert!(!said.trim().is_empty(), "{options}: it says something");
    }
}

/// The same with weights of half the size; positions are resampled although a processor multiplies no matrices of bf16. The
/// run is PaliGemma's in all respects: it knows more things than a hundred, and only `train folder` goes on from it. Its captions
/// keep their capitals, and a side of its own.
#[test]
fn a_run_of_published_weights_stays_theirs() {
    let pictures = pictures();
    fs::write(pictures.path().join("captions.tsv"), "sky.png\t\tThe Sky\n").expect("a writable folder");
    let out = tempfile::tempdir().expect("a temporary folder");
    let folder = out.path().join("run");
    let line = "train folder --init {} --pictures {} --out {} --steps 1 --side 84";
    let bf16 = fixture().with_file_name("paligemma-bf16");
    assert_done(&run(line, &[&bf16, pictures.path(), &folder]));
    let report = fs::read_to_string(folder.join("report.html")).expect("a report");
    assert!(report.contains("The Sky"), "the caption is kept as it was written");
    let picture = pictures.path().join("sky.png");
    assert!(assert_done(&run("detect {} {} locomotive", &[&folder, &picture])).contains("locomotive"));
    assert_refused(&run("segment {} {} dog", &[&folder, &picture]), &["vae-oid.npz"]);
    let line = "train vlm --init {} --out {}";
    assert_refused(&run(line, &[&folder, &out.path().join("vlm")]), &["published weights", "train folder"]);
}

/// A run of ours that has learned from pictures of another side practises on pictures of that side.
#[test]
fn another_side_is_kept() {
    let pictures = pictures();
    let out = tempfile::tempdir().expect("a temporary folder");
    let (folder, further) = (out.path().join("folder"), out.path().join("further"));
    let line = "train folder --init {} --pictures {} --out {} --steps 1 --side 64";
    assert_done(&run(line, &[&runs().vlm(), pictures.path(), &folder]));
    assert_done(&run("train vlm --init {} --out {} --steps 1", &[&folder, &further]));
    let header = fs::read(further.join("training.safetensors")).expect("a checkpoint");
    let header = String::from_utf8_lossy(&header[..header.len().min(1 << 16)]).replace('\\', "");
    assert!(header.contains("\"side\":64"), "the plan's pictures have the side of the model's: {header:.600}");
}

/// Captions with letters that the model's vocabulary lacks are remarked on: they can never be right to the letter.
#[test]
fn unknown_letters_are_remarked_on() {
    let pictures = pictures();
    fs::write(pictures.path().join("captions.tsv"), "sky.png\t\tein blauer hügel\n").expect("a writable folder");
    let out = tempfile::tempdir().expect("a temporary folder");
    let line = "train folder --init vlm --pictures {} --out {} --steps 1";
    let output = run(line, &[pictures.path(), &out.path().join("run")]);
    let note = text(&output.stderr);
    assert!(output.status.success() && note.contains("note: ") && note.contains("'ein blauer hügel'"), "{note}");
}

/// What is missing is asked for, before anything is written.
#[test]
fn a_folder_run_needs_a_model_and_pictures() {
    let (pictures, out) = (pictures(), tempfile::tempdir().expect("a temporary folder"));
    let out = out.path().join("run");
    let refused = |line: &str, paths: &[&Path], needle: &str| {
        let paths: Vec<&Path> = paths.iter().copied().chain([out.as_path()]).collect();
        assert_refused(&run(&format!("{line} --out {{}}"), &paths), &[needle]);
        assert!(!out.exists(), "{line}: a refused command must not make its output folder");
    };
    let (vlm, siglip) = (runs().vlm(), runs().siglip());
    refused("train folder --pictures {}", &[pictures.path()], "--init");
    refused("train folder --init {} --pictures {}", &[&siglip, pictures.path()], "a model that speaks");
    refused("train folder --init {}", &[&vlm], "--pictures");
    refused("train folder --side 50 --init {} --pictures {}", &[&vlm, pictures.path()], "--side");
    refused("train folder --side 100000012 --init {} --pictures {}", &[&vlm, pictures.path()], "1024 pixels");
    refused("train folder --lora 4611686018427387904 --init {} --pictures {}", &[&vlm, pictures.path()], "1 to 1024");
    refused("train folder --tasks count=1 --init {} --pictures {}", &[&vlm, pictures.path()], "--tasks");
    refused("train vlm --pictures {}", &[pictures.path()], "folder runs");
    refused("train vlm --init {}", &[&fixture()], "train folder");
}

/// A folder that cannot be learned from is refused with the file and the line, and leaves no half of a run behind.
#[test]
fn bad_folders_are_refused() {
    let vlm = runs().vlm();
    let refused = |pictures: &Path, needles: &[&str]| {
        let out = tempfile::tempdir().expect("a temporary folder");
        let out = out.path().join("run");
        assert_refused(&run("train folder --init {} --pictures {} --out {}", &[&vlm, pictures, &out]), needles);
        assert!(!out.exists(), "nothing is left behind");
    };
    let folder = pictures();
    refused(&folder.path().join("nowhere"), &["no such folder"]);
    for (table, needles) in [
        ("", &["no picture is listed"][..]),
        ("sky.png\ta sky\n", &["line 1", "three fields"]),
        ("sky.png\t\t\n", &["line 1", "caption"]),
        ("moon.png\t\ta moon\n", &["moon.png"]),
        ("../sky.png\t\ta sky\n", &["line 1", "inside the folder"]),
    ] {
        fs::write(folder.path().join("captions.tsv"), table).expect("a writable folder");
        refused(folder.path(), needles);
    }
    fs::remove_file(folder.path().join("captions.tsv")).expect("it was there");
    refused(folder.path(), &["captions.tsv"]);
}

/// The bytes of every file in a folder, by name.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).expect("a readable file"));
    files_in(folder).into_iter().map(read).collect()
}

/// The fixture as the hub has large models: the weights in a shard, with an index.
fn sharded_fixture() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["config.json", "tokenizer.json", "preprocessor_config.json"] {
        fs::copy(fixture().join(name), folder.path().join(name)).expect("room");
    }
    let (weights, shard) = (fixture().join("model.safetensors"), "model-00001-of-00001.safetensors");
    let tensors = candle_core::safetensors::load(&weights, &candle_core::Device::Cpu).expect("the fixture's weights");
    let map: serde_json::Map<_, _> = tensors.into_keys().map(|name| (name, shard.into())).collect();
    fs::copy(weights, folder.path().join(shard)).expect("room");
    let index = serde_json::json!({ "weight_map": map });
    fs::write(folder.path().join("model.safetensors.index.json"), index.to_string()).expect("room");
    folder
}

/// Published weights are no place for a run, sharded or not: every file of theirs is as it was.
#[test]
fn published_weights_are_not_written_over() {
    let (pictures, model) = (pictures(), sharded_fixture());
    let before = contents(model.path());
    let line = "train folder --steps 1 --init {} --pictures {} --out {}";
    assert_refused(&run(line, &[model.path(), pictures.path(), model.path()]), &["same folder", "another --out"]);
    let out = ["config.json", "no file of this run", "another --out"];
    assert_refused(&run(line, &[&runs().vlm(), pictures.path(), model.path()]), &out);
    fs::remove_file(model.path().join("config.json")).expect("it was there");
    assert_refused(&run(line, &[&runs().vlm(), pictures.path(), model.path()]), &["no file of this run"]);
    let kept: Vec<_> = before.into_iter().filter(|(name, _)| name != "config.json").collect();
    assert!(contents(model.path()) == kept, "nothing is written or removed: {:?}", files_in(model.path()));
}

/// Neither are somebody else's files, nor a run whose weights are not there yet.
#[test]
fn files_that_a_run_would_write_over_are_kept() {
    let (pictures, out) = (pictures(), tempfile::tempdir().expect("a temporary folder"));
    let line = "train folder --steps 1 --init {} --pictures {} --out {}";
    for name in ["config.json", "tokenizer.json", "command.txt", "log.jsonl", "model.safetensors.index.json"] {
        let folder = out.path().join(name);
        fs::create_dir(&folder).expect("a writable folder");
        fs::write(folder.join(name), "{\"mine\": true}").expect("a writable folder");
        assert_refused(&run(line, &[&runs().vlm(), pictures.path(), &folder]), &[name, "another --out"]);
        assert_eq!(contents(&folder), [(name.to_owned(), b"{\"mine\": true}".to_vec())], "the file is untouched");
    }
    let half = out.path().join("half");
    fs::create_dir(&half).expect("a writable folder");
    for name in ["config.json", "tokenizer.json"] {
        fs::copy(runs().vlm().join(name), half.join(name)).expect("room");
    }
    assert_refused(&run(line, &[&half, pictures.path(), &half]), &["same folder"]);
    assert_eq!(files_in(&half), ["config.json", "tokenizer.json"], "what --init names stays");
}

/// A run that was killed before its first checkpoint left a description of itself, which the next one may replace.
#[test]
fn a_description_without_a_checkpoint_is_written_anew() {
    let (pictures, out) = (pictures(), tempfile::tempdir().expect("a temporary folder"));
    for name in ["config.json", "tokenizer.json", "command.txt"] {
        fs::copy(runs().vlm().join(name), out.path().join(name)).expect("room");
    }
    let line = "train folder --steps 1 --init {} --pictures {} --out {}";
    assert_done(&run(line, &[&runs().vlm(), pictures.path(), out.path()]));
}

/// Low-rank corrections keep the rank that they have; another one is refused before anything is written.
#[test]
fn corrections_of_another_rank_are_refused() {
    let (pictures, out) = (pictures(), tempfile::tempdir().expect("a temporary folder"));
    let (four, eight) = (out.path().join("four"), out.path().join("eight"));
    let train = |options: &str, init: &Path, out: &Path| {
        let line = format!("train folder --steps 1 {options} --init {{}} --pictures {{}} --out {{}}");
        run(&line, &[init, pictures.path(), out])
    };
    assert_done(&train("--lora 4", &runs().vlm(), &four));
    assert_refused(&train("--lora 8", &four, &eight), &["of rank 4", "leave --lora out"]);
    let line = "train vlm --steps 1 --lora 8 --init {} --out {}";
    assert_refused(&run(line, &[&four, &eight]), &["of rank 4", "leave --lora out"]);
    assert!(!eight.exists(), "a refused command must not make its output folder");
    assert_done(&train("--lora 4", &four, &out.path().join("again")));
}

/// A caption of more tokens than an answer usually gets can be right to the letter, too.
#[test]
fn long_captions_can_be_learned_to_the_letter() {
    let pictures = pictures();
    let colours = ["red", "blue", "green", "yellow", "white"];
    let long: Vec<String> = (0..12).map(|index| format!("a {} square", colours[index * index % 5])).collect();
    let table = format!("stripes.png\t\t{}\nsky.png\t\ta blue sky\n", long.join(" and "));
    fs::write(pictures.path().join("captions.tsv"), table).expect("a writable folder");
    let out = fine_tuned("--steps 250", &runs().vlm(), pictures.path(), 0.1);
    let metrics = fs::read_to_string(out.path().join("run/metrics.json")).expect("metrics");
    let metrics: serde_json::Value = serde_json::from_str(&metrics).expect("one object");
    assert_eq!(metrics["caption.folder.exact"], 1.0, "both captions are right: {metrics}");
}
