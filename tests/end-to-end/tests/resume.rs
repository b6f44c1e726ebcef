//! A run that is stopped, or killed, loses nothing.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use end_to_end::{done, tensor_files, vlm};

/// Steps of the runs that are stopped in between.
const STEPS: usize = 400;

/// Starts training and waits until it has begun.
fn start(line: &str, out: &Path) -> Child {
    let child = vlm(line, out).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let started = Instant::now();
    while !out.join("training.safetensors").exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "training should have begun by now");
        sleep(Duration::from_millis(20));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let status = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(status.expect("kill is there").success(), "the training process should be running");
}

/// Ctrl-C saves and says how to go on; going on ends with the very same weights as a run that was never stopped.
#[cfg(unix)]
#[test]
fn a_run_stopped_by_ctrl_c_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (whole, stopped) = (folder.path().join("whole"), folder.path().join("stopped"));
    let line = format!("train siglip --preset pico --steps {STEPS}");
    done(&mut vlm(&line, &whole));

    let child = start(&line, &stopped);
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "a run stopped by Ctrl-C has exit code 130:\n{said}");
    assert!(said.contains("cargo vlm train siglip --resume"), "it should say how to go on:\n{said}");
    assert!(!stopped.join("model.safetensors").exists(), "the stopped run is not finished");

    done(&mut vlm("train siglip --resume", &stopped));
    assert!(
        tensor_files(&whole) == tensor_files(&stopped),
        "a resumed run should end with the same weights, to the bit"
    );
    let lines = |run: &Path| fs::read_to_string(run.join("log.jsonl")).expect("log.jsonl").lines().count();
    assert_eq!(lines(&stopped), lines(&whole), "the log should hold every step once");
}

/// A run that is killed without warning goes on from its last checkpoint, across the step at which the vision tower
/// joins.
#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let line = "train vlm --preset pico --steps 60 --vision-starts 0.5";
    done(&mut vlm(line, &whole));

    let mut child = start(line, &killed);
    signal(&child, "-KILL");
    child.wait().expect("the program ends");

    done(&mut vlm("train vlm --resume", &killed));
    assert!(
        tensor_files(&whole) == tensor_files(&killed),
        "a resumed run should end with the same weights, to the bit"
    );
}

/// Without options, nothing is overwritten: an unfinished run has to be resumed, or left alone.
#[cfg(unix)]
#[test]
fn an_unfinished_run_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let line = format!("train siglip --preset pico --steps {STEPS}");
    let mut child = start(&line, &out);
    signal(&child, "-KILL");
    child.wait().expect("the program ends");
    let output = vlm(&line, &out).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("--resume"), "it should offer --resume:\n{said}");
}
