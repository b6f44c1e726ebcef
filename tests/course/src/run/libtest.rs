//! A test program, run and understood.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::build::TestProgram;
use super::stopping::end_if_stopped;

/// How long a test program may take: none needs a tenth of it, and a loop without an end would never finish.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How one test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// Green.
    Passed,
    /// Red, and why.
    Failed(String),
}

/// Every test that was to run, `file::test`.
pub type Results = BTreeMap<String, TestOutcome>;

/// Runs tests of one program, in its package's folder; the names are without the file. With `variant`, the switched
/// bodies of that name run.
///
/// # Errors
/// When the program cannot be started.
pub fn run_tests(program: &TestProgram, tests: &[String], folder: &Path, variant: Option<&str>) -> Result<Results> {
    let mut command = Command::new(&program.path);
    command.args(tests).args(["--exact", "--color", "never"]);
    command.current_dir(folder).env("RUST_BACKTRACE", "0").env_remove("RUST_LIB_BACKTRACE");
    command.env_remove("RUST_TEST_NOCAPTURE"); // with it, messages are printed, but not as results
    command.env("COURSE_VARIANT", variant.unwrap_or_default());
    // As the workshop's .cargo/config.toml has it: the bodies that learners write are the ones that run.
    command.env("VLM_OPS", std::env::var("VLM_OPS").unwrap_or_else(|_| "plain".to_owned()));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.with_context(|| format!("'{}' cannot be started", program.path.display()))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let ended = wait(&mut child)?;
    let stdout = stdout.join().unwrap_or_default();
    let stderr = stderr.join().unwrap_or_default();
    let otherwise = match ended {
        None => format!("it did not finish within {} seconds; is there a loop without an end?", PATIENCE.as_secs()),
        Some(status) => {
            let last = stderr.lines().filter(|line| !line.trim().is_empty()).take(3).collect::<Vec<_>>().join("\n");
            format!("the test program broke off ({status}) before this test was done\n{last}").trim_end().to_owned()
        }
    };
    let mut results = parse(&stdout);
    Ok(tests
        .iter()
        .map(|test| {
            let outcome = results.remove(test).unwrap_or_else(|| TestOutcome::Failed(otherwise.clone()));
            (format!("{}::{test}", program.name), outcome)
        })
        .collect())
}

/// The tests of a program that run when nobody asks for others, `file::test`: all but the ignored ones.
///
/// # Errors
/// When the program cannot be started.
pub fn list_tests(program: &TestProgram, folder: &Path) -> Result<Vec<String>> {
    let list = |options: &[&str]| -> Result<Vec<String>> {
        let mut command = Command::new(&program.path);
        command.args(["--list", "--format", "terse"]).args(options).current_dir(folder).stdin(Stdio::null());
        let output = command.output().with_context(|| format!("'{}' cannot be started", program.path.display()))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        Ok(printed.lines().filter_map(|line| line.strip_suffix(": test").map(str::to_owned)).collect())
    };
    let ignored = list(&["--ignored"])?;
    let runs = list(&[])?.into_iter().filter(|test| !ignored.contains(test));
    Ok(runs.map(|test| format!("{}::{test}", program.name)).collect())
}

