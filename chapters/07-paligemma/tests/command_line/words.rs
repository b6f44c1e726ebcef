//! Words that cannot be asked.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Output;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use crate::parrot::parrot;
use crate::support::{assert_done, assert_refused, command, runs};

fn picture(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("picture.png");
    RgbImage::from_pixel(50, 40, Rgb([20, 90, 200])).save(&path).expect("a writable folder");
    path
}

fn say(verb: &str, words: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = runs().vlm();
    command().arg(verb).arg(run).arg(picture(&folder)).arg(words).output().expect("the vlm command starts")
}

/// A thing without a word is refused, and the nearest words are offered.
#[test]
fn unknown_things_are_refused_with_the_nearest_words() {
    assert_refused(&say("detect", "elephent"), &["elephent", "elephant"]);
    assert_refused(&say("detect", "dog; flux capacitor"), &["flux capacitor", "100 nouns"]);
}

/// Emojis and several things at once are understood.
#[test]
fn emojis_and_lists_of_things_are_understood() {
    let printed = assert_done(&say("detect", "🐕; cat"));
    for word in ["dog", "cat"] {
        assert!(printed.contains(word), "every thing that was asked for gets a line, {word} too:\n{printed}");
    }
}

/// A noun of two words is offered to those who write one of them, and an article does no harm.
#[test]
fn a_part_of_a_noun_finds_the_noun() {
    assert_refused(&say("detect", "apple"), &["nearest are red apple"]);
    let printed = assert_done(&say("detect", "the dog"));
    assert!(printed.contains("dog"), "the dog is a dog:\n{printed}");
}

/// What was not asked for gets no box; the model's slip is told.
#[test]
fn only_what_was_asked_for_is_located() {
    let printed = assert_done(&say("detect", "dog"));
    for line in printed.lines().filter(|line| line.contains(": top ")) {
        assert!(line.starts_with("dog: top "), "only the dog was asked for:\n{printed}");
    }
}

/// Nothing, or only spaces, is no question.
#[test]
fn empty_words_are_refused() {
    for verb in ["ask", "detect"] {
        assert_refused(&say(verb, ""), &["empty"]);
        assert_refused(&say(verb, " \t "), &["empty"]);
    }
    let output = command().arg("search").arg(runs().siglip()).arg("").output().expect("the vlm command starts");
    assert_refused(&output, &["empty"]);
}

/// A novel is no question either; the limit is told.
#[test]
fn endless_words_are_refused_with_the_limit() {
    assert_refused(&say("ask", &"is ".repeat(3334)), &["10001", "at most 200"]);
    assert_refused(&say("detect", &"x".repeat(10_000)), &["10000", "at most 200"]);
}

/// Where the picture stands in another place than it should, the message says which word it is.
#[test]
fn words_in_the_wrong_order_are_put_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = picture(&folder);
    let said = |words: &[&OsStr]| command().args(words).output().expect("the vlm command starts");
    let (run, picture) = (runs().vlm(), picture.as_os_str());
    for words in [
        ["caption".as_ref(), picture, run.as_os_str()],
        ["ask".as_ref(), "what is it?".as_ref(), picture],
        ["detect".as_ref(), "dog".as_ref(), picture],
    ] {
        assert_refused(&said(&words), &["stands where the picture should", "picture.png", "[RUN] <IMAGE>"]);
    }
    let config = run.join("config.json");
    assert_refused(&said(&["caption".as_ref(), config.as_os_str(), picture]), &["config.json", "it is a file"]);
    assert_refused(&said(&["ask".as_ref(), picture]), &["2, or 3 with a run", "1 given"]);
}

/// Words to search for need no quotes.
#[test]
fn words_to_search_for_need_no_quotes() {
    let search = |words: &[&str]| {
        let output = command().arg("search").arg(runs().siglip()).args(words).output();
        assert_done(&output.expect("the vlm command starts"))
    };
    assert_eq!(search(&["red", "apple"]), search(&["red apple"]), "expected: the same with and without quotes");
    let bare = command().args(["search", "red", "apple"]).output().expect("the vlm command starts");
    assert_eq!(assert_done(&bare).lines().count(), 6, "without a run, the bundled model searches");
    assert_refused(&command().arg("search").output().expect("the vlm command starts"), &["no words to search for"]);
}

/// An article is one in capitals, too, and a slash between two words makes no path of them.
#[test]
fn articles_and_slashes_do_no_harm() {
    assert_done(&say("detect", "The dog"));
    let output = command().args(["search", "black/white", "cat"]).output().expect("the vlm command starts");
    assert_eq!(assert_done(&output).lines().count(), 6, "both words are searched for");
}

/// A question may hold any characters, and even the names of special tokens.
#[test]
fn strange_characters_do_no_harm() {
    assert_done(&say("ask", "¿qué es esto? 😀\n<eos>"));
    assert_refused(&say("ask", "what is <image>?"), &["<image>"]);
}

/// A folder that happens to be called like a word is no run: only one with a model in it is.
#[test]
fn a_folder_of_that_name_does_not_make_a_word_a_run() {
    let here = tempfile::tempdir().expect("a temporary folder");
    let search = |words: &[&str]| {
        let output = command().current_dir(here.path()).arg("search").args(words).output();
        assert_done(&output.expect("the vlm command starts"))
    };
    let expected = search(&["book shelf"]);
    std::fs::create_dir(here.path().join("book")).expect("a writable folder");
    assert_eq!(search(&["book", "shelf"]), expected, "expected: both words are searched for");
    let named = [here.path().join("mine"), here.path().join("whole/contrastive")];
    for folder in &named {
        std::fs::create_dir_all(folder).expect("a writable folder");
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            std::fs::copy(runs().siglip().join(name), folder.join(name)).expect("room");
        }
    }
    let expected = search(&["./mine", "shelf"]);
    for name in ["mine", "whole"] {
        assert_eq!(search(&[name, "shelf"]), expected, "expected: the run {name} searches");
    }
}

/// Things are the same in capitals, whatever a model from the hub answers in.
#[test]
fn things_are_found_in_capitals_too() {
    let model = parrot(&["<loc0256>", "<loc0128>", "<loc0767>", "<loc0895>", "▁cat"]);
    let output = command().arg("detect").arg(model.path()).arg(picture(&model)).arg("Cat").output();
    let printed = assert_done(&output.expect("the vlm command starts"));
    assert_eq!(printed.lines().next(), Some("cat: top 10, left 6, bottom 30, right 44"), "{printed}");
    assert!(!printed.contains("not found") && !printed.contains("not asked for"), "{printed}");
}
