//! The proof itself, chapter by chapter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use super::proof::{ExerciseProof, MistakeProof, Proof, PropertyProof};
use crate::course::{Chapter, Course, Exercise};
use crate::mistakes::{self, Mistake};
use crate::run::{Built, Switched, Verdict, build_library, build_switched, failures, judge, lay_out, run, verdict};
use crate::spec_files;
use crate::symptoms::{self, Failures, Symptoms};
use crate::workshop::{Bodies, Layout};

/// Tries every exercise and every mistake of these chapters, and the further mistakes of theirs. With `record`, the way in
/// which mistakes fail is written down; otherwise it is compared with what is written down.
///
/// # Errors
/// When a file cannot be read or written, or Cargo cannot be started.
pub fn prove(course: &Course, chapters: &[&Chapter], further: &[Mistake], place: &Path, record: bool) -> Result<Proof> {
    let mut proof = Proof::default();
    for chapter in chapters {
        empty_workshop(course, chapter, place, &mut proof)?;
        let own = mistakes::of_chapter(course, chapter)?;
        let further: Vec<Mistake> = {
            let of_chapter = |one: &&Mistake| chapter.exercises.iter().any(|exercise| exercise.id == one.exercise);
            let renamed = |one: &Mistake| Mistake { name: format!("further: {}", one.name), ..one.clone() };
            further.iter().filter(of_chapter).map(renamed).collect()
        };
        let all: Vec<Mistake> = own.iter().chain(&further).cloned().collect();
        match build_switched(course, chapter, &all, place, None)? {
            Ok(switched) => {
                Bench::new(course, chapter, place, &switched)?.try_all(&own, &further, record, &mut proof)?
            }
            Err(message) => proof.problems.push(format!(
                "chapter {}: with all versions inside it does not compile, and no mistake is to blame:\n{message}",
                chapter.number()
            )),
        }
    }
    Ok(proof)
}

/// The workshop as a learner gets it: always the same, and it compiles without a warning.
fn empty_workshop(course: &Course, chapter: &Chapter, place: &Path, proof: &mut Proof) -> Result<()> {
    let layout = || Layout::new(course, place, &BTreeSet::new(), Bodies::Stubs);
    let once = layout()?;
    if once != layout()? {
        proof.problems.push(
            "two workshops that were made one after the other differ; look for an order that is random".to_owned(),
        );
    }
    lay_out(course, &once, place)?;
    match build_library(place, &chapter.package)? {
        Built::Tests { warnings, .. } => proof.problems.extend(warnings.iter().map(|warning| {
            format!("chapter {}: empty exercises compile with a warning:\n{warning}", chapter.number())
        })),
        Built::Broken(broken) => proof.problems.push(format!(
            "chapter {}: with empty exercises it does not compile:\n{}",
            chapter.number(),
            broken.message
        )),
    }
    Ok(())
}

/// A chapter on the bench.
struct Bench<'a> {
    course: &'a Course,
    chapter: &'a Chapter,
    folder: std::path::PathBuf,
    switched: &'a Switched,
    tests: BTreeMap<String, String>,
    progress: ProgressBar,
}

impl<'a> Bench<'a> {
    fn new(course: &'a Course, chapter: &'a Chapter, place: &Path, switched: &'a Switched) -> Result<Self> {
        let folder = place.join("chapters").join(&chapter.folder);
        let style = ProgressStyle::with_template("chapter {prefix} {bar:24} {pos}/{len} {msg}")?;
        let progress = ProgressBar::new(0).with_style(style).with_prefix(chapter.number().to_owned());
        Ok(Self { course, chapter, folder, switched, tests: spec_files::tests_of(course, chapter)?, progress })
    }

