//! Specification of the pair sampler: what a batch shows, and what it depends on.

mod support;

use std::collections::BTreeSet;

use data::{Artist, Augmentation, DataError, Gallery, single_picture};
use foundations::random::generator;
use siglip_training::{PairBatch, PairConfig, PairSampler};
use spec::proptest::prelude::*;
use support::{OTHERS, WORDS, gallery, name, nouns, pair_config, sprite, training_gallery};

fn sampler(config: PairConfig, seed: u64) -> Result<PairSampler, DataError> {
    PairSampler::new(training_gallery(), &nouns(), config, seed)
}

/// The things that a caption of this world names: emoji numbers.
fn things(caption: &str) -> Vec<usize> {
    let thing = |part: &str| {
        let part = part.rsplit_once(" of ").map_or(part, |(_, name)| name); // "keyword2 of grinning face"
        let names = (0..WORDS.len() + OTHERS.len()).map(|emoji| (emoji, name(emoji)));
        let words = WORDS.iter().enumerate().map(|(emoji, word)| (emoji, (*word).to_owned()));
        names.chain(words).find(|(_, name)| name == part).map(|(emoji, _)| emoji)
    };
    caption.split(" and ").map(|part| thing(part).unwrap_or_else(|| panic!("'{part}' is no caption"))).collect()
}

fn same(a: &PairBatch, b: &PairBatch) -> bool {
    a.captions == b.captions && a.pictures == b.pictures
}

proptest! {
    #![proptest_config(spec::cases(24))]

    /// Every off-diagonal pair counts as "no match", so a second dog would be pushed away from its own word. This holds
    /// for single pictures and for the things in scenes, whatever their shares.
    #[test]
    fn nothing_is_shown_twice_in_a_batch(seed in 0u64..1000, noun_share in 0.0f64..1.0, scene_share in 0.0f64..0.6) {
        let batch = sampler(PairConfig { noun_share, scene_share, ..pair_config() }, seed)?.batch(seed)?;
        let size = pair_config().batch_size;
        prop_assert!(batch.captions.len() <= size, "{} pairs instead of {size}", batch.captions.len());
        let shown: Vec<usize> = batch.captions.iter().flat_map(|caption| things(caption)).collect();
        let distinct: BTreeSet<usize> = shown.iter().copied().collect();
        prop_assert_eq!(distinct.len(), shown.len(), "some thing is shown twice: {:?}", batch.captions);
    }

    /// One caption per picture, pictures of the size asked for.
    #[test]
    fn a_batch_has_the_size_asked_for(seed in 0u64..1000, side in 16u32..40) {
        let sampler = sampler(PairConfig { side, ..pair_config() }, seed)?;
        let batch = sampler.batch(0)?;
        prop_assert_eq!((batch.pictures.len(), batch.captions.len(), sampler.batch_size()), (8, 8, 8));
        prop_assert!(batch.pictures.iter().all(|picture| picture.dimensions() == (side, side)), "{side} pixels a side");
    }

    /// Small pictures first: half the side in the steps before the turn, the full side from there on.
    #[test]
    fn pictures_grow_at_the_turn(small_until in 0u64..5) {
        let sampler = sampler(PairConfig { side: 32, small_until, ..pair_config() }, 1)?;
        for step in 0..5 {
            let side = if step < small_until { 16 } else { 32 };
            prop_assert_eq!(sampler.side_at(step), side);
            let batch = sampler.batch(step)?;
            prop_assert!(batch.pictures.iter().all(|picture| picture.dimensions() == (side, side)), "step {step}");
        }
    }

    /// A run that was killed and resumed sees the same pictures: nothing but seed and step decides.
    #[test]
    fn a_batch_is_a_function_of_seed_and_step(seed in 0u64..1000, step in 0u64..1000) {
        let batch = sampler(pair_config(), seed)?.batch(step)?;
        let again = sampler(pair_config(), seed)?;
        again.batch(step + 1)?;
        prop_assert!(same(&again.batch(step)?, &batch), "seed and step decide, whatever came before");
        prop_assert!(!same(&again.batch(step + 1)?, &batch), "another step gives another batch");
        let other_seed = sampler(pair_config(), seed + 1)?.batch(step)?;
        prop_assert!(!same(&other_seed, &batch), "another seed gives another batch");
    }
}

