//! Pictures in the terminal, words everywhere.

use std::fmt::Arguments;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use image::{DynamicImage, RgbImage};

use crate::draw::draw_boxes;
use crate::error::Result;
use crate::exhibit::Exhibit;

/// `println!` that does not panic: see [`say`].
macro_rules! tell {
    ($($words:tt)*) => { $crate::terminal::say(format_args!($($words)*)) };
}
pub(crate) use tell;

/// `eprintln!` that does not panic: see [`remark`].
macro_rules! note {
    ($($words:tt)*) => { $crate::terminal::remark(format_args!($($words)*)) };
}
pub(crate) use note;

/// Prints a line. Where nobody listens any more (`cargo vlm train siglip | head`) the work goes on all the same.
///
/// # Errors
/// When the output cannot be written for another reason: a file on a full disk.
pub fn say(line: Arguments) -> Result<()> {
    match writeln!(stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a line beside the output: how far it is, or what one should know. Where nobody listens any more
/// (`cargo vlm train siglip 2>&1 | head`), or a disk is full, it is not said, and the work goes on.
pub fn remark(line: Arguments) {
    let _ = writeln!(stderr(), "{line}");
}

/// What is shown of an empty answer.
pub const NOTHING: &str = "(nothing)";

/// Columns that a picture takes.
const COLUMNS: u32 = 28;

/// Shows a picture where there is a terminal with colours, and nobody has said `NO_COLOR`; elsewhere the words beside it must do.
pub fn show_picture(picture: &RgbImage) {
    let is_set = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    let is_plain = is_set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    if !stdout().is_terminal() || is_plain {
        return;
    }
    let config = viuer::Config {
        absolute_offset: false,
        width: Some(COLUMNS),
        // To find out whether a terminal speaks kitty's protocol one asks it, and waits for ever where none answers.
        // Half-blocks work everywhere.
        use_kitty: false,
        ..viuer::Config::default()
    };
    // A terminal that cannot show pictures still shows the words.
    let _ = viuer::print(&DynamicImage::ImageRgb8(picture.clone()), &config);
}

/// Shows an exhibit: the picture with its boxes, and what the model says.
///
/// # Errors
/// When the output is closed.
pub fn show_exhibit(exhibit: &Exhibit) -> Result<()> {
    let mut picture = exhibit.picture.clone();
    draw_boxes(&mut picture, &exhibit.boxes);
    show_picture(&picture);
    tell!("in the picture: {}", exhibit.shows)?;
    for fact in &exhibit.facts {
        let verdict = fact.is_right.map_or("", |is_right| if is_right { " (right)" } else { " (wrong)" });
        let said = if fact.said.is_empty() { NOTHING } else { &fact.said };
        tell!("  {} → {said}{verdict}", fact.asked)?;
    }
    let (width, height) = exhibit.picture.dimensions();
    for (name, bounds) in &exhibit.boxes {
        let [top, left, bottom, right] = bounds.to_pixels(width, height);
        tell!("  {name}: top {top}, left {left}, bottom {bottom}, right {right}")?;
    }
    tell!("")
}
