//! Specification of the mixture: weights, seeds, threads, and what it refuses.

mod support;

use autoregressive_training::mixture::MixtureError;
use autoregressive_training::{EasyVqaSource, ExampleSource, Mixture, MixtureConfig, SceneTask, TaskExample};
use data::{Augmentation, EasyVqa, Gallery, VqaQuestion};
use spec::proptest::prelude::*;
use support::{Outcome, WORDS, gallery, nouns, picture};

fn config(single_caption: f64, scene_tasks: &[(SceneTask, f64)]) -> MixtureConfig {
    MixtureConfig {
        small_until: 0,
        batch_size: 8,
        side: 32,
        single_caption,
        scene_tasks: scene_tasks.to_vec(),
        augmentation: Augmentation::TRAINING,
    }
}

fn all_tasks(seed: u64) -> Result<Mixture, MixtureError> {
    let tasks = [SceneTask::Caption, SceneTask::Count, SceneTask::Presence, SceneTask::Relation, SceneTask::Detect];
    Mixture::new(gallery(), &nouns(), config(1.0, &tasks.map(|task| (task, 1.0))), seed)
}

fn same(a: &[TaskExample], b: &[TaskExample]) -> bool {
    let parts = |examples: &[TaskExample]| -> Vec<_> {
        examples.iter().map(|e| (e.picture.clone(), e.prompt.clone(), e.answer.clone())).collect()
    };
    parts(a) == parts(b)
}

fn easy_vqa(questions: usize) -> EasyVqa {
    let questions = (0..questions).map(|n| VqaQuestion { picture: n % 2, text: format!("what {n}?"), answer: n % 3 });
    EasyVqa {
        pictures: vec![picture(0), picture(1)],
        questions: questions.collect(),
        answers: ["red", "blue", "green"].map(str::to_owned).to_vec(),
    }
}

/// Each row of each step is drawn anew: no two of them share their chance.
#[test]
fn no_row_repeats_another() -> Outcome {
    let sources: [Box<dyn ExampleSource>; 2] =
        [Box::new(all_tasks(1)?), Box::new(EasyVqaSource::new(easy_vqa(10_000), 8, 1))];
    for source in &sources {
        let rows = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0)];
        let drawn = rows.iter().map(|&(step, row)| source.example(step, row)).collect::<Result<Vec<_>, _>>()?;
        for (index, one) in drawn.iter().enumerate() {
            for (other, place) in drawn[..index].iter().zip(rows) {
                let [one, other] = [one, other].map(std::slice::from_ref);
                assert!(!same(one, other), "step and row {:?} and {place:?} are alike", rows[index]);
            }
        }
    }
    Ok(())
}

/// Pictures are small at first, where that is asked for, and whoever wants to know their side need not draw any.
#[test]
fn the_side_of_a_step_is_that_of_its_pictures() -> Outcome {
    let small_first = MixtureConfig { small_until: 2, ..config(1.0, &[]) };
    let mixture = Mixture::new(gallery(), &nouns(), small_first, 1)?;
    for (step, side) in [(0, 16), (1, 16), (2, 32)] {
        assert_eq!(mixture.side_at(step), Some(side), "step {step}");
        assert_eq!(mixture.example(step, 0)?.picture.dimensions(), (side, side), "step {step}");
    }
    Ok(())
}

/// One part counting, two parts presence, one part detection, out of 400.
#[test]
fn weights_are_respected() -> Outcome {
    let tasks = [(SceneTask::Count, 1.0), (SceneTask::Presence, 2.0), (SceneTask::Detect, 1.0)];
    let mixture = Mixture::new(gallery(), &nouns(), config(0.0, &tasks), 1)?;
    let mut counts = [0.0f64; 3];
    for step in 0..50 {
        for example in mixture.batch(step)? {
            let kinds = ["answer en how many", "answer en is there", "detect "];
            let kind = kinds.iter().position(|kind| example.prompt.starts_with(kind));
            counts[kind.unwrap_or_else(|| panic!("'{}' has weight zero", example.prompt))] += 1.0;
        }
    }
    for (count, share) in counts.into_iter().zip([0.25f64, 0.5, 0.25]) {
        let five_deviations = 5.0 * (400.0 * share * (1.0 - share)).sqrt();
        assert!((count - 400.0 * share).abs() < five_deviations, "{counts:?} should be about 100, 200, 100");
    }
    Ok(())
}

/// Any emoji may stand alone, under its full name; that task has a weight like the others.
#[test]
fn single_pictures_are_captioned_with_their_names() -> Outcome {
    let mixture = Mixture::new(gallery(), &nouns(), config(1.0, &[]), 1)?;
    let examples = (0..6).map(|step| mixture.batch(step)).collect::<Result<Vec<_>, _>>()?.concat();
    assert!(examples.iter().all(|example| example.prompt == "caption en"));
    let is_name = |answer: &str| answer == "grinning face" || answer.ends_with(" emoji");
    assert!(examples.iter().all(|example| is_name(&example.answer)), "names, not nouns");
    assert!(examples.iter().any(|example| example.answer == "grinning face"), "things that are no nouns take part");
    Ok(())
}

