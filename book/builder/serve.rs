//! The book at an address on this machine. A page is asked for, and the book is built anew if something has changed.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::build;
use crate::place::Place;

/// Serves the book until the program is ended.
///
/// # Errors
/// When the book cannot be built at first, or the port is taken.
pub fn serve(place: &Place, port: u16, opens_browser: bool) -> Result<()> {
    let mut built = build_and_tell(place)?;
    let server = Server::http(("127.0.0.1", port))
        .map_err(|error| anyhow!("port {port} cannot be opened ({error}); name another with --port, or 0 for any"))?;
    let address = server.server_addr().to_ip().context("the address is no internet address")?;
    println!("http://{address}/ (Ctrl-C ends it)");
    if opens_browser && open::that_detached(format!("http://{address}/")).is_err() {
        eprintln!("note: no browser found; open the address yourself");
    }
    for request in server.incoming_requests() {
        let file = requested(request.url());
        if file.as_ref().is_some_and(|file| file.extension().is_some_and(|extension| extension == "html"))
            && newest(place) > built
        {
            // A page that cannot be built, while somebody is writing it, must not end the program.
            built = build_and_tell(place).unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                SystemTime::now()
            });
        }
        // A reader who has gone away is no mistake of ours.
        let _ = answer(place, request, file);
    }
    Ok(())
}

fn build_and_tell(place: &Place) -> Result<SystemTime> {
    let started = SystemTime::now();
    build::build(place)?.iter().for_each(|warning| eprintln!("warning: {warning}"));
    Ok(started)
}

fn answer(place: &Place, request: Request, file: Option<PathBuf>) -> std::io::Result<()> {
    let opened = file.filter(|_| *request.method() == Method::Get).and_then(|file| {
        let content = File::open(place.output.join(&file)).ok()?;
        Some((content, Header::from_bytes("Content-Type", media_type(&file)).ok()?))
    });
    match opened {
        Some((content, header)) => request.respond(Response::from_file(content).with_header(header)),
        None => request.respond(Response::from_string("There is no such page.").with_status_code(404)),
    }
}

/// The file that an address means; nothing when it leaves the book.
fn requested(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let path = Path::new(path);
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| path.to_owned())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// When a page, a style or a source that a page includes was changed last.
fn newest(place: &Place) -> SystemTime {
    let folders = [place.book.clone(), place.book.join("../chapters")];
    folders.iter().map(|folder| newest_below(folder)).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn newest_below(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let times = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        if metadata.is_dir() { Some(newest_below(&entry.path())) } else { metadata.modified().ok() }
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_within_the_book() {
        assert_eq!(requested("/"), Some(PathBuf::from("index.html")));
        assert_eq!(requested("/figures/a.svg?v=1#x"), Some(PathBuf::from("figures/a.svg")));
        assert_eq!(requested("/../Cargo.toml"), None);
        assert_eq!(requested("/a/../../Cargo.toml"), None);
    }
}
