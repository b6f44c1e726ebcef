//! LaTeX to MathML, which browsers draw by themselves: no script, no font, nothing to fetch.
//!
//! `pulldown-latex` keeps to MathML Core, the part that all browsers share, and reports what it does not understand as
//! an error, so that no page shows half a formula. Formulas are written as GitHub reads them: a fenced block `math`,
//! or `` $`x`$ `` within a line.

use anyhow::{Result, anyhow, ensure};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, ParserError, Storage, push_mathml};

/// Signs that Markdown would take for its own within a line.
const MARKDOWN: [char; 6] = ['*', '_', '[', ']', '`', '\\'];

/// What stands between two equations on one line.
const BETWEEN_EQUATIONS: &str = r"\qquad";

/// A formula on a line of its own, in a box that scrolls when the screen is narrower. Equations that stand side by side come
/// one below the other on a narrow screen.
///
/// # Errors
/// When the formula cannot be understood.
pub fn display(tex: &str) -> Result<String> {
    let equations = tex.split(BETWEEN_EQUATIONS).map(|equation| mathml(equation, DisplayMode::Block));
    let mathml = equations.collect::<Result<Vec<_>>>()?.join(" ");
    Ok(format!("<div class=\"formula\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">{mathml}</div>\n"))
}

/// A text whose formulas, `` $`x`$ ``, have become MathML.
///
/// # Errors
/// When a formula cannot be understood, or is not closed.
pub fn inline(text: &str) -> Result<String> {
    let mut parts = text.split("$`");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tex, rest) = part.split_once("`$").ok_or_else(|| anyhow!("$`{part} is not closed by `$"))?;
        for sign in mathml(tex, DisplayMode::Inline)?.chars() {
            if MARKDOWN.contains(&sign) {
                result.push_str(&format!("&#{};", u32::from(sign)));
            } else {
                result.push(sign);
            }
        }
        result.push_str(rest);
    }
    Ok(result)
}

fn mathml(tex: &str, display_mode: DisplayMode) -> Result<String> {
    let tex = tex.trim();
    ensure!(!tex.is_empty(), "a formula is empty");
    let storage = Storage::new();
    let events = Parser::new(tex, &storage).collect::<Result<Vec<_>, ParserError>>();
    let events = events.map_err(|error| anyhow!("the formula {tex} cannot be understood: {error}"))?;
    let mut mathml = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    push_mathml(&mut mathml, events.into_iter().map(Ok::<_, ParserError>), config)?;
    // pulldown-latex 0.8 leaves the sign of "less than" as it is, where HTML takes it for the beginning of a tag.
    Ok(mathml.replace('\n', " ").replace("><</", ">&lt;</"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_a_fraction() {
        let formula = display(r"\frac{1}{N} \sum_i x_i").unwrap();
        assert!(formula.contains("<mfrac>") && formula.contains("display=\"block\""), "{formula}");
        assert!(!formula.contains('\\') && formula.lines().count() == 1, "{formula}");
    }

    #[test]
    fn equations_side_by_side_can_be_parted() {
        let formula = display(r"a = b, \qquad c = d").unwrap();
        assert_eq!(formula.matches("<math").count(), 2, "{formula}");
    }

    #[test]
    fn formulas_within_a_line_leave_the_rest_alone() {
        let text = inline("costs $5, *not* $`a * b`$").unwrap();
        assert!(text.starts_with("costs $5, *not* <math") && text.ends_with("</math>"), "{text}");
        assert_eq!(text.matches('*').count(), 2, "a product must not become emphasis: {text}");
    }

    #[test]
    fn less_than_is_no_tag() {
        let formula = display("x_{<t} < 1").unwrap();
        assert_eq!(formula.matches("&lt;").count(), 2, "{formula}");
        assert!(!formula.contains("<<"), "{formula}");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let error = display(r"\frac{1}{").unwrap_err().to_string();
        assert!(error.contains(r"\frac{1}{"), "{error}");
        assert!(inline("$`x").unwrap_err().to_string().contains("not closed"));
    }
}
