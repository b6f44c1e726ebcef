//! What the repository says about its exercises: chapters, `exercises.toml`, solutions.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Deserializer, Serialize};

use crate::anchors::Region;
use crate::files;

/// Letters that may be wrong, missing or exchanged in the name of an exercise for it to be suggested.
const SLIPS: usize = 2;

/// The solved course: a folder with chapters.
#[derive(Debug)]
pub struct Course {
    /// The folder that holds `chapters/`.
    pub root: PathBuf,
    /// The chapters with exercises, in reading order.
    pub chapters: Vec<Chapter>,
}

/// One chapter's `exercises.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// What the chapter is about, in a few words.
    pub title: String,
    /// In the order in which they should be solved: each needs only those before it.
    #[serde(rename = "exercise", default)]
    pub exercises: Vec<Exercise>,
    /// The exercises whose answer is a test; they come after the others, and need none of them.
    #[serde(rename = "property", default, deserialize_with = "properties")]
    pub properties: Vec<Exercise>,
    /// The name of the chapter's folder, which starts with its number.
    #[serde(skip)]
    pub folder: String,
    /// The name of the chapter's crate.
    #[serde(skip)]
    pub package: String,
}

/// One exercise: a body to be written, or a test.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The name of its anchors; unique in the course, and for good.
    pub id: String,
    /// Where it is, below the chapter's folder.
    pub file: PathBuf,
    /// What is to be done, in a few words.
    pub title: String,
    /// How long it takes somebody who has read the section.
    pub minutes: u32,
    /// From 1 (a line or two) to 3 (think first).
    pub difficulty: u8,
    /// Where the book explains it.
    pub book: String,
    /// Which tests decide: `file`, or `file::test`. A file stands for all its tests that no other exercise names.
    pub spec: Vec<String>,
    /// A nudge, the idea, nearly the code.
    pub hints: [String; 3],
    /// Who decides when the answer is a test, and so has no tests of its own.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub jury: Option<Jury>,
}

/// Wrong versions that a learner's test is tried on.
#[derive(Debug, Serialize)]
pub struct Jury {
    /// The exercise whose mistakes they are.
    pub of: String,
    /// A good test rejects at least so many of them.
    pub rejects: usize,
}

/// A `[[property]]` of `exercises.toml`. Its answer stands in `properties/<id>.rs`, and a learner writes it in
/// `tests/property_<id>.rs`, so neither is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    id: String,
    title: String,
    minutes: u32,
    difficulty: u8,
    book: String,
    of: String,
    rejects: usize,
    hints: [String; 3],
}

impl From<Property> for Exercise {
    fn from(property: Property) -> Self {
        Self {
            file: format!("tests/property_{}.rs", property.id).into(),
            id: property.id,
            title: property.title,
            minutes: property.minutes,
            difficulty: property.difficulty,
            book: property.book,
            spec: Vec::new(),
            hints: property.hints,
            jury: Some(Jury { of: property.of, rejects: property.rejects }),
        }
    }
}

fn properties<'de, D: Deserializer<'de>>(entries: D) -> Result<Vec<Exercise>, D::Error> {
    Ok(Vec::<Property>::deserialize(entries)?.into_iter().map(Exercise::from).collect())
}

impl Exercise {
    /// Where the course's answer is, below the chapter's folder.
    pub fn answer(&self) -> PathBuf {
        match &self.jury {
            Some(_) => format!("properties/{}.rs", self.id).into(),
            None => self.file.clone(),
        }
    }

    /// The name of the test program that Cargo makes of a property.
    pub fn test_target(&self) -> String {
        self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl Course {
    /// Reads the course below `root`.
    ///
    /// # Errors
    /// When there is no course, or one of its files cannot be read.
    pub fn open(root: &Path) -> Result<Self> {
        let folder = root.join("chapters");
        let mut chapters = Vec::new();
        for name in files::names_in(&folder).with_context(|| format!("'{}' holds no course", root.display()))? {
            let file = folder.join(&name).join("exercises.toml");
            if !file.is_file() {
                continue;
            }
            let mut chapter: Chapter = toml::from_str(&files::read(&file)?)
                .map_err(|error| anyhow!("'{}' cannot be understood: {error}", file.display()))?;
            chapter.package = package_name(&folder.join(&name).join("Cargo.toml"))?;
            chapter.folder = name;
            chapters.push(chapter);
        }
        if chapters.is_empty() {
            bail!("no chapter of '{}' has an exercises.toml", root.display());
        }
        Ok(Self { root: root.to_owned(), chapters })
    }

    /// All exercises with their chapters, in order.
    pub fn exercises(&self) -> impl Iterator<Item = (&Chapter, &Exercise)> {
        self.chapters.iter().flat_map(|chapter| chapter.all().map(move |exercise| (chapter, exercise)))
    }

    /// The exercise of this name.
    ///
    /// # Errors
    /// When there is none; the message names similar ones.
    pub fn exercise(&self, id: &str) -> Result<(&Chapter, &Exercise)> {
        self.exercises().find(|(_, exercise)| exercise.id == id).ok_or_else(|| {
            let similar: Vec<&str> = self
                .exercises()
                .map(|(_, exercise)| exercise.id.as_str())
                .filter(|other| {
                    other.contains(id) || id.contains(other) || strsim::damerau_levenshtein(other, id) <= SLIPS
                })
                .collect();
            match similar.as_slice() {
                [] => anyhow!("there is no exercise '{id}'; `cargo course list` shows all of them"),
                similar => anyhow!("there is no exercise '{id}'; did you mean {}?", similar.join(" or ")),
            }
        })
    }

    /// The chapter with this number, folder or package name.
    pub fn chapter(&self, name: &str) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| {
            let number = chapter.number();
            name == number || name == chapter.folder || name == chapter.package || format!("0{name}") == number
        })
    }

    /// The folder of a chapter in the solved course.
    pub fn folder(&self, chapter: &Chapter) -> PathBuf {
        self.root.join("chapters").join(&chapter.folder)
    }

    /// The file that holds the course's answer to an exercise.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn source(&self, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
        files::read(&self.folder(chapter).join(exercise.answer()))
    }

    /// The body that solves an exercise, at the left margin.
    ///
    /// # Errors
    /// When the file or its anchors are missing.
    pub fn solution(&self, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
        let source = self.source(chapter, exercise)?;
        let region = Region::find(&source, &exercise.id)
            .with_context(|| format!("in chapters/{}/{}", chapter.folder, exercise.answer().display()))?;
        Ok(region.dedented())
    }
}

impl Chapter {
    /// The exercises, and then the properties.
    pub fn all(&self) -> impl Iterator<Item = &Exercise> {
        self.exercises.iter().chain(&self.properties)
    }

    /// The number at the start of the folder's name.
    pub fn number(&self) -> &str {
        self.folder.split('-').next().unwrap_or_default()
    }
}

/// The name in a manifest's `[package]`.
///
/// # Errors
/// When the manifest cannot be read, or has none.
pub fn package_name(manifest: &Path) -> Result<String> {
    let table: toml::Table = toml::from_str(&files::read(manifest)?)
        .map_err(|error| anyhow!("'{}' cannot be understood: {error}", manifest.display()))?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    name.map(str::to_owned).with_context(|| format!("'{}' names no package", manifest.display()))
}
