//! Where the pages are, and where the finished book goes.

use std::path::{Path, PathBuf};

/// The folders that a command works with.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder with `book.toml`.
    pub book: PathBuf,
    /// Where the finished pages go.
    pub output: PathBuf,
}

impl Place {
    /// This repository's book; `output` in the place of `target/book`.
    ///
    /// # Errors
    /// When the program does not know in which folder it was started.
    pub fn new(output: Option<&Path>) -> std::io::Result<Self> {
        let book = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        // mdBook sees a relative path from the book's folder; who types one sees it from where they are.
        let output = output.map_or_else(|| Ok(book.join("../target/book")), std::path::absolute)?;
        Ok(Self { book, output })
    }

    /// The first page of the finished book.
    pub fn first_page(&self) -> PathBuf {
        self.output.join("index.html")
    }
}