/// A third of all scenes has one object and no relation; those are captioned.
#[test]
fn relations_fall_back_on_captions() -> Outcome {
    let mixture = Mixture::new(gallery(), &nouns(), config(0.0, &[(SceneTask::Relation, 1.0)]), 1)?;
    let examples = (0..8).map(|step| mixture.batch(step)).collect::<Result<Vec<_>, _>>()?.concat();
    let (captions, relations): (Vec<_>, Vec<_>) = examples.iter().partition(|example| example.prompt == "caption en");
    assert!(!captions.is_empty() && !relations.is_empty(), "both occur among 64 scenes");
    assert!(relations.iter().all(|example| example.prompt.starts_with("answer en what is ")));
    assert!(relations.iter().all(|example| WORDS.contains(&example.answer.as_str())), "a relation's answer is a noun");
    Ok(())
}

/// Rows draw from generators of their own, so threads may finish in any order.
#[test]
fn the_number_of_threads_does_not_matter() -> Outcome {
    let mixture = all_tasks(1)?;
    let with = |threads: usize| -> Result<Vec<TaskExample>, Box<dyn std::error::Error>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        Ok(pool.install(|| mixture.batch(7))?)
    };
    assert!(same(&with(1)?, &with(3)?), "one thread and three threads draw the same batch");
    Ok(())
}

/// All weights zero, a negative weight, or too few nouns: said before training starts.
#[test]
fn impossible_mixtures_are_refused() {
    let refused = |config| Mixture::new(gallery(), &nouns(), config, 1).map(|_| ()).expect_err("impossible");
    let zero = refused(config(0.0, &[(SceneTask::Count, 0.0)]));
    assert!(matches!(zero, MixtureError::Weights(_)) && zero.to_string().contains("not all zero"), "{zero}");
    assert!(matches!(refused(config(1.0, &[(SceneTask::Count, -1.0)])), MixtureError::Weights(_)));
    let two = Gallery::new(gallery().sprites()[..2].to_vec());
    let few = Mixture::new(two, &nouns(), config(1.0, &[]), 1).map(|_| ()).expect_err("scenes need three nouns");
    assert!(matches!(few, MixtureError::Data(_)), "{few}");
}

/// easy-VQA: question, picture and answer belong together, and every question has its turn.
#[test]
fn easy_vqa_questions_keep_their_pictures_and_answers() -> Outcome {
    let source = EasyVqaSource::new(easy_vqa(6), 16, 1);
    let examples = (0..8).map(|step| source.batch(step)).collect::<Result<Vec<_>, _>>()?.concat();
    let mut asked = [false; 6];
    for example in &examples {
        let number = example.prompt.trim_start_matches("answer en what ").trim_end_matches('?').parse::<usize>()?;
        asked[number] = true;
        assert_eq!(example.answer, ["red", "blue", "green"][number % 3], "the answer to '{}'", example.prompt);
        assert!(example.picture == picture(number as u32 % 2), "the picture of '{}'", example.prompt);
    }
    assert_eq!(asked, [true; 6], "128 draws ask every one of six questions");
    let prompts: Vec<_> =
        examples.chunks(16).map(|batch| batch.iter().map(|one| &one.prompt).collect::<Vec<_>>()).collect();
    assert!(prompts.windows(2).all(|pair| pair[0] != pair[1]), "every step draws questions of its own");
    assert_eq!(source.batch_size(), 16);
    Ok(())
}

/// No question, no crash.
#[test]
fn easy_vqa_without_questions_is_refused() {
    let error = EasyVqaSource::new(easy_vqa(0), 4, 1).batch(0).map(|_| ()).expect_err("nothing can be drawn");
    assert!(error.to_string().contains("no questions"), "{error}");
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// Nothing but seed and step decides, so a resumed run sees what it would have seen.
    #[test]
    fn a_batch_is_a_function_of_seed_and_step(seed in 0u64..1000, step in 0u64..1000) {
        let batch = all_tasks(seed)?.batch(step)?;
        let again = all_tasks(seed)?;
        let next = again.batch(step + 1)?;
        prop_assert_eq!(batch.len(), 8, "as many examples as asked for");
        prop_assert!(same(&again.batch(step)?, &batch), "seed and step decide, whatever came before");
        prop_assert!(!same(&next, &batch), "another step gives another batch");
        prop_assert!(!same(&all_tasks(seed + 1)?.batch(step)?, &batch), "another seed gives another batch");
        let one = again.example(step, 3)?;
        prop_assert!(same(&[one], &batch[3..4]), "a row can be drawn alone");
    }
}
