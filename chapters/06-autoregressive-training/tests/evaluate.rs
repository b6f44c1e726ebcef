//! Specification of the examination.

mod support;

use std::cell::Cell;

use autoregressive_training::boxes::detection_answer;
use autoregressive_training::{Examinee, ScenePaper, Scores};
use data::{DataError, EasyVqa, Gallery, VqaQuestion};
use siglip_training::Exhibition;
use support::{Outcome, WORDS, detached, fresh, noun_gallery, picture, tokenizer};

fn paper(seed: u64) -> Result<ScenePaper, DataError> {
    ScenePaper::new(&noun_gallery(), 32, 12, seed)
}

fn prompts(paper: &ScenePaper) -> Vec<String> {
    paper.questions().into_iter().map(|(_, prompt)| prompt).collect()
}

fn assert_fractions(scores: &Scores) {
    assert!(!scores.is_empty());
    for (name, score) in scores {
        assert!((0.0..=1.0).contains(score), "{name} should be a fraction, and is {score}");
    }
}

/// Everybody sits the same paper: the same seed gives the same pictures, questions and truths.
#[test]
fn a_seed_fixes_the_paper() -> Outcome {
    let (once, again, other) = (paper(1)?, paper(1)?, paper(2)?);
    assert_eq!(prompts(&once), prompts(&again), "the same questions");
    assert_eq!(once.truths(), again.truths(), "the same right answers");
    let same_pictures = once.questions().iter().zip(again.questions()).all(|(a, b)| a.0 == b.0);
    assert!(same_pictures, "about the same pictures");
    assert_ne!(once.truths(), other.truths(), "another seed, another paper");
    assert_eq!((once.len(), once.is_empty()), (once.truths().len(), false), "one truth per question");
    Ok(())
}

/// Whoever knows the truths scores one everywhere; boxes lose what a bin of a thousandth loses.
#[test]
fn right_answers_score_one() -> Outcome {
    let paper = paper(1)?;
    let scores = paper.mark(&paper.truths());
    for name in ["caption_set", "count", "presence", "relation", "box_acc50"] {
        assert_eq!(scores[name], 1.0, "{name}: all answers are right");
    }
    let overlap = scores["box_mean_iou"];
    assert!((0.98..=1.0).contains(&overlap), "location tokens are fine enough for an overlap of 0.98: {overlap}");
    Ok(())
}

/// Silence scores nothing, while the blind guesser, who is not examined, scores what he scored before.
#[test]
fn silence_scores_nothing() -> Outcome {
    let paper = paper(1)?;
    let (right, silent) = (paper.mark(&paper.truths()), paper.mark(&vec![String::new(); paper.len()]));
    for name in ["caption_set", "count", "presence", "relation", "box_acc50", "box_mean_iou"] {
        assert_eq!(silent[name], 0.0, "{name}: nothing was said");
    }
    for name in ["caption_set_blind", "count_blind", "presence_blind", "relation_blind"] {
        assert_eq!(silent[name], right[name], "{name} does not depend on the answers");
        assert!(right[name] < 1.0, "{name}: without looking, not everything can be right");
    }
    Ok(())
}

/// To one prompt the guesser always says the same, so what he scores is what some constant answer scores.
#[test]
fn the_blind_guesser_is_marked_like_everybody() -> Outcome {
    let paper = paper(1)?;
    let blind = paper.mark(&paper.truths());
    let constant = |answer: &str| paper.mark(&vec![answer.to_owned(); paper.len()])["count"];
    let possible = ["1", "2", "3"].map(constant);
    assert!(possible.contains(&blind["count_blind"]), "{}, and not one of {possible:?}", blind["count_blind"]);
    assert!(ScenePaper::new(&noun_gallery(), 32, 0, 1)?.is_empty(), "without scenes there is nothing to ask");
    Ok(())
}