    fn try_all(&self, own: &[Mistake], further: &[Mistake], record: bool, proof: &mut Proof) -> Result<()> {
        let exercises = self.chapter.exercises.len() + self.chapter.properties.len();
        self.progress.set_length((exercises + own.len() + further.len()) as u64);
        self.solved(proof)?;
        for (index, exercise) in self.chapter.exercises.iter().enumerate() {
            self.step(exercise.id.clone());
            self.exercise(index, exercise, proof)?;
        }
        let fresh = self.own_mistakes(own, record, proof)?;
        for property in &self.chapter.properties {
            self.step(property.id.clone());
            self.property(property, proof)?;
        }
        for mistake in further {
            self.step(mistake.name.clone());
            let failures = self.failures(mistake)?;
            proof.further.push(MistakeProof {
                exercise: mistake.exercise.clone(),
                name: mistake.name.trim_start_matches("further: ").to_owned(),
                compiles: self.compiles(mistake),
                rejected_by: failures.keys().cloned().collect(),
                diagnosed_as: self.diagnosis(mistake, &failures, &fresh),
            });
        }
        self.progress.finish_and_clear();
        Ok(())
    }

    /// With every solution in its place, all tests of the chapter are green.
    fn solved(&self, proof: &mut Proof) -> Result<()> {
        let all: Vec<String> = self.tests.keys().cloned().collect();
        for (test, message) in failures(run(&self.switched.programs, &all, &self.folder, None)?) {
            proof.problems.push(format!("chapter {}: solved, but {test} is red: {message}", self.chapter.number()));
        }
        Ok(())
    }

    /// An exercise in the situation of a learner who has come to it: earlier ones solved, later ones empty.
    fn exercise(&self, index: usize, exercise: &Exercise, proof: &mut Proof) -> Result<()> {
        let tests = spec_files::of_exercise(self.chapter, exercise, &self.tests);
        let with_empty = |from: usize| -> Result<Verdict> {
            let empty = self.chapter.exercises.iter().skip(from).map(|exercise| format!("{}=todo", exercise.id));
            let variant = empty.collect::<Vec<_>>().join(",");
            let results = run(&self.switched.programs, &tests, &self.folder, Some(&variant))?;
            verdict(self.course, self.chapter, exercise, results)
        };
        let (empty, filled) = (with_empty(index)?, with_empty(index + 1)?);
        let mut complain = |text: String| {
            proof.problems.push(format!("chapter {}, {}: {text}", self.chapter.number(), exercise.id));
        };
        if empty != Verdict::NotStarted {
            complain(format!("empty, it should be red because of its own `todo!`, but it is {empty:?}"));
        }
        if filled != Verdict::Green {
            complain(format!("filled, with all later exercises empty, it should be green, but it is {filled:?}"));
        }
        proof.exercises.push(ExerciseProof {
            exercise: exercise.id.clone(),
            tests: tests.len(),
            red_when_empty: empty == Verdict::NotStarted,
            green_when_filled: filled == Verdict::Green,
        });
        Ok(())
    }

    /// A test for learners to write: empty, it is not begun; as the course has it, it accepts the right version and rejects as
    /// many wrong ones as are asked for.
    fn property(&self, property: &Exercise, proof: &mut Proof) -> Result<()> {
        let tests = spec_files::property_tests(property, &self.course.source(self.chapter, property)?);
        let todo = format!("{}=todo", property.id);
        let empty = run(&self.switched.programs, &tests, &self.folder, Some(&todo))?;
        let empty = verdict(self.course, self.chapter, property, empty)?;
        let (filled, votes) = judge(self.switched, property, &tests, &self.folder)?;
        let mut complain = |text: String| {
            proof.problems.push(format!("chapter {}, {}: {text}", self.chapter.number(), property.id));
        };
        if empty != Verdict::NotStarted {
            complain(format!("empty, it should be red because of its own `todo!`, but it is {empty:?}"));
        }
        let asked_for = property.jury.as_ref().map_or(0, |jury| jury.rejects);
        match (&filled, &votes) {
            (Verdict::AcceptsTheWrong { .. }, Some(votes)) => complain(format!(
                "{asked_for} wrong versions have to be rejected, but the course's own test rejects {}; these slip through: [{}]",
                votes.rejected.len(),
                votes.slipped_through.join(", ")
            )),
            (Verdict::Green, _) => {}
            (other, _) => complain(format!("the course's own test should be green, but it is {other:?}")),
        }
        proof.properties.push(PropertyProof {
            property: property.id.clone(),
            not_started_when_empty: empty == Verdict::NotStarted,
            asked_for,
            accepts_the_right: votes.is_some(),
            votes,
        });
        Ok(())
    }

