//! A function's body stands four columns in; on a page of its own it starts at the margin.

/// The lines without the indentation that all of them share.
pub fn removed(code: &str) -> String {
    let shared = code.lines().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    code.lines().map(|line| format!("{}\n", line.get(shared..).unwrap_or_default())).collect()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_all_lines_share_is_removed() {
        assert_eq!(removed("    if a {\n\n        b\n    }\n"), "if a {\n\n    b\n}\n");
    }

    #[test]
    fn code_at_the_margin_stays() {
        assert_eq!(removed("a\n    b\n"), "a\n    b\n");
    }
}
