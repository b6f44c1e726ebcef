//! candle takes minutes to compile. The workshop shares the course's build folder, and that helps only if Cargo resolves
//! the same features for everything that candle is made of, whichever packages are selected.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use course::course::Course;

/// The dependencies and features that Cargo would build for a selection, one line each.
fn resolved(folder: &Path, selection: &[&str], format: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(folder).args(["tree", "--offline", "--prefix", "none", "--format", format]).args(selection);
    let output = command.output().expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| line.replace(" (*)", "").replace(" (proc-macro)", "")).collect()
}

/// What is compiled for tests, and for a program alone.
const TESTS: &str = "normal,build,dev";
const PROGRAM: &str = "normal,build";

/// Whatever a learner tests or runs, a chapter, all of them or `vlm`, candle is the one that `cargo test --workspace` has
/// compiled in the course.
#[test]
fn candle_is_compiled_once_for_the_course_and_the_workshop() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the course is there");
    let workshop = Path::new(env!("CARGO_TARGET_TMPDIR")).join("one-build");
    let made = Command::new(env!("CARGO_BIN_EXE_course")).arg("--path").arg(&workshop).status();
    assert!(made.expect("the command starts").success());

    let of_candle = resolved(&root, &["--package", "candle-core", "--package", "candle-nn", "--edges", PROGRAM], "{p}");
    let parts = |folder: &Path, selection: &[&str], edges: &str| -> BTreeSet<String> {
        let all = resolved(folder, &[selection, &["--edges", edges]].concat(), "{p} [{f}]");
        let is_of_candle =
            |line: &String| line.split_once(" [").is_some_and(|(package, _)| of_candle.contains(package));
        all.into_iter().filter(is_of_candle).collect()
    };
    let in_the_course = parts(&root, &["--workspace"], TESTS);
    assert!(in_the_course.len() > 50, "candle has many parts, but these are {in_the_course:?}");
    let course = Course::open(&root).expect("the course can be read");
    let chapters = course.chapters.iter().map(|chapter| vec!["--package", chapter.package.as_str()]);
    let tests = chapters.chain([vec!["--workspace"]]).map(|selection| (&workshop, selection, TESTS));
    let vlm = || vec!["--package", "paligemma"];
    for (folder, selection, edges) in tests.chain([(&workshop, vlm(), PROGRAM), (&root, vlm(), PROGRAM)]) {
        let others: Vec<String> = parts(folder, &selection, edges).difference(&in_the_course).cloned().collect();
        let place = folder.display();
        assert!(others.is_empty(), "{selection:?} ({edges}) in {place} would compile these once more: {others:?}");
    }
}
