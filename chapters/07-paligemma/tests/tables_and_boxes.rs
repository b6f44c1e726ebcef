//! What is shown: tables with their baselines, boxes, and words cleaned up.

use data::{BoundingBox, EmojiSet};
use image::{Rgb, RgbImage};
use paligemma::draw::{colour, draw_boxes};
use paligemma::exhibit::best;
use paligemma::metrics::{Metrics, pace, rows, table};
use paligemma::picture_commands::run_and_words;
use paligemma::prompt_text::{LONGEST_FOR_PUBLISHED, any_things, cleaned, things};
use siglip_training::StepRecord;

fn metrics() -> Metrics {
    let numbers = [
        ("contrastive.heldout.top1", 0.6),
        ("contrastive.heldout.pixel_top1", 0.5),
        ("contrastive.heldout.all_top1", 0.4),
        ("contrastive.heldout.all_pixel_top1", 0.3),
        ("easy_vqa.test.accuracy", 0.9),
        ("easy_vqa.test.blind", 0.67),
        ("scene.heldout.box_acc50", 0.7),
        ("seconds.contrastive", 12.0),
    ];
    numbers.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Each result stands beside its own baseline, and a baseline has no row of its own.
#[test]
fn every_result_stands_beside_its_own_baseline() {
    let found: Vec<(String, Option<f64>)> =
        rows(&metrics()).into_iter().map(|row| (row.name, row.baseline.map(|(value, _)| value))).collect();
    let expected = [
        ("contrastive.heldout.all_top1", Some(0.3)),
        ("contrastive.heldout.top1", Some(0.5)),
        ("easy_vqa.test.accuracy", Some(0.67)),
        ("scene.heldout.box_acc50", None),
    ];
    assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)), "results in the order of their names");
}

/// All columns of the table begin below one another.
#[test]
fn the_table_is_aligned() {
    let table = table(&metrics());
    let ends: Vec<usize> = table.lines().skip(1).filter_map(|line| line.find('%')).collect();
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "every percentage should end in the same column:\n{table}");
}

/// Pace is pictures over the time that the steps took.
#[test]
fn pace_counts_pictures_and_seconds() {
    let record = |step| StepRecord { step, loss: 1.0, gradient_norm: 1.0, rate: 1.0, seconds: 0.5 };
    let pace = pace("contrastive", &[record(0), record(1)], 30);
    assert_eq!(pace["seconds.contrastive"], 1.0, "two steps of half a second");
    assert_eq!(pace["images_per_second.contrastive"], 60.0, "two batches of 30 in one second");
}

/// A box is an outline: what is inside and outside stays visible.
#[test]
fn a_box_is_drawn_as_an_outline() {
    let mut picture = RgbImage::new(20, 20);
    let bounds = BoundingBox { y_min: 0.25, x_min: 0.25, y_max: 0.75, x_max: 0.75 };
    draw_boxes(&mut picture, &[("dog".to_owned(), bounds)]);
    assert_eq!(picture.get_pixel(5, 5), &Rgb(colour(0)), "the corner belongs to the outline");
    assert_eq!(picture.get_pixel(10, 5), &Rgb(colour(0)), "the top edge belongs to the outline");
    assert_eq!(picture.get_pixel(10, 10), &Rgb([0, 0, 0]), "the inside is left alone");
    assert_eq!(picture.get_pixel(2, 10), &Rgb([0, 0, 0]), "the outside is left alone");
}

/// Boxes that a model in training invents may be inside out or fill the picture; drawing them never fails.
#[test]
fn odd_boxes_do_no_harm() {
    let mut picture = RgbImage::new(9, 7);
    let inside_out = BoundingBox { y_min: 0.9, x_min: 0.9, y_max: 0.1, x_max: 0.1 };
    let whole = BoundingBox { y_min: 0.0, x_min: 0.0, y_max: 1.0, x_max: 1.0 };
    draw_boxes(&mut picture, &[("a".to_owned(), inside_out), ("b".to_owned(), whole)]);
    assert_eq!(picture.get_pixel(8, 6), &Rgb(colour(1)), "the whole picture's box ends in the last pixel");
}

/// A box whose corners are exchanged is printed like any other, and is drawn like it.
#[test]
fn a_box_with_exchanged_corners_is_drawn() {
    let bounds = BoundingBox { y_min: 0.25, x_min: 0.3, y_max: 0.75, x_max: 0.8 };
    let exchanged = BoundingBox { y_min: 0.75, x_min: 0.8, y_max: 0.25, x_max: 0.3 };
    let drawn = |bounds| {
        let mut picture = RgbImage::new(20, 20);
        draw_boxes(&mut picture, &[("dog".to_owned(), bounds)]);
        picture
    };
    assert!(drawn(bounds) == drawn(exchanged), "expected: the same outline");
    assert_eq!(drawn(exchanged).get_pixel(6, 5), &Rgb(colour(0)), "and there is one");
}

/// The run in front of the words may be left out.
#[test]
fn the_run_may_be_left_out() {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (with, without) = (words("run image question"), words("image question"));
    let expected = ["image", "question"];
    assert_eq!(run_and_words::<2>(&with, "usage").expect("three words"), (Some("run"), expected));
    assert_eq!(run_and_words::<2>(&without, "usage").expect("two words"), (None, expected));
    assert!(run_and_words::<2>(&words("image"), "usage").is_err(), "one word is too few");
}

/// Line breaks and rows of spaces become single spaces: a line break would end the prompt.
#[test]
fn words_are_cleaned_to_one_line() {
    assert_eq!(cleaned("  is there\n a \t dog? ", "question", 15).expect("a question"), "is there a dog?");
    assert!(cleaned("is there a bear?", "question", 15).is_err(), "one character more than the limit is too many");
}

/// Things for a published model may be many; those for the course's own may not.
#[test]
fn published_models_read_longer_texts() {
    let many = ["dog"; 100].join(" ; ");
    assert_eq!(any_things(&many).expect("a long list").len(), 100, "all of them");
    assert!(things(&many, &EmojiSet::load().expect("the set")).is_err(), "far longer than anything it was trained on");
    assert!(any_things(&"x".repeat(LONGEST_FOR_PUBLISHED + 1)).is_err(), "there is a limit here, too");
}

/// The best come first; numbers that are not numbers do no harm.
#[test]
fn the_best_come_first() {
    assert_eq!(best(&[0.1, 0.7, 0.5], 2), [1, 2], "the two largest, largest first");
    assert_eq!(best(&[0.1], 5), [0], "there may be fewer than asked for");
}
