//! The manifests of the workshop, made from those of the course.
//!
//! A later chapter depends on the earlier ones by name, and Cargo allows two packages of the same name in one workspace
//! only with trouble. So the solved chapters appear there as `<name>-solved`, with the library name unchanged and
//! the sources where they are; one table of dependencies decides which of the two everybody gets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use toml::{Table, Value};

use crate::course::Course;
use crate::files;

/// The chapter whose hand-written operators need the optimiser; everything else of a workshop's is better compiled quickly.
const KERNELS: &str = "foundations";

/// The package whose only purpose is that Cargo chooses the same features for every selection of packages.
const ONE_BUILD: &str = "one-build";

/// The first lines of a workshop's manifest; a workshop is also recognised by them.
pub const HEADER: &str = "# Written by `cargo course`, and written again when a chapter turns green: from then on the \
    later chapters use\n# yours (chapters/) instead of the solved one (.solved/).\n\n";

/// A crate of the course that the workshop needs.
pub struct Crate {
    /// Its package name.
    pub package: String,
    /// Its folder in the course.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Table,
    /// Whether it is, or depends on, a chapter, and so must be built in the workshop.
    pub depends_on_chapters: bool,
    /// The chapter folder's name, when it is a chapter with exercises.
    pub exercises: Option<String>,
}

impl Crate {
    /// Where the solved crate stands in the workshop.
    pub fn solved_folder(&self) -> String {
        format!(".solved/{}", self.folder.file_name().unwrap_or_default().to_string_lossy())
    }

    /// What the solved crate is called in the workshop.
    fn solved_package(&self) -> String {
        if self.exercises.is_some() { format!("{}-solved", self.package) } else { self.package.clone() }
    }

    /// Of `[dependencies]` and `[dev-dependencies]`, the names that are always needed.
    fn dependency_names(&self) -> impl Iterator<Item = &str> {
        let sections =
            ["dependencies", "dev-dependencies"].into_iter().filter_map(|name| self.manifest.get(name)?.as_table());
        let optional = |value: &Value| value.get("optional").and_then(Value::as_bool) == Some(true);
        sections
            .flat_map(|section| section.iter())
            .filter(move |(_, value)| !optional(value))
            .map(|(name, _)| name.as_str())
    }
}

/// The crates of the course's own that chapters depend on, the chapters among them.
///
/// # Errors
/// When a manifest cannot be read.
pub fn crates(course: &Course, root: &Table) -> Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for (_, value) in workspace_table(root, "dependencies")? {
        let Some(path) = value.get("path").and_then(Value::as_str) else { continue };
        let folder = course.root.join(path);
        let manifest = parse(&folder.join("Cargo.toml"))?;
        let package = crate::course::package_name(&folder.join("Cargo.toml"))?;
        let chapter = course.chapters.iter().find(|chapter| chapter.package == package);
        let depends_on_chapters = path.starts_with("chapters/");
        let exercises = chapter.map(|chapter| chapter.folder.clone());
        crates.push(Crate { package, folder, manifest, depends_on_chapters, exercises });
    }
    // Whoever depends on one that depends on a chapter does so, too; the longest chain has as many links as there are crates.
    for _ in 0..crates.len() {
        let dependent: BTreeSet<String> =
            crates.iter().filter(|one| one.depends_on_chapters).map(|one| one.package.clone()).collect();
        for one in &mut crates {
            let depends = one.dependency_names().any(|name| dependent.contains(name));
            one.depends_on_chapters |= depends;
        }
    }
    Ok(crates)
}

