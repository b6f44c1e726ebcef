//! `cargo course mutants`, with a program in the place of cargo-mutants that knows three mutants of the small course, so that
//! nothing has to be installed or waited for.

#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use support::{Learner, assert_says, read, text, write};

/// The mutants: the line of the small course's library, the change, and what becomes of it.
const MUTANTS: [(usize, &str, &str); 3] = [
    (6, "replace double -> f64 with 0.0", "CaughtMutant"),
    (6, "replace + with * in double", "MissedMutant"),
    (14, "replace / with % in mean", "Unviable"),
];

/// `chapters/…:6:7: replace …`.
fn name(line: usize, change: &str) -> String {
    format!("chapters/01-first/src/lib.rs:{line}:7: {change}")
}

/// A program that answers as cargo-mutants does, and writes down what it was asked to try.
fn stand_in(learner: &Learner) -> PathBuf {
    let folder = learner.course().join("stand-in");
    let list = MUTANTS.map(|(line, change, _)| {
        serde_json::json!({ "name": name(line, change), "file": "chapters/01-first/src/lib.rs",
            "span": { "start": { "line": line, "column": 7 }, "end": { "line": line, "column": 8 } } })
    });
    write(&folder.join("list.json"), &serde_json::Value::from(list.to_vec()).to_string());
    let outcome = |(index, (_, _, summary)): (usize, (usize, &str, &str))| {
        let status = if summary == "MissedMutant" { 2 } else { 0 };
        format!("*--shard={index}/3*) summary={summary}; status={status} ;;\n")
    };
    let outcomes: String = MUTANTS.into_iter().enumerate().map(outcome).collect();
    let script = format!(
        "#!/bin/sh\ncd {folder}\ncase \"$*\" in\n*--version*) exit 0 ;;\n*'--package second'*) echo '[]'; exit 0 ;;\n\
         *--list*) cat list.json; exit 0 ;;\n{outcomes}esac\necho \"$*\" >> asked.txt\n\
         while [ \"$1\" != --output ]; do shift; done\nmkdir -p \"$2/mutants.out\"\nexec > \"$2/mutants.out/outcomes.json\"\n\
         echo '{{\"outcomes\":[{{\"scenario\":\"Baseline\",\"summary\":\"Success\"}},{{\"scenario\":{{\"Mutant\":{{\"name\":\"x\"}}}},'\n\
         echo '\"summary\":\"'$summary'\"}}]}}'\nexit $status\n",
        folder = folder.display(),
    );
    let program = folder.join("cargo-mutants");
    write(&program, &script);
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("the mode can be set");
    folder
}

/// Runs the command with the stand-in; returns what it printed.
#[track_caller]
fn run(learner: &Learner, line: &str, status: i32) -> String {
    let path = format!("{}:{}", stand_in(learner).display(), std::env::var("PATH").unwrap_or_default());
    let output = learner.command(line).env("PATH", path).output().expect("the command starts");
    assert_eq!(output.status.code(), Some(status), "`cargo course {line}` said:\n{}", text(&output));
    text(&output)
}

/// Every mutant is counted once, survivors are shown with their line, and the sources stay as they are.
#[test]
fn survivors_are_counted_and_shown() {
    let learner = Learner::new();
    let source = learner.course().join("chapters/01-first/src/lib.rs");
    let before = read(&source);
    let said = run(&learner, "mutants", 1);
    assert_says(&said, &["Of 3 mutants, 3 were tried, and 1 of these do not compile", "1 are caught: 50.0 %"]);
    assert_says(&said, &[&name(6, "replace + with * in double")]);
    let page = read(&learner.course().join("tests/mutants.md"));
    assert_says(&page, &["| 01-first | 3 | 3 | 2 | 1 | 50.0 | 50.0 |", "without a reason yet: 1", "`x + x`"]);
    assert_says(&read(&learner.course().join("tests/mutants-tried.toml")), &["first = \"csx\"", "now = \"csx\""]);
    assert_eq!(read(&source), before);
}

