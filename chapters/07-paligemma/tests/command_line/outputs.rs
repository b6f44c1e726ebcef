//! Places that cannot be written to, and training that goes wrong.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{assert_done, assert_refused, files_in, run, runs};

/// A NaN stops training; the last good checkpoint stays, and the message says which step and which loss.
#[test]
fn a_nan_stops_training_and_keeps_the_last_checkpoint() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let output = run("train siglip --preset pico --steps 20 --learning-rate 1e30 --out {}", &[&out]);
    assert_refused(&output, &["loss is NaN", "at step", "lower learning rate", "training.safetensors"]);
    assert!(out.join("training.safetensors").is_file(), "the last good checkpoint should still be there");
    assert!(!out.join("model.safetensors").exists(), "a run that failed has no finished model");
}

/// A folder that cannot be made, because a file is in its place.
#[test]
fn an_output_folder_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").expect("a writable folder");
    let output = run("train siglip --preset pico --steps 2 --out {}", &[&file.join("run")]);
    assert_refused(&output, &["file", "choose another output folder"]);
    assert_eq!(fs::read_to_string(&file).expect("the file"), "not a folder", "the file must be untouched");
}

/// A folder of the kernel's own, which nobody can write to, whoever runs the tests.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_output_folder_is_refused() {
    let output = run("train siglip --preset pico --steps 2 --out /sys/vlm-run", &[]);
    assert_refused(&output, &["/sys/vlm-run", "read-only", "choose another output folder"]);
}

/// A file that may not grow beyond half a megabyte stands for a disk that is full: the checkpoint fails, and no half of a
/// run is left.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$0\" train siglip --preset pico --steps 2 --out \"$1\""])
        .arg(env!("CARGO_BIN_EXE_vlm"))
        .arg(&out)
        .output()
        .expect("a shell");
    assert_refused(&output, &["training.safetensors", "cannot be written"]);
    assert!(!out.exists(), "nothing should be left of a run that could not be saved: {:?}", files_in(folder.path()));
}

/// A run is never overwritten.
#[test]
fn a_folder_with_a_run_is_refused() {
    let folder = runs().siglip();
    let before = fs::read(folder.join("model.safetensors")).expect("the weights of a run");
    let output = run("train siglip --preset pico --steps 2 --out {}", &[&folder]);
    assert_refused(&output, &["holds a run already", "--out"]);
    let after = fs::read(folder.join("model.safetensors")).expect("the weights of a run");
    assert_eq!(before, after, "the run that is there must be untouched");
    assert_refused(&run("train siglip --resume {}", &[&folder]), &["finished"]);
}

/// Who is stopped after training, while the run is examined, has lost nothing: going on examines it again. What a killed
/// run has left half written goes.
#[test]
fn a_stopped_examination_is_taken_up_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    assert_done(&run("train siglip --preset pico --steps 2 --out {}", &[&out]));
    let weights = fs::read(out.join("model.safetensors")).expect("the weights of a run");
    fs::remove_file(out.join("report.html")).expect("the report is written last");
    let metrics = fs::read(out.join("metrics.json")).expect("metrics");
    fs::remove_file(out.join("metrics.json")).expect("it is there");
    let said = assert_done(&run("train siglip --resume {}", &[&out]));
    assert!(said.contains("report: ") && !said.contains("going on at step"), "{said}");
    let names = |bytes: &[u8]| {
        let metrics: serde_json::Value = serde_json::from_slice(bytes).expect("one object");
        metrics.as_object().expect("one object").keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&fs::read(out.join("metrics.json")).expect("metrics")), names(&metrics), "the same figures");
    assert_eq!(fs::read(out.join("model.safetensors")).expect("the weights"), weights, "nothing is trained again");
    assert_refused(&run("train siglip --resume {}", &[&out]), &["finished"]);
    for name in ["report.html", "training.safetensors"] {
        fs::remove_file(out.join(name)).expect("it is there");
    }
    assert_refused(&run("train siglip --resume {}", &[&out]), &["finished"]); // nobody knows how it was trained any more
}

/// A file that was half written when a run was killed is removed when the run goes on; somebody else's stays.
#[test]
fn half_written_files_are_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    assert_done(&run("train vlm --preset pico --steps 2 --vision-starts 1 --out {}", &[&out]));
    fs::remove_file(out.join("model.safetensors")).expect("the weights were written last");
    for name in [".training.safetensors.123.partial", ".film.mp4.partial", ".training.safetensors.old.partial"] {
        fs::write(out.join(name), "half").expect("a writable folder");
    }
    assert_done(&run("train vlm --resume {}", &[&out]));
    let left = files_in(&out).into_iter().filter(|name| name.starts_with('.')).collect::<Vec<_>>();
    assert_eq!(left, [".film.mp4.partial", ".training.safetensors.old.partial"]);
}

