//! Drawings as SVG: few lines of text, so that a change to a figure can be read, and one style for light and dark.
//!
//! Colours are classes: `f0` … `f3` fill with a colour of the palette, `s0` … `s3` draw a line in it. Numbers have one
//! decimal, so that the same inputs give the same file.

mod bars;
mod chart;
mod heat_map;

pub use bars::{Bar, bars};
pub use chart::{Axis, Chart, Series};
pub use heat_map::heat_map;

use std::fmt::Write;
use std::io::Cursor;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat};

/// Width of every drawing, in units: letters of 14 are readable on a phone then.
pub const WIDTH: f64 = 480.0;

/// The palette of Okabe and Ito, told apart by people who do not see red and green apart; brighter ones for dark.
const STYLE: &str = "\
:root{--card:#fbfaf7;--ink:#1c2026;--quiet:#5b6470;--line:#dcdad3;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#a8478a}\n\
@media(prefers-color-scheme:dark){:root{--card:#23262c;--ink:#e8e6e1;--quiet:#a9b0ba;--line:#454a52;--c0:#6ab7f0;\
--c1:#ff9a5a;--c2:#4fd0a5;--c3:#f0a8d0}}\n\
.card{fill:var(--card)}text{fill:var(--ink);font:14px system-ui,sans-serif}.quiet{fill:var(--quiet)}.small{font-size:12px}.tiny{font-size:10px}\n\
.grid{stroke:var(--line)}.frame{fill:none;stroke:var(--quiet)}.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}\
.f3{fill:var(--c3)}\n\
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}\
.s0,.s1,.s2,.s3{fill:none;stroke-width:2}.dashed{stroke-dasharray:6 4}\n\
image{image-rendering:pixelated}\n";

/// A drawing that grows from top to bottom.
#[derive(Debug)]
pub struct Drawing {
    height: f64,
    body: String,
}

impl Drawing {
    /// An empty drawing.
    pub fn new(height: f64) -> Self {
        Self { height, body: String::new() }
    }

    /// Adds a piece of SVG.
    pub fn add(&mut self, svg: &str) {
        self.body.push_str(svg);
        self.body.push('\n');
    }

    /// Words at a place; `anchor` is `start`, `middle` or `end`, `class` is empty, `quiet`, `small` or several of them.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: &str, class: &str, words: &str) {
        let words = escaped(words);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{words}</text>"
        );
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>"
        );
    }

    /// A line through many points.
    pub fn curve(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(self.body, "<polyline points=\"{}\" class=\"{class}\"/>", points.join(" "));
    }

    /// A rectangle; `opacity` from 0 to 1.
    pub fn rectangle(&mut self, [x, y, width, height]: [f64; 4], class: &str, opacity: f64) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" class=\"{class}\" \
             opacity=\"{opacity:.2}\"/>"
        );
    }

    /// A picture, its pixels left as they are.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn picture(&mut self, [x, y, width, height]: [f64; 4], picture: impl Into<DynamicImage>) -> Result<()> {
        let data = data_url(picture)?;
        let _ = writeln!(
            self.body,
            "<image x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" href=\"{data}\"/>"
        );
        Ok(())
    }

    /// The whole file.
    pub fn finished(self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\">\n<style>\n{STYLE}</style>\n\
             <rect width=\"100%\" height=\"100%\" rx=\"8\" class=\"card\"/>\n{}</svg>\n",
            self.height, self.body
        )
    }
}

/// A picture as an address that holds it.
///
/// # Errors
/// When it cannot be encoded.
pub fn data_url(picture: impl Into<DynamicImage>) -> Result<String> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png)?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(bytes.into_inner())))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
