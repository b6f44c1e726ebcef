//! Every file of a workshop, as a function of the course alone: the same course gives the same files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::manifests;
use crate::anchors::{Region, indent, stub};
use crate::course::{Chapter, Course, Exercise};
use crate::files;
use crate::mistakes::Mistake;

/// What stands in the exercises.
#[derive(Debug, Clone, Copy)]
pub enum Bodies<'a> {
    /// `todo!`, as a learner gets them.
    Stubs,
    /// What the course has.
    Solved,
    /// All versions at once: the environment variable `COURSE_VARIANT`, for example `softplus=todo,normalise=no_root`,
    /// chooses one per exercise, and without it the solution runs. One build then proves a whole chapter.
    Switched(&'a [Mistake]),
}

/// The files of a workshop, by their paths in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// The course's: written again whenever they differ.
    pub of_course: BTreeMap<String, String>,
    /// The learner's: handed out, and then never touched.
    pub of_learner: BTreeMap<String, String>,
}

impl Layout {
    /// The workshop at `place` for this course. Later chapters use the learner's crate for the chapters in `own`, named by
    /// their folders, and the solved crate for the others.
    ///
    /// # Errors
    /// When a file of the course cannot be read or understood.
    pub fn new(course: &Course, place: &Path, own: &BTreeSet<String>, bodies: Bodies) -> Result<Self> {
        let root = manifests::parse(&course.root.join("Cargo.toml"))?;
        let crates = manifests::crates(course, &root)?;
        let mut of_course = BTreeMap::new();
        let workspace = manifests::workspace(&root, &crates, own, place, |path| relative(place, path))?;
        of_course.insert("Cargo.toml".to_owned(), workspace);
        of_course.insert(".cargo/config.toml".to_owned(), cargo_config(course, place)?);
        of_course.insert("README.md".to_owned(), README.to_owned());
        of_course.insert(".solved/one-build/Cargo.toml".to_owned(), manifests::one_build(&crates)?);
        of_course.insert(".solved/one-build/src/lib.rs".to_owned(), ONE_BUILD.to_owned());
        for one in crates.iter().filter(|one| one.depends_on_chapters) {
            let folder = one.solved_folder();
            let manifest = manifests::solved(one, |path| relative(&place.join(&folder), path))?;
            of_course.insert(format!("{folder}/Cargo.toml"), manifest);
            if let Some(chapter) = &one.exercises {
                of_course.insert(format!("chapters/{chapter}/Cargo.toml"), manifests::chapter(one)?);
            }
        }
        let mut of_learner = BTreeMap::new();
        for chapter in &course.chapters {
            let (from, to) = (course.folder(chapter), format!("chapters/{}", chapter.folder));
            for path in files::below(&from.join("tests"))? {
                let text = files::read(&from.join("tests").join(&path))?;
                of_course.insert(format!("{to}/tests/{}", files::slashed(&path)), text);
            }
            for path in files::below(&from.join("src"))? {
                let path = Path::new("src").join(path);
                let text = with_bodies(course, chapter, &path, bodies)?;
                of_learner.insert(format!("{to}/{}", files::slashed(&path)), text);
            }
            for property in &chapter.properties {
                let text = property_with_body(course, chapter, property, bodies)?;
                of_learner.insert(format!("{to}/{}", files::slashed(&property.file)), text);
            }
        }
        Ok(Self { of_course, of_learner })
    }
}

/// A source file with its exercises emptied or switched.
fn with_bodies(course: &Course, chapter: &Chapter, path: &Path, bodies: Bodies) -> Result<String> {
    let mut text = files::read(&course.folder(chapter).join(path))?;
    for exercise in chapter.exercises.iter().filter(|exercise| exercise.file == path) {
        text = with_body(&text, exercise, bodies).with_context(|| format!("in {}", path.display()))?;
    }
    if matches!(bodies, Bodies::Switched(_)) && path == Path::new("src/lib.rs") {
        text.push_str(VARIANT);
    }
    Ok(text)
}

/// A property's test, emptied or switched.
fn property_with_body(course: &Course, chapter: &Chapter, property: &Exercise, bodies: Bodies) -> Result<String> {
    let text = course.source(chapter, property)?;
    let mut text = with_body(&text, property, bodies).with_context(|| format!("in {}", property.answer().display()))?;
    if matches!(bodies, Bodies::Switched(_)) {
        text.push_str(VARIANT);
    }
    Ok(text)
}

/// A text with one of its exercises emptied or switched.
fn with_body(text: &str, exercise: &Exercise, bodies: Bodies) -> Result<String> {
    let region = Region::find(text, &exercise.id)?;
    Ok(match bodies {
        Bodies::Stubs => region.with_body(&stub(&exercise.id)),
        Bodies::Solved => text.to_owned(),
        Bodies::Switched(mistakes) => region.with_body(&switch(&exercise.id, &region.dedented(), mistakes)),
    })
}

/// The solution, the stub and all mistakes of one exercise, and the choice between them.
fn switch(exercise: &str, solution: &str, mistakes: &[Mistake]) -> String {
    let arm = |pattern: &str, body: &str| format!("    {pattern} => {{\n{}    }}\n", indent(body, "        "));
    let wrong = mistakes.iter().filter(|mistake| mistake.exercise == exercise);
    let wrong: String = wrong.map(|mistake| arm(&format!("Some(\"{}\")", mistake.name), &mistake.body)).collect();
    format!(
        "match crate::course_variant(\"{exercise}\") {{\n{wrong}{}{}}}\n",
        arm("Some(\"todo\")", &stub(exercise)),
        arm("_", solution),
    )
}

