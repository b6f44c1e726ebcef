//! The examination: pictures that the model has never seen, by an artist it has never seen.

use std::collections::BTreeMap;

use data::{Augmentation, Composer, DataError, EasyVqa, Gallery, Scene};
use foundations::random::{generator, generator_at};
use image::RgbImage;
use siglip_training::trainer::TrainError;
use siglip_training::{Exhibition, Tokenizer};

use crate::answer::{AnswerOptions, answer};
use crate::blind::BlindGuesser;
use crate::boxes::{detection_answer, parse_detections};
use crate::metrics::{LEAST_OVERLAP, Share, box_overlap, same_set};
use crate::model::VisionLanguageModel;
use crate::tasks::{answer_prompt, caption_prompt, detect_prompt};

/// Scores by name, fractions between 0 and 1.
pub type Scores = BTreeMap<&'static str, f64>;

/// A model and how to talk to it.
#[derive(Debug)]
pub struct Examinee<'a> {
    /// The model, with detached parameters.
    pub model: &'a VisionLanguageModel,
    /// Its tokenizer.
    pub tokenizer: &'a Tokenizer,
}

impl Examinee<'_> {
    /// Greedy answers to many prompts; `progress` is told how many are done.
    ///
    /// # Errors
    /// When a text cannot be tokenised or the device fails.
    pub fn answers(
        &self,
        questions: &[(&RgbImage, String)],
        progress: impl FnMut(usize),
    ) -> Result<Vec<String>, TrainError> {
        // Greedy decoding draws nothing from the generator.
        let rng = &mut generator(0, "greedy");
        answer(self.model, self.tokenizer, questions, &AnswerOptions::default(), rng, progress)
    }

    /// The share of pictures whose caption is right to the letter, beside that of whoever always says the commonest one.
    ///
    /// # Errors
    /// See [`Examinee::answers`].
    pub fn captions(&self, exhibition: &Exhibition, progress: impl FnMut(usize)) -> Result<Scores, TrainError> {
        // ANCHOR: exam_captions
        let questions: Vec<_> = exhibition.pictures.iter().map(|picture| (picture, caption_prompt("en"))).collect();
        let answers = self.answers(&questions, progress)?;
        let mut exact = Share::default();
        for (answer, label) in answers.iter().zip(&exhibition.labels) {
            exact.count(*answer == exhibition.captions[*label]);
        }
        let times = |label: usize| exhibition.labels.iter().filter(|other| **other == label).count();
        let commonest = (0..exhibition.captions.len()).map(times).max().unwrap_or(0);
        let blind = commonest as f64 / exhibition.labels.len().max(1) as f64;
        Ok(Scores::from([("exact", exact.fraction()), ("exact_blind", blind)]))
        // ANCHOR_END: exam_captions
    }

    /// Captions, counts, presence, relations and boxes on `scenes`, beside what a blind guesser gets.
    ///
    /// # Errors
    /// See [`Examinee::answers`].
    pub fn scenes(&self, paper: &ScenePaper, progress: impl FnMut(usize)) -> Result<Scores, TrainError> {
        let answers = self.answers(&paper.questions(), progress)?;
        Ok(paper.mark(&answers))
    }

    /// The share of easy-VQA questions answered right, beside what a blind guesser gets.
    ///
    /// # Errors
    /// See [`Examinee::answers`].
    pub fn easy_vqa(&self, test: &EasyVqa, train: &EasyVqa, progress: impl FnMut(usize)) -> Result<Scores, TrainError> {
        // ANCHOR: exam_easy_vqa
        let mut guesser = BlindGuesser::default();
        for question in &train.questions {
            guesser.learn(&question.text, &train.answers[question.answer]);
        }
        let questions: Vec<_> = test
            .questions
            .iter()
            .map(|question| (&test.pictures[question.picture], answer_prompt(&question.text)))
            .collect();
        let answers = self.answers(&questions, progress)?;
        let (mut right, mut blind) = (Share::default(), Share::default());
        for (question, answer) in test.questions.iter().zip(&answers) {
            let truth = &test.answers[question.answer];
            right.count(answer == truth);
            blind.count(guesser.guess(&question.text) == truth);
        }
        Ok(Scores::from([("accuracy", right.fraction()), ("blind", blind.fraction())]))
        // ANCHOR_END: exam_easy_vqa
    }
}

/// One question of the examination on scenes.
#[derive(Debug)]
struct Item {
    scene: usize,
    kind: Kind,
    prompt: String,
    truth: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Caption,
    Count,
    Presence,
    Relation,
    /// Where the object of this number is; asked only where there are two or three.
    Box(usize),
}

