//! Composed scenes: what is promised about objects, boxes, captions, questions and detection.

use std::{collections::BTreeMap, sync::Arc, sync::OnceLock};

use data::{
    Augmentation, BoundingBox, CLEAR_DISTANCE, Composer, DataError, EmojiSet, Gallery, MOST_OVERLAP, QuestionKind,
    Scene, SceneObject, Source, Sprite,
};
use image::{Rgba, RgbaImage};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

fn gallery() -> &'static Gallery {
    static GALLERY: OnceLock<Gallery> = OnceLock::new();
    GALLERY.get_or_init(|| {
        let emojis = EmojiSet::load().expect("the bundled files are complete");
        emojis.training().nouns_only(emojis.nouns())
    })
}

fn scenes(count: usize, augmentation: Augmentation, seed: u64) -> Vec<Scene> {
    let composer = Composer::new(gallery(), 96, augmentation).expect("a hundred nouns are enough");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| composer.compose(&mut rng)).collect()
}

/// One, two and three objects come about equally often, and no thing twice in a scene.
#[test]
fn counts_are_uniform_and_things_differ() {
    let mut counts = [0; 4];
    for scene in scenes(3000, Augmentation::NONE, 1) {
        counts[scene.objects.len()] += 1;
        let mut nouns: Vec<usize> = scene.objects.iter().map(|object| object.noun).collect();
        nouns.sort_unstable();
        nouns.dedup();
        assert_eq!(nouns.len(), scene.objects.len(), "a scene shows the same thing twice");
    }
    assert_eq!(counts[0], 0, "a scene is empty");
    // A fair draw of 3,000 lies within 1,000 ± 130 but once in four million times.
    assert!(counts[1..].iter().all(|count| (870..1130).contains(count)), "one, two, three objects: {:?}", &counts[1..]);
}

/// Boxes lie wholly inside the picture and cover at most a tenth of the smaller one.
#[test]
fn boxes_stay_inside_and_apart() {
    for augmentation in [Augmentation::NONE, Augmentation::TRAINING] {
        for scene in scenes(600, augmentation, 2) {
            for (index, object) in scene.objects.iter().enumerate() {
                let BoundingBox { y_min, x_min, y_max, x_max } = object.bounds;
                assert!(0.0 <= y_min && y_min < y_max && y_max <= 1.0, "{object:?} leaves the picture");
                assert!(0.0 <= x_min && x_min < x_max && x_max <= 1.0, "{object:?} leaves the picture");
                for other in &scene.objects[index + 1..] {
                    let smaller = object.bounds.area().min(other.bounds.area());
                    let overlap = object.bounds.intersection(&other.bounds) / smaller;
                    assert!(overlap <= MOST_OVERLAP + 1e-5, "{object:?} and {other:?} overlap by {overlap}");
                }
            }
        }
    }
}

/// A noun of somebody's own.
fn sprite(noun: usize, caption: &str, image: RgbaImage) -> Sprite {
    Sprite {
        image: Arc::new(image),
        emoji: None,
        noun: Some(noun),
        caption: caption.to_owned(),
        keywords: Vec::new(),
        may_be_mirrored: true,
        source: Source::Folder,
    }
}

/// Discs of pure colours in the place of drawings, so that pixels tell which object they belong to.
fn discs() -> Gallery {
    let colours = [("red disc", [255, 0, 0]), ("green disc", [0, 255, 0]), ("blue disc", [0, 0, 255])];
    let sprites = colours.iter().enumerate().map(|(noun, (caption, [red, green, blue]))| {
        let disc = RgbaImage::from_fn(64, 64, |x, y| {
            let (right, down) = (x as f32 - 31.5, y as f32 - 31.5);
            let inside = right * right / 900.0 + down * down / 400.0 <= 1.0; // wider than high
            Rgba([*red, *green, *blue, if inside { 255 } else { 0 }])
        });
        sprite(noun, caption, disc)
    });
    Gallery::new(sprites.collect())
}

