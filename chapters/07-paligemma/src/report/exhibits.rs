//! Pictures in the report: PNG inside the page, boxes drawn over them as SVG.

use std::fmt::Write;
use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data::BoundingBox;
use image::{ImageFormat, RgbImage};

use super::html::escaped;
use crate::draw::colour;
use crate::error::Result;
use crate::exhibit::{Exhibit, Fact};
use crate::terminal::NOTHING;

/// Units of the drawing along one side of the picture.
const SIDE: f64 = 100.0;

/// A grid of exhibits.
///
/// # Errors
/// When a picture cannot be encoded.
pub fn gallery(exhibits: &[Exhibit]) -> Result<String> {
    let figures = exhibits.iter().map(figure).collect::<Result<Vec<_>>>()?;
    Ok(format!("<div class=\"gallery\">\n{}</div>\n", figures.concat()))
}

fn figure(exhibit: &Exhibit) -> Result<String> {
    let shows = escaped(&exhibit.shows);
    let picture = base64_png(&exhibit.picture)?;
    let boxes: String =
        exhibit.boxes.iter().enumerate().map(|(index, (name, bounds))| drawn_box(index, name, bounds)).collect();
    let facts: String = exhibit.facts.iter().map(fact).collect();
    Ok(format!(
        "<figure>\n<svg viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" aria-label=\"Picture of {shows}\">\n\
         <image width=\"{SIDE}\" height=\"{SIDE}\" href=\"data:image/png;base64,{picture}\"/>\n{boxes}</svg>\n\
         <figcaption><strong>{shows}</strong><dl>{facts}</dl></figcaption>\n</figure>\n"
    ))
}

fn fact(fact: &Fact) -> String {
    let (class, mark) = match fact.is_right {
        Some(true) => ("right", " ✓"),
        Some(false) => ("wrong", " ✗"),
        None => ("", ""),
    };
    let said = if fact.said.is_empty() { NOTHING } else { &fact.said };
    format!("<dt>{}</dt><dd class=\"{class}\">{}{mark}</dd>", escaped(&fact.asked), escaped(said))
}

/// A box with its name above it, or inside where there is no room above.
fn drawn_box(index: usize, name: &str, bounds: &BoundingBox) -> String {
    let [red, green, blue] = colour(index);
    let side = |fraction: f32| f64::from(fraction.clamp(0.0, 1.0)) * SIDE;
    let (top, left, bottom, right) = (side(bounds.y_min), side(bounds.x_min), side(bounds.y_max), side(bounds.x_max));
    let label = if top > 6.0 { top - 1.5 } else { top + 5.5 };
    let colour = format!("rgb({red} {green} {blue})");
    let (width, height) = ((right - left).max(0.0), (bottom - top).max(0.0));
    let name = escaped(name);
    let mut svg = String::new();
    // First in white and wider: a rim that shows on any background. Writing to a string cannot fail.
    for (stroke, line) in [("white", 2.0), (colour.as_str(), 1.0)] {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"none\" \
             stroke=\"{stroke}\" stroke-width=\"{line}\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{label:.1}\" fill=\"{colour}\" stroke=\"white\" stroke-width=\"1.2\" \
         paint-order=\"stroke\" font-size=\"5\" font-family=\"system-ui, sans-serif\">{name}</text>"
    );
    svg
}

fn base64_png(picture: &RgbImage) -> Result<String> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(std::io::Error::other)?;
    Ok(STANDARD.encode(bytes.into_inner()))
}
