//! Which files of a model are needed, and which model is meant.

use std::path::{Path, PathBuf};

/// What every model needs beside its weights.
const ALWAYS: [&str; 2] = ["config.json", TOKENIZER];
/// The words and their numbers.
const TOKENIZER: &str = "tokenizer.json";
/// An older form of the same, which the first SigLIPs have; some have only this one.
const SENTENCE_PIECES: &str = "spiece.model";
/// What is read where it is there.
const IF_THERE: [&str; 2] = ["preprocessor_config.json", "processor_config.json"];
/// All weights in one file.
const SINGLE: &str = "model.safetensors";
/// Which of several files has which tensor.
const INDEX: &str = "model.safetensors.index.json";

/// The name of a model on the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    owner: String,
    name: String,
}

impl Repository {
    /// Reads `owner/name`.
    ///
    /// # Errors
    /// One sentence, when it is no such name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_word = |word: &str| {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
            !word.is_empty() && !word.starts_with('.') && word.chars().all(is_letter)
        };
        match text.split_once('/') {
            Some((owner, name)) if is_word(owner) && is_word(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!(
                "'{text}' is no model of the hub; write owner/name as on its page, for example google/paligemma-3b-mix-224"
            )),
        }
    }

    /// `owner/name`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// Where it is written when nobody says where.
    pub fn default_folder(&self) -> PathBuf {
        Path::new("models").join(&self.name)
    }
}

/// The files to download out of all that there are, in the order in which a mistake would be noticed soonest: the weights
/// last.
///
/// # Errors
/// One sentence, when a file is missing without which no command here can do anything.
pub fn needed_files(all: &[String]) -> Result<Vec<String>, String> {
    let has = |name: &str| all.iter().any(|file| file == name);
    if has(SENTENCE_PIECES) && !has(TOKENIZER) {
        return Err(format!(
            "its words are in {SENTENCE_PIECES} only, and this program reads {TOKENIZER}; a model of the same family and vocabulary may have one"
        ));
    }
    if let Some(missing) = ALWAYS.into_iter().find(|name| !has(name)) {
        return Err(format!("it has no {missing}, so it is no model that this program reads: paligemma or siglip"));
    }
    let mut needed: Vec<String> = ALWAYS.map(str::to_owned).into();
    needed.extend(IF_THERE.into_iter().filter(|name| has(name)).map(str::to_owned));
    // One file and shards hold the same numbers; the loader prefers the one file, too.
    if has(SINGLE) {
        needed.push(SINGLE.to_owned());
        return Ok(needed);
    }
    let mut shards: Vec<String> = all.iter().filter(|file| is_shard(file)).cloned().collect();
    if shards.is_empty() || !has(INDEX) {
        return Err(format!(
            "it has neither {SINGLE} nor shards with {INDEX}; look for a version that has (--revision)"
        ));
    }
    shards.sort();
    needed.push(INDEX.to_owned());
    needed.extend(shards);
    Ok(needed)
}

/// `model-00001-of-00003.safetensors`, beside the others and not in a folder.
fn is_shard(file: &str) -> bool {
    file.starts_with("model-") && file.ends_with(".safetensors") && !file.contains(['/', '\\'])
}
