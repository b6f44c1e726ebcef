//! All sorts of files in the place of a picture.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Output;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use tempfile::TempDir;

use crate::support::{assert_done, assert_refused, run, runs};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

fn red(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_pixel(width, height, Rgb([200, 30, 30])).into()
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a writable folder");
    path
}

fn caption(picture: &Path) -> Output {
    run("caption {} {}", &[&runs().vlm(), picture])
}

/// A file that breaks off in the middle is named.
#[test]
fn truncated_pictures_are_refused() {
    let folder = folder();
    let bytes = png(&red(40, 40));
    let path = file(&folder, "cut.png", &bytes[..bytes.len() / 2]);
    assert_refused(&caption(&path), &["cut.png", "not a whole picture"]);
}

/// So is a file with nothing in it, and one that is not there.
#[test]
fn empty_and_missing_files_are_refused() {
    let folder = folder();
    assert_refused(&caption(&file(&folder, "empty.png", b"")), &["empty.png", "0 bytes"]);
    assert_refused(&caption(&folder.path().join("nowhere.png")), &["nowhere.png", "cannot read"]);
}

/// Odd sizes are pictures all the same.
#[test]
fn tiny_and_huge_pictures_are_captioned() {
    let folder = folder();
    for (name, width, height) in [("dot.png", 1, 1), ("panorama.png", 20_000, 3)] {
        assert_done(&caption(&file(&folder, name, &png(&red(width, height)))));
    }
}

/// Grey, CMYK and animated pictures are pictures all the same.
#[test]
fn odd_kinds_of_pictures_are_captioned() {
    let folder = folder();
    let grey = file(&folder, "grey.png", &png(&GrayImage::new(30, 20).into()));
    assert_done(&caption(&grey));
    let cmyk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    assert_done(&caption(&cmyk));
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.encode_frames((0..3).map(|_| Frame::new(RgbaImage::new(20, 20)))).expect("a GIF");
    drop(encoder);
    assert_done(&caption(&file(&folder, "moving.gif", &bytes)));
}

/// Where there is nothing to see, the command says so beside its answer.
#[test]
fn pictures_that_show_nothing_are_remarked_on() {
    let folder = folder();
    for (name, picture, remark) in [
        ("dot.png", red(1, 1), "1 × 1 pixels"),
        ("sliver.png", red(300, 3), "300 × 3 pixels"),
        ("wall.png", red(64, 64), "the same colour everywhere"),
    ] {
        let output = caption(&file(&folder, name, &png(&picture)));
        assert_done(&output);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(name) && stderr.contains(remark), "{name}: {stderr}");
    }
    let mut dotted = RgbImage::from_pixel(64, 64, Rgb([200, 30, 30]));
    dotted.put_pixel(3, 3, Rgb([0, 0, 0]));
    let output = caption(&file(&folder, "dotted.png", &png(&dotted.into())));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("a guess"), "there is something to see");
}
