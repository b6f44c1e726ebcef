//! Exercises in which the learner writes the test: the small course with one of them.

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use support::{Learner, assert_says, read, write};

const ENTRY: &str = "\n[[property]]\nid = \"doubling\"\ntitle = \"a test for twice a number\"\nminutes = 2\ndifficulty = 1\nbook = \
    \"Numbers: twice\"\nof = \"double\"\nrejects = 3\nhints = [\"Try some.\", \"Zero, one, three.\", \"2.0 * x\"]\n";

const ANSWER: &str = "//! A test of your own.\n\n/// Whatever the number.\n#[test]\nfn doubling() {\n    // ANCHOR: doubling\n    \
    for x in [0.0, 1.0, 3.0] {\n        assert_eq!(first::double(x), 2.0 * x);\n    }\n    // ANCHOR_END: doubling\n}\n";

/// A file of the first chapter, in the course.
fn of_course(learner: &Learner, path: &str) -> PathBuf {
    learner.course().join("chapters/01-first").join(path)
}

/// A learner of the small course with a test to be written.
fn learner() -> Learner {
    let learner = Learner::new();
    let exercises = of_course(&learner, "exercises.toml");
    write(&exercises, &(read(&exercises) + ENTRY));
    write(&of_course(&learner, "properties/doubling.rs"), ANSWER);
    learner
}

/// The learner's file, and a body written into it.
fn write_test(learner: &Learner, body: &str) {
    learner.solve_in("chapters/01-first/tests/property_doubling.rs", "doubling", body);
}

/// Too strict, too lenient, no Rust, and at last right; while the learner's own `double` is still a `todo!`.
#[test]
fn a_test_is_judged_by_what_it_rejects() {
    let learner = learner();
    let said = learner.run("check doubling", 1);
    assert_says(
        &said,
        &["not started", "tests/property_doubling.rs:7", "reject  at least 3 wrong versions of double", "hint"],
    );

    write_test(&learner, "assert!(first::double(1.0) == 3.0, \"three, please\");");
    let said = learner.run("check doubling", 1);
    assert_says(&said, &["red", "your test rejects the right version", "doubling", "three, please"]);

    write_test(&learner, "assert!(first::double(1.0) > 1.0);");
    let said = learner.run("check doubling", 1);
    assert_says(
        &said,
        &[
            "your test rejects 2 of 3 wrong versions; it has to reject 3",
            "slips through",
            "You add one",
            "read cargo book open \"Numbers",
        ],
    );
    assert_says(&learner.run("list", 0), &["0 of 3 exercises are green", "written"]);

    write_test(&learner, "assert!(first::double(1.0) >);");
    assert_says(&learner.run("check doubling", 1), &["error", "tests/property_doubling.rs:7"]);

    write_test(&learner, "assert_eq!((first::double(0.0), first::double(3.0)), (0.0, 6.0));");
    let output = learner.command("check doubling --json").output().expect("the command starts");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["reports"][0]["verdict"], "green", "{said}");
    assert_eq!(said["reports"][0]["votes"]["rejected"], serde_json::json!(["forgets", "one_more", "squares"]));
    assert_says(&learner.run("list", 0), &["1 of 3 exercises are green", "a test for twice a number"]);
    assert_says(&learner.run("solution doubling", 0), &["properties/doubling.rs", "2.0 * x"]);
}

/// A test inside of a module is one, too; one that is ignored is none, and that is said.
#[test]
fn a_test_is_found_wherever_it_stands() {
    let learner = learner();
    learner.run("", 0);
    let file = learner.file("chapters/01-first/tests/property_doubling.rs");
    let nested = "mod zero {\n    #[test]\n    fn stays() {\n        assert_eq!(first::double(0.0), 0.0);\n    }\n}\n";
    let ignored = "#[test]\n#[ignore]\nfn slow() {\n    panic!(\"it is not run\");\n}\n";
    let test = ANSWER.replace("[0.0, 1.0, 3.0]", "[1.0, 3.0]");
    write(&file, &format!("{test}\n{nested}\n{ignored}"));
    assert_says(&learner.run("check doubling", 0), &["your test rejects 3 of 3 wrong versions"]);

    write(&file, &test.replace("#[test]", "#[test]\n#[ignore]"));
    assert_says(&learner.run("check doubling", 1), &["property_doubling.rs", "every test is ignored", "#[ignore]"]);
    write(&file, &test.replace("#[test]", ""));
    assert_says(&learner.run("check doubling", 1), &["property_doubling.rs", "there is no test", "#[test]"]);
}

