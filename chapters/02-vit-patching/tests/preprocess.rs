//! Specification of `resize_square` and `preprocess`.

use candle_core::{Result, Tensor};
use image::{Rgb, RgbImage, imageops};
use spec::proptest::prelude::*;
use spec::{assert_close, cases, device};
use vit_patching::{Normalisation, preprocess, resize_square};

/// A picture of seeded noise with values below `limit`.
fn noise(width: u32, height: u32, seed: u64, limit: u8) -> RgbImage {
    let mut state = seed;
    RgbImage::from_fn(width, height, |_, _| {
        Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % u64::from(limit)) as u8
        }))
    })
}

fn siglip(pictures: &[RgbImage], side: usize) -> Result<Tensor> {
    preprocess(pictures, side, &Normalisation::SIGLIP, &device())
}

/// Black, white and one colour between: 0..255 becomes −1..1, each channel a plane of its own.
#[test]
fn black_is_minus_one_and_white_is_one() -> Result<()> {
    let mut picture = RgbImage::new(2, 2);
    picture.put_pixel(1, 0, Rgb([255, 255, 255]));
    picture.put_pixel(0, 1, Rgb([255, 0, 51]));
    let red = [[-1f32, 1.0], [1.0, -1.0]];
    let green = [[-1f32, 1.0], [-1.0, -1.0]];
    let blue = [[-1f32, 1.0], [-0.6, -1.0]];
    let expected = Tensor::new(&[[red, green, blue]], &device())?;
    assert_close(&siglip(&[picture], 2)?, &expected, 1e-6, "[1, channel, row, column], value/255·2 − 1");
    Ok(())
}

/// Other published models use other constants.
#[test]
fn fixed_mean_and_std_are_applied_per_channel() -> Result<()> {
    let picture = RgbImage::from_pixel(1, 1, Rgb([255, 51, 0]));
    let normalisation = Normalisation::Fixed { mean: [0.5, 0.2, 0.4], std: [0.25, 0.5, 0.2] };
    let pixels = preprocess(&[picture], 1, &normalisation, &device())?.flatten_all()?;
    assert_close(&pixels, &Tensor::new(&[2f32, 0.0, -2.0], &device())?, 1e-6, "(value − mean) / std, red, green, blue");
    Ok(())
}

proptest! {
    #![proptest_config(cases(24))]

    /// Whatever the picture and its size, the tower sees numbers between −1 and 1.
    #[test]
    fn siglips_pixels_lie_between_minus_one_and_one(width in 1u32..40, height in 1u32..40, seed in 0u64..1000) {
        let pixels = siglip(&[noise(width, height, seed, 255)], 16)?;
        prop_assert_eq!(pixels.dims(), &[1, 3, 16, 16]);
        let largest = pixels.abs()?.max_all()?.to_scalar::<f32>()?;
        prop_assert!(largest <= 1.0, "a pixel became ±{largest}");
    }

    /// The same drawing on a brighter or tinted ground: with `OwnMean` the tower cannot tell the difference.
    #[test]
    fn own_mean_removes_a_shift_of_colour(seed in 0u64..1000, red in 0u8..100, green in 0u8..100, blue in 0u8..100) {
        let picture = noise(8, 8, seed, 150);
        let mut tinted = picture.clone();
        for pixel in tinted.pixels_mut() {
            pixel.0 = [pixel.0[0] + red, pixel.0[1] + green, pixel.0[2] + blue];
        }
        let pixels = preprocess(&[picture, tinted], 8, &Normalisation::OwnMean, &device())?;
        assert_close(&pixels.narrow(0, 1, 1)?, &pixels.narrow(0, 0, 1)?, 1e-5, "adding a colour to all pixels changes nothing");
        let means = pixels.mean((2, 3))?;
        assert_close(&means, &means.zeros_like()?, 1e-5, "each channel of each picture has mean 0");
    }

    /// `OwnMean` stretches colours three times as far as SigLIP's constants do: 6 instead of 2 for the range 0..1.
    #[test]
    fn own_mean_has_three_times_siglips_contrast(seed in 0u64..1000) {
        let picture = noise(8, 8, seed, 255);
        let ours = preprocess(std::slice::from_ref(&picture), 8, &Normalisation::OwnMean, &device())?;
        let siglips = siglip(&[picture], 8)?;
        let difference = (ours - (siglips * 3.0)?)?; // the same number for all pixels of a channel
        let spread = (difference.max_keepdim(3)?.max_keepdim(2)? - difference.min_keepdim(3)?.min_keepdim(2)?)?;
        assert_close(&spread, &spread.zeros_like()?, 1e-5, "the two differ by a shift, not by a scale");
    }

    /// A picture that has the right size is not touched: resampling it would only blur it.
    #[test]
    fn resizing_to_the_same_size_changes_nothing(side in 1u32..20, seed in 0u64..1000) {
        let picture = noise(side, side, seed, 255);
        let resized = resize_square(&picture, side);
        prop_assert_eq!(resized.as_ref(), &picture);
    }

    /// One colour stays that colour at any size.
    #[test]
    fn resizing_keeps_a_plain_picture_plain(width in 1u32..30, height in 1u32..30, side in 1u32..30, colour: [u8; 3]) {
        let picture = RgbImage::from_pixel(width, height, Rgb(colour));
        let resized = resize_square(&picture, side);
        prop_assert_eq!(resized.as_ref(), &RgbImage::from_pixel(side, side, Rgb(colour)));
    }

    /// A mirror image is resized to the mirror image: left and right, top and bottom are treated alike.
    #[test]
    fn resizing_has_no_favourite_side(width in 1u32..30, height in 1u32..30, seed in 0u64..1000) {
        let picture = noise(width, height, seed, 255);
        let mirrored = siglip(&[imageops::flip_horizontal(&picture)], 8)?;
        let there = siglip(&[picture], 8)?;
        assert_close(&mirrored, &there.flip(&[3])?, 2.0 / 255.0 + 1e-6, "mirror, then resize = resize, then mirror (to a level)");
    }

    /// Pictures in a batch do not influence one another, whatever their sizes.
    #[test]
    fn a_batch_is_its_pictures_one_by_one(seed in 0u64..1000) {
        let pictures = [noise(9, 5, seed, 255), noise(16, 16, seed + 1, 255), noise(1, 1, seed + 2, 255)];
        let together = preprocess(&pictures, 16, &Normalisation::OwnMean, &device())?;
        for (index, picture) in pictures.iter().enumerate() {
            let alone = preprocess(std::slice::from_ref(picture), 16, &Normalisation::OwnMean, &device())?;
            assert_close(&together.narrow(0, index, 1)?, &alone, 0.0, "a picture looks the same in any batch");
        }
    }
}

/// Nothing to prepare is an error with a remedy, not an empty tensor that fails later.
#[test]
fn impossible_pictures_are_refused() {
    let message = |pictures: &[RgbImage], side| siglip(pictures, side).expect_err("should be refused").to_string();
    assert!(message(&[], 8).contains("at least one"), "an empty batch");
    assert!(
        message(&[noise(2, 2, 1, 255), RgbImage::new(0, 5)], 8).contains("picture 1"),
        "the empty picture is named"
    );
    assert!(message(&[noise(2, 2, 1, 255)], 0).contains("at least 1"), "a side of zero pixels");
}
