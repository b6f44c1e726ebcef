//! Masks: what is printed and drawn, and what is said where there can be none.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use image::{Rgb, RgbImage};

use crate::parrot::{cat_with_codes, edit, parrot};
use crate::support::{assert_done, assert_refused, run, runs};

/// A decoder that paints the same everywhere: all its numbers are zero but the last, which it gives to every pixel.
fn write_decoder(folder: &Path, value: f32) {
    let mut arrays = vec![("_vq_vae._embedding".to_owned(), vec![128, 512])];
    let mut convolution = |name: &str, shape: [usize; 4], features: usize| {
        arrays.push((format!("{name}.weight"), shape.to_vec()));
        arrays.push((format!("{name}.bias"), vec![features]));
    };
    convolution("decoder.0", [128, 512, 1, 1], 128);
    for block in ["decoder.2.net", "decoder.3.net"] {
        for (index, side) in [(0, 3), (2, 3), (4, 1)] {
            convolution(&format!("{block}.{index}"), [128, 128, side, side], 128);
        }
    }
    for (index, before, after) in [(4, 128, 128), (6, 128, 64), (8, 64, 32), (10, 32, 16)] {
        convolution(&format!("decoder.{index}"), [before, after, 4, 4], after);
    }
    convolution("decoder.12", [1, 16, 1, 1], 1);
    let tensors: Vec<(String, Tensor)> = arrays
        .into_iter()
        .map(|(name, shape)| {
            let value = if name == "decoder.12.bias" { value } else { 0.0 };
            let tensor = Tensor::full(value, shape, &Device::Cpu).and_then(|tensor| tensor.to_dtype(DType::F32));
            (name, tensor.expect("room"))
        })
        .collect();
    Tensor::write_npz(&tensors, folder.join("vae-oid.npz")).expect("a writable folder");
}

fn picture(folder: &Path) -> PathBuf {
    let path = folder.join("grey.png");
    let mut picture = RgbImage::from_pixel(80, 40, Rgb([100, 100, 100]));
    picture.put_pixel(0, 0, Rgb([0, 0, 0])); // something to see
    picture.save(&path).expect("a writable folder");
    path
}

/// Four locations are the box, and a mask of nothing but ones fills it; with −1 it is empty.
#[test]
fn a_mask_fills_its_box() {
    let sentence = cat_with_codes();
    let model = parrot(&sentence.iter().map(String::as_str).collect::<Vec<_>>());
    let picture = picture(model.path());
    let saved = model.path().join("saved.png");
    for (value, pixels) in [(1.0, 20 * 60), (5.0, 20 * 60), (-1.0, 0)] {
        write_decoder(model.path(), value);
        let output = run("segment {} {} cat;dog --save {}", &[model.path(), &picture, &saved]);
        let expected = format!("cat: top 10, left 10, bottom 30, right 70, mask {pixels} pixels\ndog: not found\n");
        assert_eq!(assert_done(&output), expected, "0.25 to 0.75 of 40 and 0.125 to 0.875 of 80, all of it or nothing");
        let drawn = image::open(&saved).expect("the saved picture").to_rgb8();
        let (inside, outside) = (drawn.get_pixel(40, 20), drawn.get_pixel(5, 5));
        assert_eq!(*outside, Rgb([100, 100, 100]), "nothing changes outside of the box");
        assert_eq!(*inside != Rgb([100, 100, 100]), pixels > 0, "the mask is mixed into the picture: {inside:?}");
    }
}

/// A thing is the same in capitals.
#[test]
fn a_mask_in_capitals_is_found_too() {
    let sentence = cat_with_codes();
    let model = parrot(&sentence.iter().map(String::as_str).collect::<Vec<_>>());
    write_decoder(model.path(), 1.0);
    let printed = assert_done(&run("segment {} {} Cat", &[model.path(), &picture(model.path())]));
    assert!(printed.starts_with("cat: top 10") && !printed.contains("not found"), "{printed}");
}

/// An answer that is cut off in the middle of the codes has no mask, and says why.
#[test]
fn a_cut_answer_is_remarked_on() {
    let sentence = cat_with_codes();
    let model = parrot(&sentence.iter().map(String::as_str).collect::<Vec<_>>());
    write_decoder(model.path(), 1.0);
    let output = run("segment {} {} cat --max-tokens 12", &[model.path(), &picture(model.path())]);
    assert_eq!(assert_done(&output), "cat: not found\n");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("cut off") && stderr.contains("--max-tokens"), "{stderr}");
}

/// So does a box, and any other answer.
#[test]
fn every_cut_answer_is_remarked_on() {
    let sentence = cat_with_codes();
    let model = parrot(&sentence.iter().map(String::as_str).collect::<Vec<_>>());
    for line in ["detect {} {} cat --max-tokens 3", "caption {} {} --max-tokens 3"] {
        let output = run(line, &[model.path(), &picture(model.path())]);
        assert_done(&output);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains("cut off") && stderr.contains("--max-tokens"), "{line}: {stderr}");
    }
}

/// Our own runs have no words for masks; that is said before anything is loaded.
#[test]
fn a_run_of_ours_has_no_masks() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run("segment {} {} dog", &[&runs().vlm(), &picture(folder.path())]);
    assert_refused(&output, &["a run of ours", "PaliGemma", "vlm detect"]);
}

/// Without the decoder there is one line that says what is missing, what it is and where it comes from.
#[test]
fn a_missing_or_damaged_decoder_is_named() {
    let model = parrot(&["▁cat"]);
    let picture = picture(model.path());
    let segment = || run("segment {} {} cat", &[model.path(), &picture]);
    assert_refused(&segment(), &["vae-oid.npz", "<seg000>", "https://", "big_vision"]);
    write_decoder(model.path(), 1.0);
    assert_done(&segment());
    let path = model.path().join("vae-oid.npz");
    let bytes = fs::read(&path).expect("the file");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("a writable folder");
    assert_refused(&segment(), &["vae-oid.npz", "cannot be read"]);
    Tensor::write_npz(&[("decoder", Tensor::zeros(3, DType::F32, &Device::Cpu).expect("room"))], &path).expect("room");
    assert_refused(&segment(), &["vae-oid.npz", "is missing"]);
}

/// A tokenizer without the codes would spell them letter by letter.
#[test]
fn a_tokenizer_without_codes_is_refused() {
    let model = parrot(&["▁cat"]);
    write_decoder(model.path(), 1.0);
    edit(&model.path().join("tokenizer.json"), |json| {
        json["added_tokens"].as_array_mut().expect("tokens").retain(|token| token["content"] != "<seg127>");
    });
    let output = run("segment {} {} cat", &[model.path(), &picture(model.path())]);
    assert_refused(&output, &["tokenizer.json", "<seg127>"]);
}
