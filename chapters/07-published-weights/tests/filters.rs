//! Specification of the filters that squash a picture.

use image::RgbImage;
use proptest::prelude::*;
use published_weights::{Filter, bilinear_weights, squash, squash_by};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A picture as the Python imaging library squashed it with the bilinear filter: the same level everywhere.
#[test]
fn the_python_imaging_library_mixes_bilinearly_alike() -> Outcome {
    let open =
        |name: &str| image::open(data::data_folder().join("fixtures").join(name)).map(|picture| picture.to_rgb8());
    let ours = squash_by(&open("picture.png")?, 42, Filter::Bilinear);
    let theirs = open("expected/picture-42-bilinear.png")?;
    let away = ours.as_raw().iter().zip(theirs.as_raw()).filter(|(ours, theirs)| ours != theirs).count();
    assert_eq!(away, 0, "levels differ from PIL's");
    Ok(())
}

/// Two pixels stretched to four: a quarter of the way from one to the other, then three quarters; the ends stay.
#[test]
fn stretching_goes_in_a_straight_line() {
    let windows = [0, 1, 2, 3].map(|place| bilinear_weights(2, 4, place));
    let weights = windows.map(|window| (0..2).map(|x| weight_of(&window, x)).collect::<Vec<f64>>());
    assert_eq!(weights, [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]);
}

/// Six pixels squashed to two. From the first one's middle, at 1.5, the old pixels are ⅓, 0, ⅓, ⅔ and 1 of three pixels away.
#[test]
fn squashing_asks_the_neighbours_too() {
    let window = bilinear_weights(6, 2, 0);
    let eighths: Vec<f64> = (0..6).map(|x| (weight_of(&window, x) * 8.0 * 1e9).round() / 1e9).collect();
    assert_eq!(eighths, [2.0, 3.0, 2.0, 1.0, 0.0, 0.0]);
}

fn weight_of(window: &published_weights::Window, x: usize) -> f64 {
    x.checked_sub(window.first).and_then(|place| window.weights.get(place)).copied().unwrap_or(0.0)
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// Weights are shares: none is negative, all lie within the line, and together they are 1. Seen in a mirror, they are those
    /// of the pixel opposite.
    #[test]
    fn bilinear_weights_are_shares((old, new) in (1usize..200, 1usize..200), at in 0.0f64..1.0) {
        let place = (at * new as f64) as usize;
        let (window, mirrored) = (bilinear_weights(old, new, place), bilinear_weights(old, new, new - 1 - place));
        prop_assert!(window.first + window.weights.len() <= old);
        prop_assert!(window.weights.iter().all(|weight| *weight >= 0.0));
        prop_assert!((window.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for x in 0..old {
            prop_assert!((weight_of(&window, x) - weight_of(&mirrored, old - 1 - x)).abs() < 1e-9);
        }
    }

    /// One colour stays that colour, and a picture of the right size stays as it is, with either filter.
    #[test]
    fn what_need_not_change_does_not(side in 1u32..20, levels: Vec<u8>, colour: [u8; 3]) {
        let plain = RgbImage::from_pixel(side + 3, side * 2, image::Rgb(colour));
        let drawn = RgbImage::from_fn(side, side, |x, y| {
            image::Rgb([0, 1, 2].map(|c| levels.get((x + y * side + c) as usize).copied().unwrap_or(colour[c as usize])))
        });
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            prop_assert!(squash_by(&plain, side, filter).pixels().all(|pixel| pixel.0 == colour));
            prop_assert_eq!(&squash_by(&drawn, side, filter), &drawn);
        }
        prop_assert_eq!(squash(&plain, side), squash_by(&plain, side, Filter::Bicubic));
    }
}
