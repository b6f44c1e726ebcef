//! Somebody's own folder of pictures with its captions.tsv.

use std::{fs, path::Path, sync::OnceLock};

use data::{DataError, EmojiSet, Gallery, Source, captioned_pictures};
use image::{Rgba, RgbaImage};
use tempfile::TempDir;

fn emojis() -> &'static EmojiSet {
    static EMOJIS: OnceLock<EmojiSet> = OnceLock::new();
    EMOJIS.get_or_init(|| EmojiSet::load().expect("the bundled files are complete"))
}

/// A folder with one red picture, `red.png`, and the table given.
fn folder(table: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    save(folder.path(), "red.png", 100, 50, 255);
    fs::write(folder.path().join("captions.tsv"), table).expect("a writable folder");
    folder
}

fn save(folder: &Path, name: &str, width: u32, height: u32, alpha: u8) {
    RgbaImage::from_pixel(width, height, Rgba([255, 0, 0, alpha])).save(folder.join(name)).expect("a writable folder");
}

fn error_of(table: &str) -> (Option<usize>, String) {
    let folder = folder(table);
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("a bad table");
    let line = if let DataError::Line { line, .. } = &error { Some(*line) } else { None };
    let message = error.to_string();
    assert!(message.contains(&folder.path().display().to_string()), "the message does not name the file: {message}");
    (line, message)
}

/// Emoji given as character or name, caption of one's own or the emoji's name, heading or none.
#[test]
fn captions_and_emojis_are_understood() {
    let table =
        "file\temoji\tcaption\nred.png\t🐕\tMy Dog\nred.png\tred apple\t\nred.png\t\tdog\nred.png\t\tteapot of doom\n";
    let folder = folder(table);
    let gallery = Gallery::from_folder(folder.path(), emojis()).expect("a good folder");
    let dog = emojis().find("dog");
    let found: Vec<(&str, Option<usize>, bool)> =
        gallery.sprites().iter().map(|sprite| (sprite.caption.as_str(), sprite.emoji, sprite.noun.is_some())).collect();
    let expected = [
        ("my dog", dog, true),
        ("red apple", emojis().find("red apple"), true),
        ("dog", dog, true),
        ("teapot of doom", None, false),
    ];
    assert_eq!(found, expected);
    assert!(gallery.sprites().iter().all(|sprite| sprite.source == Source::Folder));
    let nouns = gallery.nouns_only(emojis().nouns());
    let captions: Vec<&str> = nouns.sprites().iter().map(|sprite| sprite.caption.as_str()).collect();
    assert_eq!(captions, ["dog", "red apple", "dog"], "among nouns, captions are the plain words");
}

/// A slip in a name is told with its line; an empty field is none, and a caption may say what it likes.
#[test]
fn names_that_nobody_knows_are_listed() {
    let folder =
        folder("red.png\t🐕\tMy Dog\nred.png\telephent\telephant\nred.png\t\tteapot of doom\nred.png\tmug\tmug\n");
    let unknown = data::unknown_names(folder.path(), emojis()).expect("a good table");
    assert_eq!(unknown, [(2, "elephent".to_owned()), (4, "mug".to_owned())]);
}

/// Pictures of any size become 64×64 and keep their proportions: twice as wide as high leaves a quarter free on top.
#[test]
fn pictures_keep_their_proportions() {
    let folder = folder("red.png\t🐕\tdog\n");
    let gallery = Gallery::from_folder(folder.path(), emojis()).expect("a good folder");
    let image = &gallery.sprites()[0].image;
    assert_eq!(image.dimensions(), (64, 64));
    assert_eq!((image.get_pixel(32, 15)[3], image.get_pixel(32, 16)[3], image.get_pixel(0, 32)[3]), (0, 255, 255));
}

/// Transparent pixels hide their colour also while a picture is scaled: a white square cut out on hidden black keeps a
/// soft rim that is white.
#[test]
fn hidden_colours_do_not_bleed() {
    let folder = folder("square.png\t\tsquare\n");
    let square = RgbaImage::from_fn(100, 100, |x, y| {
        let inside = (25..75).contains(&x) && (25..75).contains(&y);
        if inside { Rgba([255; 4]) } else { Rgba([0; 4]) }
    });
    square.save(folder.path().join("square.png")).expect("a writable folder");
    let gallery = Gallery::from_folder(folder.path(), emojis()).expect("a good folder");
    let visible: Vec<[u8; 4]> =
        gallery.sprites()[0].image.pixels().map(|pixel| pixel.0).filter(|pixel| pixel[3] > 0).collect();
    assert!(visible.iter().any(|pixel| pixel[3] < 255), "the rim is soft");
    let darkest = visible.iter().map(|[red, green, blue, _]| red.min(green).min(blue)).min();
    assert_eq!(darkest, Some(&255), "black from transparent pixels bled into the rim");
}