/// The workshop's own `Cargo.toml`. `from_here` turns a path of the course into one that works in the workshop; the
/// chapters in `own` are taken from the learner.
///
/// # Errors
/// When the course's manifest lacks a part.
pub fn workspace(
    root: &Table,
    crates: &[Crate],
    own: &BTreeSet<String>,
    place: &Path,
    from_here: impl Fn(&Path) -> String,
) -> Result<String> {
    let mut workspace = root.get("workspace").and_then(Value::as_table).context("the course has no workspace")?.clone();
    mark_versions(&mut workspace, place);
    // By name, not as `chapters/*`: what an older version of the course has left there does not get in the way.
    let chapters = || crates.iter().filter_map(|one| one.exercises.as_ref()).map(|folder| format!("chapters/{folder}"));
    let solved = crates.iter().filter(|one| one.depends_on_chapters).map(Crate::solved_folder);
    workspace.insert("members".into(), strings(chapters().chain(solved).chain([format!(".solved/{ONE_BUILD}")])));
    workspace.insert("default-members".into(), strings(chapters()));
    let mut dependencies = workspace_table(root, "dependencies")?.clone();
    for one in crates {
        let is_own = one.exercises.as_ref().is_some_and(|folder| own.contains(folder));
        let mut entry = Table::new();
        let path = match &one.exercises {
            Some(folder) if is_own => format!("chapters/{folder}"),
            _ if one.depends_on_chapters => one.solved_folder(),
            _ => from_here(&one.folder),
        };
        entry.insert("path".into(), path.into());
        if !is_own && one.exercises.is_some() {
            entry.insert("package".into(), one.solved_package().into());
        }
        dependencies.insert(one.package.clone(), entry.into());
    }
    let one_build = Table::from_iter([("path".to_owned(), Value::from(format!(".solved/{ONE_BUILD}")))]);
    dependencies.insert(ONE_BUILD.into(), one_build.into());
    workspace.insert("dependencies".into(), dependencies.into());
    allow_the_unfinished(&mut workspace);

    let mut manifest = Table::from_iter([("workspace".to_owned(), Value::from(workspace))]);
    if let Some(profile) = root.get("profile").cloned() {
        manifest.insert("profile".into(), quick_to_compile(profile, crates));
    }
    Ok(format!("{HEADER}{}", toml::to_string(&manifest)?))
}

/// The course's profile with less optimisation for all that is compiled in the workshop, but for the operators: a save
/// should have its verdict within seconds. What comes from outside, candle above all, keeps its settings, and so is not
/// compiled again.
fn quick_to_compile(mut profile: Value, crates: &[Crate]) -> Value {
    let Some(dev) = profile.get_mut("dev").and_then(Value::as_table_mut) else { return profile };
    let packages = dev.entry("package").or_insert_with(|| Table::new().into());
    if let Some(packages) = packages.as_table_mut() {
        packages.retain(|name, _| name == "*"); // Cargo complains about a package that it does not find
        for one in crates.iter().filter(|one| one.depends_on_chapters && one.package != KERNELS) {
            for name in BTreeSet::from([one.package.clone(), one.solved_package()]) {
                packages.insert(name, Table::from_iter([("opt-level".to_owned(), Value::from(1))]).into());
            }
        }
    }
    profile
}

/// Workshops share the course's build folder. Cargo tells packages there apart by name, version and path *inside* their
/// workspace, so two workshops would take each other's builds for their own, and call one green because the other is. A
/// version that names the place keeps them apart.
fn mark_versions(workspace: &mut Table, place: &Path) {
    let package = workspace.get_mut("package").and_then(Value::as_table_mut);
    if let Some(Value::String(version)) = package.and_then(|package| package.get_mut("version")) {
        // FNV-1a: the same in every process, unlike the standard library's hasher.
        let bytes = place.as_os_str().as_encoded_bytes().iter();
        let mark =
            bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
        version.push_str(&format!("-workshop.x{mark:016x}"));
    }
}

/// Whoever has not yet written a body does not use its arguments, and does not come to what follows it: in a workshop that
/// is no reason to complain.
fn allow_the_unfinished(workspace: &mut Table) {
    let lints = workspace.entry("lints").or_insert_with(|| Table::new().into());
    let rust = lints.as_table_mut().map(|lints| lints.entry("rust").or_insert_with(|| Table::new().into()));
    if let Some(rust) = rust.and_then(Value::as_table_mut) {
        for lint in ["dead_code", "unreachable_code", "unused_imports", "unused_mut", "unused_variables"] {
            rust.insert(lint.into(), "allow".into());
        }
    }
}

