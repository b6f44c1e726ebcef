//! Specification of how many places a prompt keeps for its picture.

use published_weights::{ResolutionError, image_places};
use spec::proptest::prelude::*;

/// PaliGemma's three resolutions, with patches of 14 pixels.
#[test]
fn the_published_resolutions_have_these_many_places() {
    for (side, places) in [(224, 256), (448, 1024), (896, 4096)] {
        let found = image_places(side, 14, None);
        assert_eq!(found, Ok(places), "expected: {side} pixels in patches of 14 take {places} places (left: yours)");
    }
    assert_eq!(image_places(14, 14, None), Ok(1), "a picture of one patch takes one place (left: yours)");
}

/// A file that says the same is believed, and one that says something else is named with both numbers.
#[test]
fn what_is_stated_has_to_follow() {
    assert_eq!(image_places(224, 14, Some(256)), Ok(256), "256 follows from 224 and 14 (left: yours)");
    let expected = ResolutionError::AnotherCount { stated: 256, counted: 1024, side: 448, patch_size: 14 };
    assert_eq!(
        image_places(448, 14, Some(256)),
        Err(expected),
        "the places of 224 pixels do not fit 448 (left: yours)"
    );
    assert!(image_places(224, 14, Some(257)).is_err(), "there is no token besides the patches");
    assert!(image_places(224, 14, Some(0)).is_err(), "a stated 0 is stated, and does not follow");
}

/// Sizes that make no grid.
#[test]
fn sizes_of_nothing_are_refused() {
    assert!(image_places(0, 14, None).is_err(), "a picture without a side");
    assert!(image_places(224, 0, None).is_err(), "patches without a side");
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// Twice the side is four times the places.
    #[test]
    fn twice_the_side_is_four_times_the_places(grid in 1usize..65, patch_size in 1usize..33) {
        let (small, large) = (image_places(grid * patch_size, patch_size, None), image_places(2 * grid * patch_size, patch_size, None));
        prop_assert_eq!(large.ok(), small.ok().map(|places| 4 * places), "{} pixels, and twice as many", grid * patch_size);
    }

    /// A strip that is narrower than a patch would go unseen, so such a side is refused.
    #[test]
    fn no_strip_is_left_over(grid in 1usize..65, patch_size in 2usize..33, over in 1usize..32) {
        let side = grid * patch_size + 1 + over % (patch_size - 1);
        let expected = ResolutionError::PatchesDoNotTile { side, patch_size };
        prop_assert_eq!(image_places(side, patch_size, None), Err(expected), "{} pixels in patches of {}", side, patch_size);
    }
}
