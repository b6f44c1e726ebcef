//! `vlm pull`, as far as it goes without a network.

use crate::support::{run, text};

/// The names of models have one form, and what comes next is said.
#[test]
fn a_name_that_is_none_is_refused() {
    for name in ["paligemma", "google/", "../secrets/x", "a/b/c", "https://huggingface.co/google/x"] {
        let output = run(&format!("pull {name}"), &[]);
        assert_eq!(output.status.code(), Some(2), "{name} is no model");
        assert!(text(&output.stderr).contains("owner/name"), "{}", text(&output.stderr));
    }
}

/// Without the feature the command says which command has it, with the same words.
#[cfg(not(feature = "hub"))]
#[test]
fn a_program_without_downloads_says_how_to_come_by_one() {
    let output = run("pull google/paligemma-3b-mix-224 --revision bfloat16", &[]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    for needle in ["--features hub", "google/paligemma-3b-mix-224", "bfloat16", "models/paligemma-3b-mix-224"] {
        assert!(error.contains(needle), "the error should mention '{needle}':\n{error}");
    }
}

#[cfg(feature = "hub")]
mod with_downloads {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::path::Path;

    use crate::support::{assert_done, assert_refused, command, files_in};

    /// Files of a model, by name.
    const FILES: [(&str, &str); 6] = [
        ("README.md", "not wanted"),
        ("config.json", "{\"model_type\":\"paligemma\"}"),
        ("tokenizer.json", "{}"),
        ("model.safetensors.index.json", "{\"weight_map\":{}}"),
        ("model-00001-of-00002.safetensors", "first half of the numbers"),
        ("model-00002-of-00002.safetensors", "second half"),
    ];

    /// A hub that knows one model and nobody without a token.
    fn hub() -> String {
        hub_that(|_, _| None)
    }

    /// A hub that now and then answers otherwise: `instead` is given a path and the range that is asked for of it.
    fn hub_that(mut instead: impl FnMut(&str, &str) -> Option<String> + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &mut instead)));
        address
    }

    fn answer(mut stream: TcpStream, instead: &mut impl FnMut(&str, &str) -> Option<String>) {
        let mut lines = BufReader::new(stream.try_clone().expect("a connection")).lines().map_while(Result::ok);
        let path = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
        let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).map(|line| line.to_lowercase()).collect();
        let header = |name: &str| headers.iter().find_map(|line| line.strip_prefix(name));
        let range = header("range: bytes=").unwrap_or("0-").trim();
        let response = if let Some(response) = instead(&path, range) {
            response
        } else if header("authorization: bearer secret").is_none() {
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
        } else if path.starts_with("/api/models/somebody/model/") {
            let siblings: Vec<_> = FILES.iter().map(|(name, _)| serde_json::json!({ "rfilename": name })).collect();
            let body = serde_json::json!({ "siblings": siblings, "sha": "abc" }).to_string();
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        } else {
            part(&path, range)
        };
        let _ = stream.write_all(response.as_bytes());
    }

    /// The part of a file that was asked for.
    fn part(path: &str, range: &str) -> String {
        let Some((name, body)) = FILES.iter().find(|(name, _)| path.ends_with(&format!("/{name}"))) else {
            return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned();
        };
        let (start, end) = range.split_once('-').expect("a range");
        let start: usize = start.trim().parse().expect("a number");
        let end = end.trim().parse().map_or(body.len(), |end: usize| (end + 1).min(body.len()));
        if start >= body.len() {
            return "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned();
        }
        let piece = &body[start..end];
        format!(
            "HTTP/1.1 206 Partial Content\r\nETag: \"{name}\"\r\nx-repo-commit: abc\r\nContent-Range: bytes {start}-{}/{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{piece}",
            end - 1,
            body.len(),
            piece.len()
        )
    }

    fn pull(hub: &str, token: &str, out: &Path) -> std::process::Output {
        let mut command = command();
        command.env("HF_ENDPOINT", hub).env("HF_TOKEN", token).env("HF_HOME", out.join("nowhere"));
        command.args(["pull", "somebody/model", "--out"]).arg(out).output().expect("the vlm command starts")
    }

    /// What is needed comes, whole and under its own name; what is there already does not come again.
    #[test]
    fn what_is_needed_comes_and_nothing_else() {
        let (hub, out) = (hub(), tempfile::tempdir().expect("a temporary folder"));
        std::fs::write(out.path().join("tokenizer.json"), "there already").expect("a writable folder");
        assert_done(&pull(&hub, "secret", out.path()));
        let mut expected: Vec<&str> = FILES.iter().map(|(name, _)| *name).filter(|name| *name != "README.md").collect();
        expected.sort_unstable();
        assert_eq!(files_in(out.path()), expected, "nothing else is left behind");
        for (name, body) in FILES.iter().filter(|(name, _)| expected.contains(name)) {
            let found = std::fs::read_to_string(out.path().join(name)).expect("a file");
            assert_eq!(found, if *name == "tokenizer.json" { "there already" } else { body });
        }
        assert_done(&pull(&hub, "secret", out.path()));
    }

    /// A second model does not come into the first one's folder: nothing of it is downloaded.
    #[test]
    fn another_revision_needs_another_folder() {
        let (hub, out) = (hub(), tempfile::tempdir().expect("a temporary folder"));
        assert_done(&pull(&hub, "secret", out.path()));
        let note = std::fs::read_to_string(out.path().join("pulled-from.txt")).expect("the note");
        assert_eq!(note, "somebody/model@main abc\n");
        assert_done(&pull(&hub, "secret", out.path()));
        std::fs::remove_file(out.path().join("tokenizer.json")).expect("it came");
        let before = files_in(out.path());
        let mut command = command();
        command.env("HF_ENDPOINT", hub).env("HF_TOKEN", "secret").env("HF_HOME", out.path().join("nowhere"));
        let output = command.args(["pull", "somebody/model", "--revision", "half", "--out"]).arg(out.path()).output();
        let output = output.expect("the vlm command starts");
        assert_refused(&output, &["somebody/model@main", "somebody/model@half", "--out"]);
        assert_eq!(files_in(out.path()), before, "the folder is untouched");
    }

    /// What came before the connection broke is kept: the beginning of the file is the one that was there, not the hub's.
    #[test]
    fn an_interrupted_file_goes_on() {
        let (hub, out) = (hub(), tempfile::tempdir().expect("a temporary folder"));
        let on_the_way = out.path().join(".download/models--somebody--model/blobs");
        std::fs::create_dir_all(&on_the_way).expect("a writable folder");
        std::fs::write(on_the_way.join("config.part"), "{\"MODEL").expect("a writable folder");
        assert_done(&pull(&hub, "secret", out.path()));
        let found = std::fs::read_to_string(out.path().join("config.json")).expect("a file");
        assert_eq!(found, "{\"MODEL_type\":\"paligemma\"}", "the rest was asked for, and nothing twice");
    }

    const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// A folder in which the beginning of config.json has arrived.
    fn begun(beginning: &str) -> tempfile::TempDir {
        let out = tempfile::tempdir().expect("a temporary folder");
        let on_the_way = out.path().join(".download/models--somebody--model/blobs");
        std::fs::create_dir_all(&on_the_way).expect("a writable folder");
        std::fs::write(on_the_way.join("config.part"), beginning).expect("a writable folder");
        out
    }

    fn config_in(out: &Path) -> String {
        std::fs::read_to_string(out.join("config.json")).expect("a file")
    }

    /// A server that is busy when a file should go on is asked again, from where the file stopped and not from its beginning.
    #[test]
    fn a_busy_hub_is_asked_again() {
        let out = begun("{\"MODEL");
        let mut refusals = 2;
        let hub = hub_that(move |path, range| {
            let goes_on = path.ends_with("/config.json") && range.starts_with("7-");
            (goes_on && refusals > 0).then(|| {
                refusals -= 1;
                UNAVAILABLE.to_owned()
            })
        });
        assert_done(&pull(&hub, "secret", out.path()));
        assert_eq!(config_in(out.path()), "{\"MODEL_type\":\"paligemma\"}");
    }

    /// What is as long as the file, or longer, is not taken for it: an earlier download may have gone wrong. It comes anew.
    #[test]
    fn what_cannot_be_the_file_is_thrown_away() {
        for left_over in [FILES[1].1.to_uppercase(), FILES[1].1.repeat(2)] {
            let out = begun(&left_over);
            assert_done(&pull(&hub(), "secret", out.path()));
            assert_eq!(config_in(out.path()), FILES[1].1);
        }
    }

    /// A server that sends the whole file when its rest was asked for does not make a longer one of it.
    #[test]
    fn a_hub_that_knows_no_ranges_does_no_harm() {
        let out = begun("{\"MODEL");
        let hub = hub_that(|path, range| {
            let body = FILES[1].1;
            (path.ends_with("/config.json") && range.starts_with("7-")).then(|| {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
            })
        });
        assert_done(&pull(&hub, "secret", out.path()));
        assert_eq!(config_in(out.path()), FILES[1].1);
    }

    /// All files are of the commit that the branch was when the first one came.
    #[test]
    fn a_branch_that_moves_changes_nothing() {
        let out = tempfile::tempdir().expect("a temporary folder");
        let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = std::sync::Arc::clone(&asked);
        let hub = hub_that(move |path, _| {
            seen.lock().expect("nobody panicked").push(path.to_owned());
            None
        });
        assert_done(&pull(&hub, "secret", out.path()));
        std::fs::remove_file(out.path().join("tokenizer.json")).expect("it came");
        assert_done(&pull(&hub, "secret", out.path()));
        let asked = asked.lock().expect("nobody panicked");
        let files: Vec<_> = asked.iter().filter(|path| path.contains("/resolve/")).collect();
        assert!(!files.is_empty() && files.iter().all(|path| path.contains("/resolve/abc/")), "{files:?}");
        let questions: Vec<_> =
            asked.iter().filter_map(|path| path.strip_prefix("/api/models/somebody/model/")).collect();
        assert_eq!(questions, ["revision/main", "revision/abc"], "the second time, the commit is known");
    }

    /// Whoever has not accepted the licence is told where to, and whoever has no network that the same command goes on.
    #[test]
    fn refusals_name_the_remedy() {
        let out = tempfile::tempdir().expect("a temporary folder");
        assert_refused(&pull(&hub(), "wrong", out.path()), &["somebody/model", "licence", "HF_TOKEN"]);
        assert_refused(&pull("http://127.0.0.1:9", "secret", out.path()), &["somebody/model", "network", "goes on"]);
    }
}