/// Where nobody reads what is printed, the work is done all the same; a full disk is another matter.
#[cfg(target_os = "linux")]
#[test]
fn nobody_has_to_listen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let to = |place: &str| {
        let line = format!("\"$0\" train siglip --preset pico --steps 2 --out \"$1\" {place}");
        let mut shell = Command::new("bash");
        shell.args(["-o", "pipefail", "-c", &line]).arg(env!("CARGO_BIN_EXE_vlm")).arg(&out).output().expect("a shell")
    };
    let output = to("| true");
    assert!(output.status.success(), "{}", crate::support::text(&output.stderr));
    assert!(out.join("report.html").is_file(), "the report is written");
    fs::remove_dir_all(&out).expect("it was just made");
    let output = to("2>&1 | true");
    assert!(output.status.success(), "{}", crate::support::text(&output.stderr));
    assert!(out.join("report.html").is_file(), "the report is written, though nobody hears of progress either");
    fs::remove_dir_all(&out).expect("it was just made");
    assert_refused(&to("> /dev/full"), &["cannot be written", "No space left"]);
}

/// Whatever a run or a quickstart would write in the end, it does not write over somebody else's.
#[test]
fn other_peoples_files_stay_as_they_are() {
    for (line, file) in [
        ("train siglip --preset pico --steps 2 --out {}", "report.html"),
        ("train siglip --preset pico --steps 2 --out {}", "metrics.json"),
        ("quickstart --preset pico --out {}", "metrics.json"),
        ("quickstart --preset pico --out {}", "report.html"),
        ("ablate bias --preset pico --steps 1 --seeds 2 --out {}", "report.md"),
        ("ablate bias --preset pico --steps 1 --seeds 2 --out {}", "curves.svg"),
    ] {
        let out = tempfile::tempdir().expect("a temporary folder");
        fs::write(out.path().join(file), "mine").expect("a writable folder");
        assert_refused(&run(line, &[out.path()]), &[file, "another --out"]);
        assert_eq!(fs::read_to_string(out.path().join(file)).expect("it was there"), "mine", "{line}");
        assert_eq!(crate::support::files_in(out.path()), [file], "{line}");
    }
}

/// Another kind of run is named by its own command.
#[test]
fn a_run_of_another_task_is_resumed_by_its_own_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    assert_done(&run("train vlm --preset pico --steps 2 --vision-starts 1 --out {}", &[&out]));
    fs::remove_file(out.join("model.safetensors")).expect("the weights were written last");
    let remedy = format!("cargo vlm train vlm --resume {}", out.display());
    assert_refused(&run("train siglip --resume {}", &[&out]), &["it is a vlm run", &remedy]);
}

/// Going on needs something to go on with.
#[test]
fn resuming_nothing_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_refused(&run("train siglip --resume {}", &[folder.path()]), &["no checkpoint", "--resume"]);
}

/// The vision tower may join when nothing is left to do: a run that dies before it has written its weights goes on all
/// the same, and ends.
#[test]
fn a_run_whose_vision_tower_joins_at_the_end_can_be_resumed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    assert_done(&run("train vlm --preset pico --steps 2 --vision-starts 1 --out {}", &[&out]));
    fs::remove_file(out.join("model.safetensors")).expect("the weights were written last");
    assert_done(&run("train vlm --resume {}", &[&out]));
    assert!(out.join("model.safetensors").is_file(), "now the weights are there");
}

/// Pictures and numbers are only written to ordinary files, in formats that exist.
#[test]
fn output_files_are_checked_before_the_work() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    let odd = folder.path().join("boxes.xyz");
    let output = run("detect {} {} dog --save {}", &[&runs().vlm(), &picture, &odd]);
    assert_refused(&output, &["boxes.xyz", ".png"]);
    assert_refused(&run("eval {} --json {}", &[&runs().siglip(), folder.path()]), &["not an ordinary file"]);
    assert_eq!(files_in(folder.path()), Vec::<String>::new(), "nothing should have been written");
}

/// The picture that is asked about is not overwritten, whatever its path is written like.
#[test]
fn detect_spares_its_own_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = folder.path().join("dog.png");
    image::RgbImage::from_pixel(40, 40, image::Rgb([9, 120, 40])).save(&picture).expect("a writable folder");
    let before = fs::read(&picture).expect("the picture");
    let roundabout = folder.path().join(".").join("dog.png");
    let output = run("detect {} {} dog --save {}", &[&runs().vlm(), &picture, &roundabout]);
    assert_refused(&output, &["dog.png", "another name"]);
    assert_eq!(fs::read(&picture).expect("the picture"), before, "the picture must be untouched");
}

