//! Painting and boxes.

use data::{BoundingBox, EmojiSet, Placement, paint};
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// So many drawn inputs, the same in every run.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() }
}

fn close(left: f32, right: f32) -> bool {
    (left - right).abs() < 1e-6
}

/// How much of each pixel the sprite covers, from what it hides: painted on black and on white, the difference is what
/// still shines through.
fn coverage(sprite: &RgbaImage, placement: &Placement, width: u32, height: u32) -> (Vec<f32>, BoundingBox) {
    let mut black = RgbImage::new(width, height);
    let mut white = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    let bounds = paint(&mut black, sprite, placement);
    assert_eq!(bounds, paint(&mut white, sprite, placement), "the box must not depend on the background");
    let shines_through =
        white.pixels().zip(black.pixels()).map(|(white, black)| f32::from(white[1]) - f32::from(black[1]));
    (shines_through.map(|difference| 1.0 - difference / 255.0).collect(), bounds)
}

fn placements() -> impl Strategy<Value = Placement> {
    let place = (0.2..0.8_f32, 0.2..0.8_f32, 0.2..0.9_f32);
    let shape = (-3.0..3.0_f32, any::<bool>(), 0.8..1.25_f32, -0.3..0.3_f32);
    (place, shape).prop_map(|((centre_y, centre_x, size), (rotation, flip, stretch, shear))| Placement {
        centre_y,
        centre_x,
        size,
        rotation,
        flip,
        stretch,
        shear,
    })
}

proptest! {
    #![proptest_config(cases(48))]

    /// Each of the four edges of a box touches what it is around, and nothing of that is outside.
    #[test]
    fn boxes_are_tight(placement in placements(), which in 0..100_usize) {
        assert_tight(&placement, which);
    }

    /// However small a sprite becomes, it covers the same share of itself: shrinking averages, it does not skip pixels.
    #[test]
    fn shrinking_keeps_the_average(size in 0.05..1.0_f32) {
        let checkered = RgbaImage::from_fn(64, 64, |x, y| Rgba([255, 255, 255, if (x + y) % 2 == 0 { 255 } else { 0 }]));
        let (coverage, _) = coverage(&checkered, &Placement::centred(size), 200, 200);
        let covered: f32 = coverage.iter().sum();
        let expected = (size * 200.0).powi(2) / 2.0; // half of a checkered square is opaque
        prop_assert!((covered / expected - 1.0).abs() < 0.12, "covered {covered} pixels instead of {expected}");
    }

    /// Intersection over union is symmetric, at most 1, and 1 for a box with itself.
    #[test]
    fn iou_is_symmetric_and_at_most_one(numbers in proptest::array::uniform8(0.0..1.0_f32)) {
        let make = |[a, b, c, d]: [f32; 4]| BoundingBox {
            y_min: a.min(c), x_min: b.min(d), y_max: a.max(c) + 0.01, x_max: b.max(d) + 0.01,
        };
        let [a, b, c, d, e, f, g, h] = numbers;
        let (first, second) = (make([a, b, c, d]), make([e, f, g, h]));
        prop_assert!(close(first.iou(&second), second.iou(&first)));
        prop_assert!((0.0..=1.0 + 1e-6).contains(&first.iou(&second)));
        prop_assert!((first.iou(&first) - 1.0).abs() < 1e-5, "a box overlaps itself completely");
    }
}

static SPRITES: std::sync::OnceLock<EmojiSet> = std::sync::OnceLock::new();

/// The box of a noun of the held-out artist holds every pixel that is covered by more than half of the strongest opacity
/// in the picture, and each of its four edges touches one.
fn assert_tight(placement: &Placement, which: usize) {
    let emojis = SPRITES.get_or_init(|| EmojiSet::load().expect("the bundled files are complete"));
    let gallery = emojis.held_out().nouns_only(emojis.nouns());
    let (width, height) = (90, 70);
    let (coverage, bounds) = coverage(&gallery.sprites()[which].image, placement, width, height);
    let [top, left, bottom, right] = bounds.to_pixels(width, height);
    let at = |y: u32, x: u32| coverage[(y * width + x) as usize];
    let half = coverage.iter().copied().fold(0.0, f32::max) / 2.0;
    let rounding = 0.01; // pixels are whole numbers of 255
    for y in 0..height {
        for x in 0..width {
            let inside = (top..bottom).contains(&y) && (left..right).contains(&x);
            assert!(inside || at(y, x) <= half + rounding, "pixel ({y}, {x}) is covered and outside {bounds:?}");
        }
    }
    assert!((left..right).any(|x| at(top, x) > half - rounding), "nothing touches the top edge of {bounds:?}");
    assert!((left..right).any(|x| at(bottom - 1, x) > half - rounding), "nothing touches the bottom edge");
    assert!((top..bottom).any(|y| at(y, left) > half - rounding), "nothing touches the left edge");
    assert!((top..bottom).any(|y| at(y, right - 1) > half - rounding), "nothing touches the right edge");
}

/// A thin sprite, painted small, is nowhere opaque: half of *its* strongest opacity decides.
#[test]
fn the_box_of_a_faint_sprite_is_tight() {
    let placement = Placement {
        centre_y: 0.4327289,
        centre_x: 0.5441338,
        size: 0.21342354,
        rotation: 2.5350838,
        flip: false,
        stretch: 1.1047564,
        shear: -0.26846445,
    };
    assert_tight(&placement, 77);
}

