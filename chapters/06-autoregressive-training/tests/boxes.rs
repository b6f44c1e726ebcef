//! Specification of boxes as words.

use autoregressive_training::boxes::{
    bin_to_coordinate, box_tokens, coordinate_to_bin, detection_answer, parse_detections,
};
use data::BoundingBox;
use spec::proptest::prelude::*;

/// Half of the distance between two bins, with room for rounding in f32.
const HALF_A_BIN: f32 = 0.5 / 1023.0 + 1e-6;

fn bounds(y_min: f32, x_min: f32, y_max: f32, x_max: f32) -> BoundingBox {
    BoundingBox { y_min, x_min, y_max, x_max }
}

fn distance(a: &BoundingBox, b: &BoundingBox) -> f32 {
    let differences = [a.y_min - b.y_min, a.x_min - b.x_min, a.y_max - b.y_max, a.x_max - b.x_max];
    differences.into_iter().fold(0.0, |largest, difference| largest.max(difference.abs()))
}

/// `round(fraction · 1023)`: both edges have a bin of their own.
#[test]
fn the_edges_are_the_first_and_the_last_bin() {
    assert_eq!(coordinate_to_bin(0.0), 0, "the top or left edge");
    assert_eq!(coordinate_to_bin(1.0), 1023, "the bottom or right edge");
    assert_eq!(coordinate_to_bin(0.5), 512, "0.5 · 1023 = 511.5 is rounded, not cut off");
    assert_eq!((coordinate_to_bin(-0.3), coordinate_to_bin(1.7)), (0, 1023), "what lies outside moves to the edge");
}

/// Top, left, bottom, right: a box that is far from symmetric shows any exchange.
#[test]
fn y_comes_before_x() {
    let tokens = box_tokens(&bounds(0.0, 0.25, 0.5, 1.0));
    assert_eq!(tokens, "<loc0000><loc0256><loc0512><loc1023>", "y_min, x_min, y_max, x_max");
}

/// Two boxes, word by word.
#[test]
fn objects_are_joined_by_semicolons() {
    let boxes = [("dog".to_owned(), bounds(0.0, 0.0, 1.0, 1.0)), ("red apple".to_owned(), bounds(0.25, 0.0, 0.5, 1.0))];
    let expected = "<loc0000><loc0000><loc1023><loc1023> dog ; <loc0256><loc0000><loc0512><loc1023> red apple";
    assert_eq!(detection_answer(&boxes), expected, "box, name, ' ; ', box, name");
    assert_eq!(detection_answer(&[]), "", "nothing asked for, nothing said");
}

/// Models in training write all sorts of things. What is no box is left out, and the rest is kept.
#[test]
fn what_is_no_box_is_left_out() {
    for garbage in [
        "",
        ";",
        "dog",
        "<loc0001><loc0002><loc0003> dog",
        "<loc0001><loc0002><loc0003><loc0004>",
        "<loc0001><loc0002><loc0003><loc0004><loc0005> dog",
        "<loc0001><loc0002><loc0003><loc1024> dog",
        "<loc0001><loc0002><loc0003><locabcd> dog",
        "<loc0001><loc0002><loc0003><loc-001> dog",
        "<loc0001><loc0002><loc0003><loc0004 dog",
        "dog <loc0001><loc0002><loc0003><loc0004>",
        "there is a <loc0001><loc0002><loc0003><loc0004> dog",
    ] {
        let found = parse_detections(garbage);
        assert!(found.is_empty(), "'{garbage}' is not four locations and a name, but {found:?} was read");
    }
    let mixed = parse_detections("nonsense ; <loc0000><loc0000><loc1023><loc1023> dog ; <loc0001>");
    assert_eq!(mixed, [("dog".to_owned(), bounds(0.0, 0.0, 1.0, 1.0))], "one box among nonsense is found");
}

/// Four locations and a name are a box, also where the corners are exchanged: it has no area then, and hits nothing.
#[test]
fn corners_are_read_as_they_stand() {
    let read = parse_detections("<loc1023><loc0000><loc0000><loc1023> dog");
    let expected = [("dog".to_owned(), bounds(1.0, 0.0, 0.0, 1.0))];
    assert_eq!(read, expected, "y_min, x_min, y_max, x_max, neither put in order nor refused");
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// A bin stands for the coordinate in its middle.
    #[test]
    fn a_bin_is_at_most_half_a_bin_away(fraction in 0.0f32..=1.0) {
        let back = bin_to_coordinate(coordinate_to_bin(fraction));
        prop_assert!((back - fraction).abs() <= HALF_A_BIN, "{fraction} became {back}, over half a bin away");
    }

    /// Every bin is the bin of its own coordinate.
    #[test]
    fn bins_survive_the_round_trip(bin in 0u32..1024) {
        prop_assert_eq!(coordinate_to_bin(bin_to_coordinate(bin)), bin, "bin → coordinate → bin");
    }

    /// Whatever was written is read back, in its order, each box within half a bin.
    #[test]
    fn answers_survive_the_round_trip(
        corners in prop::collection::vec(prop::array::uniform4(0.0f32..=1.0), 1..4),
        names in prop::collection::vec("[a-z]{1,8}( [a-z]{1,8})?", 3),
    ) {
        let boxes: Vec<(String, BoundingBox)> = corners
            .iter()
            .zip(&names)
            .map(|(&[a, b, c, d], name)| (name.clone(), bounds(a.min(b), c.min(d), a.max(b), c.max(d))))
            .collect();
        let read = parse_detections(&detection_answer(&boxes));
        prop_assert_eq!(read.len(), boxes.len(), "as many objects as were written");
        for ((read_name, read), (name, written)) in read.iter().zip(&boxes) {
            prop_assert_eq!(read_name, name);
            prop_assert!(distance(read, written) <= HALF_A_BIN, "{written:?} came back as {read:?}");
        }
    }

    /// Exchanging x and y on either side is noticed by any box that is not its own mirror image.
    #[test]
    fn exchanging_x_and_y_is_noticed(y in 0.0f32..0.4, x in 0.5f32..0.9) {
        let written = bounds(y, x, y + 0.05, x + 0.1);
        let turned = bounds(written.x_min, written.y_min, written.x_max, written.y_max);
        let read = &parse_detections(&format!("{} dog", box_tokens(&written)))[0].1;
        prop_assert!(read.iou(&written) > 0.8 && read.iou(&turned) == 0.0, "{read:?} was written as {written:?}");
    }
}