/// Two commands at once: the second waits, and neither judges the test of the other.
#[test]
fn a_jury_judges_one_test_at_a_time() {
    let learner = learner();
    write(&learner.course().join("target/course-jury/.lock"), "");
    let lock = std::fs::File::open(learner.course().join("target/course-jury/.lock")).expect("it was just written");
    lock.lock().expect("nobody else holds it");
    learner.run("", 0);
    write_test(&learner, "assert!([0.0, 1.0, 3.0].iter().all(|&x| first::double(x) == 2.0 * x));");
    let mut second = learner.command("check doubling");
    let mut second = second.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut said = BufReader::new(second.stderr.take().expect("its errors"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it says why nothing happens");
    assert_says(&line, &["another `cargo course`", "course-jury", "waiting"]);
    assert!(second.try_wait().expect("it can be asked").is_none(), "it waits");
    lock.unlock().expect("it was held");
    assert!(second.wait().expect("it ends").success(), "and then it goes on");
}

/// What the learner wrote is theirs, as in the sources.
#[test]
fn a_test_is_the_learners_file() {
    let learner = learner();
    assert_says(&learner.run("hint doubling", 0), &["hint 1 of 3", "Try some."]);
    write_test(&learner, "assert!(true, \"mine\");");
    let answer = of_course(&learner, "properties/doubling.rs");
    write(&answer, &read(&answer).replace("A test of your own.", "Your test."));
    assert_says(
        &learner.run("update", 0),
        &["tests/property_doubling.rs: the course has a new version; yours was left"],
    );
    let file = learner.file("chapters/01-first/tests/property_doubling.rs");
    assert_says(&read(&file), &["mine"]);
    assert_says(&learner.run("reset doubling", 0), &["empty again"]);
    assert_says(&read(&file), &["todo!(\"doubling\")"]);
    assert_says(&read(&learner.file(".course/backup/chapters/01-first/tests/property_doubling.rs.1")), &["mine"]);
}

/// `watch` judges a test that is being written at every save, like any exercise.
#[test]
fn a_test_is_watched() {
    let learner = learner();
    learner.run("", 0);
    learner.solve("double", "x * 2.0");
    let (mut watch, lines) = learner.watch();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|line| line.contains("Watching")), "it says that it is watching");
    assert!(lines.any(|line| line.contains("double")), "and how the current exercise stands");
    write_test(&learner, "assert!(first::double(1.0) > 1.0);");
    assert!(lines.any(|line| line.contains("your test rejects 2 of 3 wrong versions")), "the first save is judged");
    write_test(&learner, "assert!([0.0, 1.0, 3.0].iter().all(|&x| first::double(x) == 2.0 * x));");
    assert!(lines.any(|line| line.contains("your test rejects 3 of 3 wrong versions")), "and the second");
    watch.kill().expect("it is running");
    watch.wait().expect("it ends");
}

/// A chapter is green without the test, and stays green whatever stands in it.
#[test]
fn a_chapter_does_not_wait_for_a_test() {
    let learner = learner();
    learner.run("", 0);
    learner.solve("double", "x + x");
    learner.solve("mean", "values.iter().sum::<f64>() / values.len() as f64");
    learner.run("check double", 0);
    assert_says(
        &learner.run("check mean", 0),
        &["not started doubling", "Chapter 01 is green: all 3 tests.", "Next:", "a test for twice a number"],
    );
    write_test(&learner, "no Rust at all");
    assert_says(&learner.run("check 01", 1), &["error", "property_doubling.rs", "Chapter 01 is green"]);
    write_test(&learner, "assert!((first::double(3.0), first::double(0.0)) == (6.0, 0.0));");
    assert_says(&learner.run("check", 0), &["your test rejects 3 of 3 wrong versions", "That was the last exercise"]);
    assert!(
        !read(&learner.file("Cargo.toml")).contains("package = \"first-solved\""),
        "the chapter is the learner's all along"
    );
}

/// The proof tries the course's own test, and says what it rejects where that is not what is asked for.
#[test]
fn a_test_of_the_courses_is_proved() {
    let learner = learner();
    let answer = of_course(&learner, "properties/doubling.rs");
    assert_says(&learner.run("verify --record", 0), &["2 exercises and 6 mistakes tried", "tests to be written: 1"]);

    write(&answer, &ANSWER.replace("[0.0, 1.0, 3.0]", "[1.0, 3.0]"));
    let exercises = of_course(&learner, "exercises.toml");
    write(&exercises, &read(&exercises).replace("rejects = 3", "rejects = 2"));
    let said = learner.run("verify --json proof.json", 0);
    assert_says(&said, &["doubling: the course's own test rejects 3 wrong versions, and 2 are asked for"]);
    let proof: serde_json::Value = serde_json::from_str(&read(&learner.course().join("proof.json"))).expect("JSON");
    assert_eq!(proof["properties"][0]["not_started_when_empty"], true, "{proof}");

    write(&answer, &ANSWER.replace("[0.0, 1.0, 3.0]", "[1.0]"));
    write(&exercises, &read(&exercises).replace("rejects = 2", "rejects = 3"));
    let said = learner.run("verify", 1);
    assert_says(&said, &["3 wrong versions have to be rejected", "rejects 2; these slip through: [one_more]"]);

    write(&answer, &ANSWER.replace("2.0 * x", "4.0 * x + 1.0"));
    assert_says(&learner.run("verify", 1), &["the course's own test should be green, but it is RejectsTheRight"]);
}

/// What is missing is named without a build.
#[test]
fn an_incomplete_test_is_named() {
    let learner = learner();
    let exercises = of_course(&learner, "exercises.toml");
    let entry = ENTRY.replace("\"Try some.\"", "\"\"").replace("of = \"double\"", "of = \"half\"");
    write(&exercises, &read(&exercises).replace(ENTRY, &entry));
    write(&of_course(&learner, "properties/doubling.rs"), &ANSWER.replace("#[test]\n", ""));
    write(&of_course(&learner, "properties/stray.rs"), "");
    let course = course::course::Course::open(&learner.course()).expect("the course can be read");
    let chapters: Vec<_> = course.chapters.iter().collect();
    let problems = course::lint::problems(&course, &chapters).expect("its files can be read").join("\n");
    assert_says(
        &problems,
        &[
            "doubling: one of its hints is empty",
            "doubling: `of` names 'half', which is no exercise of the chapter",
            "doubling: `rejects` is 3, but half has 0 wrong versions",
            "doubling: there is no test in its answer",
            "properties/stray.rs belongs to no [[property]]",
        ],
    );
}
