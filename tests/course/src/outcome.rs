//! What a command has to say: words for people, data for editors.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

/// The result of a command.
#[derive(Debug)]
pub struct Outcome {
    /// For people, with colours; they are left out where the output is no terminal.
    pub text: String,
    /// For editors.
    pub data: Value,
    /// Whether all is well; if not, the command ends with status 1.
    pub good: bool,
}

impl Outcome {
    /// Words and data; all is well.
    ///
    /// # Errors
    /// When the data cannot be written as JSON.
    pub fn new(text: impl Into<String>, data: impl Serialize) -> anyhow::Result<Self> {
        Ok(Self { text: text.into(), data: serde_json::to_value(data)?, good: true })
    }

    /// Prints one of the two.
    pub fn print(&self, json: bool) {
        if json {
            anstream::println!("{}", self.data);
        } else if !self.text.is_empty() {
            anstream::println!("{}", self.text.trim_end());
        }
    }
}

/// Green text.
pub fn green(text: impl std::fmt::Display) -> String {
    painted(text, AnsiColor::Green.on_default())
}

/// Red text.
pub fn red(text: impl std::fmt::Display) -> String {
    painted(text, AnsiColor::Red.on_default())
}

/// Yellow text.
pub fn yellow(text: impl std::fmt::Display) -> String {
    painted(text, AnsiColor::Yellow.on_default())
}

/// Bold text.
pub fn bold(text: impl std::fmt::Display) -> String {
    painted(text, Style::new().bold())
}

/// Dim text.
pub fn dim(text: impl std::fmt::Display) -> String {
    painted(text, Style::new().dimmed())
}

fn painted(text: impl std::fmt::Display, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// Breaks a paragraph into lines of at most `width` characters, each after `indentation`.
pub fn wrapped(text: &str, indentation: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let length = lines[last].chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            let space = if length > 0 { " " } else { "" };
            lines[last] = format!("{}{space}{word}", lines[last]);
        }
    }
    lines.iter().map(|line| format!("{indentation}{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn paragraphs_are_broken_between_words() {
        assert_eq!(super::wrapped("one two three", "  ", 7), "  one two\n  three\n");
    }
}