/// Names in another order are right, and boxes with x and y exchanged are wrong.
#[test]
fn order_is_free_in_captions_and_fixed_in_boxes() -> Outcome {
    let paper = paper(1)?;
    let changed = |(prompt, truth): (String, String)| {
        if prompt == "caption en" {
            return truth.split(" and ").collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" and ");
        }
        let mut boxes = autoregressive_training::boxes::parse_detections(&truth);
        for (_, bounds) in &mut boxes {
            std::mem::swap(&mut bounds.y_min, &mut bounds.x_min);
            std::mem::swap(&mut bounds.y_max, &mut bounds.x_max);
        }
        detection_answer(&boxes)
    };
    let answers: Vec<String> = prompts(&paper).into_iter().zip(paper.truths()).map(changed).collect();
    let scores = paper.mark(&answers);
    assert_eq!(scores["caption_set"], 1.0, "captions are sets of names");
    assert!(scores["box_acc50"] < 0.6, "boxes with x and y exchanged should miss: {}", scores["box_acc50"]);
    Ok(())
}

/// Every scene has a caption, a count and a presence to ask about; a box for each object where there are several.
#[test]
fn every_scene_is_asked_about() -> Outcome {
    let paper = paper(3)?;
    let starting = |start: &str| prompts(&paper).iter().filter(|prompt| prompt.starts_with(start)).count();
    let (captions, counts, presences) =
        (starting("caption en"), starting("answer en how many"), starting("answer en is there"));
    assert_eq!((captions, counts, presences), (12, 12, 12), "once for each of twelve scenes");
    let several = |truth: &&String| truth.contains(" and ");
    let truths = paper.truths();
    let objects: usize = truths.iter().filter(several).map(|truth| truth.split(" and ").count()).sum();
    assert_eq!(starting("detect "), objects, "one box for each object that is not alone");
    Ok(())
}

/// Scenes need three nouns.
#[test]
fn a_gallery_of_two_nouns_makes_no_paper() {
    let two = Gallery::new(noun_gallery().sprites()[..2].to_vec());
    let error = ScenePaper::new(&two, 32, 3, 1).map(|_| ()).expect_err("scenes need three nouns");
    assert!(matches!(error, DataError::TooFewNouns { .. }), "{error}");
}

/// All examinations run on a model that has learned nothing, and give fractions.
#[test]
fn an_untrained_model_can_be_examined() -> Outcome {
    let tokenizer = tokenizer();
    let model = detached(&fresh(1, &tokenizer, None)?, &tokenizer)?;
    let examinee = Examinee { model: &model, tokenizer: &tokenizer };
    let done = Cell::new(0);
    let paper = ScenePaper::new(&noun_gallery(), 32, 3, 1)?;
    assert_fractions(&examinee.scenes(&paper, |count| done.set(count))?);
    assert_eq!(done.get(), paper.len(), "the progress display hears of every question");
    let captions = examinee.captions(&Exhibition::new(&noun_gallery(), 32), |_| {})?;
    assert_fractions(&captions);
    assert_eq!(captions["exact"], 0.0, "whoever has learned nothing hits no caption by chance");
    assert_eq!(captions["exact_blind"], 1.0 / WORDS.len() as f64, "every caption is as common as the others");
    let mut repeated = noun_gallery().sprites().to_vec();
    repeated.extend([repeated[0].clone(), repeated[0].clone()]);
    let captions = examinee.captions(&Exhibition::new(&Gallery::new(repeated), 32), |_| {})?;
    let commonest = 3.0 / (WORDS.len() + 2) as f64;
    assert_eq!(captions["exact_blind"], commonest, "whoever always says the commonest caption");
    Ok(())
}

/// easy-VQA's blind guesser studies the training questions: here he is right about three of four.
#[test]
fn easy_vqa_is_marked_beside_a_blind_guesser() -> Outcome {
    let asked = |answers: &[usize]| EasyVqa {
        pictures: vec![picture(0)],
        questions: answers
            .iter()
            .map(|&answer| VqaQuestion { picture: 0, text: "is it red?".to_owned(), answer })
            .collect(),
        answers: vec!["yes".to_owned(), "no".to_owned()],
    };
    let tokenizer = tokenizer();
    let model = detached(&fresh(1, &tokenizer, None)?, &tokenizer)?;
    let examinee = Examinee { model: &model, tokenizer: &tokenizer };
    let scores = examinee.easy_vqa(&asked(&[0, 0, 0, 1]), &asked(&[0, 0, 1]), |_| {})?;
    assert_fractions(&scores);
    assert_eq!(scores["accuracy"], 0.0, "whoever has learned nothing says neither yes nor no");
    assert_eq!(scores["blind"], 0.75, "'yes' is commonest in training, and right three times of four");
    Ok(())
}
