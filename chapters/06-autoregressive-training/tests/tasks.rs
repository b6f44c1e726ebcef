//! Specification of the tasks: PaliGemma's prompt forms, and answers that fit the scene.

mod support;

use autoregressive_training::SceneTask;
use autoregressive_training::boxes::parse_detections;
use autoregressive_training::tasks::{answer_prompt, caption_prompt, detect_prompt, scene_task};
use data::{Augmentation, Composer, DataError, Scene};
use foundations::random::generator;
use spec::proptest::prelude::*;
use support::{WORDS, noun_gallery};

fn scene(seed: u64) -> Result<Scene, DataError> {
    Ok(Composer::new(&noun_gallery(), 32, Augmentation::NONE)?.compose(&mut generator(seed, "scene")))
}

/// To the letter: a published checkpoint knows these forms and no others.
#[test]
fn prompts_have_paligemmas_forms() {
    assert_eq!(caption_prompt("en"), "caption en");
    assert_eq!(caption_prompt("de"), "caption de");
    assert_eq!(answer_prompt("what is left of the dog?"), "answer en what is left of the dog?");
    assert_eq!(detect_prompt(&["dog".to_owned()]), "detect dog");
    assert_eq!(detect_prompt(&["dog".to_owned(), "red apple".to_owned()]), "detect dog ; red apple");
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// A caption names all objects from left to right.
    #[test]
    fn a_caption_names_the_scene(seed in 0u64..1000) {
        let scene = scene(seed)?;
        let names: Vec<&str> = scene.objects.iter().map(|object| object.name.as_str()).collect();
        let (prompt, answer) = scene_task(SceneTask::Caption, &scene, &mut generator(seed, "task"));
        prop_assert_eq!((prompt.as_str(), answer), ("caption en", names.join(" and ")));
    }

    /// Counting and presence are answered from the scene's own objects.
    #[test]
    fn questions_are_answered_truthfully(seed in 0u64..1000) {
        let scene = scene(seed)?;
        let (prompt, answer) = scene_task(SceneTask::Count, &scene, &mut generator(seed, "task"));
        prop_assert_eq!(prompt, "answer en how many objects are there?");
        prop_assert_eq!(answer, scene.objects.len().to_string());
        let (prompt, answer) = scene_task(SceneTask::Presence, &scene, &mut generator(seed, "task"));
        let asked = WORDS.iter().find(|word| prompt.ends_with(&format!(" {word}?"))).expect("a word of this world");
        let is_there = scene.objects.iter().any(|object| object.name == **asked);
        prop_assert_eq!(answer, if is_there { "yes" } else { "no" }, "{}", prompt);
    }

    /// The boxes of a detection are those of the things asked for, in the order of the prompt.
    #[test]
    fn detections_follow_the_prompt(seed in 0u64..1000) {
        let scene = scene(seed)?;
        let (prompt, answer) = scene_task(SceneTask::Detect, &scene, &mut generator(seed, "task"));
        let asked: Vec<&str> = prompt.strip_prefix("detect ").expect("the prompt's form").split(" ; ").collect();
        let found = parse_detections(&answer);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        prop_assert_eq!(&names, &asked, "the answer names what was asked for, in that order");
        for (name, bounds) in &found {
            let object = scene.objects.iter().find(|object| object.name == *name).expect("only what is there");
            prop_assert!(bounds.iou(&object.bounds) > 0.95, "the box of {name} is the object's own");
        }
    }

    /// Where no relation has a single answer, the objects are named instead: there is always something to learn.
    #[test]
    fn a_scene_without_relations_is_captioned(seed in 0u64..1000) {
        let scene = scene(seed)?;
        let (prompt, answer) = scene_task(SceneTask::Relation, &scene, &mut generator(seed, "task"));
        if scene.objects.len() == 1 {
            prop_assert_eq!((prompt.as_str(), answer), ("caption en", scene.objects[0].name.clone()));
        } else if prompt != "caption en" {
            prop_assert!(prompt.starts_with("answer en what is "), "{prompt}");
            prop_assert!(scene.objects.iter().any(|object| object.name == answer), "'{answer}' is in the scene");
        }
    }
}