/// Reads a pipe to its end while the program runs.
fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes); // what cannot be read is missing from the results, and said so
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end, or ends it when patience does.
fn wait(child: &mut Child) -> Result<Option<std::process::ExitStatus>> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("the test program cannot be waited for")? {
            return Ok(Some(status));
        }
        end_if_stopped(child);
        if begin.elapsed() > PATIENCE {
            child.kill().context("the test program cannot be ended")?;
            child.wait().context("the test program cannot be waited for")?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The outcomes in the output of Rust's test harness, by test.
fn parse(output: &str) -> BTreeMap<String, TestOutcome> {
    let mut results = BTreeMap::new();
    for line in output.lines().filter_map(|line| line.strip_prefix("test ")) {
        if let Some((name, verdict)) = line.rsplit_once(" ... ") {
            let name = name.trim_end_matches(" - should panic").to_owned();
            match verdict {
                "ok" => results.insert(name, TestOutcome::Passed),
                "FAILED" => results.insert(name, TestOutcome::Failed("it failed without a word".to_owned())),
                _ => None,
            };
        }
    }
    // Then, for each red one: `---- name stdout ----` and what it printed.
    let mut sections = output.split("\n---- ").skip(1).collect::<Vec<_>>();
    if let Some(last) = sections.last_mut() {
        *last = last.split("\n\nfailures:\n    ").next().unwrap_or_default();
    }
    for section in sections {
        if let Some((name, text)) = section.split_once(" stdout ----\n")
            && let Some(TestOutcome::Failed(message)) = results.get_mut(name)
        {
            *message = clean(text);
        }
    }
    results
}

/// What a failed test has to say: its last panic, or the error that it returned, without the harness's words.
fn clean(text: &str) -> String {
    let message = match text.rfind("panicked at ") {
        Some(start) => text[start..].split_once('\n').map_or("", |(_, message)| message),
        None => text,
    };
    let message = message.split("\nnote: run with `RUST_BACKTRACE").next().unwrap_or_default();
    let message = message.split("\n\tsuccesses:").next().unwrap_or_default(); // proptest's statistics
    let lines = message.trim().lines().map(|line| without_place(line.trim_end()));
    let message = lines.collect::<Vec<_>>().join("\n");
    words_first(message.trim_start_matches("Test failed: ").trim_start_matches("Error: "))
}

/// Of two values that should be equal, or should not: what the test says about them first, and then the values.
fn words_first(message: &str) -> String {
    for operator in ["==", "!="] {
        if let Some(message) = message.strip_prefix(&format!("assertion `left {operator} right` failed: ")) {
            return message.to_owned();
        }
        // proptest puts the words behind the values.
        if let Some(rest) = message.strip_prefix(&format!("assertion failed: `(left {operator} right)`"))
            && let Some((values, words)) = rest.rsplit_once("`: ")
            && let Some((left, right)) = values.split_once("`,\n right: `")
            && let Some((_, left)) = left.split_once("left: `")
        {
            let (words, input) = words.split_once('\n').unwrap_or((words, ""));
            return format!("{words}\n  left: {left}\n right: {right}\n{input}").trim_end().to_owned();
        }
    }
    message.to_owned()
}

/// `… at chapters/…/tests/mask.rs:31.` without the place: it changes whenever somebody edits the file.
fn without_place(line: &str) -> &str {
    match line.rfind(" at ") {
        Some(at) if line[at..].contains(".rs:") => &line[..at],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\nrunning 3 tests\ntest good ... ok\ntest bad ... FAILED\ntest drawn ... FAILED\n\nfailures:\n\n\
        ---- bad stdout ----\n\nthread 'bad' (7) panicked at tests/a.rs:3:5:\nexpected: one\nbut the number is 2\n\
        note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\
        ---- drawn stdout ----\n\nthread 'drawn' (8) panicked at tests/a.rs:9:1:\n\
        Test failed: too large at tests/a.rs:11.\nminimal failing input: n = 2\n\tsuccesses: 0\n\tlocal rejects: 0\n\n\n\
        failures:\n    bad\n    drawn\n\ntest result: FAILED. 1 passed; 2 failed\n";

    #[test]
    fn words_come_before_values() {
        let expected = "three rows\n  left: [1]\n right: [3]";
        assert_eq!(words_first("assertion `left == right` failed: three rows\n  left: [1]\n right: [3]"), expected);
        let drawn = "assertion failed: `(left == right)` \n  left: `[1]`,\n right: `[3]`: three rows\nminimal failing input: n = 2";
        assert_eq!(words_first(drawn), format!("{expected}\nminimal failing input: n = 2"));
        let bare = "assertion failed: `(left != right)` \n  left: `1`,\n right: `1`";
        assert_eq!(words_first(bare), bare);
    }

    #[test]
    fn outcomes_and_messages_are_read() {
        let failed = |message: &str| TestOutcome::Failed(message.to_owned());
        let expected = [
            ("bad", failed("expected: one\nbut the number is 2")),
            ("drawn", failed("too large\nminimal failing input: n = 2")),
            ("good", TestOutcome::Passed),
        ];
        assert_eq!(parse(OUTPUT), expected.map(|(name, outcome)| (name.to_owned(), outcome)).into());
    }
}
