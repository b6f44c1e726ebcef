//! Pictures that a model never saw, with what it says about them: for the terminal and for the report.

use autoregressive_training::TaskExample;
use autoregressive_training::boxes::parse_detections;
use autoregressive_training::metrics::{LEAST_OVERLAP, box_overlap};
use autoregressive_training::tasks::{answer_prompt, caption_prompt, detect_prompt};
use data::{Augmentation, BoundingBox, Composer, EasyVqa, Gallery, Scene, Split, Sprite, single_picture, with_article};
use foundations::random::generator;
use image::RgbImage;
use rand::Rng;
use rand::seq::IndexedRandom;
use siglip_training::match_probabilities;
use siglip_training::retrieval::{embed_captions, embed_pictures};

use crate::error::Result;
use crate::load::{Retriever, Speaker};
use crate::recipe::EXAMINATION_SEED;
use crate::subject::Subject;

/// Pictures of one thing, and as many scenes.
const EACH: usize = 3;

/// How many captions a phase-one model may suggest.
const SUGGESTIONS: usize = 3;

/// Characters of an answer that are shown.
const LONGEST_SHOWN: usize = 80;

/// A picture and what a model says about it.
#[derive(Debug, Clone)]
pub struct Exhibit {
    /// The picture.
    pub picture: RgbImage,
    /// What is really in it.
    pub shows: String,
    /// What was asked, and what the model said.
    pub facts: Vec<Fact>,
    /// Where the model sees what.
    pub boxes: Vec<(String, BoundingBox)>,
}

/// A question, the model's answer, and whether it is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What was asked.
    pub asked: String,
    /// What the model said.
    pub said: String,
    /// Whether that is right, if anybody knows.
    pub is_right: Option<bool>,
}

/// Three single pictures and three scenes, with captions, an answer each, and boxes.
///
/// # Errors
/// When the model fails.
pub fn of_speaker(speaker: &Speaker, subject: &Subject) -> Result<Vec<Exhibit>> {
    let rng = &mut generator(EXAMINATION_SEED, "showcase");
    let side = speaker.model.config().vision_config.image_size as u32;
    let mut exhibits = Vec::new();
    for sprite in subject.nouns.sprites().choose_multiple(rng, EACH) {
        exhibits.push(single(speaker, subject, sprite, side, rng)?);
    }
    let composer = Composer::new(&subject.nouns, side, Augmentation::NONE)?;
    while exhibits.len() < 2 * EACH {
        let scene = composer.compose(rng);
        if scene.objects.len() > 1 {
            exhibits.push(with_scene(speaker, scene, rng)?);
        }
    }
    Ok(exhibits)
}

fn single(speaker: &Speaker, subject: &Subject, sprite: &Sprite, side: u32, rng: &mut impl Rng) -> Result<Exhibit> {
    let picture = single_picture(sprite, side, &Augmentation::NONE, rng);
    // Single pictures are captioned with the emoji's full name, of which the noun may be a shorter form.
    let full_name = subject.all.sprites().iter().find(|other| other.emoji == sprite.emoji);
    let full_name = full_name.map_or(&sprite.caption, |other| &other.caption).clone();
    let question = format!("is there {}?", with_article(&sprite.caption));
    let truth =
        Truth { caption: full_name, question, answer: "yes".to_owned(), things: vec![(sprite.caption.clone(), None)] };
    exhibit(speaker, picture, truth)
}

fn with_scene(speaker: &Speaker, scene: Scene, rng: &mut impl Rng) -> Result<Exhibit> {
    let question = scene.relation_question(rng).unwrap_or_else(|| scene.count_question());
    let truth = Truth {
        caption: scene.caption(),
        question: question.text,
        answer: question.answer,
        things: scene.objects.iter().map(|object| (object.name.clone(), Some(object.bounds))).collect(),
    };
    exhibit(speaker, scene.picture, truth)
}

/// What is asked about a picture, and what should be said.
struct Truth {
    caption: String,
    question: String,
    answer: String,
    /// What is to be found, and where it is, if somebody knows.
    things: Vec<(String, Option<BoundingBox>)>,
}

fn exhibit(speaker: &Speaker, picture: RgbImage, truth: Truth) -> Result<Exhibit> {
    let Truth { caption, question, answer, things } = truth;
    let names: Vec<String> = things.iter().map(|(name, _)| name.clone()).collect();
    let prompts = [caption_prompt("en"), answer_prompt(&question), detect_prompt(&names)];
    let asked: Vec<_> = prompts.map(|prompt| (&picture, prompt)).into();
    let said = speaker.examinee().answers(&asked, |_| {})?;
    let boxes = parse_detections(&said[2]);
    let facts = vec![fact("caption", &said[0], &caption), fact(&question, &said[1], &answer), found(&things, &boxes)];
    Ok(Exhibit { boxes, picture, shows: caption, facts })
}

fn fact(asked: &str, said: &str, truth: &str) -> Fact {
    Fact { asked: asked.to_owned(), said: abridged(said), is_right: Some(said == truth) }
}

