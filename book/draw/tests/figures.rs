//! The figures of the book are what the code draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use figures::bundled::Bundled;
use figures::figures::FIGURES;

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")
}

fn stored(file: &str) -> String {
    let path = pages().join("figures").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo book figures`", path.display()))
}

/// Numbers of a drawing may differ by this much: processors add up in different orders.
const TOLERANCE: f64 = 0.6;

/// Drawn again, a figure that depends on nothing trained is the one in the book.
#[test]
fn formulas_draw_the_figures_of_the_book() {
    let bundled = Bundled::default();
    for figure in FIGURES.iter().filter(|figure| figure.is_formula) {
        let drawn = (figure.draw)(&bundled).unwrap_or_else(|error| panic!("{}: {error:#}", figure.name));
        let stored = stored(&figure.file());
        assert!(
            differences(&stored, &drawn).is_empty(),
            "{} has changed: look at the new one with `cargo book figures {}`\n{:?}",
            figure.file(),
            figure.name,
            differences(&stored, &drawn)
        );
    }
}

/// Two drawings in one program are equal to the byte.
#[test]
fn the_same_figure_twice_is_the_same_file() {
    let draw = || {
        let figure = FIGURES.iter().find(|figure| figure.name == "00-bowl").expect("the bowl is drawn");
        (figure.draw)(&Bundled::default()).expect("it can be drawn")
    };
    assert_eq!(draw(), draw());
}

/// Every figure is drawn, shown on the page of its chapter and described; no file is left over.
#[test]
fn every_figure_is_on_the_page_of_its_chapter() {
    let mut expected: BTreeSet<String> = FIGURES.iter().map(|figure| figure.file()).collect();
    for figure in FIGURES {
        let chapter = &figure.name[..2];
        let page = fs::read_dir(pages())
            .expect("the pages")
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(chapter)));
        let text = fs::read_to_string(page.expect("the chapter has a page")).expect("it is text");
        let shown = text.lines().find(|line| line.ends_with(&format!("](figures/{})", figure.file())));
        let shown = shown.unwrap_or_else(|| panic!("the page of chapter {chapter} does not show {}", figure.file()));
        assert!(shown.starts_with("![") && shown.find(']').is_some_and(|end| end > 20), "{shown}: describe the figure");
    }
    for entry in fs::read_dir(pages().join("figures")).expect("the figures").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if ["ablate-", "growth-"].iter().any(|measured| name.starts_with(measured)) {
            continue; // `cargo vlm ablate` and the program `growth` drew them
        }
        assert!(!name.ends_with(".svg") || expected.remove(&name), "nothing draws {name} any more");
    }
    assert!(expected.is_empty(), "not drawn: {expected:?}; run `cargo book figures`");
}

/// A number that has moved is seen, and so is a word.
#[test]
fn the_comparison_is_not_blind() {
    assert_eq!(differences("x 1.0 y", "x 1.1 y"), Vec::<String>::new());
    assert_ne!(differences("x 1.0 y", "x 3.0 y"), Vec::<String>::new());
    assert_ne!(differences("x 1.0 y", "z 1.0 y"), Vec::<String>::new());
    assert_ne!(differences("x 1.0", "x 1.0 2.0"), Vec::<String>::new());
}

/// Where two drawings differ by more than rounding.
fn differences(before: &str, after: &str) -> Vec<String> {
    let parts =
        |text: &str| -> Vec<String> { text.split([' ', ',', '"', '<', '>', '\n']).map(str::to_owned).collect() };
    let (before, after) = (parts(before), parts(after));
    let mut differences = Vec::new();
    if before.len() != after.len() {
        differences.push(format!("{} pieces and {}", before.len(), after.len()));
    }
    differences.extend(
        before.iter().zip(&after).filter(|(old, new)| !is_near(old, new)).map(|(old, new)| format!("{old} → {new}")),
    );
    differences.truncate(5);
    differences
}

fn is_near(old: &str, new: &str) -> bool {
    let near = |old: f64, new: f64| (old - new).abs() <= TOLERANCE;
    old == new || matches!((old.parse(), new.parse()), (Ok(old), Ok(new)) if near(old, new))
}
