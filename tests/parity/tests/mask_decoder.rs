//! The decoder of the masks against the same network in PyTorch. Its five megabytes of weights are not stored: both sides
//! compute them, from the place of each number.

use candle_core::{Device, Tensor};
use paligemma::segment::{CODES, Codes, MaskDecoder};
use parity::{Expected, VALUES, assert_agrees};

/// The arrays of the file in the order of their numbers, and their shapes.
fn arrays() -> Vec<(String, Vec<usize>)> {
    let mut arrays = vec![("_vq_vae._embedding".to_owned(), vec![128, 512])];
    let mut convolution = |name: &str, shape: [usize; 4], features: usize| {
        arrays.push((format!("{name}.weight"), shape.to_vec()));
        arrays.push((format!("{name}.bias"), vec![features]));
    };
    convolution("decoder.0", [128, 512, 1, 1], 128);
    for block in [2, 3] {
        for (index, side) in [(0, 3), (2, 3), (4, 1)] {
            convolution(&format!("decoder.{block}.net.{index}"), [128, 128, side, side], 128);
        }
    }
    for (index, before, after) in [(4, 128, 128), (6, 128, 64), (8, 64, 32), (10, 32, 16)] {
        convolution(&format!("decoder.{index}"), [before, after, 4, 4], after);
    }
    convolution("decoder.12", [1, 16, 1, 1], 1);
    arrays
}

/// A number from −½ to ½ out of a place, the same in `tests/reference/export.py`.
///
/// # Source
/// The mixer `lowbias32` of hash-prospector.
fn number(place: u32, array: u32) -> f32 {
    let mut mixed = place.wrapping_add(array.wrapping_mul(0x9E37_79B9));
    mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x7feb_352d);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846c_a68b);
    mixed ^= mixed >> 16;
    (mixed >> 8) as f32 / (1 << 24) as f32 - 0.5
}

/// Numbers in a size at which every layer matters.
fn tensor(array: usize, shape: &[usize]) -> Tensor {
    let inputs: usize = if shape.len() == 4 { shape[1..].iter().product() } else { 4 };
    let scale = (5.0 / (inputs as f64).sqrt()) as f32;
    let count: usize = shape.iter().product();
    let numbers: Vec<f32> = (0..count).map(|place| scale * number(place as u32, array as u32)).collect();
    Tensor::from_vec(numbers, shape, &Device::Cpu).expect("a tensor")
}

/// Two rows of codes: what is painted before anything is cut to 0…1, all of the one and every fourth pixel of the other.
#[test]
fn the_mask_decoder_computes_what_pytorch_computes() {
    let mut expected = Expected::open("mask-decoder");
    let folder = std::env::temp_dir().join(format!("mask-decoder-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let tensors: Vec<_> =
        arrays().into_iter().enumerate().map(|(index, (name, shape))| (name, tensor(index, &shape))).collect();
    let path = folder.join("vae-oid.npz");
    Tensor::write_npz(&tensors, &path).expect("room");
    let decoder = MaskDecoder::load(&path, &Device::Cpu).expect("the arrays are complete");
    std::fs::remove_dir_all(&folder).expect("our own folder");

    let codes: Vec<Codes> =
        (0..2).map(|row| std::array::from_fn(|index| (37 * (CODES * row + index) % 128) as u32)).collect();
    let painted = decoder.paint(&codes).expect("a mask");
    assert_agrees("the first mask", &painted.get(0).expect("a row"), &expected.tensor("first"), VALUES);
    let places = Tensor::arange_step(0u32, 64, 4, &Device::Cpu).expect("places");
    let second = painted.get(1).and_then(|mask| mask.index_select(&places, 0)?.index_select(&places, 1));
    assert_agrees("the second mask", &second.expect("a row"), &expected.tensor("second"), VALUES);

    let masks =
        decoder.masks(&codes).expect("masks").flatten_all().and_then(|all| all.to_vec1::<f32>()).expect("numbers");
    let painted: Vec<f32> = painted.flatten_all().and_then(|all| all.to_vec1()).expect("numbers");
    assert!(painted.iter().any(|x| *x < -1.0) && painted.iter().any(|x| *x > 1.0), "something is cut on both sides");
    for (mask, painted) in masks.into_iter().zip(painted) {
        assert_eq!(mask, painted.clamp(-1.0, 1.0) * 0.5 + 0.5, "a share of a pixel");
    }
}
