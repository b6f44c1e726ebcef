//! Specification of an answer's boxes in pixels.

use published_weights::{PixelBox, boxes_in_pixels};
use spec::proptest::prelude::*;

fn bounds(name: &str, [top, left, bottom, right]: [u32; 4]) -> PixelBox {
    PixelBox { name: name.to_owned(), top, left, bottom, right }
}

/// A picture twice as wide as high, word by word: y of its height, x of its width.
#[test]
fn each_side_has_its_own_length() {
    let found = boxes_in_pixels("<loc0256><loc0128><loc0767><loc0895> dog", 800, 400);
    let expected = [bounds("dog", [100, 100, 300, 700])];
    assert_eq!(found, expected, "expected: y · 400 / 1023 and x · 800 / 1023, rounded (left: yours)");
}

/// The first and the last location are the edges of the picture.
#[test]
fn the_last_location_is_the_far_edge() {
    let found = boxes_in_pixels("<loc0000><loc0000><loc1023><loc1023> dog", 640, 4096);
    assert_eq!(found, [bounds("dog", [0, 0, 4096, 640])], "expected: the whole picture (left: yours)");
}

/// All of them, with their names, also where two have the same; what is no box is left out.
#[test]
fn every_box_has_its_name() {
    let answer = "<loc0000><loc0000><loc0341><loc1023> dog ; nonsense ; \
                  <loc0341><loc0000><loc1023><loc0341> red apple ; <loc0682><loc0682><loc1023><loc1023> dog";
    let expected =
        [bounds("dog", [0, 0, 100, 300]), bounds("red apple", [100, 0, 300, 100]), bounds("dog", [200, 200, 300, 300])];
    assert_eq!(boxes_in_pixels(answer, 300, 300), expected, "expected: three boxes (left: yours)");
    assert_eq!(boxes_in_pixels("", 300, 300), [], "nothing said, nothing found");
}

/// A model in training exchanges corners now and then. The area is still the one between them.
#[test]
fn exchanged_corners_are_put_in_order() {
    let found = boxes_in_pixels("<loc1023><loc0682><loc0341><loc0000> dog", 300, 300);
    assert_eq!(
        found,
        [bounds("dog", [100, 0, 300, 200])],
        "expected: top above bottom, left before right (left: yours)"
    );
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// No edge is more than half a pixel from where its location is, and none lies outside.
    #[test]
    fn an_edge_is_at_most_half_a_pixel_away(
        bins in prop::array::uniform4(0u32..1024), width in 1u32..3000, height in 1u32..3000,
    ) {
        let words = bins.map(|bin| format!("<loc{bin:04}>")).concat();
        let found = boxes_in_pixels(&format!("{words} dog"), width, height);
        prop_assert_eq!(found.len(), 1, "{} dog is one box", words);
        let edges = [found[0].top, found[0].left, found[0].bottom, found[0].right];
        let exact = |bin: u32, side: u32| f64::from(bin) / 1023.0 * f64::from(side);
        let exact = [
            exact(bins[0].min(bins[2]), height), exact(bins[1].min(bins[3]), width),
            exact(bins[0].max(bins[2]), height), exact(bins[1].max(bins[3]), width),
        ];
        for (edge, exact) in edges.into_iter().zip(exact) {
            let far = (f64::from(edge) - exact).abs();
            prop_assert!(far <= 0.501, "{words} in {width} × {height}: an edge is at {edge} and should be near {exact:.2}");
        }
    }
}