/// Neither is the picture whose way through the model is written down.
#[test]
fn inspect_spares_its_own_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = folder.path().join("dog.png");
    image::RgbImage::from_pixel(40, 40, image::Rgb([9, 120, 40])).save(&picture).expect("a writable folder");
    let before = fs::read(&picture).expect("the picture");
    let line = "inspect --model {} --prompt caption --image {} --save {}";
    assert_refused(&run(line, &[&runs().vlm(), &picture, &picture]), &["dog.png", "another name"]);
    assert!(fs::read(&picture).expect("the picture") == before, "the picture must be untouched");
}

/// Boxes are drawn into a copy of the picture.
#[test]
fn detect_saves_the_picture_with_its_boxes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    let saved = folder.path().join("boxes.png");
    let output = run("detect {} {} dog --save {}", &[&runs().vlm(), &picture, &saved]);
    crate::support::assert_done(&output);
    let size = |path: &Path| image::image_dimensions(path).expect("a picture");
    assert_eq!(size(&saved), size(&picture), "the boxes are drawn into the picture as it was given");
}

/// Weights have a past: a run says how the run was made that it started from.
#[test]
fn a_run_tells_every_command_that_its_weights_have_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("further");
    assert_done(&run("train vlm --steps 2 --init {} --out {}", &[&runs().vlm(), &out]));
    let before = fs::read_to_string(runs().vlm().join("command.txt")).expect("the first command");
    let after = fs::read_to_string(out.join("command.txt")).expect("both commands");
    let mine = after.strip_prefix(&before).expect("the first command comes first");
    assert!(mine.starts_with("cargo vlm train vlm") && mine.contains("--init"), "{mine}");
    assert_eq!(after.lines().count(), before.lines().count() + 1);
}

/// The command that a run writes down repeats it: no option is forgotten.
#[test]
fn the_command_of_a_run_holds_every_option_that_was_given() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let options = "--batch 4 --learning-rate 0.5 --vision-starts 0.5 --vision-rate 0.25 --freeze projector --tasks \
                   detect=2,single=0 --unaligned";
    assert_done(&run(
        &format!("train vlm --steps 2 --seed 7 {options} --init {{}} --out {{}}"),
        &[&runs().siglip(), &out],
    ));
    let command = fs::read_to_string(out.join("command.txt")).expect("the command");
    for option in [options, "--steps 2 --seed 7"].join(" ").split(" --") {
        assert!(command.contains(option), "'{option}' is not in {command}");
    }
}

/// Nothing that a command reads is replaced by what it writes: a model and its table of captions are somebody's only copies.
#[test]
fn models_and_tables_are_not_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    for name in ["config.json", "tokenizer.json", "model.safetensors", "command.txt"] {
        fs::copy(runs().vlm().join(name), folder.path().join(name)).expect("a complete run");
    }
    fs::write(folder.path().join("captions.tsv"), "mine").expect("a writable folder");
    let weights = folder.path().join("model.safetensors");
    let line = "inspect --model {} --image {} --prompt a --save {}";
    assert_refused(&run(line, &[folder.path(), &picture, &weights]), &["model.safetensors", "another file"]);
    for name in ["config.json", "captions.tsv", "tokenizer.json"] {
        let output = run("eval {} --json {}", &[folder.path(), &folder.path().join(name)]);
        assert_refused(&output, &[name, "another file"]);
    }
    assert_eq!(
        fs::read(&weights).expect("it is still there"),
        fs::read(runs().vlm().join("model.safetensors")).expect("a run")
    );
    let stations = folder.path().join("stations.safetensors");
    assert_done(&run(line, &[&runs().vlm(), &picture, &stations]));
}

/// As `diff` has it: 0 when all agree, 1 when something differs, 2 when that could not be found out.
#[test]
fn a_comparison_has_the_exit_codes_of_diff() {
    let weights = runs().vlm().join("model.safetensors");
    let code = |left: &Path, right: &Path| run("compare {} {}", &[left, right]).status.code();
    assert_eq!(code(&weights, &weights), Some(0));
    assert_eq!(code(&weights, &runs().siglip().join("model.safetensors")), Some(1));
    assert_eq!(code(&weights, &runs().vlm().join("nowhere.safetensors")), Some(2));
}
