//! Pictures are prepared as the Python imaging library prepares them for the published weights.

use image::RgbImage;
use parity::fixture;
use vit_patching::resize_square;

/// PIL weighs pixels in whole numbers, we in floating-point ones: roundings differ.
const LEVELS: u8 = 2;

fn picture(name: &str) -> RgbImage {
    image::open(fixture(name)).expect("the fixtures are complete").to_rgb8()
}

/// A drawing, wider than high, squashed and stretched: no value is more than two levels of 255 away.
#[test]
fn squashing_is_bicubic_as_in_pil() {
    let source = picture("picture.png");
    for side in [42, 224] {
        let theirs = picture(&format!("expected/picture-{side}.png"));
        let ours = resize_square(&source, side);
        let worst = ours.as_raw().iter().zip(theirs.as_raw()).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
        let worst = worst.expect("pictures have pixels");
        assert!(worst <= LEVELS, "at {side} pixels a value is {worst} levels away; allowed are {LEVELS}");
    }
}
