//! The page around the content: one style for light and dark, no script, nothing loaded from anywhere.

/// Text that may stand between tags or in an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A whole page; `title` and `body` are HTML already.
pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2026; --quiet: #5b6470; --paper: #fbfaf7; --card: #ffffff; --line: #dcdad3;
  --curve: #2266cc; --right: #1b7a43; --wrong: #b3372b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --quiet: #a0a7b1; --paper: #16181c; --card: #1f2227; --line: #373b42;
    --curve: #7db0ff; --right: #6fce98; --wrong: #f08d80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 1rem; } h3 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; margin: 0.5rem 0;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
.gallery figure, .charts figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; }
.gallery svg { display: block; width: 100%; height: auto; }
.gallery image { image-rendering: pixelated; }
figcaption { padding: 0.75rem 1rem; font-size: 0.95rem; }
figcaption strong { display: block; }
figcaption strong::first-letter { text-transform: uppercase; }
figcaption dl { margin: 0; overflow-wrap: anywhere; }
dt { color: var(--quiet); font-size: 0.85rem; margin-top: 0.4rem; } dd { margin: 0; }
.right { color: var(--right); } .wrong { color: var(--wrong); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.35rem 0.75rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--quiet); font-weight: 600; } td.number, th.number { text-align: right; }
td code { display: block; font-size: 0.8rem; color: var(--quiet); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); gap: 1rem; }
.charts svg { display: block; width: 100%; height: auto; }
.charts text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
.charts .grid { stroke: var(--line); } .charts .curve { fill: none; stroke: var(--curve); stroke-width: 2; }
";
