//! Where the unpacked packages keep what we read.

use std::path::{Path, PathBuf};

use anyhow::Context;
use data::Artist;
use serde::de::DeserializeOwned;

/// The folder that `npm install --prefix` and `pip install --target` filled.
pub struct Packages {
    root: PathBuf,
}

impl Packages {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// The package of one artist's drawings.
    pub fn icons(&self, artist: Artist) -> PathBuf {
        let package = match artist {
            Artist::Twemoji => "twemoji",
            Artist::Noto => "noto",
            Artist::EmojiOne => "emojione",
            Artist::NotoBlobs => "noto-v1",
            Artist::FluentFlat => "fluent-emoji-flat",
        };
        self.root.join("node_modules/@iconify-json").join(package)
    }

    /// Names and keywords in one language.
    pub fn names(&self, language: &str) -> PathBuf {
        self.root.join("node_modules/emojibase-data").join(language).join("data.json")
    }

    /// easy-VQA: `train/`, `test/` and `answers.txt`.
    pub fn easy_vqa(&self) -> PathBuf {
        self.root.join("python/easy_vqa/data")
    }
}

/// Reads a JSON file, naming it when something is wrong.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}: get the packages as data/README.md says", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not what this program expects", path.display()))
}
