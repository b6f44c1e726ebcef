//! Every bundled file has an author and a licence.

use std::{fs, path::Path};

fn data_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Each artist's sheet, the names and easy-VQA are listed in LICENSES.md.
#[test]
fn every_bundled_file_is_listed() {
    let licences = fs::read_to_string(data_file("LICENSES.md")).expect("LICENSES.md is there");
    for entry in fs::read_dir(data_file("emoji")).expect("emoji/ is there") {
        let name = entry.expect("a readable folder").file_name().into_string().expect("a plain name");
        assert!(licences.contains(&format!("`emoji/{name}`")), "LICENSES.md does not say whose work emoji/{name} is");
    }
    assert!(licences.contains("`example.png`"), "LICENSES.md does not say whose work example.png is");
    assert!(licences.contains("`easy-vqa/`"), "LICENSES.md does not say whose work easy-vqa/ is");
}

/// The texts that LICENSES.md links to are in the repository, and are those licences.
#[test]
fn every_licence_text_is_included() {
    let licences = fs::read_to_string(data_file("LICENSES.md")).expect("LICENSES.md is there");
    let texts = [
        ("CC-BY-4.0.txt", "Attribution 4.0 International"),
        ("Apache-2.0.txt", "Version 2.0, January 2004"),
        ("MIT-fluent-emoji.txt", "Copyright (c) Microsoft Corporation"),
        ("MIT-emojibase.txt", "Miles Johnson"),
        ("MIT-easy-vqa.txt", "Victor Zhou"),
        ("Unicode-3.0.txt", "UNICODE LICENSE V3"),
    ];
    for (file, words) in texts {
        assert!(licences.contains(&format!("licenses/{file}")), "LICENSES.md does not link {file}");
        let text = fs::read_to_string(data_file("licenses").join(file)).expect("the licence text is there");
        assert!(text.contains(words), "{file} is not the licence it should be");
    }
}

/// The repository stays small enough to clone over a slow line.
#[test]
fn bundled_pictures_stay_small() {
    let bytes: u64 = ["emoji", "easy-vqa", "licenses"]
        .iter()
        .flat_map(|folder| fs::read_dir(data_file(folder)).expect("a readable folder"))
        .map(|entry| entry.and_then(|entry| entry.metadata()).expect("a readable file").len())
        .sum();
    assert!(bytes < 12 << 20, "the bundled files take {bytes} bytes; they should stay under 12 MB");
}