    /// Every mistake is rejected by the test that it names, and recognised; returns how each one fails.
    fn own_mistakes(&self, own: &[Mistake], record: bool, proof: &mut Proof) -> Result<Symptoms> {
        let mut fresh = Symptoms::new();
        for mistake in own {
            self.step(format!("{}/{}", mistake.exercise, mistake.name));
            let failures = self.failures(mistake)?;
            fresh.entry(mistake.exercise.clone()).or_default().insert(mistake.name.clone(), failures);
        }
        let folder = self.course.folder(self.chapter);
        if record {
            symptoms::write(&folder, &fresh)?;
        }
        let recorded = symptoms::read(&folder)?;
        for mistake in own {
            let failures = &fresh[&mistake.exercise][&mistake.name];
            let diagnosed_as = self.diagnosis(mistake, failures, &recorded);
            self.judge(mistake, failures, diagnosed_as.as_deref(), &fresh, proof);
            proof.mistakes.push(MistakeProof {
                exercise: mistake.exercise.clone(),
                name: mistake.name.clone(),
                compiles: self.compiles(mistake),
                rejected_by: failures.keys().cloned().collect(),
                diagnosed_as,
            });
        }
        Ok(recorded)
    }

    fn judge(
        &self,
        mistake: &Mistake,
        failures: &Failures,
        diagnosis: Option<&str>,
        fresh: &Symptoms,
        proof: &mut Proof,
    ) {
        let mut complain =
            |text: String| proof.problems.push(format!("mistake {}/{}: {text}", mistake.exercise, mistake.name));
        if let Some((_, message)) = self.switched.left_out.iter().find(|(one, _)| one == mistake) {
            complain(format!("it does not compile:\n{message}"));
            return;
        }
        if let Some(test) = mistake.caught_by.as_ref().filter(|test| !failures.contains_key(*test)) {
            let red: Vec<&str> = failures.keys().map(String::as_str).collect();
            complain(format!("{test} should be red, but only these are: [{}]", red.join(", ")));
        }
        let others = fresh[&mistake.exercise].iter().filter(|(name, _)| **name != mistake.name);
        let twins: Vec<&str> =
            others.filter(|(_, other)| symptoms::same(failures, other)).map(|(name, _)| name.as_str()).collect();
        if !twins.is_empty() {
            complain(format!("no test tells it from {}; write one that does, or drop one of them", twins.join(", ")));
        } else if diagnosis != Some(mistake.name.as_str()) {
            complain(format!(
                "it is recognised as {diagnosis:?}; if that is not what is wrong, run `cargo course verify --record`"
            ));
        }
    }

    fn failures(&self, mistake: &Mistake) -> Result<Failures> {
        let exercise = self.chapter.exercises.iter().find(|exercise| exercise.id == mistake.exercise);
        let Some(exercise) = exercise.filter(|_| self.compiles(mistake)) else { return Ok(Failures::new()) };
        let tests = spec_files::of_exercise(self.chapter, exercise, &self.tests);
        let variant = format!("{}={}", mistake.exercise, mistake.name);
        Ok(failures(run(&self.switched.programs, &tests, &self.folder, Some(&variant))?))
    }

    fn compiles(&self, mistake: &Mistake) -> bool {
        self.switched.left_out.iter().all(|(one, _)| one != mistake)
    }

    fn diagnosis(&self, mistake: &Mistake, failures: &Failures, known: &Symptoms) -> Option<String> {
        known.get(&mistake.exercise).and_then(|known| symptoms::diagnose(failures, known)).map(str::to_owned)
    }

    fn step(&self, what: String) {
        self.progress.set_message(what);
        self.progress.inc(1);
    }
}