/// Rows draw from generators of their own, so threads may finish in any order.
#[test]
fn the_number_of_threads_does_not_matter() -> Result<(), Box<dyn std::error::Error>> {
    let sampler = sampler(pair_config(), 1)?;
    let with = |threads: usize| -> Result<PairBatch, Box<dyn std::error::Error>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        Ok(pool.install(|| sampler.batch(7))?)
    };
    let (one, three) = (with(1)?, with(3)?);
    assert!(same(&one, &three), "one thread and three threads draw the same batch");
    Ok(())
}

/// Of four rows two show nouns, one a scene of them, one anything else.
#[test]
fn shares_are_respected() -> Result<(), DataError> {
    let config = PairConfig { batch_size: 4, noun_share: 0.5, scene_share: 0.25, ..pair_config() };
    let sampler = sampler(config, 3)?;
    let mut scene_sizes = BTreeSet::new();
    for step in 0..20 {
        let captions = sampler.batch(step)?.captions;
        let others = captions.iter().filter(|caption| OTHERS.contains(&caption.as_str())).count();
        assert_eq!(others, 1, "one row of four is neither noun nor scene: {captions:?}");
        let scenes = captions.iter().filter(|caption| caption.contains(" and ")).count();
        assert!(scenes <= 1, "at most one row is a scene of several things: {captions:?}");
        scene_sizes.extend(captions.iter().map(|caption| things(caption).len()));
    }
    assert_eq!(scene_sizes, BTreeSet::from([1, 2, 3]), "scenes hold one to three things");
    Ok(())
}

/// Where nouns ask for all rows, the scenes have theirs first.
#[test]
fn scenes_come_first() -> Result<(), DataError> {
    let sampler = sampler(PairConfig { batch_size: 2, noun_share: 1.0, scene_share: 0.5, ..pair_config() }, 3)?;
    assert_eq!(sampler.batch_size(), 2, "one scene, and the noun for which there is room");
    let captions = sampler.batch(0)?.captions;
    assert_eq!(captions.len(), 2, "{captions:?}");
    Ok(())
}

/// Too few different things make a smaller batch, never a repetition.
#[test]
fn a_small_gallery_gives_small_batches() -> Result<(), DataError> {
    let config = PairConfig { batch_size: 64, ..pair_config() };
    let sampler = sampler(config, 1)?;
    let batch = sampler.batch(0)?;
    assert!(batch.captions.len() < 64, "there are only ten things");
    assert_eq!(sampler.batch_size(), batch.captions.len(), "and the sampler says how many rows there will be");
    Ok(())
}

/// Scenes need three nouns to choose from: without them the sampler says so before training starts.
#[test]
fn scenes_without_nouns_are_refused() {
    let faces = Gallery::new((6..10).map(|emoji| sprite(emoji, Artist::Noto)).collect());
    let refused = PairSampler::new(faces, &nouns(), PairConfig { scene_share: 0.5, ..pair_config() }, 1);
    let error = refused.map(|_| ()).expect_err("there is no noun at all");
    assert!(matches!(error, DataError::TooFewNouns { found: 0, .. }), "the error counts the nouns: {error}");
}

/// Every picture is a drawing of what its caption says, by one of the artists given.
#[test]
fn captions_belong_to_their_pictures() -> Result<(), DataError> {
    let plain = PairConfig { augmentation: Augmentation::NONE, scene_share: 0.0, ..pair_config() };
    let batch = sampler(plain, 5)?.batch(2)?;
    for (picture, caption) in batch.pictures.iter().zip(&batch.captions) {
        let drawings = training_gallery().sprites().to_vec().into_iter();
        let mut own = drawings.filter(|sprite| sprite.emoji == Some(things(caption)[0]));
        let is_drawing =
            own.any(|sprite| *picture == single_picture(&sprite, 32, &Augmentation::NONE, &mut generator(0, "spec")));
        assert!(is_drawing, "the picture captioned '{caption}' is none of the drawings of it");
    }
    Ok(())
}

/// Over some steps, every artist's drawing of a thing is shown, and no other's. This holds for nouns as for all else.
#[test]
fn all_artists_take_part() -> Result<(), DataError> {
    for (emoji, noun_share, kind) in [(6usize, 0.0, "four others"), (0, 1.0, "six nouns")] {
        let plain = PairConfig { augmentation: Augmentation::NONE, noun_share, scene_share: 0.0, ..pair_config() };
        let sampler = sampler(plain, 1)?;
        let drawn = |artist| {
            let gallery = gallery(&[artist]);
            let sprite = &gallery.sprites()[emoji];
            single_picture(sprite, 32, &Augmentation::NONE, &mut generator(0, "spec"))
        };
        let (twemoji, noto) = (drawn(Artist::Twemoji), drawn(Artist::Noto));
        let mut counts = (0, 0);
        for step in 0..40 {
            let batch = sampler.batch(step)?;
            let shown = batch.pictures.iter().zip(&batch.captions).filter(|(_, caption)| things(caption) == [emoji]);
            for (picture, _) in shown {
                counts = (counts.0 + usize::from(*picture == twemoji), counts.1 + usize::from(*picture == noto));
            }
        }
        assert_eq!(counts.0 + counts.1, 40, "all {kind} fit into a batch, so each is shown at each step");
        assert!(counts.0.min(counts.1) >= 10, "both artists' drawings are shown, about equally often: {counts:?}");
    }
    Ok(())
}

