//! A page in pieces: fenced code, and the text between.

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Anything but fenced code.
    Text(&'a str),
    /// Fenced code.
    Code {
        /// What follows the opening fence: the language.
        info: &'a str,
        /// The lines between the fences.
        body: &'a str,
        /// Everything, with the fences.
        whole: &'a str,
    },
}

const FENCE: &str = "```";

/// Cuts a page into pieces; joined, they are the page. A fence that is not closed reaches to the end.
pub fn segments(page: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut text_start, mut open, mut at) = (0, None, 0);
    for line in page.split_inclusive('\n') {
        let next = at + line.len();
        match (line.strip_prefix(FENCE), open) {
            (Some(info), None) => {
                if text_start < at {
                    segments.push(Segment::Text(&page[text_start..at]));
                }
                open = Some((at, next, info.trim()));
            }
            (Some(_), Some((start, body, info))) => {
                segments.push(Segment::Code { info, body: &page[body..at], whole: &page[start..next] });
                (open, text_start) = (None, next);
            }
            (None, _) => {}
        }
        at = next;
    }
    match open {
        Some((start, body, info)) => {
            segments.push(Segment::Code { info, body: &page[body..], whole: &page[start..] });
        }
        None if text_start < page.len() => segments.push(Segment::Text(&page[text_start..])),
        None => {}
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_text_alternate() {
        let code = Segment::Code { info: "rust", body: "x\n", whole: "```rust\nx\n```\n" };
        assert_eq!(segments("a\n```rust\nx\n```\nb"), [Segment::Text("a\n"), code, Segment::Text("b")]);
    }
}