/// A folder without the table.
#[test]
fn a_missing_table_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("no table");
    let message = error.to_string();
    assert!(message.contains("captions.tsv is missing") && message.contains("separated by tabs"), "{message}");
}

/// Each mistake in the table is told with its line.
#[test]
fn mistakes_in_the_table_are_told_by_line() {
    let (line, message) = error_of("red.png\t🐕\tdog\nred.png\tdog\n");
    assert_eq!(line, Some(2));
    assert!(message.contains("three fields"), "{message}");
    let (line, message) = error_of("red.png\t\t\n");
    assert_eq!(line, Some(1));
    assert!(message.contains("caption"), "{message}");
    let (line, message) = error_of("file\temoji\tcaption\n");
    assert_eq!(line, Some(1));
    assert!(message.contains("no picture"), "{message}");
    let (line, _) = error_of("");
    assert_eq!(line, Some(1));
    let (line, message) = error_of("../red.png\t🐕\tdog\n");
    assert_eq!(line, Some(1));
    assert!(message.contains("inside the folder"), "{message}");
}

/// Lines are counted as editors count them: blank ones too, and whatever they end with.
#[test]
fn lines_are_counted_as_in_an_editor() {
    for (table, expected) in [
        ("red.png\t🐕\tdog\r\nred.png\tdog\r\n", 2),
        ("red.png\t🐕\tdog\n\n\nred.png\tdog\n", 4),
        ("red.png\t🐕\tdog\r\n\r\n\r\nred.png\tdog", 4),
        ("\n\nred.png\tdog\n", 3),
    ] {
        assert_eq!(error_of(table).0, Some(expected), "{table:?}");
    }
    let folder = folder("\r\nfile\temoji\tcaption\r\n\r\nred.png\tmug\tmug\r\nred.png\telephent\telephant\r\n");
    let unknown = data::unknown_names(folder.path(), emojis()).expect("a good table");
    assert_eq!(unknown, [(4, "mug".to_owned()), (5, "elephent".to_owned())]);
}

/// For fine-tuning, the pictures are what the caller makes of them, and the captions stay as they are written.
#[test]
fn whole_pictures_have_the_same_captions() {
    let folder = folder("red.png\t🐕\tMy Dog\nred.png\tred apple\t\n");
    let pictures = captioned_pictures(folder.path(), emojis(), |picture| picture).expect("a good folder");
    let found: Vec<(&str, (u32, u32))> =
        pictures.iter().map(|one| (one.caption.as_str(), one.picture.dimensions())).collect();
    assert_eq!(found, [("My Dog", (100, 50)), ("red apple", (100, 50))]);
    fs::remove_file(folder.path().join("red.png")).expect("it was there");
    let error = captioned_pictures(folder.path(), emojis(), |picture| picture)
        .expect_err("a picture that is not there")
        .to_string();
    assert!(error.contains("red.png"), "{error}");
}

/// A table in another encoding than UTF-8.
#[test]
fn tables_must_be_utf8() {
    let folder = folder("");
    fs::write(folder.path().join("captions.tsv"), b"red.png\t\tsm\xf8rrebr\xf8d\n").expect("a writable folder");
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("Latin-1");
    assert!(matches!(error, DataError::Line { line: 1, .. }) && error.to_string().contains("UTF-8"), "{error}");
    fs::write(folder.path().join("captions.tsv"), b"red.png\t\tdog\r\nred.png\t\tsm\xf8r\r\n")
        .expect("a writable folder");
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("Latin-1");
    assert!(matches!(error, DataError::Line { line: 2, .. }) && !error.to_string().contains("line 1"), "{error}");
}

/// Pictures that are listed but missing, damaged or invisible.
#[test]
fn bad_pictures_are_named() {
    let (_, message) = error_of("blue.png\t🐕\tdog\n");
    assert!(message.contains("blue.png"), "{message}");
    let folder = folder("clear.png\t🐕\tdog\n");
    save(folder.path(), "clear.png", 10, 10, 0);
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("an invisible picture");
    assert!(error.to_string().contains("clear.png is wholly transparent"), "{error}");
    fs::write(folder.path().join("clear.png"), b"").expect("a writable folder");
    let error = Gallery::from_folder(folder.path(), emojis()).expect_err("an empty picture");
    assert!(matches!(error, DataError::Empty { .. }), "{error}");
}
