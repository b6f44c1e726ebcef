//! The copy of the course in which mutants are planted: whatever happens there, the author's sources stay as they are.
//!
//! It is a solved workshop, so each chapter stands alone: it depends on the solved ones, and a change in it compiles nothing
//! but itself. To compile that only once, too, the test files become modules of the library.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::course::{Chapter, Course};
use crate::files;
use crate::run::lay_out as write_all;
use crate::workshop::{Bodies, Layout};

/// The copy, for one run: two at once would change each other's mutants.
pub struct Copy {
    /// Its folder.
    pub place: PathBuf,
    _locked: File,
}

/// Writes the copy, or brings it back in order.
///
/// # Errors
/// When another run is at it, or a file cannot be read or written.
pub fn lay_out(course: &Course) -> Result<Copy> {
    let place = course.root.join("target/course-mutants");
    std::fs::create_dir_all(&place).with_context(|| format!("'{}' cannot be made", place.display()))?;
    let lock = File::create(place.join(".lock")).with_context(|| format!("'{}' cannot be written", place.display()))?;
    if lock.try_lock().is_err() {
        bail!("another `cargo course mutants` is at work here; wait for it, or end it with Ctrl-C");
    }
    let mut layout = Layout::new(course, &place, &BTreeSet::new(), Bodies::Solved)?;
    for chapter in &course.chapters {
        let folder = format!("chapters/{}", chapter.folder);
        for property in &chapter.properties {
            layout.of_learner.remove(&format!("{folder}/{}", files::slashed(&property.file)));
        }
        let (inside, _) = test_files(course, chapter)?;
        let library = layout.of_learner.get_mut(&format!("{folder}/src/lib.rs"));
        library.with_context(|| format!("{folder} has no src/lib.rs"))?.push_str(&as_modules(chapter, &inside));
    }
    let manifest = layout.of_course.get_mut("Cargo.toml").context("a workshop without a manifest")?;
    *manifest = quick_to_compile(course, manifest)?;
    write_all(course, &layout, &place)?;
    Ok(Copy { place, _locked: lock })
}

/// A workshop's manifest with as little optimisation for every chapter as for the learner's, also for those with hand-written
/// operators: with the small inputs of tests, most of the time goes into compiling.
fn quick_to_compile(course: &Course, manifest: &str) -> Result<String> {
    let mut manifest: Table = toml::from_str(manifest)?;
    let dev = manifest.get_mut("profile").and_then(|profile| profile.get_mut("dev")).and_then(Value::as_table_mut);
    if let Some(dev) = dev {
        dev.insert("debug".into(), false.into());
        // Optimising across the pieces of a crate compiles most of them again for each change.
        dev.insert("lto".into(), "off".into());
        let packages = dev.entry("package").or_insert_with(|| Table::new().into());
        if let Some(packages) = packages.as_table_mut() {
            for chapter in &course.chapters {
                let little = Table::from_iter([("opt-level".to_owned(), Value::from(1))]);
                packages.insert(chapter.package.clone(), little.into());
            }
        }
    }
    Ok(toml::to_string(&manifest)?)
}

/// The test files of a chapter, without their ending: those that can share a program with others, and those that cannot,
/// because they bring a memory allocator of their own.
///
/// # Errors
/// When a file cannot be read.
pub fn test_files(course: &Course, chapter: &Chapter) -> Result<(Vec<String>, Vec<String>)> {
    let folder = course.folder(chapter).join("tests");
    let (mut inside, mut alone) = (Vec::new(), Vec::new());
    for name in files::names_in(&folder)?.iter().filter_map(|name| name.strip_suffix(".rs")) {
        let text = files::read(&folder.join(Path::new(name).with_extension("rs")))?;
        let list = if text.contains("\n#[global_allocator]\n") { &mut alone } else { &mut inside };
        list.push(name.to_owned());
    }
    Ok((inside, alone))
}

/// The end of a library that holds its own specification. The tests speak of it by its name, as from outside.
fn as_modules(chapter: &Chapter, files: &[String]) -> String {
    let name = chapter.package.replace('-', "_");
    let itself = format!("\n#[cfg(test)]\nextern crate self as {name};\n");
    let modules =
        files.iter().map(|file| format!("#[cfg(test)]\n#[path = \"../tests/{file}.rs\"]\nmod spec_{file};\n"));
    itself + &modules.collect::<String>()
}