/// Two unit-wide boxes that share a third of their union.
#[test]
fn iou_of_half_shifted_boxes_is_one_third() {
    let left = BoundingBox { y_min: 0.0, x_min: 0.0, y_max: 0.5, x_max: 0.5 };
    let right = BoundingBox { y_min: 0.0, x_min: 0.25, y_max: 0.5, x_max: 0.75 };
    assert!(close(left.intersection(&right), 0.125));
    assert!(close(left.iou(&right), 1.0 / 3.0));
    let elsewhere = BoundingBox { y_min: 0.6, x_min: 0.6, y_max: 0.9, x_max: 0.9 };
    assert_eq!(left.iou(&elsewhere), 0.0, "boxes that do not meet share nothing");
    let nothing = BoundingBox { y_min: 0.2, x_min: 0.2, y_max: 0.2, x_max: 0.2 };
    assert_eq!(nothing.iou(&nothing), 0.0, "a box without area has no IoU; 0 and not NaN");
}

/// An upright square lands exactly on the pixels that its placement names.
#[test]
fn a_square_lands_where_it_should() {
    let square = RgbaImage::from_pixel(64, 64, Rgba([10, 200, 30, 255]));
    let mut canvas = RgbImage::new(128, 128);
    let placement = Placement { centre_y: 0.25, centre_x: 0.75, ..Placement::centred(0.5) };
    let bounds = paint(&mut canvas, &square, &placement);
    assert_eq!(bounds, BoundingBox { y_min: 0.0, x_min: 0.5, y_max: 0.5, x_max: 1.0 });
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let expected = if x >= 64 && y < 64 { [10, 200, 30] } else { [0; 3] };
        assert_eq!(pixel.0, expected, "pixel ({y}, {x})");
    }
}

/// A mirror image swaps left and right, and a quarter turn clockwise brings the left side to the top.
#[test]
fn mirrors_and_turns_go_the_right_way() {
    let half_red =
        RgbaImage::from_fn(64, 64, |x, _| if x < 32 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) });
    let colour_at = |placement: Placement, x: u32, y: u32| {
        let mut canvas = RgbImage::new(64, 64);
        paint(&mut canvas, &half_red, &placement);
        canvas.get_pixel(x, y).0
    };
    let upright = Placement::centred(1.0);
    assert_eq!(colour_at(upright, 8, 32), [255, 0, 0], "upright, red stays on the left");
    assert_eq!(
        colour_at(Placement { flip: true, ..upright }, 56, 32),
        [255, 0, 0],
        "in the mirror, red is on the right"
    );
    let quarter = Placement { rotation: std::f32::consts::FRAC_PI_2, ..upright };
    assert_eq!(colour_at(quarter, 32, 8), [255, 0, 0], "turned clockwise, the left side is on top");
    let wide = Placement { stretch: 2.0, ..Placement::centred(0.5) };
    assert_eq!(colour_at(wide, 4, 32), [255, 0, 0], "stretched to twice its width, it reaches the edges");
    assert_eq!(colour_at(wide, 32, 18), [0; 3], "and half its height leaves room above");
}

/// What sticks out of the canvas is cut off, box included; what misses it altogether leaves no trace.
#[test]
fn sprites_are_cut_off_at_the_edge() {
    let square = RgbaImage::from_pixel(64, 64, Rgba([255; 4]));
    let mut canvas = RgbImage::new(64, 64);
    let bounds = paint(&mut canvas, &square, &Placement { centre_x: 0.0, ..Placement::centred(0.5) });
    assert_eq!(bounds, BoundingBox { y_min: 0.25, x_min: 0.0, y_max: 0.75, x_max: 0.25 });
    let mut canvas = RgbImage::new(64, 64);
    for placement in [
        Placement { centre_x: 3.0, ..Placement::centred(0.5) },
        Placement { centre_y: -3.0, ..Placement::centred(0.5) },
        Placement::centred(0.0),
        Placement { stretch: 0.0, ..Placement::centred(0.5) },
    ] {
        assert_eq!(paint(&mut canvas, &square, &placement).area(), 0.0, "{placement:?} covers nothing");
    }
    assert!(canvas.pixels().all(|pixel| pixel.0 == [0; 3]), "something was painted outside the canvas");
}

/// Transparent pixels hide their colour: the hidden red of a transparent border never shows at the rim.
#[test]
fn hidden_colours_do_not_bleed() {
    let sprite = RgbaImage::from_fn(64, 64, |x, y| {
        let inside = (16..48).contains(&x) && (16..48).contains(&y);
        if inside { Rgba([0, 0, 255, 255]) } else { Rgba([255, 0, 0, 0]) }
    });
    let mut canvas = RgbImage::new(50, 50);
    paint(&mut canvas, &sprite, &Placement { rotation: 0.4, ..Placement::centred(0.9) });
    let reddest = canvas.pixels().map(|pixel| pixel[0]).max();
    assert_eq!(reddest, Some(0), "red from transparent pixels bled into the picture");
}
