//! Boxes and codes read from an answer, and masks stretched over their boxes.

use paligemma::segment::answer::code_token;
use paligemma::segment::{CODES, MASK_SIDE, mask_in_picture, parse_segments};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use published_weights::{PixelBox, boxes_in_pixels};

fn place(left: u32, top: u32, right: u32, bottom: u32) -> PixelBox {
    PixelBox { name: "cat".to_owned(), top, left, bottom, right }
}

fn box_tokens(bins: [u32; 4]) -> String {
    bins.map(|bin| format!("<loc{bin:04}>")).concat()
}

fn codes_text(codes: &[u32]) -> String {
    codes.iter().map(|code| code_token(*code)).collect()
}

/// The form in which PaliGemma answers, and a second thing without a mask.
#[test]
fn an_answer_has_a_box_codes_and_a_name() {
    let codes: [u32; CODES] = std::array::from_fn(|index| index as u32 * 8);
    let answer = format!(
        "{}{} black cat ; {} dog",
        box_tokens([256, 128, 767, 895]),
        codes_text(&codes),
        box_tokens([0, 0, 1023, 1023])
    );
    let found = parse_segments(&answer, "?", 80, 40);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].place.name.as_str(), found[0].codes), ("black cat", Some(codes)));
    assert_eq!(found[0].place, PixelBox { name: "black cat".to_owned(), ..place(10, 10, 70, 30) });
    assert_eq!((found[1].place.name.as_str(), found[1].codes), ("dog", None));
}

/// A model that is asked for one thing need not repeat what that is. A box alone, without a mask, stays without a name.
#[test]
fn a_mask_without_a_name_is_that_of_the_thing_asked_for() {
    let answer = format!("{}{}", box_tokens([256, 128, 767, 895]), codes_text(&[3; CODES]));
    let found = parse_segments(&answer, "cat", 80, 40);
    assert_eq!(found.len(), 1, "{answer}");
    assert_eq!(found[0].place, PixelBox { name: "cat".to_owned(), ..place(10, 10, 70, 30) });
    assert_eq!(found[0].codes, Some([3; CODES]));
    assert_eq!(parse_segments(&box_tokens([256, 128, 767, 895]), "cat", 80, 40), []);
}

/// Fifteen codes, seventeen, or one that is not in the book: no mask that was meant.
#[test]
fn other_numbers_of_codes_are_left_out() {
    for codes in [vec![1; 15], vec![1; 17], vec![128; 16]] {
        let answer = format!("{}{} cat", box_tokens([1, 1, 9, 9]), codes_text(&codes));
        assert_eq!(parse_segments(&answer, "?", 80, 40), [], "{} codes up to {}", codes.len(), codes[0]);
    }
    assert_eq!(parse_segments(&format!("{} cat", codes_text(&[1; 16])), "?", 80, 40), [], "codes without a box");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() })]

    /// What is written is read back, whatever the codes, the box and the number of things.
    #[test]
    fn codes_come_back(
        things in prop::collection::vec(
            (prop::array::uniform4(0u32..1024), prop::option::of(prop::array::uniform16(0u32..128)), "[a-z]{1,8}"), 0..4),
    ) {
        let text = things.iter().map(|(bins, codes, name)| {
            format!("{}{} {name}", box_tokens(*bins), codes.map_or(String::new(), |codes| codes_text(&codes)))
        });
        let found = parse_segments(&text.collect::<Vec<_>>().join(" ; "), "?", 640, 480);
        prop_assert_eq!(found.len(), things.len());
        for (found, (bins, codes, name)) in found.iter().zip(&things) {
            let alone = boxes_in_pixels(&format!("{} {name}", box_tokens(*bins)), 640, 480);
            prop_assert_eq!(&found.place, &alone[0], "the box is that of `detect`");
            prop_assert_eq!(found.codes, *codes);
        }
    }

    /// Whatever a model in training writes: what is found has sixteen codes of the book or none, and nothing panics.
    #[test]
    fn nonsense_is_left_out(parts in prop::collection::vec("<loc0[0-9]{3}>|<seg[0-9]{3}>|<seg|;| |cat|é|>", 0..60)) {
        for found in parse_segments(&parts.concat(), "?", 64, 64) {
            prop_assert!(found.codes.is_none_or(|codes| codes.iter().all(|code| *code < 128)));
            prop_assert!(!found.place.name.contains("<seg"), "{}", found.place.name);
        }
    }

    /// A mask that is empty on the right fills the left part of its box and nothing beyond: the edge is where it is in the
    /// square, to within a pixel of the square or of the picture, whichever is larger.
    #[test]
    fn a_mask_fills_its_box(edge in 1usize..64, left in 0u32..50, width in 2u32..200, height in 1u32..50) {
        let mask = (0..MASK_SIDE * MASK_SIDE).map(|at| f32::from(u8::from(at % MASK_SIDE < edge))).collect();
        let place = place(left, 7, left + width, 7 + height);
        let mask = mask_in_picture(mask, &place).expect("a square");
        let pixels: Vec<(u32, u32)> = mask.pixels().collect();
        let right = f64::from(left) + f64::from(width) * edge as f64 / MASK_SIDE as f64;
        let blur = 1f64.max(f64::from(width) / MASK_SIDE as f64);
        for x in place.left..place.right {
            let seen = pixels.iter().filter(|(column, _)| *column == x).count();
            let middle = f64::from(x) + 0.5;
            if (middle - right).abs() > blur {
                let expected = if middle < right { height as usize } else { 0 };
                prop_assert_eq!(seen, expected, "column {} with the edge at {}", x, right);
            }
        }
        prop_assert!(pixels.iter().all(|(x, y)| (place.left..place.right).contains(x) && (7..7 + height).contains(y)));
    }
}

/// A box that is a line has no pixels, and a mask of another size is none.
#[test]
fn a_box_without_pixels_has_none() {
    let mask = mask_in_picture(vec![1.0; MASK_SIDE * MASK_SIDE], &place(3, 3, 3, 9)).expect("a square");
    assert_eq!(mask.pixels().count(), 0);
    assert!(mask_in_picture(vec![1.0; 5], &place(0, 0, 5, 5)).is_none());
}