/// Which version of an exercise to run; stands in every crate whose exercises are switched.
const VARIANT: &str = r#"
/// The version of an exercise that `COURSE_VARIANT` chooses.
pub(crate) fn course_variant(exercise: &str) -> Option<&'static str> {
    static CHOSEN: std::sync::OnceLock<Vec<(String, String)>> = std::sync::OnceLock::new();
    let parse = || {
        let chosen = std::env::var("COURSE_VARIANT").unwrap_or_default();
        let pair = |pair: &str| pair.split_once('=').map(|(exercise, name)| (exercise.to_owned(), name.to_owned()));
        chosen.split(',').filter_map(pair).collect()
    };
    let chosen = CHOSEN.get_or_init(parse).iter().find(|(name, _)| name == exercise);
    chosen.map(|(_, name)| name.as_str())
}
"#;

/// What the workshop's `one-build` says about itself.
const ONE_BUILD: &str =
    "//! Empty: this crate's dependencies see to it that everything is compiled once, with the same features.\n";

/// What lies in the workshop to be read first.
const README: &str = "# Your workshop\n\n\
    Open this folder in your editor. Every `todo!(\"name\")` in `chapters/*/src` is an exercise; the comments above it say what\n\
    it has to do, and the tests in `chapters/*/tests` decide. In `chapters/*/tests/property_*.rs` it is the other way round:\n\
    you write the test, and wrong versions of the course's code decide how good it is.\n\n\
    ```sh\n\
    cargo course                  # where you are and what is next\n\
    cargo course check            # check the current exercise\n\
    cargo course watch            # check at every save\n\
    cargo course hint             # one hint more each time\n\
    cargo test -p contrastive-loss   # the same checks, without explanations\n\
    cargo vlm quickstart          # train the model with the chapters that you have finished\n\
    VLM_OPS=fused cargo vlm quickstart   # faster: with the course's fused operators where there are any\n\
    ```\n\n\
    The sources and `property_*.rs` are yours and are never overwritten. The other tests and the manifests are the course's:\n\
    edits there are put aside in `.course/backup`. Chapters that you have not finished are taken from the solved course, in `.solved`.\n";

/// Whether the course's path holds a space. Cargo splits an alias at its spaces, and a list cannot override a string that
/// is inherited, so there is no `cargo course` inside of the workshop then.
pub fn has_space(course: &Course) -> bool {
    course.root.to_string_lossy().contains(' ')
}

/// `.cargo/config.toml` of the workshop: the course's build folder, so that nothing is compiled twice, and, where the
/// workshop lies outside of the course and so does not inherit them, the course's compiler flags, too.
fn cargo_config(course: &Course, place: &Path) -> Result<String> {
    let path = course.root.join(".cargo/config.toml");
    let mut config = if path.is_file() { manifests::parse(&path)? } else { Table::new() };
    if place.starts_with(&course.root) {
        config = Table::new(); // Cargo reads the course's file as well, and would add its flags a second time
    }
    let build = config.entry("build").or_insert_with(|| Table::new().into());
    if let Some(build) = build.as_table_mut() {
        build.insert("target-dir".into(), relative(place, &course.root.join("target")).into());
    }
    // The readable operators run instead of the fused ones: they are what learners write.
    let environment = config.entry("env").or_insert_with(|| Table::new().into());
    if let Some(environment) = environment.as_table_mut() {
        environment.insert("VLM_OPS".into(), "plain".into());
    }
    let aliases = config.entry("alias").or_insert_with(|| Table::new().into());
    if let Some(aliases) = aliases.as_table_mut() {
        // Not quiet: it compiles what the learner has written, which takes minutes at first.
        aliases.insert("vlm".into(), Value::from("run --package paligemma --bin vlm --"));
        if !has_space(course) {
            let root = course.root.to_string_lossy();
            let command = format!("run --quiet --manifest-path {root}/Cargo.toml --package course --bin course --");
            let book =
                format!("run --quiet --manifest-path {root}/book/Cargo.toml --target-dir {root}/target --bin book --");
            aliases.insert("course".into(), Value::from(command));
            aliases.insert("book".into(), Value::from(book));
        }
    }
    Ok(format!("# Written by `cargo course`.\n\n{}", toml::to_string(&config)?))
}

/// The way from a folder to a path, both absolute: upwards as far as needed, when they share more than the root.
fn relative(folder: &Path, path: &Path) -> String {
    let (here, there): (Vec<Component>, Vec<Component>) = (folder.components().collect(), path.components().collect());
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    if shared <= 1 {
        return files::slashed(path);
    }
    let up = std::iter::repeat_n(Component::ParentDir, here.len() - shared);
    files::slashed(&up.chain(there[shared..].iter().copied()).collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_leads_up_and_down() {
        assert_eq!(relative(Path::new("/a/workshop/.solved"), Path::new("/a/chapters/x")), "../../chapters/x");
        assert_eq!(relative(Path::new("/a/workshop"), Path::new("/b/target")), "/b/target");
    }

    #[test]
    fn a_switch_holds_every_version() {
        let wrong = Mistake {
            exercise: "f".into(),
            name: "wrong".into(),
            caught_by: None,
            book: None,
            words: String::new(),
            body: "2".into(),
        };
        let text = switch("f", "1\n", &[wrong]);
        assert!(text.contains("Some(\"wrong\") => {\n        2\n    }"), "{text}");
        assert!(text.contains("_ => {\n        1\n    }"), "{text}");
    }
}
