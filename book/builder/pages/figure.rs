//! A picture on a line of its own, with the lines below it as its caption, becomes a figure.

/// The text with its figures framed.
pub fn framed(text: &str) -> String {
    let mut framed = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let Some((alt, file)) = picture(line) else {
            framed.push_str(line);
            continue;
        };
        let mut caption = String::new();
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            caption.push_str(line);
        }
        framed.push_str(&format!(
            "<figure>\n<img src=\"{file}\" alt=\"{}\">\n<figcaption>\n\n{}\n\n</figcaption>\n</figure>\n",
            alt.replace('"', "&quot;"),
            caption.trim_end()
        ));
    }
    framed
}

/// Description and file of a line that is nothing but a picture of ours.
fn picture(line: &str) -> Option<(&str, &str)> {
    let (alt, file) = line.trim_end().strip_prefix("![")?.strip_suffix(')')?.split_once("](")?;
    file.starts_with("figures/").then_some((alt, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_below_a_picture_are_its_caption() {
        let text = framed("Before.\n\n![A \"curve\".](figures/a.svg)\nIt *falls*\nslowly.\n\nAfter.\n");
        assert!(text.contains("<img src=\"figures/a.svg\" alt=\"A &quot;curve&quot;.\">"), "{text}");
        assert!(text.contains("<figcaption>\n\nIt *falls*\nslowly.\n\n</figcaption>"), "{text}");
        assert!(text.starts_with("Before.") && text.ends_with("After.\n"), "{text}");
    }

    #[test]
    fn a_picture_within_a_sentence_stays() {
        let text = "See ![x](figures/a.svg) there.\n";
        assert_eq!(framed(text), text);
    }
}
