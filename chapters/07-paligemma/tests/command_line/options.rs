//! Options that mean nothing together are refused with the reason, before anything is written.

use crate::support::{assert_refused, command, run, runs};

#[track_caller]
fn assert_misuse(line: &str, needle: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let output = run(&format!("{line} --out {{}}"), &[&out]);
    assert_refused(&output, &[needle]);
    assert_eq!(output.status.code(), Some(2), "a misuse of the command line has exit code 2");
    assert!(!out.exists(), "a refused command must not make its output folder");
}

/// A misspelt name in the environment is no wish for the default.
#[test]
fn unknown_names_in_the_environment_are_refused() {
    for (variable, name, remedy) in [("VLM_OPS", "plian", "fused or plain"), ("VLM_DEVICE", "gpu", "auto, cpu")] {
        let output = command().env(variable, name).args(["search", "dog"]).output().expect("the command starts");
        assert_refused(&output, &[variable, name, remedy]);
    }
}

/// Options of one phase are refused in the other.
#[test]
fn options_of_the_other_phase_are_refused() {
    assert_misuse("train siglip --freeze vision", "--lock-pictures");
    assert_misuse("train siglip --lora 4", "--lora");
    assert_misuse("train siglip --vision-starts 0.5", "--vision-starts");
    assert_misuse("train vlm --lock-pictures", "--freeze vision");
    assert_misuse("train siglip --tasks count=1", "one task");
    assert_misuse("train vlm --tasks find=1", "no task 'find'");
    assert_misuse("train vlm --loss softmax", "siglip");
}

/// A run goes on where it is: a second folder beside the one that --resume names would be ignored.
#[test]
fn one_folder_is_enough_to_resume() {
    assert_misuse("train siglip --resume runs/a", "leave --out out");
}

/// Freezing, locking and correcting need something that was trained.
#[test]
fn keeping_trained_weights_needs_trained_weights() {
    assert_misuse("train vlm --lora 4", "--init");
    assert_misuse("train vlm --freeze decoder", "--init");
    assert_misuse("train siglip --lock-pictures", "--init");
}

/// What learns alone cannot wait for the others: no step would do anything.
#[test]
fn a_vision_tower_that_learns_alone_does_not_wait() {
    let vlm = runs().vlm();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "train vlm --freeze projector,decoder --vision-starts 0.5 --init {} --out {}";
    assert_refused(&run(line, &[&vlm, &folder.path().join("run")]), &["only part that learns", "--vision-starts"]);
}

/// Numbers out of range are refused with the range.
#[test]
fn numbers_out_of_range_are_refused() {
    assert_misuse("train siglip --steps 0", "--steps");
    assert_misuse("train siglip --minutes 0", "--minutes");
    assert_misuse("train siglip --batch 1", "--batch");
    assert_misuse("train siglip --learning-rate 0", "--learning-rate");
    assert_misuse("train vlm --vision-starts 2", "0 to 1");
    assert_misuse("train vlm --preset giant", "nano");
}

/// A run that lends its weights decides the size.
#[test]
fn the_lender_decides_the_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let output = run("train vlm --preset nano --init {} --out {}", &[&runs().siglip(), &out]);
    assert_refused(&output, &["pico", "nano"]);
}

/// Nothing would learn.
#[test]
fn freezing_everything_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "train vlm --freeze vision,projector,decoder --init {} --out {}";
    let output = run(line, &[&runs().vlm(), &folder.path().join("run")]);
    assert_refused(&output, &["nothing would learn"]);
}

/// Commands that look at pictures say how they are written.
#[test]
fn missing_words_are_asked_for() {
    assert_refused(&run("caption", &[]), &["cargo vlm caption [RUN] <IMAGE>"]);
    assert_refused(&run("ask picture.png", &[]), &["cargo vlm ask [RUN] <IMAGE> <QUESTION>"]);
    assert_refused(&run("detect a b c d", &[]), &["cargo vlm detect [RUN] <IMAGE> <THING>"]);
    assert_refused(&run("segment a", &[]), &["cargo vlm segment <RUN> <IMAGE> <THING>"]);
}
