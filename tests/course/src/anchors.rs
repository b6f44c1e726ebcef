//! Regions of a source file: found, emptied, filled.
//!
//! The two comment lines stay where they are, also in the learner's copy: they are how a region is found again.

use anyhow::{Result, bail};

/// A text cut in three at the anchors `name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region<'a> {
    /// Up to and including the line `// ANCHOR: name`.
    pub before: &'a str,
    /// The lines between the anchors, as they are indented in the file.
    pub body: &'a str,
    /// From the line `// ANCHOR_END: name` on.
    pub after: &'a str,
}

impl<'a> Region<'a> {
    /// Finds a region.
    ///
    /// # Errors
    /// When one of its two lines is missing or stands there twice, or they are in the wrong order.
    pub fn find(text: &'a str, name: &str) -> Result<Self> {
        let (_, body_start) = line_range(text, &format!("// ANCHOR: {name}"))?;
        let (body_end, _) = line_range(text, &format!("// ANCHOR_END: {name}"))?;
        if body_end < body_start {
            bail!("`// ANCHOR_END: {name}` stands before `// ANCHOR: {name}`; exchange the two lines");
        }
        Ok(Self { before: &text[..body_start], body: &text[body_start..body_end], after: &text[body_end..] })
    }

    /// The whole text with another body, which is indented like the anchors.
    pub fn with_body(&self, body: &str) -> String {
        let indentation = " ".repeat(self.after.len() - self.after.trim_start_matches(' ').len());
        format!("{}{}{}", self.before, indent(body, &indentation), self.after)
    }

    /// The body as it would stand at the left margin.
    pub fn dedented(&self) -> String {
        dedent(self.body)
    }

    /// Whether the learner has still to write it; a stub that they have made a comment is none.
    pub fn is_stub(&self, name: &str) -> bool {
        self.body.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(&stub(name)))
    }
}

/// What stands in an exercise that nobody has begun.
pub fn stub(name: &str) -> String {
    format!("todo!(\"{name}\")")
}

/// Whether a message is the panic of that stub.
pub fn is_panic_of_stub(message: &str, name: &str) -> bool {
    let panic = format!("not yet implemented: {name}");
    message.split(&panic).skip(1).any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The bytes from the start of the one line that holds `wanted` to the start of the next line.
fn line_range(text: &str, wanted: &str) -> Result<(usize, usize)> {
    let mut found = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == wanted {
            if found.is_some() {
                bail!("the line `{wanted}` stands there twice; remove one");
            }
            found = Some((start, start + line.len()));
        }
        start += line.len();
    }
    match found {
        Some(range) => Ok(range),
        None => bail!("the line `{wanted}` is missing"),
    }
}

/// Moves every line that is not empty to the right.
pub fn indent(body: &str, indentation: &str) -> String {
    let line = |line: &str| if line.trim().is_empty() { "\n".to_owned() } else { format!("{indentation}{line}\n") };
    body.lines().map(line).collect()
}

/// Moves all lines to the left by as much as they have in common.
pub fn dedent(body: &str) -> String {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = body.lines().filter(|line| !line.trim().is_empty()).map(spaces).min().unwrap_or(0);
    let line = |line: &str| format!("{}\n", line.get(common..).unwrap_or_default());
    body.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fn f() {\n    // ANCHOR: f\n    one\n    {\n        two\n    }\n    // ANCHOR_END: f\n}\n";

    #[test]
    fn filling_a_region_with_its_own_body_changes_nothing() {
        let region = Region::find(TEXT, "f").expect("the region is there");
        assert_eq!(region.dedented(), "one\n{\n    two\n}\n");
        assert_eq!(region.with_body(&region.dedented()), TEXT);
    }

    #[test]
    fn an_emptied_region_says_so() {
        let emptied = Region::find(TEXT, "f").expect("the region is there").with_body(&stub("f"));
        assert_eq!(emptied, "fn f() {\n    // ANCHOR: f\n    todo!(\"f\")\n    // ANCHOR_END: f\n}\n");
        assert!(Region::find(&emptied, "f").expect("still there").is_stub("f"));
    }

    #[test]
    fn a_stub_in_a_comment_is_none() {
        let begun = Region::find(TEXT, "f").expect("the region is there").with_body("// todo!(\"f\")\n1");
        assert!(!Region::find(&begun, "f").expect("still there").is_stub("f"));
    }

    #[test]
    fn a_stub_is_not_taken_for_one_with_a_longer_name() {
        assert!(is_panic_of_stub("not yet implemented: rope.\nminimal failing input: x = 1", "rope"));
        assert!(!is_panic_of_stub("not yet implemented: rope_tables", "rope"));
    }

    #[test]
    fn a_missing_line_is_named() {
        let message = Region::find("// ANCHOR: f\n", "f").expect_err("no end").to_string();
        assert!(message.contains("// ANCHOR_END: f") && message.contains("missing"), "{message}");
    }

    #[test]
    fn lines_in_the_wrong_order_are_refused() {
        assert!(Region::find("// ANCHOR_END: f\n// ANCHOR: f\n", "f").is_err());
    }
}
