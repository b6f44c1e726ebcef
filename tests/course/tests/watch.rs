//! `cargo course watch`, beside an editor, other commands, and a terminal that goes away.

mod support;

use std::process::Child;

use support::{Learner, assert_says, read, write};

/// A fresh workshop that is being watched; watching begins with how the current exercise stands.
fn begun(learner: &Learner) -> (Child, impl Iterator<Item = String>) {
    learner.run("", 0);
    let (watch, lines) = learner.watch();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|line| line.contains("not started")), "it says how the first exercise stands");
    (watch, lines)
}

/// Another command remembers something while `watch` runs; the next save does not make it forgotten.
#[test]
fn what_another_command_remembers_stays_remembered() {
    let learner = Learner::new();
    let (mut watch, mut lines) = begun(&learner);
    assert_says(&learner.run("hint double", 0), &["hint 1 of 3"]);
    learner.solve("double", "2.0 * x");
    assert!(lines.any(|line| line.contains("double: 2 tests")), "the save is judged");
    assert_says(&learner.run("hint double", 0), &["hint 2 of 3"]);
    watch.kill().expect("it is running");
    watch.wait().expect("it ends");
}

/// Every exercise that one save has changed gets its verdict, in the order of the course.
#[test]
fn all_that_one_save_changes_is_judged() {
    let learner = Learner::new();
    let (mut watch, mut lines) = begun(&learner);
    let text = read(&learner.source());
    write(&learner.source(), &text.replace("todo!(\"double\")", "2.0 * x").replace("todo!(\"mean\")", "values[0]"));
    assert!(lines.any(|line| line.contains("double: 2 tests")), "the first verdict");
    assert!(lines.any(|line| line.contains("mean: 1 of 1 tests")), "and the second");
    watch.kill().expect("it is running");
    watch.wait().expect("it ends");
}

/// A file of the course's that cannot be read is named, and the save that mends it is judged.
#[test]
fn what_cannot_be_brought_up_to_date_does_not_end_watching() {
    let learner = Learner::new();
    let (mut watch, mut lines) = begun(&learner);
    let spec = learner.file("chapters/01-first/tests/double.rs");
    let text = read(&spec);
    std::fs::write(&spec, [0xff]).expect("the file can be written");
    assert!(lines.any(|line| line.contains("not a text in UTF-8")), "what is wrong is said");
    write(&spec, &text);
    assert!(lines.any(|line| line.contains("not started")), "and it goes on");
    watch.kill().expect("it is running");
    watch.wait().expect("it ends");
}

/// An editor reads JSON to the last line.
#[cfg(unix)]
#[test]
fn a_stopped_watch_says_nothing_but_json() {
    let learner = Learner::new();
    learner.run("", 0);
    let (mut watch, mut lines) = learner.watching("watch --json");
    let first = lines.next().expect("a line").expect("it is text");
    assert_says(&first, &["not_started"]);
    support::send("-INT", &watch.id().to_string());
    assert!(watch.wait().expect("it ends").success(), "stopping is no failure");
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(rest.is_empty(), "{rest:?}");
}

/// When its terminal goes away there is nobody to speak to; it ends all the same. `script` makes the terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_watch_without_a_terminal_ends() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let learner = Learner::new();
    learner.run("", 0);
    let pid_file = learner.course().join("pid");
    let line = format!(
        "echo $$ > {}; exec {} watch --course {}",
        pid_file.display(),
        env!("CARGO_BIN_EXE_course"),
        learner.course().display()
    );
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--command", &line, "/dev/null"]).current_dir(learner.course());
    terminal.env("CARGO_NET_OFFLINE", "true").env_remove("VLM_OPS");
    let terminal = terminal.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut terminal) = terminal else { return }; // not every system has it
    let mut lines = BufReader::new(terminal.stdout.take().expect("its output")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("not started")), "watching begins with how the current exercise stands");
    let watch = read(&pid_file).trim().to_owned();
    terminal.kill().expect("it is running");
    terminal.wait().expect("it ends");
    let ended = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        !std::path::Path::new("/proc").join(&watch).exists()
    });
    if !ended {
        support::send("-KILL", &watch);
    }
    assert!(ended, "the signal is heard although nothing can be said");
}
