//! One workshop: where it is, what it remembers, how its exercises stand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Bodies, Changes, Layout, State, sync};
use crate::anchors::Region;
use crate::course::{Chapter, Course, Exercise};
use crate::files;

/// A learner's workshop.
#[derive(Debug)]
pub struct Workshop<'a> {
    /// The course that it belongs to.
    pub course: &'a Course,
    /// Its folder.
    pub place: PathBuf,
    /// What it remembers.
    pub state: State,
}

/// How far an exercise has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Its `todo!` is still there.
    NotStarted,
    /// Something is written that has not been green.
    Written,
    /// It was green, and has not been changed since.
    Green,
    /// Its file or its anchors are missing.
    Lost,
}

impl<'a> Workshop<'a> {
    /// The workshop at `place`, made if it is not there; and what was done to its files.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(course: &'a Course, place: &Path) -> Result<(Self, Changes)> {
        if place.is_dir() && !State::is_at(place) && !files::names_in(place)?.is_empty() {
            bail!("'{}' is not empty and not a workshop; name another folder with `--path`", place.display());
        }
        let mut workshop = Self { course, place: place.to_owned(), state: State::read(place) };
        if !State::is_at(place) {
            workshop.state.write(place)?; // first of all: if anything stops this, the next call goes on with it
        }
        let changes = workshop.sync()?;
        Ok((workshop, changes))
    }

    /// Brings the course's files up to date, and says what that changed.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn sync(&mut self) -> Result<Changes> {
        self.state = State::read(&self.place);
        let own = self.own_chapters();
        let layout = Layout::new(self.course, &self.place, &own, Bodies::Stubs)?;
        let mut changes = sync(self.course, &self.place, &layout, &mut self.state)?;
        changes.given_up = self.state.in_use.difference(&own).map(|folder| format!("chapters/{folder}")).collect();
        self.state.in_use = own;
        self.state.write(&self.place)?;
        Ok(changes)
    }

    /// Changes what is remembered. Another command may have changed it meanwhile, so it is read again first.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(&mut self, change: impl FnOnce(&mut State)) -> Result<()> {
        self.state = State::read(&self.place);
        change(&mut self.state);
        self.state.write(&self.place)
    }

    /// The folders of the chapters that were green as a whole and are as they were.
    pub fn own_chapters(&self) -> BTreeSet<String> {
        let is_green = |chapter: &&Chapter| {
            let now = self.chapter_fingerprint(chapter).ok();
            now.is_some() && self.state.green_chapters.get(&chapter.folder) == now.as_ref()
        };
        self.course.chapters.iter().filter(is_green).map(|chapter| chapter.folder.clone()).collect()
    }

    /// The learner's folder of a chapter.
    pub fn folder(&self, chapter: &Chapter) -> PathBuf {
        self.place.join("chapters").join(&chapter.folder)
    }

    /// The learner's file of an exercise.
    pub fn file(&self, chapter: &Chapter, exercise: &Exercise) -> PathBuf {
        self.folder(chapter).join(&exercise.file)
    }

    /// The learner's file of an exercise, read.
    ///
    /// # Errors
    /// When it is gone; the message says how to get it back.
    pub fn source(&self, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
        files::read(&self.file(chapter, exercise))
            .with_context(|| format!("`cargo course reset {}` hands the file out again", exercise.id))
    }

    /// How far an exercise has come.
    pub fn progress(&self, chapter: &Chapter, exercise: &Exercise) -> Progress {
        let Ok(text) = self.source(chapter, exercise) else { return Progress::Lost };
        let Ok(region) = Region::find(&text, &exercise.id) else { return Progress::Lost };
        if region.is_stub(&exercise.id) {
            Progress::NotStarted
        } else if self.state.green.get(&exercise.id) == self.fingerprint(chapter, exercise).ok().as_ref() {
            Progress::Green
        } else {
            Progress::Written
        }
    }

    /// The first exercise that is not green, of the chapters that have been begun: whoever begins with chapter 02 is not
    /// sent back to chapter 00. If there is none, the first of all.
    pub fn next(&self) -> Option<(&'a Chapter, &'a Exercise)> {
        let begun = |chapter: &&Chapter| {
            let mut exercises = chapter.exercises.iter();
            exercises.any(|exercise| matches!(self.progress(chapter, exercise), Progress::Written | Progress::Green))
        };
        let chapters = &self.course.chapters;
        let of_begun = chapters.iter().filter(begun).find_map(|chapter| self.next_in(chapter));
        of_begun.or_else(|| chapters.iter().find_map(|chapter| self.next_in(chapter)))
    }

    /// The first exercise of a chapter that is not green.
    pub fn next_in(&self, chapter: &'a Chapter) -> Option<(&'a Chapter, &'a Exercise)> {
        let mut exercises = chapter.exercises.iter().chain(&chapter.properties);
        let open = exercises.find(|exercise| self.progress(chapter, exercise) != Progress::Green)?;
        Some((chapter, open))
    }

    /// What the learner writes for an exercise: its body, or the whole file when it is a test.
    ///
    /// # Errors
    /// When the file or the anchors are missing.
    pub fn written(&self, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
        let text = self.source(chapter, exercise)?;
        let body = Region::find(&text, &exercise.id)?.dedented();
        Ok(if exercise.jury.is_some() { text } else { body })
    }

    /// A fingerprint of what an exercise's verdict depends on first: what is written, and its specification.
    ///
    /// # Errors
    /// When a file or the anchors are missing.
    pub fn fingerprint(&self, chapter: &Chapter, exercise: &Exercise) -> Result<String> {
        let mut all = self.written(chapter, exercise)?;
        for entry in &exercise.spec {
            let file = entry.split("::").next().unwrap_or_default();
            all.push_str(&files::read(&self.folder(chapter).join("tests").join(format!("{file}.rs")))?);
        }
        Ok(files::fingerprint(&all))
    }

    /// A fingerprint of all sources and specifications of a chapter. Tests of the learner's own change nothing about it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn chapter_fingerprint(&self, chapter: &Chapter) -> Result<String> {
        let folder = self.folder(chapter);
        let mut all = String::new();
        let is_property = |path: &PathBuf| chapter.properties.iter().any(|property| property.file == *path);
        for path in files::below(&folder)?.into_iter().filter(|path| !is_property(path)) {
            all.push_str(&files::slashed(&path));
            all.push_str(&files::read(&folder.join(path))?);
        }
        Ok(files::fingerprint(&all))
    }
}