/// The manifest of a learner's chapter: the course's, and [`ONE_BUILD`].
///
/// # Errors
/// When it cannot be written as TOML.
pub fn chapter(one: &Crate) -> Result<String> {
    let mut manifest = one.manifest.clone();
    for section in ["bench", "example"] {
        manifest.remove(section);
    }
    let section = manifest.entry("dev-dependencies").or_insert_with(|| Table::new().into());
    if let Some(section) = section.as_table_mut() {
        section.insert(ONE_BUILD.into(), Table::from_iter([("workspace".to_owned(), Value::from(true))]).into());
    }
    Ok(toml::to_string(&manifest)?)
}

/// The manifest of a solved crate: another name, no tests, and sources that stay where they are.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn solved(one: &Crate, from_here: impl Fn(&Path) -> String) -> Result<String> {
    let mut manifest = one.manifest.clone();
    manifest.remove("dev-dependencies");
    let package = manifest.get_mut("package").and_then(Value::as_table_mut).context("a manifest without a package")?;
    package.insert("name".into(), one.solved_package().into());
    let sources = from_here(&one.folder);
    let library = Table::from_iter([
        ("name".to_owned(), Value::from(one.package.replace('-', "_"))),
        ("path".to_owned(), Value::from(format!("{sources}/src/lib.rs"))),
        ("test".to_owned(), Value::from(false)),
        ("doctest".to_owned(), Value::from(false)),
    ]);
    manifest.insert("lib".into(), library.into());
    for program in manifest.get_mut("bin").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(program) = program.as_table_mut() {
            let path = program.get("path").and_then(Value::as_str).unwrap_or("src/main.rs").to_owned();
            program.insert("path".into(), format!("{sources}/{path}").into());
            program.insert("test".into(), false.into());
        }
    }
    Ok(toml::to_string(&manifest)?)
}

/// The package that depends on everything from outside that any crate of the course depends on. Every chapter's tests
/// depend on it, so Cargo chooses the same features whether one chapter is tested or all, and as it does in
/// the course itself: candle is compiled once.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn one_build(crates: &[Crate]) -> Result<String> {
    let own: BTreeSet<&str> = crates.iter().map(|one| one.package.as_str()).collect();
    let all: BTreeSet<&str> =
        crates.iter().flat_map(Crate::dependency_names).filter(|name| !own.contains(name)).collect();
    let inherited = || Value::from(Table::from_iter([("workspace".to_owned(), Value::from(true))]));
    let mut package = Table::from_iter([("name".to_owned(), Value::from(ONE_BUILD))]);
    for key in ["version", "edition", "publish"] {
        package.insert(key.into(), inherited());
    }
    let dependencies: Table = all.into_iter().map(|name| (name.to_owned(), inherited())).collect();
    let library =
        Table::from_iter([("test".to_owned(), Value::from(false)), ("doctest".to_owned(), Value::from(false))]);
    let manifest = Table::from_iter([
        ("package".to_owned(), Value::from(package)),
        ("lib".to_owned(), Value::from(library)),
        ("dependencies".to_owned(), Value::from(dependencies)),
    ]);
    Ok(toml::to_string(&manifest)?)
}

/// A table below `[workspace]`.
fn workspace_table<'a>(root: &'a Table, name: &str) -> Result<&'a Table> {
    let table = root.get("workspace").and_then(|workspace| workspace.get(name)).and_then(Value::as_table);
    table.with_context(|| format!("the course's Cargo.toml has no [workspace.{name}]"))
}

/// Reads a manifest.
///
/// # Errors
/// When it cannot be read or understood.
pub fn parse(path: &Path) -> Result<Table> {
    toml::from_str(&files::read(path)?).map_err(|error| anyhow!("'{}' cannot be understood: {error}", path.display()))
}

fn strings(values: impl Iterator<Item = String>) -> Value {
    Value::from(values.map(Value::from).collect::<Vec<_>>())
}
