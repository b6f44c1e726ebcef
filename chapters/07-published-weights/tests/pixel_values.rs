//! Specification of the pixels that published weights expect.

use candle_core::{Result, Tensor};
use image::{Rgb, RgbImage};
use published_weights::pixel_values;
use spec::assert_close;

const HALF: [f32; 3] = [0.5; 3];

/// The levels 0…255 that pixels of SigLIP's kind stand for.
fn levels(pixels: &Tensor) -> Result<Vec<f32>> {
    (((pixels * 0.5)? + 0.5)? * 255.0)?.flatten_all()?.to_vec1::<f32>()
}

/// One pixel of one colour: black is −1, white is 1, and the channels are red, green, blue.
#[test]
fn colours_lie_between_minus_one_and_one() -> Result<()> {
    let red = RgbImage::from_pixel(1, 1, Rgb([255, 0, 51]));
    let expected = Tensor::new(&[1f32, -1.0, -0.6], &candle_core::Device::Cpu)?.reshape((3, 1, 1))?;
    assert_close(&pixel_values(&red, 1, HALF, HALF)?, &expected, 1e-6, "255 is 1, 0 is −1, 51 is a fifth of the way");
    Ok(())
}

/// Mean and deviation are those that are given, each channel's its own.
#[test]
fn each_channel_has_its_own_mean_and_deviation() -> Result<()> {
    let white = RgbImage::from_pixel(1, 1, Rgb([255, 255, 255]));
    let pixels = pixel_values(&white, 1, [0.0, 0.5, 0.75], [1.0, 0.25, 0.5])?;
    let expected = Tensor::new(&[1f32, 2.0, 0.5], &candle_core::Device::Cpu)?.reshape((3, 1, 1))?;
    assert_close(&pixels, &expected, 1e-6, "(1 − 0) / 1, (1 − 0.5) / 0.25, (1 − 0.75) / 0.5");
    Ok(())
}

/// The red values of all pixels come first, row by row, then the green ones, then the blue ones.
#[test]
fn each_channel_is_a_picture_of_its_own() -> Result<()> {
    let picture = RgbImage::from_fn(2, 2, |x, y| Rgb([(10 * x) as u8, (20 * y) as u8, 200]));
    let found = levels(&pixel_values(&picture, 2, HALF, HALF)?)?;
    let rounded: Vec<f32> = found.iter().map(|level| level.round()).collect();
    assert_eq!(
        rounded,
        [0.0, 10.0, 0.0, 10.0, 0.0, 0.0, 20.0, 20.0, 200.0, 200.0, 200.0, 200.0],
        "expected: red of four pixels, green of four, blue of four (left: yours)"
    );
    Ok(())
}

/// A picture three times as wide as high is squashed, neither cropped nor framed: its left third is still there, and its right
/// one, in every row.
#[test]
fn nothing_is_cut_off() -> Result<()> {
    let colours = [Rgb([255, 0, 0]), Rgb([0, 255, 0]), Rgb([0, 0, 255])];
    let picture = RgbImage::from_fn(90, 30, |x, _| colours[x as usize / 30]);
    let found = levels(&pixel_values(&picture, 30, HALF, HALF)?)?;
    for row in [1, 15, 28] {
        let values = |channel: usize| &found[channel * 900 + row * 30..][..30];
        let bright = [0, 1, 2].map(|channel| values(channel).iter().filter(|level| **level > 128.0).count());
        assert_eq!(bright, [10, 10, 10], "expected: a third of row {row} red, green and blue (left: yours)");
    }
    Ok(())
}

/// A drawing as the Python imaging library squashed it, at two sizes: the same level everywhere.
#[test]
fn the_python_imaging_library_squashes_alike() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let fixtures = data::data_folder().join("fixtures");
    let source = image::open(fixtures.join("picture.png"))?.to_rgb8();
    for side in [42usize, 224] {
        let theirs = image::open(fixtures.join(format!("expected/picture-{side}.png")))?.to_rgb8();
        let ours = levels(&pixel_values(&source, side, HALF, HALF)?)?;
        let away = |(place, level): (usize, &f32)| {
            let (channel, pixel) = (place / (side * side), place % (side * side));
            let theirs = theirs.get_pixel((pixel % side) as u32, (pixel / side) as u32).0[channel];
            (level.round() - f32::from(theirs)).abs() as usize
        };
        let away: Vec<usize> = ours.iter().enumerate().map(away).filter(|away| *away > 0).collect();
        assert!(
            away.is_empty(),
            "expected: at {side} pixels the levels of PIL\nbut {} of {} differ, by up to {}",
            away.len(),
            ours.len(),
            away.iter().max().unwrap_or(&0)
        );
    }
    Ok(())
}

/// What is no picture is refused.
#[test]
fn no_pixels_are_an_error() {
    assert!(pixel_values(&RgbImage::new(0, 3), 8, HALF, HALF).is_err(), "a picture without pixels");
    assert!(pixel_values(&RgbImage::new(3, 3), 0, HALF, HALF).is_err(), "a side of nothing");
}
