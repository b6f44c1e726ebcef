//! `report.html`: one file that holds everything and needs nothing, to be opened in any browser.

mod chart;
mod exhibits;
mod html;
mod results;

pub use chart::{Curve, Curves, round_numbers};

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use foundations::checkpoint::write_atomically;

use crate::error::Result;
use crate::exhibit::Exhibit;
use crate::metrics::Metrics;
use html::escaped;

/// What a report tells.
#[derive(Debug)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// The commands that made it.
    pub commands: Vec<String>,
    /// One loss curve per phase.
    pub curves: Vec<Curve>,
    /// What was measured.
    pub metrics: Metrics,
    /// Pictures with what the model says about them, under a heading each.
    pub galleries: Vec<(String, Vec<Exhibit>)>,
}

impl Report {
    /// Writes the report.
    ///
    /// # Errors
    /// When a picture cannot be encoded, or the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let page = self.page()?;
        write_atomically(path, |file| file.write_all(page.as_bytes()))?;
        Ok(())
    }

    fn page(&self) -> Result<String> {
        let title = escaped(&self.title);
        let mut body = format!("<h1>{title}</h1>\n");
        body.push_str("<p>Made by</p>\n<pre>");
        for command in &self.commands {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(body, "{}", escaped(command));
        }
        body.push_str("</pre>\n");
        for (heading, exhibits) in &self.galleries {
            let _ = writeln!(body, "<h2>{}</h2>", escaped(heading));
            body.push_str(&exhibits::gallery(exhibits)?);
        }
        body.push_str("<h2>What was measured</h2>\n");
        body.push_str(&results::comparison(&self.metrics));
        body.push_str(&results::table(&self.metrics));
        body.push_str("<h2>How training went</h2>\n<div class=\"charts\">\n");
        for curve in &self.curves {
            body.push_str(&chart::figure(curve));
        }
        body.push_str("</div>\n");
        body.push_str(&results::pace(&self.metrics));
        Ok(html::page(&title, &body))
    }
}
