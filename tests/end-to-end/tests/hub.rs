//! A folder from the Hugging Face hub in the place of a run.

use std::path::{Path, PathBuf};

use end_to_end::{done, program};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures").join(name)
}

/// What a command that should fail says.
#[track_caller]
fn refused(command: &mut std::process::Command) -> String {
    let output = command.output().expect("the program starts");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{command:?} should fail in words:\n{error}");
    error
}

/// What `inspect` prints for a model.
fn inspect(model: &Path, save: &Path) -> String {
    let mut command = program("vlm");
    command.arg("inspect").arg("--model").arg(model).arg("--image").arg(fixture("picture.png"));
    done(command.args(["--prompt", "caption en", "--suffix", "a red dog", "--save"]).arg(save))
}

/// One file, shards and PaliGemma 2: all are asked, and a thing to find need not be one of the course's nouns.
#[test]
fn published_folders_answer() {
    for model in ["paligemma", "paligemma-bf16", "paligemma2"] {
        let (model, picture) = (fixture(model), fixture("picture.png"));
        let first = done(program("vlm").arg("caption").arg(&model).arg(&picture));
        assert_eq!(first, done(program("vlm").arg("caption").arg(&model).arg(&picture)), "greedy answers repeat");
        assert!(!first.trim().is_empty(), "even random weights say something");
        done(program("vlm").arg("ask").arg(&model).arg(&picture).arg("what is left of the dog?"));
        let found = done(program("vlm").arg("detect").arg(&model).arg(&picture).arg("steam engine ; cat"));
        assert!(found.contains("steam engine"), "each thing is found or not:\n{found}");
    }
}

/// Answers can be cut, weights kept small, and the time told, beside the answer and not in it.
#[test]
fn options_do_what_they_say() {
    let (model, picture) = (fixture("paligemma"), fixture("picture.png"));
    let ask = |options: &str| {
        let mut command = program("vlm");
        command.arg("caption").arg(&model).arg(&picture).args(options.split_whitespace());
        command.output().expect("the program starts")
    };
    let answer = |options: &str| String::from_utf8(ask(options).stdout).expect("plain words");
    // Random weights end no answer, so it is as long as it may be.
    for (most, told) in [(8, "wrote 7 more after the first"), (2, "wrote 1 more after the first")] {
        let timed = ask(&format!("--max-tokens {most} --timings"));
        let timings = String::from_utf8_lossy(&timed.stderr).into_owned();
        assert!(timings.contains(told) && timings.contains("loaded in"), "at most {most} tokens: {timings}");
    }
    assert_eq!(answer("--dtype f32"), answer(""), "as it is stored");
    assert!(ask("--dtype bf16").status.success(), "half the memory");
    assert!(ask("--dtype q8").status.success(), "a quarter of it");
    let timed = ask("--timings");
    assert_eq!(String::from_utf8_lossy(&timed.stdout), answer(""));
    let own = done(program("vlm").arg("caption").arg("vlm").arg(&picture).args(["--max-tokens", "3"]));
    assert!(!own.trim().is_empty());
    let refused = program("vlm").arg("caption").arg("vlm").arg(&picture).args(["--dtype", "bf16"]).output();
    assert_eq!(refused.expect("the program starts").status.code(), Some(2), "a run of ours has no choice of type");
}

/// Every station is written down, and two precisions part at the first layer that has weights.
#[test]
fn inspect_and_compare_find_the_first_difference() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [ours, again, small] = ["ours", "again", "small"].map(|name| folder.path().join(format!("{name}.safetensors")));
    let printed = inspect(&fixture("paligemma"), &ours);
    inspect(&fixture("paligemma"), &again);
    inspect(&fixture("paligemma-bf16"), &small);
    let stations: Vec<&str> = printed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let way = "pixel_values vision.embeddings vision.layers.0 vision.layers.1 vision.output image_features ids \
               decoder.embeddings decoder.layers.0 decoder.layers.1 decoder.layers.2 logits loss";
    assert_eq!(stations, way.split_whitespace().collect::<Vec<_>>());

    let agreed = done(program("vlm").arg("compare").arg(&ours).arg(&again).args(["--tolerance", "0"]));
    assert!(agreed.contains("all 13 tensors agree"), "{agreed}");
    let difference = refused(program("vlm").arg("compare").arg(&ours).arg(&small));
    assert!(difference.contains("first in 'vision.embeddings'"), "the pixels agree, the weights do not:\n{difference}");
    assert!(difference.contains("pixel_values"), "it says what still agrees:\n{difference}");
    done(program("vlm").arg("compare").arg(&ours).arg(&small).args(["--tolerance", "0.5"]));
}

/// The bundled model can be looked into, too.
#[test]
fn a_run_can_be_inspected() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let printed = inspect(Path::new("vlm"), &folder.path().join("run.safetensors"));
    assert!(printed.contains("vision.layers.3") && printed.contains("loss"), "{printed}");
}

/// A published SigLIP looks through the gallery; random weights find something, and the best stands first.
#[test]
fn a_published_siglip_searches() {
    let search = || done(program("vlm").arg("search").arg(fixture("siglip")).arg("a red dog").args(["--top", "4"]));
    let found = search();
    let fits: Vec<f32> = found
        .lines()
        .filter_map(|line| line.split_once('%'))
        .map(|(fit, _)| fit.trim().parse().expect("a percentage"))
        .collect();
    assert_eq!(fits.len(), 4, "four pictures were asked for:\n{found}");
    assert!(fits.is_sorted_by(|one, next| one >= next), "the best stands first:\n{found}");
    assert_eq!(found, search(), "nothing is left to chance");
}

/// What cannot be done with such a folder is said, and what is wrong with one.
#[test]
fn what_cannot_be_done_is_said() {
    let siglip = fixture("siglip");
    let error = refused(program("vlm").arg("eval").arg(&siglip));
    assert!(error.contains("comes from the hub"), "{error}");
    let error = refused(program("vlm").arg("search").arg(fixture("paligemma")).arg("dog"));
    assert!(error.contains("config.json") && error.contains("siglip"), "{error}");
    let error = refused(program("vlm").arg("caption").arg(&siglip).arg(fixture("picture.png")));
    assert!(error.contains("config.json") && error.contains("model_type"), "{error}");
    let empty = tempfile::tempdir().expect("a temporary folder");
    std::fs::copy(fixture("paligemma").join("config.json"), empty.path().join("config.json")).expect("room");
    let error = refused(program("vlm").arg("caption").arg(empty.path()).arg(fixture("picture.png")));
    assert!(error.contains("tokenizer.json"), "{error}");
}