/// Boxes agree with the pixels: outside them is background, and the colour of each disc touches its box's edges.
#[test]
fn boxes_agree_with_the_pixels() {
    let gallery = discs();
    let turned = Augmentation { rotation: 1.0, stretch: 0.3, ..Augmentation::NONE };
    let composer = Composer::new(&gallery, 80, turned).expect("three nouns are enough");
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for scene in (0..200).map(|_| composer.compose(&mut rng)).filter(|scene| scene.objects.len() == 1) {
        let object = &scene.objects[0];
        let corners = [(0, 0), (79, 0), (0, 79), (79, 79)].map(|(x, y)| scene.picture.get_pixel(x, y).0);
        let background = corners.map(|corner| corner.map(f32::from))[usize::from(corners[0] != corners[1])];
        let mut colour = [0.0; 3];
        colour[object.noun] = 255.0;
        let distance: f32 = (0..3).map(|channel| (colour[channel] - background[channel]).powi(2)).sum();
        if distance < 120.0_f32.powi(2) {
            continue; // red on nearly red: pixels cannot tell
        }
        // The share of the disc in each pixel, from where its colour lies between background and disc.
        let share = |pixel: &image::Rgb<u8>| -> f32 {
            let along = |channel: usize| {
                (f32::from(pixel[channel]) - background[channel]) * (colour[channel] - background[channel])
            };
            (0..3).map(along).sum::<f32>() / distance
        };
        let covered: Vec<(u32, u32)> = scene
            .picture
            .enumerate_pixels()
            .filter_map(|(x, y, pixel)| (share(pixel) > 0.51).then_some((x, y)))
            .collect();
        let [top, left, bottom, right] = object.bounds.to_pixels(80, 80);
        let columns = || covered.iter().map(|(x, _)| *x);
        let rows = || covered.iter().map(|(_, y)| *y);
        let near = |found: Option<u32>, expected: u32| found.is_some_and(|found| found.abs_diff(expected) <= 1);
        assert!(columns().all(|x| (left..right).contains(&x)) && rows().all(|y| (top..bottom).contains(&y)));
        assert!(near(columns().min(), left) && near(columns().max(), right - 1), "loose box {:?}", object.bounds);
        assert!(near(rows().min(), top) && near(rows().max(), bottom - 1), "loose box {:?}", object.bounds);
    }
}

/// Drawings of thin lines are shown though there is nothing left of them without their rim.
#[test]
fn thin_drawings_do_not_vanish() {
    let drawing = |noun, caption, inked: fn(u32, u32) -> bool| {
        let colour = |x, y| if inked(x, y) { Rgba([128, 0, 0, 255]) } else { Rgba([0; 4]) };
        sprite(noun, caption, RgbaImage::from_fn(64, 64, colour))
    };
    let gallery = Gallery::new(vec![
        drawing(0, "pillar", |x, _| (30..34).contains(&x)),
        drawing(1, "horizon", |_, y| y == 32),
        drawing(2, "stripes", |x, _| x % 8 < 3),
    ]);
    let shaved = Augmentation { shave: 1.0, ..Augmentation::TRAINING };
    let composer = Composer::new(&gallery, 96, shaved).expect("three nouns are enough");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for scene in (0..50).map(|_| composer.compose(&mut rng)) {
        assert!(scene.objects.iter().all(|object| object.bounds.area() > 0.0), "{:?}", scene.objects);
    }
}

/// The same seed gives the same scenes and the same questions.
#[test]
fn the_same_seed_gives_the_same_scenes() {
    let describe = |seed: u64| -> Vec<String> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let describe = |scene: Scene| {
            let questions = (scene.presence_question(&mut rng), scene.relation_question(&mut rng));
            format!("{:?} {questions:?} {:?} {:?}", scene.objects, scene.detection(&mut rng), scene.picture.as_raw())
        };
        scenes(20, Augmentation::TRAINING, seed).into_iter().map(describe).collect()
    };
    assert_eq!(describe(4), describe(4), "seed 4 gave two different series of scenes");
    assert_ne!(describe(4), describe(5), "seeds 4 and 5 gave the same scenes");
}

/// The caption names everything from left to right.
#[test]
fn captions_read_from_left_to_right() {
    for scene in scenes(300, Augmentation::NONE, 6) {
        let mut by_centre = scene.objects.clone();
        by_centre.sort_by(|a, b| a.bounds.centre().1.total_cmp(&b.bounds.centre().1));
        let names: Vec<String> = by_centre.into_iter().map(|object| object.name).collect();
        assert_eq!(scene.caption(), names.join(" and "));
        let question = scene.count_question();
        assert_eq!((question.kind, question.answer), (QuestionKind::Count, names.len().to_string()));
    }
}