/// A batch has room for few things: one alone, those of a scene, and two that are no nouns. But a run shows all of
/// them, wherever they stand in the list.
#[test]
fn everything_is_shown_in_the_end() -> Result<(), DataError> {
    let config = PairConfig { batch_size: 4, noun_share: 0.25, scene_share: 0.25, ..pair_config() };
    let sampler = sampler(config, 1)?;
    let mut shown = BTreeSet::new();
    for step in 0..60 {
        shown.extend(sampler.batch(step)?.captions.iter().flat_map(|caption| things(caption)));
    }
    let all: BTreeSet<usize> = (0..WORDS.len() + OTHERS.len()).collect();
    assert_eq!(shown, all, "after sixty batches each of the ten things has been shown");
    Ok(())
}

/// A picture is called by its name, or by up to three of its keywords.
#[test]
fn keywords_stand_in_for_names() -> Result<(), DataError> {
    let config = PairConfig { keyword_probability: 1.0, noun_share: 0.0, scene_share: 0.0, ..pair_config() };
    for caption in sampler(config, 1)?.batch(0)?.captions {
        let count = caption.matches("keyword").count();
        assert!((1..=3).contains(&count), "one to three keywords: '{caption}'");
    }
    let config = PairConfig { keyword_probability: 0.0, noun_share: 0.0, scene_share: 0.0, ..pair_config() };
    let captions = sampler(config, 1)?.batch(0)?.captions;
    assert!(captions.iter().all(|caption| OTHERS.contains(&caption.as_str())), "names only: {captions:?}");
    Ok(())
}

/// Common nouns are mostly called by the plain word, sometimes by their Unicode name.
#[test]
fn nouns_are_called_by_both_their_names() -> Result<(), DataError> {
    let sampler = sampler(PairConfig { batch_size: 6, noun_share: 1.0, scene_share: 0.0, ..pair_config() }, 1)?;
    let mut captions = Vec::new();
    for step in 0..50 {
        captions.extend(sampler.batch(step)?.captions);
    }
    let plain = captions.iter().filter(|caption| WORDS.contains(&caption.as_str())).count() as f64 / 300.0;
    // Five standard deviations of 300 draws with probability 0.8 are 0.115.
    assert!((plain - 0.8).abs() < 0.115, "four of five captions are the plain word; here {plain}");
    Ok(())
}

/// Every picture of a run is moved, turned and coloured anew: when a thing comes again in a later step, in whatever row, it does
/// not look as it did.
#[test]
fn nothing_is_drawn_twice_alike_in_a_run() -> Result<(), DataError> {
    let sampler = sampler(PairConfig { scene_share: 0.0, ..pair_config() }, 3)?;
    let batches = (0..8).map(|step| sampler.batch(step)).collect::<Result<Vec<_>, _>>()?;
    let seen: Vec<_> = batches.iter().flat_map(|batch| &batch.pictures).map(|picture| picture.as_raw()).collect();
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(
        distinct.len(),
        seen.len(),
        "expected: as many pictures as rows of eight batches, but some are the same"
    );
    Ok(())
}

/// Half the side before the turn, the full side from the turn on; asking for it draws nothing.
#[test]
fn the_side_of_a_step_needs_no_batch() {
    let config = PairConfig { side: 32, small_until: 3, ..pair_config() };
    assert_eq!([0, 2, 3, 9].map(|step| config.side_at(step)), [16, 16, 32, 32], "steps 0, 2, 3 and 9");
    let never = PairConfig { side: 32, small_until: 0, ..pair_config() };
    assert_eq!(never.side_at(0), 32, "nothing is small until step 0");
    let large = PairConfig { side: 64, small_until: 3, ..pair_config() };
    assert_eq!([2, 3].map(|step| large.side_at(step)), [32, 64], "half of 64, and then 64");
}