/// Scenes with every question that will be asked about them.
#[derive(Debug)]
pub struct ScenePaper {
    scenes: Vec<Scene>,
    items: Vec<Item>,
    /// One blind guesser for each kind: about a thing that it has not studied, it says what is commonest for the kind.
    guessers: BTreeMap<Kind, BlindGuesser>,
}

impl ScenePaper {
    /// `count` scenes of the nouns in `gallery`; the blind guesser studies as many scenes made the same way with
    /// another seed. The same seed gives the same paper.
    ///
    /// # Errors
    /// When the gallery shows too few nouns.
    pub fn new(gallery: &Gallery, side: u32, count: usize, seed: u64) -> Result<Self, DataError> {
        let composer = Composer::new(gallery, side, Augmentation::NONE)?;
        let compose = |stream: &str, index: usize| {
            let mut rng = generator_at(seed, stream, index as u64);
            let scene = composer.compose(&mut rng);
            let items = items(index, &scene, &mut rng);
            (scene, items)
        };
        let mut guessers: BTreeMap<Kind, BlindGuesser> = BTreeMap::new();
        for item in (0..count).flat_map(|index| compose("study", index).1) {
            guessers.entry(item.kind).or_default().learn(&item.prompt, &item.truth);
        }
        let (scenes, items): (Vec<_>, Vec<_>) = (0..count).map(|index| compose("paper", index)).unzip();
        Ok(Self { scenes, items: items.into_iter().flatten().collect(), guessers })
    }

    /// How many questions there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Is there nothing to answer?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The questions: a picture and a prompt each.
    pub fn questions(&self) -> Vec<(&RgbImage, String)> {
        self.items.iter().map(|item| (&self.scenes[item.scene].picture, item.prompt.clone())).collect()
    }

    /// The right answers, one per question.
    pub fn truths(&self) -> Vec<String> {
        self.items.iter().map(|item| item.truth.clone()).collect()
    }

    /// Scores a sheet of answers, one per question.
    pub fn mark(&self, answers: &[String]) -> Scores {
        // ANCHOR: mark
        let (mut caption, mut count, mut presence, mut relation) = <(Share, Share, Share, Share)>::default();
        let (mut caption_blind, mut count_blind, mut presence_blind, mut relation_blind) =
            <(Share, Share, Share, Share)>::default();
        let (mut found, mut overlap_sum) = (Share::default(), 0.0);
        for (item, answer) in self.items.iter().zip(answers) {
            let guess = self.guessers.get(&item.kind).map_or("", |guesser| guesser.guess(&item.prompt));
            let (share, blind) = match item.kind {
                Kind::Caption => {
                    caption.count(same_set(answer, &item.truth));
                    caption_blind.count(same_set(guess, &item.truth));
                    continue;
                }
                Kind::Box(object) => {
                    let object = &self.scenes[item.scene].objects[object];
                    let overlap = box_overlap(&parse_detections(answer), &object.name, &object.bounds);
                    found.count(overlap >= LEAST_OVERLAP);
                    overlap_sum += overlap;
                    continue;
                }
                Kind::Count => (&mut count, &mut count_blind),
                Kind::Presence => (&mut presence, &mut presence_blind),
                Kind::Relation => (&mut relation, &mut relation_blind),
            };
            share.count(*answer == item.truth);
            blind.count(guess == item.truth);
        }
        Scores::from([
            ("caption_set", caption.fraction()),
            ("caption_set_blind", caption_blind.fraction()),
            ("count", count.fraction()),
            ("count_blind", count_blind.fraction()),
            ("presence", presence.fraction()),
            ("presence_blind", presence_blind.fraction()),
            ("relation", relation.fraction()),
            ("relation_blind", relation_blind.fraction()),
            ("box_acc50", found.fraction()),
            ("box_mean_iou", overlap_sum / found.total().max(1) as f64),
        ])
        // ANCHOR_END: mark
    }
}

/// All questions about one scene.
fn items(scene_number: usize, scene: &Scene, rng: &mut impl rand::Rng) -> Vec<Item> {
    let mut items = Vec::new();
    let mut ask = |kind, prompt, truth| items.push(Item { scene: scene_number, kind, prompt, truth });
    ask(Kind::Caption, caption_prompt("en"), scene.caption());
    let count = scene.count_question();
    ask(Kind::Count, answer_prompt(&count.text), count.answer);
    let presence = scene.presence_question(rng);
    ask(Kind::Presence, answer_prompt(&presence.text), presence.answer);
    if let Some(relation) = scene.relation_question(rng) {
        ask(Kind::Relation, answer_prompt(&relation.text), relation.answer);
    }
    if scene.objects.len() > 1 {
        for (number, object) in scene.objects.iter().enumerate() {
            let truth = detection_answer(&[(object.name.clone(), object.bounds)]);
            ask(Kind::Box(number), detect_prompt(std::slice::from_ref(&object.name)), truth);
        }
    }
    items
}
