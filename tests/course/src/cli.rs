//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Learn by doing: exercises of this course, checked and explained.
///
/// Without a command: makes your workshop, or says where you are and what is next.
#[derive(Debug, Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where and how.
    #[command(flatten)]
    pub common: Common,
    /// The folder of the solved course; this repository if you do not say otherwise.
    #[arg(long, value_name = "DIR", hide = true, global = true)]
    pub course: Option<PathBuf>,
}

impl Cli {
    /// Where and how, whether it stands before the command or behind it. (`verify` and `mutants` have options of their own.)
    pub fn common(&self) -> Common {
        let behind = match &self.command {
            Some(
                Command::Check { common, .. }
                | Command::Watch { common }
                | Command::Hint { common, .. }
                | Command::Solution { common, .. }
                | Command::Reset { common, .. }
                | Command::List { common }
                | Command::Doctor { common }
                | Command::Update { common },
            ) => common.clone(),
            None | Some(Command::Verify(_) | Command::Mutants(_)) => Common::default(),
        };
        Common { path: behind.path.or_else(|| self.common.path.clone()), json: behind.json || self.common.json }
    }
}

/// What every command that a learner uses understands.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Your workshop, if it is not `workshop/` in the course.
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Say it in JSON, for editors.
    #[arg(long)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the specification and explain what it says.
    Check {
        /// An exercise, a chapter (`01`), or the current exercise.
        what: Option<String>,
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// Check at every save, until Ctrl-C.
    Watch {
        /// Where.
        #[command(flatten)]
        common: Common,
    },
    /// One hint more each time: a nudge, the idea, nearly the code.
    Hint {
        /// An exercise, or the current one.
        exercise: Option<String>,
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// Show how the course solves an exercise that you have solved.
    Solution {
        /// An exercise, or the last one that is green.
        exercise: Option<String>,
        /// Show it although yours is not green.
        #[arg(long)]
        show_me: bool,
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// Empty an exercise again, or hand out its file again; your version is put aside.
    Reset {
        /// The exercise.
        exercise: String,
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// All exercises and how they stand.
    List {
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// Is this computer ready? Toolchain, processor, threads, memory, disk, speed.
    Doctor {
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// Take over what is new in the course; your sources are never touched.
    Update {
        /// Where and how.
        #[command(flatten)]
        common: Common,
    },
    /// For authors: prove that every exercise, every test and every mistake does what it claims.
    Verify(VerifyArgs),
    /// For authors: change the chapters in one small place after the other, and count how many changes the tests notice.
    ///
    /// Each changed program is a mutant: `+` has become `*`, a comparison has lost its `=`, a function returns 0 at once. Where
    /// all tests stay green, they do not say enough. The changes are made in a copy, never in your sources, and each is
    /// tried with the tests of its own chapter. The result, tests/mutants.md, lists the survivors with their reasons, which are
    /// kept in tests/mutants.toml; what is left out, and why, stands in .cargo/mutants.toml.
    ///
    /// All of them take many hours: begin with a part (`--shard 0/20`). Ctrl-C loses nothing, and the same command goes on:
    /// what has been decided stands in tests/mutants-tried.toml and is tried again only after its file has changed, or by
    /// `--survivors`. Needs cargo-mutants.
    Mutants(MutantsArgs),
}

/// What `verify` understands.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Only these chapters; all of them if none is named.
    pub chapters: Vec<String>,
    /// A folder of further mistakes, `<exercise>/<name>.rs`, to be tried as well.
    #[arg(long, value_name = "DIR")]
    pub mistakes: Option<PathBuf>,
    /// Write the result to this file, too.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write down how each mistake fails, instead of comparing it with what is written down.
    #[arg(long)]
    pub record: bool,
    /// Where to build; below the course's build folder if you do not say otherwise.
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
}

/// What `mutants` understands.
#[derive(Debug, Args)]
pub struct MutantsArgs {
    /// Only these chapters; all of them if none is named.
    pub chapters: Vec<String>,
    /// A part of them: every Nth of each chapter, from the Kth on, counted from 0.
    #[arg(long, value_name = "K/N", value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// Those that have survived, once more: for when a test has been sharpened.
    #[arg(long, conflicts_with = "shard")]
    pub survivors: bool,
    /// Try nothing; write tests/mutants.md again from what has been tried.
    #[arg(long, conflicts_with_all = ["shard", "survivors"])]
    pub page: bool,
}

/// Every `count`th of a list, from number `first` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The first, below `count`.
    pub first: usize,
    /// How far the next one is.
    pub count: usize,
}

impl Shard {
    fn parse(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((first, count)) if first < count => Ok(Self { first, count }),
            _ => Err("write K/N with K below N, for example 0/20 for the first twentieth".to_owned()),
        }
    }

    /// Whether the element at this place of the list belongs to it.
    pub fn holds(self, index: usize) -> bool {
        index % self.count == self.first
    }
}
