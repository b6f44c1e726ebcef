//! One sprite on a plain background, varied or not.

use std::sync::OnceLock;

use data::{Augmentation, EmojiSet, Gallery, LIGHT_GREY, single_picture};
use image::RgbImage;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

fn gallery() -> &'static Gallery {
    static GALLERY: OnceLock<Gallery> = OnceLock::new();
    GALLERY.get_or_init(|| EmojiSet::load().expect("the bundled files are complete").training())
}

fn picture(which: usize, augmentation: &Augmentation, seed: u64) -> RgbImage {
    single_picture(&gallery().sprites()[which], 64, augmentation, &mut ChaCha8Rng::seed_from_u64(seed))
}

fn captioned(caption: &str) -> usize {
    gallery().sprites().iter().position(|sprite| sprite.caption == caption).expect("a known caption")
}

/// The same seed gives the same picture, another seed another one.
#[test]
fn the_same_seed_gives_the_same_picture() {
    for which in (0..gallery().len()).step_by(97) {
        let once = picture(which, &Augmentation::TRAINING, 5);
        assert_eq!(once, picture(which, &Augmentation::TRAINING, 5), "seed 5 gave two different pictures");
        assert_ne!(once, picture(which, &Augmentation::TRAINING, 6), "seeds 5 and 6 gave the same picture");
    }
}

/// Without variation the seed does not matter, and the sprite stands in the middle of light grey.
#[test]
fn without_variation_pictures_never_change() {
    for which in (0..gallery().len()).step_by(97) {
        let plain = picture(which, &Augmentation::NONE, 1);
        assert_eq!(plain, picture(which, &Augmentation::NONE, 2), "the seed changed an unvaried picture");
        assert!([(0, 0), (63, 0), (0, 63), (63, 63)].iter().all(|&(x, y)| *plain.get_pixel(x, y) == LIGHT_GREY));
    }
}

/// Grey pictures have no colour left but the background's.
#[test]
fn grey_takes_all_colour() {
    let grey = Augmentation { grey: 1.0, ..Augmentation::NONE };
    let colourful = picture(captioned("red apple"), &Augmentation::NONE, 1);
    let spread = |picture: &RgbImage| {
        picture.pixels().map(|pixel| pixel.0.iter().max().unwrap() - pixel.0.iter().min().unwrap()).max()
    };
    assert!(spread(&colourful) > Some(100), "the apple was colourful before");
    assert!(spread(&picture(captioned("red apple"), &grey, 1)) <= Some(1), "some colour is left in a grey picture");
}

/// A small turn of the hue keeps a red apple red; that is what lets captions name colours.
#[test]
fn training_hues_keep_red_things_red() {
    let apple = captioned("red apple");
    let only_hue = Augmentation { hue: Augmentation::TRAINING.hue, ..Augmentation::NONE };
    for seed in 0..20 {
        let middle = *picture(apple, &only_hue, seed).get_pixel(32, 40);
        assert!(middle[0] > 2 * middle[1] && middle[0] > 2 * middle[2], "seed {seed} made the apple {middle:?}");
    }
}

/// A left arrow in a mirror would be a right arrow, so it is never mirrored; a dog is.
#[test]
fn arrows_are_never_mirrored() {
    let mirrored = Augmentation { mirror: 1.0, ..Augmentation::NONE };
    for caption in ["left arrow", "three o’clock", "backhand index pointing right"] {
        let which = captioned(caption);
        assert_eq!(picture(which, &mirrored, 1), picture(which, &Augmentation::NONE, 1), "{caption} was mirrored");
    }
    let dog = captioned("dog");
    assert_ne!(picture(dog, &mirrored, 1), picture(dog, &Augmentation::NONE, 1), "the dog was not mirrored");
}

/// An outline makes a drawing larger and shaving makes it smaller.
#[test]
fn outlines_grow_and_shaving_shrinks() {
    let apple = captioned("red apple");
    let covered = |augmentation: &Augmentation| {
        picture(apple, augmentation, 3).pixels().filter(|pixel| **pixel != LIGHT_GREY).count()
    };
    let plain = covered(&Augmentation::NONE);
    let outlined = covered(&Augmentation { outline: 1.0, ..Augmentation::NONE });
    let shaved = covered(&Augmentation { shave: 1.0, ..Augmentation::NONE });
    assert!(shaved < plain && plain < outlined, "shaved {shaved}, plain {plain}, outlined {outlined} pixels");
}

/// Every kind of variation, alone, changes something.
#[test]
fn every_kind_of_variation_does_something() {
    let (none, training) = (Augmentation::NONE, Augmentation::TRAINING);
    let kinds = [
        ("size", Augmentation { size: (0.5, 0.6), ..none }),
        ("place", Augmentation { place: 1.0, ..none }),
        ("rotation", Augmentation { rotation: training.rotation, ..none }),
        ("stretch", Augmentation { stretch: training.stretch, ..none }),
        ("shear", Augmentation { shear: training.shear, ..none }),
        ("hue", Augmentation { hue: training.hue, ..none }),
        ("saturation", Augmentation { saturation: training.saturation, ..none }),
        ("brightness", Augmentation { brightness: training.brightness, ..none }),
        ("contrast", Augmentation { contrast: training.contrast, ..none }),
        ("recolour", Augmentation { recolour: 1.0, ..none }),
        ("posterise", Augmentation { posterise: 1.0, ..none }),
        ("blur", Augmentation { blur: 1.0, ..none }),
        ("background", Augmentation { background: 1.0, ..none }),
    ];
    let dog = captioned("dog");
    let plain = picture(dog, &none, 9);
    for (name, augmentation) in kinds {
        assert_ne!(picture(dog, &augmentation, 9), plain, "{name} changed nothing");
    }
}

/// The background's strength is a chance: light grey, as in examinations, or any colour at all.
#[test]
fn some_backgrounds_are_coloured() {
    let augmentation = Augmentation { background: 0.3, ..Augmentation::NONE };
    let dog = captioned("dog");
    let corners = (0..200).map(|seed| picture(dog, &augmentation, seed).get_pixel(0, 0).0);
    let coloured = corners.filter(|corner| *corner != LIGHT_GREY.0).count();
    assert!((30..=90).contains(&coloured), "of 200 backgrounds about 60 should have a colour, not {coloured}");
}

/// Even a picture of one pixel is drawn without complaint.
#[test]
fn tiny_pictures_are_fine() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for side in 1..8 {
        let picture = single_picture(&gallery().sprites()[0], side, &Augmentation::TRAINING, &mut rng);
        assert_eq!(picture.dimensions(), (side, side));
    }
}
