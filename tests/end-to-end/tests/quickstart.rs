//! The main job: one command trains both phases and says what was learned.

use std::fs;
use std::path::Path;

use end_to_end::{done, files_below, metrics, vlm};

/// Every number that is promised is there, and fractions are fractions.
#[test]
fn quickstart_trains_measures_and_reports() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("quickstart");
    let printed = done(&mut vlm("quickstart --preset pico", &out));
    let metrics = metrics(&out);
    for name in [
        "contrastive.heldout.top1",
        "contrastive.heldout.top5",
        "contrastive.heldout.pixel_top1",
        "contrastive.heldout.pixel_top5",
        "caption.heldout.exact",
        "scene.heldout.caption_set",
        "scene.heldout.count",
        "scene.heldout.presence",
        "scene.heldout.relation",
        "scene.heldout.box_acc50",
        "scene.heldout.box_mean_iou",
        "easy_vqa.test.accuracy",
        "easy_vqa.test.blind",
    ] {
        let value = metrics.get(name).and_then(serde_json::Value::as_f64);
        assert!(value.is_some_and(|value| (0.0..=1.0).contains(&value)), "{name} should be a fraction, got {value:?}");
    }
    for name in ["seconds.contrastive", "seconds.generative", "images_per_second.contrastive", "contrastive.classes"] {
        let value = metrics.get(name).and_then(serde_json::Value::as_f64);
        assert!(value.is_some_and(|value| value > 0.0), "{name} should be above zero, got {value:?}");
    }
    assert_eq!(printed.matches("in the picture:").count(), 6, "six pictures should be shown:\n{printed}");
    for words in ["  detect ", "right noun found", "easy-VQA, which it was not trained for"] {
        assert!(printed.contains(words), "what is shown should be said, '{words}' too:\n{printed}");
    }
    report_is_complete(&out.join("report.html"));
    no_partial_files(&out);
}

/// The report needs nothing but itself: pictures and curves are inside, and nothing is loaded from anywhere.
fn report_is_complete(path: &Path) {
    let html = fs::read_to_string(path).expect("report.html");
    assert_eq!(html.matches("data:image/png;base64,").count(), 6, "the report should hold six pictures");
    assert_eq!(html.matches("class=\"curve\"").count(), 2, "the report should hold the loss curves of both phases");
    assert_eq!(html.matches("role=\"img\" aria-label=").count(), 8, "each drawing should be described in words");
    for word in ["http://", "https://", "<script", "src="] {
        assert!(!html.contains(word), "the report should load nothing, but contains {word}");
    }
    for word in ["cargo vlm quickstart", "contrastive.heldout.top1", "prefers-color-scheme: dark"] {
        assert!(html.contains(word), "the report should contain {word}");
    }
}

fn no_partial_files(folder: &Path) {
    let files = files_below(folder);
    let partial = files.iter().filter(|path| path.to_string_lossy().contains("partial"));
    assert_eq!(partial.count(), 0, "no temporary file should be left behind: {files:?}");
}

/// What took minutes is not thrown away: a second quickstart in the same place is refused, points to the report of the first,
/// and leaves every file as it was. In another place, with the same seed, it ends with the same weights.
#[test]
fn a_complete_quickstart_is_kept_and_can_be_repeated_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("quickstart");
    let weights = |out: &Path| fs::read(out.join("generative/model.safetensors")).expect("the trained model");
    done(&mut vlm("quickstart --preset pico", &out));
    let files = files_below(&out);
    let refused = vlm("quickstart --preset pico", &out).output().expect("the command starts");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("report.html") && said.contains("--out"), "{said}");
    assert_eq!(files_below(&out), files, "nothing is removed");
    let other = folder.path().join("other");
    done(&mut vlm("quickstart --preset pico", &other));
    assert!(weights(&out) == weights(&other), "the same seed should give the same weights");
}

/// Who asks for the comparison after a quickstart does not train both phases again: the third run is added to the two.
#[test]
fn a_comparison_can_be_asked_for_afterwards() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("quickstart");
    done(&mut vlm("quickstart --preset pico", &out));
    let before = fs::read(out.join("generative/model.safetensors")).expect("the trained weights");
    let printed = done(&mut vlm("quickstart --preset pico --compare-random-encoder", &out));
    assert!(printed.contains("done already"), "nothing is trained twice:\n{printed}");
    let metrics = fs::read_to_string(out.join("metrics.json")).expect("metrics");
    assert!(metrics.contains("random_encoder.caption.heldout.exact"), "both are in the table: {metrics}");
    assert_eq!(fs::read(out.join("generative/model.safetensors")).expect("the weights"), before);
    let refused = vlm("quickstart --preset pico --compare-random-encoder", &out).output().expect("the command starts");
    assert!(!refused.status.success(), "that is complete, too");
}
