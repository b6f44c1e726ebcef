//! How answers are given: as they come, by chance if that is wanted, and from smaller weights.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use candle_core::Device;
use image::RgbImage;
use paligemma::asking::Manner;
use paligemma::error::VlmError;
use paligemma::hub::load_paligemma;

use crate::parrot::parrot;
use crate::support::{assert_done, assert_refused, command, run, runs, text};

fn photo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg")
}

fn caption(model: &Path, options: &str) -> String {
    let line = format!("caption {{}} {{}} {options}");
    assert_done(&run(line.trim_end(), &[model, &photo()]))
}

/// What is printed word by word is the answer and a line break: spaces between words, none at the edges.
#[test]
fn an_answer_is_printed_as_it_is() {
    let model = parrot(&["▁", "a", "▁dog", ";", "▁cat", "▁en"]);
    for command in ["caption {} {}", "ask {} {} why", "caption {} {} --timings", "caption {} {} --dtype q8"] {
        assert_eq!(assert_done(&run(command, &[model.path(), &photo()])), "a dog; cat en\n", "{command}");
    }
    assert_eq!(caption(model.path(), "--max-tokens 3"), "a dog\n");
    assert_eq!(caption(parrot(&[]).path(), ""), "\n", "a model may have nothing to say");
}

/// Models from the hub have more tasks than the commands have names: `--raw` hands on the words alone.
#[test]
fn a_raw_question_is_the_prompt() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/example.png");
    let said = |arguments: &[&str]| {
        let output = command().arg(arguments[0]).arg(&example).args(&arguments[1..]).output();
        assert_done(&output.expect("the vlm command starts"))
    };
    assert_eq!(said(&["ask", "--raw", "caption en"]), said(&["caption"]));
    let (raw, asked) = (said(&["ask", "--raw", "answer en is there a dog?"]), said(&["ask", "is there a dog?"]));
    assert_eq!(raw, asked);
}

/// The commands of the README, on the picture that comes with the course.
#[test]
fn the_bundled_model_understands_the_example() {
    let data = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name);
    let (model, picture) = (data("checkpoints/vlm"), data("example.png"));
    let asked = |verb: &str, words: &str| {
        let output = command().arg(verb).arg(&model).arg(&picture).args((!words.is_empty()).then_some(words)).output();
        assert_done(&output.expect("the vlm command starts"))
    };
    assert_eq!(asked("caption", ""), "guitar and dog\n");
    assert_eq!(asked("ask", "what is left of the dog?"), "guitar\n");
    let found = asked("detect", "dog");
    assert!(found.starts_with("dog: top ") && found.lines().count() == 1, "one box for one dog:\n{found}");
}

/// Each piece is handed on as soon as its token is there, and a listener who has gone away is an error.
#[test]
fn an_answer_is_heard_in_pieces() {
    let model = parrot(&["a", "▁dog", ";", "▁cat"]);
    let speaker = load_paligemma(model.path(), "a test", None, &Device::Cpu).expect("a model");
    let (picture, mut heard) = (RgbImage::new(30, 20), Vec::new());
    let answer = speaker.ask(&picture, "caption en", &Manner::greedy(9), |piece| {
        heard.push(piece.to_owned());
        Ok(())
    });
    let answer = answer.expect("an answer");
    assert_eq!(heard, ["a", " dog", ";", " cat"]);
    assert_eq!((heard.concat(), answer.finished), (answer.text, true), "together they are the answer");
    let gone = speaker.ask(&picture, "caption en", &Manner::greedy(9), |_| Err(ErrorKind::BrokenPipe.into()));
    assert!(matches!(gone, Err(VlmError::Terminal(_))), "nobody listens: {gone:?}");
}

/// The same seed gives the same answer, other seeds others; and of one token there is nothing to choose.
#[test]
fn chance_follows_its_seed() {
    let model = &runs().vlm();
    let drawn = |seed: u32| caption(model, &format!("--temperature 3 --max-tokens 12 --seed {seed}"));
    assert_eq!(drawn(7), drawn(7), "the same seed, the same answer");
    assert_ne!(drawn(7), drawn(8), "another seed, another answer");
    assert_eq!(caption(model, "--temperature 3 --max-tokens 12"), drawn(1), "the seed is 1 if none is named");
    let greedy = caption(model, "--max-tokens 12");
    assert_eq!(greedy, caption(model, "--max-tokens 12"), "without chance nothing varies");
    for options in ["--top-k 1", "--top-p 0.000001", "--temperature 0.000001"] {
        assert_eq!(
            caption(model, &format!("--max-tokens 12 --seed 9 {options}")),
            greedy,
            "{options} leaves one token"
        );
    }
}

/// What cannot be drawn with is named with what can.
#[test]
fn chance_out_of_range_is_refused() {
    for (options, needles) in [
        ("--temperature 0", ["--temperature", "above 0"]),
        ("--temperature -1", ["--temperature", "above 0"]),
        ("--temperature NaN", ["--temperature", "above 0"]),
        ("--temperature hot", ["--temperature", "invalid"]),
        ("--top-k 0", ["--top-k", "at least 1"]),
        ("--top-p 0", ["--top-p", "at most 1"]),
        ("--top-p 1.5", ["--top-p", "at most 1"]),
        ("--seed 3", ["--seed", "--temperature"]),
    ] {
        let output = run(&format!("caption {{}} {{}} {options}"), &[&runs().vlm(), &photo()]);
        assert_eq!(output.status.code(), Some(2), "{options}: a misuse");
        let error = text(&output.stderr);
        assert!(needles.iter().all(|needle| error.contains(needle)), "{options}: {error}");
    }
}

/// A run of ours is small enough as it is.
#[test]
fn our_runs_have_no_choice_of_type() {
    assert_refused(&run("caption {} {} --dtype q8", &[&runs().vlm(), &photo()]), &["--dtype", "hub"]);
}
