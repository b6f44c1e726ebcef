//! Specification of asking the model: training and generation are one and the same model.

mod support;

use autoregressive_training::{AnswerOptions, VisionLanguageModel, answer};
use foundations::optim::{Optimizer, Schedule, adamw_only};
use foundations::random::generator;
use gemma_masking::Sampling;
use image::RgbImage;
use projection::Frozen;
use siglip_training::trainer::TrainError;
use siglip_training::{Tokenizer, Trainer};
use spec::perturb;
use support::{Outcome, detached, examples, fresh, objective, picture, tokenizer};

fn ask(
    model: &VisionLanguageModel,
    tokenizer: &Tokenizer,
    questions: &[(&RgbImage, String)],
    max_tokens: usize,
) -> Result<Vec<String>, TrainError> {
    let options = AnswerOptions { max_tokens, ..AnswerOptions::default() };
    answer(model, tokenizer, questions, &options, &mut generator(1, "answer"), |_| {})
}

/// Trained on four examples until it knows them by heart, the model answers them to the letter: words, boxes, and where
/// to stop. Two of them share their prompt and two their picture, so both must have been looked at; and a mask, a position
/// or a scale that differed between training and generation would show here.
#[test]
fn what_was_learned_by_heart_is_answered() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let objective = objective(&params, &tokenizer, None, &Frozen::default(), 0)?;
    let recipe = |name: &str, shape: &[usize]| adamw_only(name, shape).scaled(5.0);
    let mut trainer = Trainer::new(Optimizer::new(params.all(), recipe, Some(1.0))?, Schedule::Constant);
    for _ in 0..100 {
        trainer.train_step(&objective)?;
    }
    let examples = examples();
    let questions: Vec<_> = examples.iter().map(|example| (&example.picture, example.prompt.clone())).collect();
    let answers = ask(&detached(&params, &tokenizer)?, &tokenizer, &questions, 32)?;
    let truths: Vec<&str> = examples.iter().map(|example| example.answer.as_str()).collect();
    assert_eq!(answers, truths, "one hundred steps on four examples, then the same four questions");
    Ok(())
}

/// A model with strong opinions about everything, none of them learned.
fn lively() -> Result<(VisionLanguageModel, Tokenizer), candle_core::Error> {
    let tokenizer = tokenizer();
    let params = fresh(3, &tokenizer, None)?;
    perturb(&params, 0.3, 3);
    Ok((detached(&params, &tokenizer)?, tokenizer))
}

/// Prompts of different lengths are padded to one width in a batch; nobody's answer changes.
#[test]
fn a_batch_is_answered_like_each_question_alone() -> Outcome {
    let (model, tokenizer) = lively()?;
    let pictures = [picture(0), picture(1), picture(3)];
    let prompts = ["caption en", "answer en what is this?", ""].map(str::to_owned);
    let questions: Vec<_> = pictures.iter().zip(prompts).collect();
    let together = ask(&model, &tokenizer, &questions, 8)?;
    assert!(together.iter().any(|answer| !answer.is_empty()), "this model has something to say: {together:?}");
    for (question, expected) in questions.into_iter().zip(together) {
        let alone = ask(&model, &tokenizer, std::slice::from_ref(&question), 8)?;
        assert_eq!(alone, [expected], "'{}' alone and in a batch", question.1);
    }
    Ok(())
}

/// Many questions are answered in chunks; all of them, in their order, with progress in between.
#[test]
fn many_questions_are_answered_in_chunks() -> Outcome {
    let (model, tokenizer) = lively()?;
    let pictures = [picture(0), picture(1), picture(2), picture(3)];
    let questions: Vec<_> = (0..70).map(|n| (&pictures[n % 4], "caption en".to_owned())).collect();
    let mut heard = Vec::new();
    let options = AnswerOptions { max_tokens: 3, ..AnswerOptions::default() };
    let rng = &mut generator(1, "answer");
    let answers = answer(&model, &tokenizer, &questions, &options, rng, |done| heard.push(done))?;
    assert_eq!(heard, [64, 70], "progress after every chunk");
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, answers[index % 4], "question {index} shows picture {}", index % 4);
    }
    assert!(ask(&model, &tokenizer, &[], 3)?.is_empty(), "no questions, no answers");
    Ok(())
}

/// With chance in play the generator decides: the same seed, the same answers.
#[test]
fn a_seed_fixes_sampled_answers() -> Outcome {
    let (model, tokenizer) = lively()?;
    let picture = picture(1);
    let sampling = Sampling::Sample { temperature: 3.0, top_k: None, top_p: None };
    let options = AnswerOptions { sampling, max_tokens: 8 };
    let of_seed = |seed| {
        let questions = [(&picture, "caption en".to_owned())];
        answer(&model, &tokenizer, &questions, &options, &mut generator(seed, "answer"), |_| {})
    };
    assert_eq!(of_seed(1)?, of_seed(1)?, "the same seed draws the same answer");
    assert_ne!(of_seed(1)?, of_seed(2)?, "another seed draws another one");
    Ok(())
}
