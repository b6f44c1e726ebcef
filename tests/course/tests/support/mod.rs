//! A course of two tiny chapters in a folder of its own, and the command, started as a learner starts it. Nothing of candle
//! is needed, so building it takes a moment.

#![allow(dead_code)] // each test file uses its part

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

/// The files of the small course.
const FILES: [(&str, &str); 15] = [
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\"]\n\n[workspace.package]\nversion = \"0.1.0\"\nedition = \
         \"2024\"\npublish = false\n\n[workspace.dependencies]\nfirst = { path = \"chapters/01-first\" }\nsecond = { path = \
         \"chapters/02-second\" }\n\n[workspace.lints.rust]\nmissing_docs = \"warn\"\n\n[profile.dev]\nopt-level = 0\n",
    ),
    (
        "chapters/01-first/Cargo.toml",
        "[package]\nname = \"first\"\nversion.workspace = true\nedition.workspace = true\n\n[lints]\nworkspace = true\n",
    ),
    (
        "chapters/01-first/src/lib.rs",
        "//! Numbers.\n\n/// Twice `x`.\npub fn double(x: f64) -> f64 {\n    // ANCHOR: double\n    x + x\n    // ANCHOR_END: \
         double\n}\n\n/// The mean.\npub fn mean(values: &[f64]) -> f64 {\n    // ANCHOR: mean\n    let sum: f64 = \
         values.iter().sum();\n    sum / values.len() as f64\n    // ANCHOR_END: mean\n}\n",
    ),
    (
        "chapters/01-first/tests/double.rs",
        "//! Specification of `double`.\n\n/// Twice three is six.\n#[test]\nfn three_becomes_six() {\n    let six = \
         first::double(3.0);\n    assert!(six == 6.0, \"expected: 6\\nbut the number is {six}\");\n}\n\n/// Zero stays.\n#[test]\nfn \
         zero_stays_zero() {\n    assert_eq!(first::double(0.0), 0.0);\n}\n",
    ),
    (
        "chapters/01-first/tests/mean.rs",
        "//! Specification of `mean`.\n\n/// In the middle.\n#[test]\nfn it_lies_in_the_middle() {\n    let mean = \
         first::mean(&[1.0, 3.0]);\n    assert!(mean == 2.0, \"expected: 2\\nbut the number is {mean}\");\n}\n",
    ),
    (
        "chapters/01-first/exercises.toml",
        "title = \"Numbers\"\n\n[[exercise]]\nid = \"double\"\nfile = \"src/lib.rs\"\ntitle = \"twice a number\"\nminutes = \
         1\ndifficulty = 1\nbook = \"Numbers: twice\"\nspec = [\"double\"]\nhints = [\"Add.\", \"To itself.\", \"x + x\"]\n\n\
         [[exercise]]\nid = \"mean\"\nfile = \"src/lib.rs\"\ntitle = \"the mean\"\nminutes = 1\ndifficulty = 1\nbook = \"Numbers: \
         the mean\"\nspec = [\"mean\"]\nhints = [\"Sum.\", \"Divide.\", \"sum / n\"]\n",
    ),
    (
        "chapters/01-first/mistakes/double/squares.rs",
        "// caught by: double::three_becomes_six\n// book: Numbers: twice\n//\n// You square the number, which doubles it only \
         where it is two.\n\nx * x\n",
    ),
    (
        "chapters/01-first/mistakes/double/one_more.rs",
        "// caught by: double::zero_stays_zero\n// book: Numbers: twice\n//\n// You add one, which doubles a number only where it \
         is one.\n\nx + 1.0\n",
    ),
    (
        "chapters/01-first/mistakes/double/forgets.rs",
        "// caught by: double::three_becomes_six\n// book: Numbers: twice\n//\n// You give the number back as it came; nothing is \
         doubled.\n\nx\n",
    ),
    (
        "chapters/01-first/mistakes/mean/sum.rs",
        "// caught by: mean::it_lies_in_the_middle\n// book: Numbers: the mean\n//\n// That is the sum; divide it by how many \
         numbers there are.\n\nvalues.iter().sum()\n",
    ),
    (
        "chapters/01-first/mistakes/mean/largest.rs",
        "// caught by: mean::it_lies_in_the_middle\n// book: Numbers: the mean\n//\n// That is the largest of them, which is not \
         in the middle.\n\nvalues.iter().copied().fold(0.0, f64::max)\n",
    ),
    (
        "chapters/01-first/mistakes/mean/first.rs",
        "// caught by: mean::it_lies_in_the_middle\n// book: Numbers: the mean\n//\n// That is the first of them, which need not be \
         in the middle.\n\nvalues[0]\n",
    ),
    (
        "chapters/02-second/Cargo.toml",
        "[package]\nname = \"second\"\nversion.workspace = true\nedition.workspace = true\n\n[lints]\nworkspace = true\n\n[dependencies]\nfirst.workspace = \
         true\n",
    ),
    (
        "chapters/02-second/src/lib.rs",
        "//! More numbers.\n\n/// Four times `x`.\npub fn quadruple(x: f64) -> f64 {\n    first::double(first::double(x))\n}\n",
    ),
    (
        "chapters/02-second/tests/quadruple.rs",
        "/// Twelve.\n#[test]\nfn twelve() {\n    assert_eq!(second::quadruple(3.0), 12.0);\n}\n",
    ),
];

