//! The book of this repository is in order, and a book that is not is told what is wrong.

use std::fs;
use std::path::Path;

use book::place::Place;
use book::{build, check, section};

/// A book of one page, next to a place for the output.
fn book_with(page: &str) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = folder.path().join("book");
    fs::create_dir_all(book.join("src")).expect("a folder for the pages");
    fs::write(book.join("book.toml"), "[book]\ntitle = \"T\"\n").expect("book.toml");
    fs::write(book.join("src/SUMMARY.md"), "# Summary\n\n- [Page](page.md)\n").expect("SUMMARY.md");
    fs::write(book.join("src/page.md"), page).expect("page.md");
    let output = folder.path().join("output");
    (folder, Place { book, output })
}

fn problems(place: &Place) -> Vec<String> {
    let mut problems = build::build(place).expect("the book is built");
    problems.extend(check::problems(&place.output).expect("the book is read"));
    problems
}

/// What the check says about a page.
fn said_of(page: &str) -> Vec<String> {
    let (_folder, place) = book_with(page);
    problems(&place)
}

/// Every link, anchor and picture of the course's book resolves, and nothing comes from another site.
#[test]
fn this_book_is_in_order() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let place = Place::new(Some(output.path())).expect("a place");
    assert_eq!(problems(&place), Vec::<String>::new());
    let page = fs::read_to_string(output.path().join("01-contrastive-losses.html")).expect("the page");
    assert!(page.contains("<math") && page.contains("</math>"), "formulas are MathML");
    assert!(!page.contains("```"), "no code is left as Markdown");
    assert!(page.contains("class=\"reading-time\""), "the reading time stands under the title");
    assert!(page.contains("language-rust"), "solutions are highlighted");
    assert!(output.path().join("print.html").is_file(), "the book can be printed as one page");
    every_exercise_opens_at_its_section(output.path());
    let has_search = fs::read_dir(output.path())
        .expect("the book")
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("searchindex"));
    assert!(has_search, "the book can be searched");
}

/// `cargo book open` finds the section that `cargo course` names with an exercise, on the page of its chapter.
fn every_exercise_opens_at_its_section(output: &Path) {
    let chapters = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../chapters")).expect("the chapters");
    let mut exercises = 0;
    for chapter in chapters.flatten() {
        let Ok(text) = fs::read_to_string(chapter.path().join("exercises.toml")) else { continue };
        let number = chapter.file_name().to_string_lossy()[..2].to_owned();
        for title in text.lines().filter_map(|line| line.strip_prefix("book = \"")?.strip_suffix('"')) {
            let address = section::address(output, title).expect("a section of that name");
            assert!(address.contains(&format!("/{number}-")) && address.contains('#'), "{title}: {address}");
            exercises += 1;
        }
    }
    assert!(exercises > 50, "the exercises were found: {exercises}");
    let error = section::address(output, "flux capacitor").expect_err("no such section");
    assert!(error.to_string().contains("flux capacitor"), "{error}");
}

/// A small page in order gives no complaint: otherwise the tests below would prove nothing.
#[test]
fn a_good_page_is_accepted() {
    let page = "# Page\n\n## There\n\n[down](#there), [elsewhere](https://example.org), $`x^2`$.\n";
    assert_eq!(said_of(page), Vec::<String>::new());
}

/// A link without a target is reported with the page and the target.
#[test]
fn a_broken_link_is_named_with_its_page() {
    let said = said_of("# Page\n\n[nowhere](missing.md)\n").join("\n");
    assert!(said.contains("page.html") && said.contains("missing"), "{said}");
}

/// A link to a section that does not exist is reported, too.
#[test]
fn a_missing_section_is_named() {
    let said = said_of("# Page\n\n[down](#nowhere)\n").join("\n");
    assert!(said.contains("page.html: #nowhere leads to a page without such a section"), "{said}");
}

/// A picture that is not there is reported.
#[test]
fn a_missing_picture_is_named() {
    let said = said_of("# Page\n\n![x](figures/no.svg)\n").join("\n");
    assert!(said.contains("figures/no.svg leads nowhere"), "{said}");
}

/// The book must work without a network.
#[test]
fn what_another_site_would_have_to_send_is_named() {
    let said = said_of("# Page\n\n<script src=\"https://example.org/x.js\"></script>\n\n![x](//example.org/x.png)\n");
    let said = said.join("\n");
    assert!(said.contains("loads https://example.org/x.js") && said.contains("loads //example.org/x.png"), "{said}");
}

/// What mdBook warns of is not lost.
#[test]
fn a_tag_that_is_never_closed_is_a_problem() {
    assert_ne!(said_of("# Page\n\n<details><summary>x</summary>\n\ny\n"), Vec::<String>::new());
}

/// An include that finds nothing would show its own text to the reader.
#[test]
fn an_include_without_a_file_stops_the_build() {
    let (_folder, place) = book_with("# Page\n\n{{#include ../../no.rs:anchor}}\n");
    let error = format!("{:#}", build::build(&place).expect_err("the file does not exist"));
    assert!(error.contains("page.md") && error.contains("no.rs:anchor"), "{error}");
}

/// A formula with a mistake in it is named with its page.
#[test]
fn a_broken_formula_stops_the_build() {
    let (_folder, place) = book_with("# Page\n\n```math\n\\frac{1}{\n```\n");
    let error = format!("{:#}", build::build(&place).expect_err("the formula is not complete"));
    assert!(error.contains("page.md") && error.contains(r"\frac{1}{"), "{error}");
}

/// Included code starts at the margin.
#[test]
fn included_code_is_not_indented() {
    let (folder, place) = book_with("# Page\n\n```rust,ignore\n{{#include ../../code.rs:body}}\n```\n");
    let code = "fn f() {\n    // ANCHOR: body\n    let x = 1;\n    x\n    // ANCHOR_END: body\n}\n";
    fs::write(folder.path().join("code.rs"), code).expect("code.rs");
    assert_eq!(problems(&place), Vec::<String>::new());
    let page = fs::read_to_string(place.output.join("page.html")).expect("the page");
    assert!(page.contains("\nx\n") || page.contains(">let x = 1;"), "{page}");
    assert!(!page.contains("    let x"), "{page}");
}

/// mdBook empties the folder that it writes to: whatever else lies there must be safe.
#[test]
fn a_folder_that_is_no_book_is_left_alone() {
    let (folder, mut place) = book_with("# Page\n");
    place.output = folder.path().join("precious");
    fs::create_dir(&place.output).expect("a folder");
    fs::write(place.output.join("thesis.txt"), "x").expect("a file");
    let error = format!("{:#}", build::build(&place).expect_err("it holds a thesis"));
    assert!(error.contains("--output") && place.output.join("thesis.txt").is_file(), "{error}");
}

/// The help names every command.
#[test]
fn the_command_line_says_what_it_can_do() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_book")).arg("--help").output().expect("it runs");
    let help = String::from_utf8_lossy(&output.stdout);
    for command in ["build", "open", "serve", "figures", "check"] {
        assert!(help.contains(command), "{help}");
    }
}