/// The tests of the copy are modules of its libraries, and speak of them by name.
#[test]
fn the_copy_holds_its_own_tests() {
    let learner = Learner::new();
    run(&learner, "mutants", 1);
    let copy = read(&learner.course().join("target/course-mutants/chapters/01-first/src/lib.rs"));
    assert_says(&copy, &["extern crate self as first;", "#[path = \"../tests/double.rs\"]\nmod spec_double;", "x + x"]);
}

/// What has been decided is not tried again, until the code of its file changes; survivors are, when asked for.
#[test]
fn a_run_goes_on_where_the_last_one_stopped() {
    let learner = Learner::new();
    let asked = || read(&learner.course().join("stand-in/asked.txt")).lines().count();
    let said = run(&learner, "mutants --shard 0/2", 0);
    assert_says(&said, &["Of 3 mutants, 2 were tried", "between 20.6 and 100.0 %"]);
    run(&learner, "mutants --shard 0/2", 0);
    assert_eq!(asked(), 2, "both mutants of the shard had been decided");
    run(&learner, "mutants", 1);
    run(&learner, "mutants", 1);
    assert_eq!(asked(), 3, "only one was left");
    run(&learner, "mutants --survivors", 1);
    let all = read(&learner.course().join("stand-in/asked.txt"));
    assert_eq!(asked(), 4, "only the survivor is tried again");
    assert_says(
        all.lines().last().expect("four lines"),
        &["--shard=1/3", "--in-place", "target/course-mutants --config", "--cargo-arg=--lib"],
    );
    let source = learner.course().join("chapters/01-first/src/lib.rs");
    write(&source, &read(&source).replace("//! Numbers.", "//! Some numbers."));
    assert_says(&run(&learner, "mutants --page", 1), &["Of 3 mutants, 3 were tried"]);
    write(&source, &read(&source).replace("x + x", "x + x + 0.0"));
    assert_says(&run(&learner, "mutants --page", 0), &["3 mutants, and none has been tried"]);
}

/// A survivor may have a reason; a reason needs a survivor.
#[test]
fn reasons_belong_to_survivors() {
    let learner = Learner::new();
    run(&learner, "mutants", 1);
    let entry = |change: &str, line: &str| {
        format!(
            "[[survivor]]\nfile = \"chapters/01-first/src/lib.rs\"\nchange = \"{change}\"\nline = \"{line}\"\nreason = \"The \
             same for two.\"\n"
        )
    };
    let file = learner.course().join("tests/mutants.toml");
    write(&file, &entry("replace + with * in double", "x + x"));
    run(&learner, "mutants --page", 1);
    let page = read(&learner.course().join("tests/mutants.md"));
    assert_says(&page, &["with a reason: 1", "The same for two.", "without a reason yet: 0"]);
    write(&file, &(entry("replace double -> f64 with 0.0", "x + x") + &entry("replace + with - in double", "x + x")));
    assert_says(&run(&learner, "mutants --page", 1), &["does not survive", "is about no mutant"]);
}

/// Without the tool, the remedy is named.
#[test]
fn a_missing_tool_is_named() {
    let learner = Learner::new();
    let empty = learner.course().join("empty");
    let output = learner.command("mutants").env("PATH", &empty).env("CARGO_HOME", &empty).output();
    let output = output.expect("the command starts");
    assert_eq!(output.status.code(), Some(2));
    assert_says(&text(&output), &["cargo install cargo-mutants --locked"]);
}

/// A part that is none is explained.
#[test]
fn a_wrong_part_is_explained() {
    let learner = Learner::new();
    assert_says(&learner.run("mutants --shard 4/4", 2), &["K/N", "0/20"]);
}

/// Two runs at once would change each other's mutants.
#[test]
fn a_second_run_is_refused() {
    let learner = Learner::new();
    let lock = learner.course().join("target/course-mutants/.lock");
    write(&lock, "");
    let held = std::fs::File::open(&lock).expect("it was just written");
    held.lock().expect("nobody else holds it");
    assert_says(&run(&learner, "mutants", 2), &["another `cargo course mutants`"]);
}
