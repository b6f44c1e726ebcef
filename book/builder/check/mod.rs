//! Is everything there that the finished pages refer to, and does nothing come from elsewhere?

pub mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use page::{Page, Reference};

/// A page larger than this is slow on a phone; the print page holds all of them and may be larger.
const LARGEST_PAGE: usize = 500 * 1024;
/// mdBook's page for addresses that do not exist: it is served from anywhere, and its links start at the site's root.
const NOT_FOUND: &str = "404.html";
const PRINT: &str = "print.html";

/// Everything that is wrong with a finished book, one sentence each.
///
/// # Errors
/// When a file cannot be read.
pub fn problems(output: &Path) -> Result<Vec<String>> {
    let (mut pages, mut problems) = (BTreeMap::new(), Vec::new());
    for file in files_below(output, Path::new(""))? {
        let read = || fs::read_to_string(output.join(&file)).with_context(|| format!("{} is no text", file.display()));
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") if file != Path::new(NOT_FOUND) => {
                pages.insert(file.clone(), Page::read(&read()?));
            }
            Some("css") => {
                let outside = styles_from_outside(&read()?);
                problems.extend(outside.into_iter().map(|url| format!("{}: loads {url}", file.display())));
            }
            _ => {}
        }
    }
    for (file, page) in &pages {
        let complain = |text: String| format!("{}: {text}", file.display());
        if page.bytes > LARGEST_PAGE && file != Path::new(PRINT) {
            problems.push(complain(format!("has {} KiB; {} are enough", page.bytes / 1024, LARGEST_PAGE / 1024)));
        }
        problems.extend(page.references.iter().filter_map(|to| wrong(output, &pages, file, to)).map(complain));
    }
    Ok(problems)
}

/// What is wrong with a reference, if anything is.
fn wrong(output: &Path, pages: &BTreeMap<PathBuf, Page>, from: &Path, to: &Reference) -> Option<String> {
    let url = to.url.as_str();
    if is_elsewhere(url) {
        return to.is_loaded.then(|| format!("loads {url} from another site"));
    }
    if url.starts_with("data:") || url.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = url.split_once('#').unwrap_or((url, ""));
    let path = path.split('?').next().unwrap_or_default();
    let file = if path.is_empty() { from.to_owned() } else { resolved(from, path)? };
    if !output.join(&file).is_file() {
        return Some(format!("{url} leads nowhere"));
    }
    let is_there = |page: &Page| anchor.is_empty() || page.ids.contains(anchor);
    let is_wrong = pages.get(&file).is_some_and(|page| !is_there(page));
    is_wrong.then(|| format!("{url} leads to a page without such a section"))
}

/// Whether an address names another site.
fn is_elsewhere(url: &str) -> bool {
    url.contains("://") || url.starts_with("//")
}

/// `../a/b.html`, seen from a page, as a path from the top of the book.
fn resolved(from: &Path, path: &str) -> Option<PathBuf> {
    let mut resolved = from.parent()?.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::Normal(name) => resolved.push(name),
            Component::RootDir => resolved = PathBuf::new(),
            _ => {}
        }
    }
    Some(resolved)
}

/// What a style sheet loads from other sites.
fn styles_from_outside(css: &str) -> Vec<String> {
    let urls = css.split("url(").skip(1).chain(css.split("@import").skip(1));
    let urls = urls.map(|rest| rest.trim_start_matches([' ', '"', '\'']).split(['"', '\'', ')', ';']).next());
    urls.flatten().filter(|url| is_elsewhere(url) && !url.starts_with("data:")).map(str::to_owned).collect()
}

/// All files below a folder, by their path from it.
fn files_below(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let path = root.join(folder);
    for entry in fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))? {
        let entry = entry?;
        let inner = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files.extend(files_below(root, &inner)?);
        } else {
            files.push(inner);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_page() {
        let seen = |from: &str, path: &str| resolved(Path::new(from), path).unwrap();
        assert_eq!(seen("a/b.html", "../c.html"), Path::new("c.html"));
        assert_eq!(seen("b.html", "figures/x.svg"), Path::new("figures/x.svg"));
    }

    #[test]
    fn fonts_from_elsewhere_are_found() {
        let css = "@import 'https://a/b.css'; a { src: url('fonts/x.woff2'), url(//c/d) }";
        assert_eq!(styles_from_outside(css), ["//c/d", "https://a/b.css"]);
    }
}
