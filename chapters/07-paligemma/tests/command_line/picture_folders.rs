//! `eval --pictures`: folders of anybody's own pictures.

use std::fs;
use std::path::Path;

use image::{Rgba, RgbaImage};
use tempfile::TempDir;

use crate::support::{assert_done, assert_refused, run, runs};

fn folder_with(table: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, colour) in
        [("dog.png", [150, 100, 50, 255]), ("cat.png", [90, 90, 90, 255]), ("apple.png", [250, 200, 0, 255])]
    {
        RgbaImage::from_pixel(20, 20, Rgba(colour)).save(folder.path().join(name)).expect("a writable folder");
    }
    fs::write(folder.path().join("captions.tsv"), table).expect("a writable folder");
    folder
}

fn eval(run_folder: &Path, pictures: &Path) -> std::process::Output {
    run("eval {} --pictures {} --json {}", &[run_folder, pictures, &pictures.join("metrics.json")])
}

/// The same measures under another name.
#[test]
fn own_pictures_are_measured_under_their_own_name() {
    let folder = folder_with(
        "file\temoji\tcaption\ndog.png\t🐕\t\ncat.png\tcat\t\napple.png\tred apple\ta drawing of an apple\n",
    );
    for (run_folder, names) in [
        (runs().siglip(), ["contrastive.pictures.top1", "contrastive.pictures.all_top5"]),
        (runs().vlm(), ["caption.pictures.exact", "scene.pictures.caption_set"]),
    ] {
        assert_done(&eval(&run_folder, folder.path()));
        let json = fs::read_to_string(folder.path().join("metrics.json")).expect("metrics.json");
        let metrics: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).expect("one JSON object");
        for name in names {
            assert!(metrics.get(name).is_some_and(serde_json::Value::is_number), "{name} should be a number:\n{json}");
        }
        assert!(!json.contains("heldout"), "the held-out artist was not examined:\n{json}");
    }
}

/// A name that nobody knows is remarked on: the picture then counts for less than its owner thinks.
#[test]
fn unknown_names_are_remarked_on() {
    let folder = folder_with("dog.png\t🐕\t\ncat.png\tkat\tcat\n");
    let output = eval(&runs().siglip(), folder.path());
    assert_done(&output);
    let remarks = String::from_utf8_lossy(&output.stderr);
    assert!(remarks.contains("line 2: 'kat'") && !remarks.contains("line 1"), "{remarks}");
}

/// What is wrong with the table is said with the line.
#[test]
fn broken_tables_are_refused_with_the_line() {
    let cases = [
        ("dog.png\t🐕\t\ncat.png only\n", "line 2"),
        ("missing.png\t🐕\tdog\n", "missing.png"),
        ("dog.png\t\t\n", "line 1"),
        ("", "no picture is listed"),
    ];
    for (table, needle) in cases {
        assert_refused(&eval(&runs().siglip(), folder_with(table).path()), &[needle]);
    }
    let empty = tempfile::tempdir().expect("a temporary folder");
    assert_refused(&eval(&runs().siglip(), empty.path()), &["captions.tsv"]);
    assert_refused(&eval(&runs().siglip(), &empty.path().join("nowhere")), &["no such folder"]);
}
