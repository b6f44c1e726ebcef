//! A data folder from which something is missing, or in which something is broken.

use std::{fs, path::Path};

use data::{DataError, EasyVqa, EmojiSet, Split, data_folder};
use tempfile::TempDir;

/// A copy of one folder of the data, to be damaged.
fn copy_of(folder: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let target = copy.path().join(folder);
    fs::create_dir(&target).expect("a writable folder");
    for entry in fs::read_dir(data_folder().join(folder)).expect("the bundled files") {
        let path = entry.expect("a readable folder").path();
        fs::copy(&path, target.join(path.file_name().expect("a file"))).expect("a writable folder");
    }
    copy
}

fn emoji_error(folder: &Path) -> DataError {
    EmojiSet::load_from(folder).expect_err("a broken copy")
}

/// A folder without anything: the message says what to do.
#[test]
fn missing_files_are_named_with_the_remedy() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let emoji = emoji_error(empty.path());
    let vqa = EasyVqa::load_from(empty.path(), Split::Test).expect_err("an empty folder");
    for error in [emoji, vqa] {
        assert!(matches!(error, DataError::Missing { .. }), "{error:?}");
        assert!(error.to_string().contains("git checkout") && error.to_string().contains("VLM_DATA"), "{error}");
    }
}

/// Damage to each file of the emojis is told by the name of that file.
#[test]
fn damaged_emoji_files_are_named() {
    let copy = copy_of("emoji");
    let path = |name: &str| copy.path().join("emoji").join(name);
    let whole = fs::read(path("noto.png")).expect("the copied sheet");
    fs::write(path("noto.png"), &whole[..whole.len() / 2]).expect("a writable folder");
    let error = emoji_error(copy.path());
    assert!(matches!(error, DataError::Inconsistent { .. }) && error.to_string().contains("noto.png"), "{error}");
    image::RgbaImage::new(64, 64).save(path("noto.png")).expect("a writable folder");
    assert!(emoji_error(copy.path()).to_string().contains("outside the sheet"));
    fs::remove_file(path("noto.png")).expect("a writable folder");
    assert!(matches!(emoji_error(copy.path()), DataError::Missing { .. }));
    fs::write(path("nouns.txt"), "🐕\tdog\ncat\n").expect("a writable folder");
    assert!(matches!(emoji_error(copy.path()), DataError::Line { line: 2, .. }));
    fs::write(path("nouns.txt"), "🇫🇷\tFrance\n").expect("a writable folder");
    assert!(emoji_error(copy.path()).to_string().contains("not in emoji.json"));
    fs::write(path("emoji.json"), "[{\"glyph\": 3}]").expect("a writable folder");
    assert!(matches!(emoji_error(copy.path()), DataError::Inconsistent { .. }));
}

/// Numbers that point nowhere are told by file and line.
#[test]
fn damaged_questions_are_named() {
    let copy = copy_of("easy-vqa");
    for entry in ["12", "x:3", "3:99", "9999:0"] {
        fs::write(copy.path().join("easy-vqa/test.txt"), format!("0:0\n{entry}\n")).expect("a writable folder");
        let error = EasyVqa::load_from(copy.path(), Split::Test).expect_err("a broken table");
        assert!(matches!(error, DataError::Line { line: 2, .. }) && error.to_string().contains("test.txt"), "{error}");
    }
}
