//! A composed picture and everything that can be said and asked about it.

use std::sync::Arc;

use image::RgbImage;
use rand::{Rng, seq::SliceRandom};

use crate::{BoundingBox, Question, question};

/// One thing in a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneObject {
    /// Number of the noun in [`EmojiSet::nouns`](crate::EmojiSet::nouns).
    pub noun: usize,
    /// What it is called.
    pub name: String,
    /// The smallest box around it.
    pub bounds: BoundingBox,
}

/// A picture of one to three different things.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The pixels.
    pub picture: RgbImage,
    /// What is in it, from left to right.
    pub objects: Vec<SceneObject>,
    vocabulary: Arc<[String]>,
}

/// A request to find some of a scene's things, and where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// What to look for, in the order of the prompt.
    pub things: Vec<String>,
    /// The same things with their boxes, in the same order.
    pub boxes: Vec<(String, BoundingBox)>,
}

impl Scene {
    /// Sorts the objects from left to right. `vocabulary` holds every word that a scene like this could have shown.
    pub(crate) fn new(picture: RgbImage, mut objects: Vec<SceneObject>, vocabulary: Arc<[String]>) -> Self {
        objects.sort_by(|left, right| left.bounds.centre().1.total_cmp(&right.bounds.centre().1));
        Self { picture, objects, vocabulary }
    }

    /// The names from left to right: "dog and red apple and house".
    pub fn caption(&self) -> String {
        let names: Vec<&str> = self.objects.iter().map(|object| object.name.as_str()).collect();
        names.join(" and ")
    }

    /// "how many objects are there?"
    pub fn count_question(&self) -> Question {
        question::count(&self.objects)
    }

    /// "is there a dog?", to be answered yes and no equally often.
    pub fn presence_question(&self, rng: &mut impl Rng) -> Question {
        question::presence(&self.objects, &self.vocabulary, rng)
    }

    /// "what is left of the dog?", chosen among those with exactly one right answer; nothing when there is none.
    pub fn relation_question(&self, rng: &mut impl Rng) -> Option<Question> {
        question::relation(&self.objects, rng)
    }

    /// Asks for one or more of the objects. The order of the prompt is random, or it would give away who is on the left.
    pub fn detection(&self, rng: &mut impl Rng) -> Detection {
        // ANCHOR: detection
        let mut wanted: Vec<&SceneObject> = self.objects.iter().collect();
        wanted.shuffle(rng);
        wanted.truncate(rng.random_range(1..=self.objects.len()));
        Detection {
            things: wanted.iter().map(|object| object.name.clone()).collect(),
            boxes: wanted.iter().map(|object| (object.name.clone(), object.bounds)).collect(),
        }
        // ANCHOR_END: detection
    }
}
