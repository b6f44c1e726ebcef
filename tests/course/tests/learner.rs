//! A learner's way through the small course, command by command.

mod support;

use support::{Learner, assert_says, read};

/// On a fresh clone the workshop is made, and the first exercise is named with its file and line.
#[test]
fn the_first_command_makes_the_workshop_and_says_what_is_first() {
    let learner = Learner::new();
    let said = learner.run("", 0);
    assert_says(
        &said,
        &["Your workshop is ready", "First:", "double", "src/lib.rs:6", "tests/double.rs", "cargo course hint"],
    );
    assert_says(&read(&learner.source()), &["todo!(\"double\")", "todo!(\"mean\")", "/// Twice `x`."]);
    let said = learner.run("", 0);
    assert_says(&said, &["0 of 2 exercises are green", "Next:", "double"]);
}

/// Another place for the workshop may be said before the command or behind it.
#[test]
fn the_place_is_heard_wherever_it_is_said() {
    let learner = Learner::new();
    learner.run("--path mine", 0);
    for line in ["check --path mine", "--path mine check"] {
        assert_says(&learner.run(line, 1), &["not started", "mine/chapters/01-first"]);
    }
    assert_says(&learner.run("--json check --path mine", 1), &["\"reports\""]);
    assert!(!learner.file("").exists(), "no other workshop is made");
    assert_says(&learner.run("--path mine verify", 2), &["behind their names"]);
}

/// From `todo!` to green; a known mistake on the way is called by its name; and at the end the second chapter uses what
/// the learner wrote.
#[test]
fn from_nothing_to_a_green_chapter() {
    let learner = Learner::new();
    learner.run("verify 01 --record", 0);
    assert_says(&learner.run("check", 1), &["not started", "double"]);

    learner.solve("double", "x * x");
    let said = learner.run("check", 1);
    assert_says(
        &said,
        &["red", "three becomes six", "Twice three is six.", "but the number is 9", "You square the number"],
    );

    learner.solve("double", "x * 7.0");
    let said = learner.run("check", 1);
    assert_says(&said, &["but the number is 21", "cargo course hint double"]);
    assert!(!said.contains("looks familiar"), "21 is nobody's mistake:\n{said}");

    learner.solve("double", "2.0 * x");
    assert_says(&learner.run("check", 0), &["green", "double: 2 tests", "Next:", "mean"]);
    assert_says(&learner.run("list", 0), &["1 of 2 exercises are green", "twice a number"]);
    assert!(
        read(&learner.file("Cargo.toml")).contains("package = \"first-solved\""),
        "until then the second chapter uses the solved one"
    );

    learner.solve("mean", "values.iter().sum::<f64>() / values.len() as f64");
    assert_says(
        &learner.run("check mean", 0),
        &["Chapter 01 is green: all 3 tests.", "the later chapters use your first"],
    );
    assert!(!read(&learner.file("Cargo.toml")).contains("package = \"first-solved\""), "now it uses the learner's");
    assert_says(&learner.run("check", 0), &["Every exercise is green"]);

    learner.solve("mean", "values.iter().sum::<f64>()");
    assert_says(
        &learner.run("check 01", 1),
        &["chapters/01-first: has changed since it was green", "use the solved one until", "mean", "That is the sum"],
    );
    assert!(!learner.run("list", 0).contains("has changed since"), "it is said once");
    assert!(
        read(&learner.file("Cargo.toml")).contains("package = \"first-solved\""),
        "what is red again is not built upon"
    );
}

/// Each call shows one hint more; the solution is kept back until it is wanted.
#[test]
fn hints_come_one_at_a_time_and_the_solution_last() {
    let learner = Learner::new();
    assert_says(&learner.run("hint", 0), &["hint 1 of 3", "Add."]);
    assert!(!learner.run("hint double", 0).contains("x + x"), "the third hint comes third");
    assert_says(&learner.run("hint", 0), &["hint 2 of 3", "hint 3 of 3", "x + x"]);
    assert_says(&learner.run("hint", 0), &["cargo course solution double --show-me"]);
    assert_says(&learner.run("solution double", 2), &["not green yet"]);
    assert_says(&learner.run("solution double --show-me", 0), &["x + x"]);
    assert_says(&learner.run("hint dou", 2), &["did you mean double?"]);
    assert_says(&learner.run("check nonsense", 2), &["no exercise 'nonsense'", "cargo course list"]);
}

/// What was written is put aside, also the second time.
#[test]
fn a_reset_loses_nothing() {
    let learner = Learner::new();
    learner.run("", 0);
    for (number, body) in [(1, "x * 3.0"), (2, "x * 4.0")] {
        learner.solve("double", body);
        assert_says(&learner.run("reset double", 0), &["empty again"]);
        assert!(read(&learner.source()).contains("todo!(\"double\")"));
        let backup = learner.file(&format!(".course/backup/chapters/01-first/src/lib.rs.{number}"));
        assert!(read(&backup).contains(body), "what was written is kept");
    }
}

/// Every command of a learner's speaks JSON, and only JSON.
#[test]
fn editors_are_spoken_to_in_json() {
    let learner = Learner::new();
    for (line, status, key) in [
        ("--json", 0, "next"),
        ("list --json", 0, "chapters"),
        ("check --json", 1, "reports"),
        ("hint --json", 0, "hints"),
        ("solution double --show-me --json", 0, "solution"),
        ("reset double --json", 0, "backup"),
        ("update --json", 0, "updated"),
    ] {
        let output = learner.command(line).output().expect("the command starts");
        assert_eq!(output.status.code(), Some(status), "{line}: {}", support::text(&output));
        let value: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert!(value.get(key).is_some(), "{line}: {value}");
    }
}

/// What the words say about a whole chapter, the data say as well.
#[test]
fn why_a_chapter_is_red_is_said_in_json() {
    let learner = Learner::new();
    let other = "/// Something else.\n#[test]\nfn always_red() {\n    panic!(\"not today\");\n}\n";
    support::write(&learner.course().join("chapters/01-first/tests/other.rs"), other);
    learner.run("", 0);
    let said = || support::json(&learner.command("check 01 --json").output().expect("the command starts"));
    learner.solve("double", "x +");
    assert_says(said()["message"].as_str().unwrap_or_default(), &["error: expected expression"]);
    learner.solve("double", "x + x");
    learner.solve("mean", "values.iter().sum::<f64>() / values.len() as f64");
    assert_eq!(said()["others"], serde_json::json!({ "other::always_red": "not today" }));
}

/// The doctor looks at everything and changes nothing.
#[test]
fn the_doctor_changes_nothing() {
    let learner = Learner::new();
    let output = learner.command("doctor").output().expect("the command starts");
    assert_says(&support::text(&output), &["Rust", "threads", "device", "disk", "GFLOP/s", "none yet"]);
    assert!(!learner.file("").exists(), "looking makes no workshop");
}