/// How many of the things have a box where they are. Where nobody knows where they are, the reader judges.
fn found(things: &[(String, Option<BoundingBox>)], boxes: &[(String, BoundingBox)]) -> Fact {
    let names: Vec<&str> = things.iter().map(|(name, _)| name.as_str()).collect();
    let drawn = names.iter().filter(|name| boxes.iter().any(|(other, _)| other == *name)).count();
    let truths: Option<Vec<_>> = things.iter().map(|(name, place)| Some((name, (*place)?))).collect();
    let hits = truths.map(|truths| {
        truths.iter().filter(|(name, place)| box_overlap(boxes, name, place) >= LEAST_OVERLAP).count() // as in the examination
    });
    let said = match hits {
        Some(hits) => format!("{hits} of {} where they are", things.len()),
        None => format!("{drawn} of {} drawn", things.len()),
    };
    // Where nobody knows the places, a thing without a box is wrong all the same.
    let is_right = match hits {
        Some(hits) => Some(hits == things.len()),
        None => (drawn < things.len()).then_some(false),
    };
    Fact { asked: format!("detect {}", names.join(" ; ")), said, is_right }
}

/// A model that has learnt little repeats itself without end.
fn abridged(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Six pictures with the captions that a phase-one model finds most fitting.
///
/// # Errors
/// When the model fails.
pub fn of_retriever(retriever: &Retriever, subject: &Subject) -> Result<Vec<Exhibit>> {
    let Retriever { model, tokenizer } = retriever;
    let rng = &mut generator(EXAMINATION_SEED, "showcase");
    let side = model.config().vision_config.image_size as u32;
    let names = captions(&subject.all);
    let chosen: Vec<&Sprite> = subject.all.sprites().choose_multiple(rng, 2 * EACH).collect();
    let pictures: Vec<RgbImage> =
        chosen.iter().map(|sprite| single_picture(sprite, side, &Augmentation::NONE, rng)).collect();
    let probabilities =
        match_probabilities(model, &embed_pictures(model, &pictures)?, &embed_captions(model, tokenizer, &names)?)?; // [pictures, captions]
    let rows = probabilities.to_vec2::<f32>()?;
    let exhibits = chosen.iter().zip(pictures).zip(rows).map(|((sprite, picture), row)| {
        let suggestions = best(&row, SUGGESTIONS).into_iter().map(|index| Fact {
            asked: format!("{:.1} %", 100.0 * row[index]),
            said: names[index].to_owned(),
            is_right: Some(names[index] == sprite.caption),
        });
        Exhibit { picture, shows: sprite.caption.clone(), facts: suggestions.collect(), boxes: Vec::new() }
    });
    Ok(exhibits.collect())
}

/// A picture that somebody gave a caption, and what the model says of it.
pub fn of_example(example: &TaskExample, said: &str) -> Exhibit {
    Exhibit {
        picture: example.picture.clone(),
        shows: example.answer.clone(),
        facts: vec![fact("caption", said, &example.answer)],
        boxes: Vec::new(),
    }
}

fn captions(gallery: &Gallery) -> Vec<&str> {
    gallery.by_caption().into_keys().collect()
}

/// The positions of the `count` largest numbers, largest first.
pub fn best(numbers: &[f32], count: usize) -> Vec<usize> {
    // ANCHOR: best
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&left, &right| numbers[right].total_cmp(&numbers[left]));
    order.truncate(count);
    order
    // ANCHOR_END: best
}

/// Six pictures of easy-VQA's test split with a question each.
///
/// # Errors
/// When the data cannot be read or the model fails.
pub fn of_easy_vqa(speaker: &Speaker) -> Result<Vec<Exhibit>> {
    let test = EasyVqa::load(Split::Test)?;
    let rng = &mut generator(EXAMINATION_SEED, "showcase");
    let mut exhibits = Vec::new();
    for question in test.questions.choose_multiple(rng, 2 * EACH) {
        let picture = test.pictures[question.picture].clone();
        let said = speaker.examinee().answers(&[(&picture, answer_prompt(&question.text))], |_| {})?;
        let truth = &test.answers[question.answer];
        let facts = vec![fact(&question.text, &said[0], truth)];
        exhibits.push(Exhibit { picture, shows: format!("{} {truth}", question.text), facts, boxes: Vec::new() });
    }
    Ok(exhibits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in the examination: the first box with the right name is the answer, and must overlap the truth by half.
    #[test]
    fn a_second_guess_does_not_count() {
        let place = |x_min: f32| BoundingBox { y_min: 0.0, x_min, y_max: 1.0, x_max: x_min + 0.4 };
        let dog = |x_min| ("dog".to_owned(), place(x_min));
        let things = [("dog".to_owned(), Some(place(0.0)))];
        for (boxes, said, is_right) in [
            (vec![dog(0.1)], "1 of 1 where they are", true),
            (vec![dog(0.5), dog(0.0)], "0 of 1 where they are", false),
            (vec![("cat".to_owned(), place(0.0))], "0 of 1 where they are", false),
        ] {
            let fact = found(&things, &boxes);
            assert_eq!((fact.said.as_str(), fact.is_right), (said, Some(is_right)));
        }
        let unknown = [("dog".to_owned(), None)];
        assert_eq!(found(&unknown, &[dog(0.5)]).said, "1 of 1 drawn");
    }
}
