//! The proof is itself tested: on a course that is in order, and on courses that are not.

mod support;

use support::{Learner, assert_says, read, write};

/// A course in order is proved, and the result written down; recorded symptoms are those of a second run.
#[test]
fn a_course_in_order_is_proved() {
    let learner = Learner::new();
    let said = learner.run("verify", 1);
    assert_says(&said, &["double/squares", "symptoms.toml does not fit", "--record"]);
    assert_says(&learner.run("verify --record", 0), &["2 exercises and 6 mistakes tried", "caught and recognised"]);
    learner.run("verify --json proof.json", 0);
    let proof: serde_json::Value = serde_json::from_str(&read(&learner.course().join("proof.json"))).expect("JSON");
    assert_eq!(proof["problems"], serde_json::json!([]));
    assert_eq!(proof["exercises"][0]["red_when_empty"], true);
    assert_eq!(proof["exercises"][1]["green_when_filled"], true);
    assert_eq!(proof["mistakes"][0]["diagnosed_as"], "forgets");
}

/// A source file that has moved since the last proof is not tried twice: its old place is forgotten.
#[test]
fn a_file_that_has_moved_is_forgotten() {
    let learner = Learner::new();
    learner.run("verify --record", 0);
    let chapter = learner.course().join("chapters/01-first");
    write(&chapter.join("src/more.rs"), "//! More.\n");
    let library = chapter.join("src/lib.rs");
    write(&library, &format!("{}\nmod more;\n", read(&library)));
    learner.run("verify", 0);
    std::fs::remove_file(chapter.join("src/more.rs")).expect("the old place");
    write(&chapter.join("src/more/mod.rs"), "//! More.\n");
    learner.run("verify", 0);
}

/// Further mistakes are tried as well: one that is right, one that is known, one that is new, one that does not compile.
#[test]
fn further_mistakes_are_judged() {
    let learner = Learner::new();
    learner.run("verify --record", 0);
    for (name, body) in [("right", "2.0 * x"), ("known", "x.powi(2)"), ("new", "x - 1.0"), ("broken", "x.nonsense()")] {
        write(&learner.course().join(format!("more/double/{name}.rs")), &format!("// One of somebody's.\n\n{body}\n"));
    }
    let said = learner.run("verify --mistakes more", 0);
    assert_says(
        &said,
        &[
            "double/right: not rejected; not recognised",
            "double/known: rejected by double::three_becomes_six; recognised as squares",
            "double/new: rejected by double::three_becomes_six, double::zero_stays_zero; not recognised",
            "double/broken: does not compile",
        ],
    );
    assert_says(&learner.run("verify --mistakes nowhere", 2), &["nowhere", "no folder"]);
}

/// Each promise that is broken is named.
#[test]
fn broken_promises_are_named() {
    let learner = Learner::new();
    let chapter = learner.course().join("chapters/01-first");
    let mistake = chapter.join("mistakes/double/squares.rs");
    write(&mistake, &read(&mistake).replace("three_becomes_six", "zero_stays_zero"));
    let exercises = chapter.join("exercises.toml");
    write(&exercises, &read(&exercises).replace("\"To itself.\"", "\"\""));
    write(&chapter.join("mistakes/mean/first.rs"), "// caught by: mean::nothing\n//\n// Short.\n\nvalues[0] * 1.0\n");
    let said = learner.run("verify --record", 1);
    assert_says(
        &said,
        &[
            "double: one of its hints is empty",
            "mistake double/squares: double::zero_stays_zero should be red",
            "mistake mean/first: `mean::nothing` is no test of the exercise",
            "mistake mean/first: its header does not explain it",
        ],
    );
}

/// A folder to build in is new, empty, or from an earlier `verify`: elsewhere `--path` is a learner's workshop.
#[test]
fn nothing_is_built_over_that_is_somebodys() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x * 3.0");
    for place in ["workshop", "."] {
        let said = learner.run(&format!("verify 01 --record --path {place}"), 2);
        assert_says(&said, &["not made by `cargo course verify`", "--path"]);
    }
    assert_says(&read(&learner.source()), &["x * 3.0"]);
    assert_says(&read(&learner.course().join("chapters/01-first/src/lib.rs")), &["    x + x\n"]);
    for _ in 0..2 {
        learner.run("verify 01 --record --path bench", 0);
    }
}
