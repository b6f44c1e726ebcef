//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The book that goes with the exercises: build it, read it, draw its figures, check it.
///
/// Without a command: builds the book into `target/book`. Nothing is fetched, neither now nor by the pages.
#[derive(Debug, Parser)]
#[command(name = "cargo book", bin_name = "cargo book", after_help = "Begin with `cargo book open`.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where the finished book goes, if not to `target/book`.
    #[arg(long, value_name = "DIR", global = true)]
    pub output: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the book.
    Build,
    /// Build the book and open its files in your browser, at a section if you name one.
    ///
    /// `cargo book open a seed` opens the first section with these words in its heading; "Foundations: a seed and a name"
    /// names page and section.
    Open {
        /// Words of the section's heading.
        section: Vec<String>,
    },
    /// Show the book at an address on this machine; a page that you have changed is built anew when you reload it.
    ///
    /// Nobody but this machine can reach the address. Ctrl-C ends it.
    Serve {
        /// The port; 0 takes any that is free.
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// Only say the address; do not open a browser.
        #[arg(long)]
        quiet: bool,
    },
    /// Draw the figures anew: curves, masks and attention, from the course's own crates and the bundled runs.
    ///
    /// Needed after a change to the code or to data/checkpoints; the same inputs give the same files.
    Figures {
        /// Only figures whose name begins with this: `02`, or `05-rope`.
        #[arg(default_value = "")]
        only: String,
    },
    /// Build the book and check the finished pages.
    ///
    /// A warning of mdBook, a link, an anchor or a picture that leads nowhere, a script, style, font or picture from
    /// another site, and a page that is too large are each reported with the page.
    Check,
}
