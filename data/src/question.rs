//! Questions about a scene, each with exactly one right answer.

use rand::{Rng, seq::IndexedRandom};

use crate::{SceneObject, with_article};

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuestionKind {
    /// How many objects there are.
    Count,
    /// Whether a thing is there.
    Presence,
    /// What lies in some direction of a thing.
    Relation,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub kind: QuestionKind,
    /// The question, in lower case.
    pub text: String,
    /// The answer: "2", "yes", "red apple".
    pub answer: String,
}

/// How far apart two centres must be before we say "left of" or "above", as a fraction of the picture.
pub const CLEAR_DISTANCE: f32 = 0.08;

const DIRECTIONS: [Direction; 4] = [
    Direction { words: "left of", y: 0.0, x: -1.0 },
    Direction { words: "right of", y: 0.0, x: 1.0 },
    Direction { words: "above", y: -1.0, x: 0.0 },
    Direction { words: "below", y: 1.0, x: 0.0 },
];

struct Direction {
    words: &'static str,
    y: f32,
    x: f32,
}

impl Direction {
    /// How far `other` lies in this direction of `anchor`, from centre to centre; negative on the other side.
    fn distance(&self, anchor: &SceneObject, other: &SceneObject) -> f32 {
        let ((anchor_y, anchor_x), (other_y, other_x)) = (anchor.bounds.centre(), other.bounds.centre());
        self.y * (other_y - anchor_y) + self.x * (other_x - anchor_x)
    }
}

pub(crate) fn count(objects: &[SceneObject]) -> Question {
    Question {
        kind: QuestionKind::Count,
        text: String::from("how many objects are there?"),
        answer: objects.len().to_string(),
    }
}

pub(crate) fn presence(objects: &[SceneObject], vocabulary: &[String], rng: &mut impl Rng) -> Question {
    // ANCHOR: presence
    let is_shown = |word: &str| objects.iter().any(|object| object.name == word);
    let absent: Vec<&str> = vocabulary.iter().map(String::as_str).filter(|word| !is_shown(word)).collect();
    let present: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
    let ask_for_absent = rng.random_bool(0.5) && !absent.is_empty();
    let candidates = if ask_for_absent { &absent } else { &present };
    let word = candidates[rng.random_range(0..candidates.len())];
    Question {
        kind: QuestionKind::Presence,
        text: format!("is there {}?", with_article(word)),
        answer: String::from(if ask_for_absent { "no" } else { "yes" }),
    }
    // ANCHOR_END: presence
}

pub(crate) fn relation(objects: &[SceneObject], rng: &mut impl Rng) -> Option<Question> {
    // ANCHOR: relation
    let mut questions = Vec::new();
    for anchor in objects {
        for direction in &DIRECTIONS {
            if let Some(answer) = only_one(anchor, direction, objects) {
                questions.push(Question {
                    kind: QuestionKind::Relation,
                    text: format!("what is {} the {}?", direction.words, anchor.name),
                    answer: answer.name.clone(),
                });
            }
        }
    }
    questions.choose(rng).cloned()
    // ANCHOR_END: relation
}

/// The only object in that direction, when it lies there clearly. A second one, however slightly in that direction, would
/// make the question unfair.
fn only_one<'a>(anchor: &SceneObject, direction: &Direction, objects: &'a [SceneObject]) -> Option<&'a SceneObject> {
    // ANCHOR: only_one
    let mut there = objects.iter().filter(|other| direction.distance(anchor, other) > 0.0);
    let first = there.next()?;
    let is_clear = direction.distance(anchor, first) > CLEAR_DISTANCE;
    (there.next().is_none() && is_clear).then_some(first)
    // ANCHOR_END: only_one
}