/// A small course, and a learner.
pub struct Learner {
    folder: TempDir,
    name: &'static str,
}

impl Learner {
    /// A fresh clone of the small course.
    pub fn new() -> Self {
        Self::with_clone_named("course")
    }

    /// The same in a folder of this name.
    pub fn with_clone_named(name: &'static str) -> Self {
        let folder = TempDir::new().expect("a folder for temporary files");
        let learner = Self { folder, name };
        for (path, text) in FILES {
            write(&learner.course().join(path), text);
        }
        learner
    }

    /// The course.
    pub fn course(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there").join(self.name)
    }

    /// A file of the workshop.
    pub fn file(&self, path: &str) -> PathBuf {
        self.course().join("workshop").join(path)
    }

    /// The learner's source.
    pub fn source(&self) -> PathBuf {
        self.file("chapters/01-first/src/lib.rs")
    }

    /// Writes a body in place of an exercise's `todo!`, or of whatever stands there.
    pub fn solve(&self, exercise: &str, body: &str) {
        self.solve_in("chapters/01-first/src/lib.rs", exercise, body);
    }

    /// The same in any file of the workshop.
    pub fn solve_in(&self, path: &str, exercise: &str, body: &str) {
        let file = self.file(path);
        let text = read(&file);
        let (begin, end) = (format!("// ANCHOR: {exercise}\n"), format!("    // ANCHOR_END: {exercise}\n"));
        let (before, rest) = text.split_once(&begin).expect("the anchor is there");
        let (_, after) = rest.split_once(&end).expect("the other anchor is there");
        write(&file, &format!("{before}{begin}    {body}\n{end}{after}"));
    }

    /// `cargo course …`, in the course's folder. The words hold no spaces.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command.args(line.split_whitespace()).arg("--course").arg(self.course()).current_dir(self.course());
        command.env_remove("VLM_OPS").env("CARGO_TERM_COLOR", "never").env("CARGO_NET_OFFLINE", "true");
        command
    }

    /// `cargo course watch`, and what it prints, line by line.
    pub fn watch(&self) -> (Child, Lines<BufReader<ChildStdout>>) {
        self.watching("watch")
    }

    /// The same with options.
    pub fn watching(&self, line: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
        let mut watch = self.command(line).stdout(Stdio::piped()).spawn().expect("the command starts");
        let lines = BufReader::new(watch.stdout.take().expect("its output")).lines();
        (watch, lines)
    }

    /// Runs a command that should end with this status; returns what it printed.
    #[track_caller]
    pub fn run(&self, line: &str, status: i32) -> String {
        let output = self.command(line).output().expect("the command starts");
        let printed = text(&output);
        assert_eq!(output.status.code(), Some(status), "`cargo course {line}` said:\n{printed}");
        assert!(!printed.contains("panicked at"), "a trace of a panic helps nobody:\n{printed}");
        printed
    }
}

/// Sends a signal: to a program, or with `-` before its number to its whole group.
#[track_caller]
pub fn send(signal: &str, to: &str) {
    assert!(Command::new("kill").args([signal, "--", to]).status().expect("kill is there").success());
}

/// What a command said in JSON.
#[track_caller]
pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

/// Everything that a command printed.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Reads a file that is there.
#[track_caller]
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file, and its folder.
#[track_caller]
pub fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    std::fs::write(path, text).expect("the file can be written");
}

/// Whether a text holds all of these.
#[track_caller]
pub fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "it should say '{part}', but it says:\n{text}");
    }
}
