//! The tasks, in PaliGemma's prompt forms.
//!
//! One model does everything; the words before the line break say what is wanted:
//!
//! | prompt | answer |
//! |---|---|
//! | `caption en` | `dog and red apple` |
//! | `answer en what is left of the dog?` | `red apple` |
//! | `detect dog ; red apple` | `<loc…><loc…><loc…><loc…> dog ; <loc…>… red apple` |
//!
//! # Source
//! PaliGemma (arXiv 2407.07726), §3.2.

use data::{Detection, Question, Scene};
use image::RgbImage;
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::boxes::detection_answer;

/// A picture, what is asked of it, and what should be answered.
#[derive(Debug, Clone)]
pub struct TaskExample {
    /// The picture.
    pub picture: RgbImage,
    /// The prompt, without the line break that ends it.
    pub prompt: String,
    /// The answer.
    pub answer: String,
}

/// What is practised on scenes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SceneTask {
    /// Name all objects from left to right.
    Caption,
    /// How many objects are there?
    Count,
    /// Is there an X?
    Presence,
    /// What is left of (right of, above, below) the X?
    Relation,
    /// Where is the X?
    Detect,
}

/// The prompt of captioning in a language, `en` for English.
pub fn caption_prompt(language: &str) -> String {
    format!("caption {language}")
}

/// The prompt of a question.
pub fn answer_prompt(question: &str) -> String {
    format!("answer en {question}")
}

/// The prompt of detection.
pub fn detect_prompt(things: &[String]) -> String {
    format!("detect {}", things.join(" ; "))
}

/// Prompt and answer of one task about a scene. Where no relation has a single answer, the task falls back to naming
/// the objects.
pub fn scene_task(task: SceneTask, scene: &Scene, rng: &mut impl Rng) -> (String, String) {
    // ANCHOR: scene_task
    let asked = |question: Question| (answer_prompt(&question.text), question.answer);
    let caption = || (caption_prompt("en"), scene.caption());
    match task {
        SceneTask::Caption => caption(),
        SceneTask::Count => asked(scene.count_question()),
        SceneTask::Presence => asked(scene.presence_question(rng)),
        SceneTask::Relation => scene.relation_question(rng).map_or_else(caption, asked),
        SceneTask::Detect => {
            let Detection { things, boxes } = scene.detection(rng);
            (detect_prompt(&things), detection_answer(&boxes))
        }
    }
    // ANCHOR_END: scene_task
}