/// Half of the presence questions are to be answered yes, and every answer is true.
#[test]
fn presence_answers_are_true_and_balanced() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let scenes = scenes(2000, Augmentation::NONE, 7);
    let mut yes = 0;
    for scene in &scenes {
        let question = scene.presence_question(&mut rng);
        let with_article = question.text.strip_prefix("is there a").and_then(|rest| rest.strip_suffix('?'));
        let word =
            with_article.map(|rest| rest.trim_start_matches('n').trim_start()).expect("the form of the question");
        let shown = scene.objects.iter().any(|object| object.name == word);
        assert_eq!(question.answer == "yes", shown, "{:?} about {}", question, scene.caption());
        yes += usize::from(shown);
    }
    assert!((880..1120).contains(&yes), "{yes} of 2000 presence questions are to be answered yes");
}

/// Every relation question has one right answer: among all objects, only the answer lies in that direction, clearly.
#[test]
fn relation_answers_are_unique() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    for scene in scenes(1500, Augmentation::NONE, 8) {
        let Some(question) = scene.relation_question(&mut rng) else { continue };
        let text = question.text.strip_prefix("what is ").and_then(|text| text.strip_suffix('?')).expect("the form");
        let (direction, anchor) = text.split_once(" the ").expect("the form of the question");
        let anchor = scene.objects.iter().find(|object| object.name == anchor).expect("the anchor is in the scene");
        let distance = |other: &SceneObject| {
            let ((y, x), (other_y, other_x)) = (anchor.bounds.centre(), other.bounds.centre());
            match direction {
                "left of" => x - other_x,
                "right of" => other_x - x,
                "above" => y - other_y,
                "below" => other_y - y,
                other => panic!("unknown direction {other:?}"),
            }
        };
        let there: Vec<&SceneObject> = scene.objects.iter().filter(|object| distance(object) > 0.0).collect();
        assert_eq!(there.len(), 1, "{question:?} has {} answers", there.len());
        assert_eq!(there[0].name, question.answer);
        assert!(distance(there[0]) > CLEAR_DISTANCE, "{question:?} is too close to call");
        let kinds = ["left of", "right of", "above", "below"];
        *asked.entry(kinds.into_iter().find(|kind| *kind == direction).expect("a direction")).or_default() += 1;
    }
    assert!(asked.len() == 4 && asked.values().all(|count| *count > 100), "directions are asked unevenly: {asked:?}");
}

/// A scene of one object has nothing to relate.
#[test]
fn lonely_objects_have_no_relations() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for scene in scenes(200, Augmentation::NONE, 9) {
        let question = scene.relation_question(&mut rng);
        assert!(scene.objects.len() > 1 || question.is_none(), "{question:?} about a single object");
    }
}

/// Detection asks for some of the scene's own things, each once, and gives their boxes in the order of the prompt.
#[test]
fn detection_gives_the_scenes_own_boxes() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let mut leftmost_first = 0;
    let mut pairs = 0;
    for scene in scenes(900, Augmentation::NONE, 10) {
        let detection = scene.detection(&mut rng);
        assert!((1..=scene.objects.len()).contains(&detection.things.len()));
        let named: Vec<&String> = detection.boxes.iter().map(|(name, _)| name).collect();
        assert_eq!(named, detection.things.iter().collect::<Vec<_>>(), "boxes are not in the order of the prompt");
        for (name, bounds) in &detection.boxes {
            let own = scene.objects.iter().filter(|object| &object.name == name && &object.bounds == bounds).count();
            assert_eq!(own, 1, "{name} is not one of the scene's things, or has another box");
        }
        if let [first, second, ..] = &detection.boxes[..] {
            pairs += 1;
            leftmost_first += usize::from(first.1.centre().1 < second.1.centre().1);
        }
    }
    let share = leftmost_first as f32 / pairs as f32;
    assert!((0.4..0.6).contains(&share), "the order of the prompt gives away who is on the left: {share}");
}

/// Scenes need three different nouns and a canvas on which they can be told apart.
#[test]
fn too_little_to_compose_from_is_an_error() {
    let two = Gallery::new(discs().sprites()[..2].to_vec());
    let error = Composer::new(&two, 96, Augmentation::NONE).expect_err("two nouns are too few");
    assert!(matches!(error, DataError::TooFewNouns { needed: 3, found: 2 }), "{error}");
    assert!(error.to_string().contains("nouns.txt"), "the message says where the words are: {error}");
    let error = Composer::new(gallery(), 8, Augmentation::NONE).expect_err("eight pixels are too few");
    assert!(matches!(error, DataError::SmallCanvas { side: 8, .. }), "{error}");
}
