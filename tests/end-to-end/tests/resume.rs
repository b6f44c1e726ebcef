//! A run that is stopped, or killed, loses nothing.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use end_to_end::{done, tensor_files, vlm};

/// Starts training and waits for its first line of progress: a tenth of the steps are done.
fn start(line: &str, out: &Path) -> (Child, BufReader<ChildStderr>) {
    let mut child = vlm(line, out).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("readable output");
    assert!(line.contains("loss"), "training should have begun, but said: {line}");
    (child, said)
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(status.success(), "the training process should be running");
}

/// Stops a run by Ctrl-C in the middle, lets it go on, and compares it with a run that was never stopped.
#[track_caller]
fn assert_goes_on_to_the_bit(task: &str, options: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (whole, stopped) = (folder.path().join("whole"), folder.path().join("stopped"));
    let line = format!("train {task} --preset pico {options}");
    done(&mut vlm(&line, &whole));

    let (mut child, mut said) = start(&line, &stopped);
    signal(&child, "-INT");
    let status = child.wait().expect("the program ends");
    let mut message = String::new();
    said.read_to_string(&mut message).expect("readable output");
    assert_eq!(status.code(), Some(130), "a run stopped by Ctrl-C has exit code 130:\n{message}");
    assert!(message.contains(&format!("cargo vlm train {task} --resume")), "it should say how to go on:\n{message}");
    assert!(!stopped.join("model.safetensors").exists(), "the stopped run is not finished");

    done(&mut vlm(&format!("train {task} --resume"), &stopped));
    assert!(
        tensor_files(&whole) == tensor_files(&stopped),
        "a resumed run should end with the same numbers, to the bit"
    );
    let lines = |run: &Path| fs::read_to_string(run.join("log.jsonl")).expect("log.jsonl").lines().count();
    assert_eq!(lines(&stopped), lines(&whole), "the log should hold every step once");
}

/// While one command trains in a folder, no other does: both would write the same files.
#[test]
fn two_commands_do_not_train_in_one_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let (mut child, _said) = start("train siglip --preset pico --steps 3000", &out);
    let second = vlm("train siglip --resume", &out).output().expect("the program starts");
    let error = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && error.contains("another command is training"), "{error}");
    signal(&child, "-KILL");
    child.wait().expect("the program ends");
    let (mut third, _said) = start("train siglip --resume", &out); // a folder is not held by the dead
    signal(&third, "-KILL");
    third.wait().expect("the program ends");
}

/// Ctrl-C saves and says how to go on; going on ends with the very same weights as a run that was never stopped.
#[test]
fn a_run_stopped_by_ctrl_c_goes_on_to_the_bit() {
    assert_goes_on_to_the_bit("siglip", "--steps 300");
}

/// The same after the vision tower has joined, when the optimiser remembers more than at the beginning.
#[test]
fn a_run_stopped_after_the_vision_tower_joined_goes_on_to_the_bit() {
    assert_goes_on_to_the_bit("vlm", "--steps 100 --vision-starts 0.05");
}

/// The same before it has joined.
#[test]
fn a_run_stopped_before_the_vision_tower_joined_goes_on_to_the_bit() {
    assert_goes_on_to_the_bit("vlm", "--steps 100 --vision-starts 0.9");
}

/// A folder run needs its pictures again, and its lender no more.
#[test]
fn a_folder_run_stopped_by_ctrl_c_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (lender, pictures) = (folder.path().join("lender"), folder.path().join("pictures"));
    done(&mut vlm("train vlm --preset pico --steps 2", &lender));
    fs::create_dir(&pictures).expect("a writable folder");
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures/picture.png");
    fs::copy(picture, pictures.join("one.png")).expect("a writable folder");
    fs::write(pictures.join("captions.tsv"), "one.png\t\ta drawing\n").expect("a writable folder");
    let options = format!("--steps 100 --init {} --pictures {}", lender.display(), pictures.display());
    assert_goes_on_to_the_bit("folder", &options);
}

/// A run that is killed without warning has its last checkpoint, is not overwritten, and goes on from there.
#[test]
fn a_killed_run_is_kept_and_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let line = "train siglip --preset pico --steps 300";
    done(&mut vlm(line, &whole));

    let (mut child, _said) = start(line, &killed);
    signal(&child, "-KILL");
    child.wait().expect("the program ends");

    let output = vlm(line, &killed).output().expect("the program starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains("--resume"), "it should offer --resume:\n{message}");
    done(&mut vlm("train siglip --resume", &killed));
    assert!(
        tensor_files(&whole) == tensor_files(&killed),
        "a resumed run should end with the same numbers, to the bit"
    );
}
