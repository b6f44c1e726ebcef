//! What can go wrong with files, each with the remedy.

use std::path::{Path, PathBuf};

/// A problem with a file that we read. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file of the course itself is not there.
    #[error(
        "{} is missing. It is part of the repository: restore it with `git checkout -- data`, or point VLM_DATA at a complete copy of data/",
        path.display()
    )]
    Missing {
        /// The file that should be there.
        path: PathBuf,
    },
    /// The operating system would not give us the file.
    #[error("cannot read {}: {source}. Check the path and that you may read the file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds not a single byte.
    #[error("{} is empty (0 bytes): the download or copy failed. Get the picture again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are not a picture that we can decode.
    #[error(
        "{} is not a whole picture: {reason}. Give a PNG, JPEG, GIF, WebP or BMP file that opens in a picture viewer",
        path.display()
    )]
    Picture {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// Decoding would need more memory than any picture deserves.
    #[error("{} is too large: {reason}. Shrink it: the model looks at a few hundred pixels a side anyway", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit that it broke.
        reason: String,
    },
    /// A folder of pictures without its table.
    #[error(
        "{} is missing. Write it: for each picture a line with its file, an emoji or English name (may be empty) and its caption, separated by tabs",
        path.display()
    )]
    NoTable {
        /// Where it should be.
        path: PathBuf,
    },
    /// A table does not have the form it should have.
    #[error("{}, line {line}: {problem}", path.display())]
    Line {
        /// The table.
        path: PathBuf,
        /// Line number, counted from 1.
        line: usize,
        /// What is wrong and what should stand there instead.
        problem: String,
    },
    /// A file of the course does not fit the others.
    #[error(
        "{} does not fit the rest of the data: {problem}. Restore the folder with `git checkout -- data`",
        path.display()
    )]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        problem: String,
    },
    /// Scenes need several different nouns.
    #[error(
        "scenes need pictures of at least {needed} different nouns, and there are {found}. Add pictures whose caption is one of the words in data/emoji/nouns.txt"
    )]
    TooFewNouns {
        /// How many different nouns a scene may hold.
        needed: usize,
        /// How many the gallery has.
        found: usize,
    },
    /// The canvas is too small to draw on.
    #[error("a scene of {side}×{side} pixels is too small to tell objects apart: use at least {least}")]
    SmallCanvas {
        /// The side that was asked for.
        side: u32,
        /// The smallest side that works.
        least: u32,
    },
}

/// Reads a text file of the course.
pub(crate) fn read_text(path: &Path) -> Result<String, DataError> {
    std::fs::read_to_string(path).map_err(|source| read_error(path, source, true))
}

/// The error for a file that could not be read; `ours` when it is a part of the course.
pub(crate) fn read_error(path: &Path, source: std::io::Error, ours: bool) -> DataError {
    let path = path.to_path_buf();
    if ours && source.kind() == std::io::ErrorKind::NotFound {
        return DataError::Missing { path };
    }
    DataError::Read { path, source }
}
