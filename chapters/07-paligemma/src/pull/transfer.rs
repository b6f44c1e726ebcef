//! From the hub to the folder, file by file.
//!
//! Files come into a folder of their own inside the output folder, where an interrupted download goes on the next time, and
//! each is moved to its place when it is as long as the hub says. So whatever stands in its place is whole, and is not asked
//! for again; that it is this model's, [`origin`] sees to.

use std::cell::Cell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use hf_hub::api::Progress;
use hf_hub::api::sync::{Api, ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Repo, RepoType};
use indicatif::{ProgressBar, ProgressStyle};

use super::origin;
use super::plan::{Repository, needed_files};
use crate::error::{Result, VlmError};

/// Where files are on their way.
const ON_THE_WAY: &str = ".download";
/// How often a file is taken up again where it broke off.
const RETRIES: u32 = 5;
/// The pause before the first of them; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(300);
/// What the hub answers when a file is asked for from beyond its end.
const BEYOND_THE_END: u16 = 416;

/// Downloads what is needed and is not there yet.
///
/// # Errors
/// When the folder is another model's, the hub refuses or cannot be reached, or the folder cannot be written.
pub fn fetch(repository: &Repository, revision: &str, out: &Path) -> Result<()> {
    let unwritable = |error: std::io::Error| VlmError::OutputFile {
        path: out.to_owned(),
        reason: format!("cannot be written: {error}; choose another folder with --out"),
    };
    let begun_with = origin::check(repository, revision, out)?;
    let on_the_way = out.join(ON_THE_WAY);
    fs::create_dir_all(&on_the_way).map_err(unwritable)?;
    let refused = |error: ApiError| Failure::from(error).refusal(repository);
    let hub = open(&on_the_way).map_err(refused)?;
    let at =
        |revision: &str| hub.repo(Repo::with_revision(repository.full_name(), RepoType::Model, revision.to_owned()));
    // A branch can move while files come, or between two commands: all of them are from one commit.
    let info = at(begun_with.as_deref().unwrap_or(revision)).info().map_err(refused)?;
    let all: Vec<String> = info.siblings.into_iter().map(|file| file.rfilename).collect();
    let needed = needed_files(&all).map_err(|reason| pull_error(repository, reason))?;
    origin::note(repository, revision, &info.sha, out, &needed)?;
    let commit = at(&info.sha);
    for file in needed.iter().filter(|file| !out.join(file).exists()) {
        let arrived = download(&commit, file, &on_the_way).map_err(|failure| failure.refusal(repository))?;
        put_in_place(&arrived, &out.join(file)).map_err(unwritable)?;
    }
    fs::remove_dir_all(&on_the_way).map_err(unwritable)
}

fn open(on_the_way: &Path) -> Result<Api, ApiError> {
    // The crate's own retries ask for the beginning again and put it behind what is there: `download` has better ones.
    let mut builder = ApiBuilder::from_env().with_cache_dir(on_the_way.to_owned()).with_retries(0);
    let token = std::env::var("HF_TOKEN").unwrap_or_default();
    if !token.trim().is_empty() {
        builder = builder.with_token(Some(token.trim().to_owned()));
    }
    builder.build()
}

/// Downloads one file: goes on with what is there of it, takes a broken connection up again, and begins anew when what came
/// cannot be the file.
fn download(hub: &ApiRepo, file: &str, on_the_way: &Path) -> std::result::Result<PathBuf, Failure> {
    let mut pause = PAUSE;
    let mut tries_left = RETRIES;
    loop {
        let size = Rc::<Cell<usize>>::default();
        let failure = match hub.download_with_progress(file, Bar::new(&size)) {
            Ok(arrived) if is_as_long(&arrived, size.get()) => return Ok(arrived),
            Ok(_) => Failure::useless(format!("'{file}' arrived longer or shorter than the hub says")),
            Err(error) => Failure::from(error),
        };
        match failure.what_next {
            WhatNext::GiveUp => return Err(failure),
            WhatNext::GoOn => {}
            WhatNext::BeginAnew => fs::remove_dir_all(on_the_way).unwrap_or_default(), // all that was whole has left it
        }
        if tries_left == 0 {
            return Err(failure);
        }
        tries_left -= 1;
        std::thread::sleep(pause);
        pause *= 2;
    }
}

fn is_as_long(path: &Path, size: usize) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() == size as u64)
}

/// Moves a file, when it is on the disk for good.
fn put_in_place(arrived: &Path, place: &Path) -> std::io::Result<()> {
    let whole = fs::canonicalize(arrived)?; // what the crate returns may be a link to the file
    File::open(&whole)?.sync_all()?;
    fs::rename(whole, place)
}

/// Shows how far a file is, and hears how long it will be.
struct Bar {
    shown: ProgressBar,
    size: Rc<Cell<usize>>,
}

impl Bar {
    fn new(size: &Rc<Cell<usize>>) -> Self {
        let template = "{prefix} {bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { shown: ProgressBar::new(0).with_style(style), size: Rc::clone(size) }
    }
}

impl Progress for Bar {
    fn init(&mut self, size: usize, file: &str) {
        self.size.set(size);
        self.shown.set_prefix(file.to_owned());
        self.shown.set_length(size as u64);
        self.shown.reset();
    }

    fn update(&mut self, bytes: usize) {
        self.shown.inc(bytes as u64);
    }

    fn finish(&mut self) {
        self.shown.abandon();
    }
}

fn pull_error(repository: &Repository, reason: String) -> VlmError {
    VlmError::Pull { repository: repository.full_name(), reason }
}

/// Why a file did not come.
struct Failure {
    said: String,
    status: Option<u16>,
    what_next: WhatNext,
}

/// Whether another try is worth it.
enum WhatNext {
    /// The connection broke: the rest is still to come.
    GoOn,
    /// What came is not the file.
    BeginAnew,
    /// The same would happen again.
    GiveUp,
}

impl Failure {
    fn useless(said: String) -> Self {
        Self { said, status: None, what_next: WhatNext::BeginAnew }
    }

    /// What was said, and what can be done.
    fn refusal(self, repository: &Repository) -> VlmError {
        let remedy = match (self.status, self.what_next) {
            (Some(401 | 403), _) => format!(
                "accept its licence on https://huggingface.co/{}, and set HF_TOKEN to a token of your account (https://huggingface.co/settings/tokens)",
                repository.full_name()
            ),
            (Some(404), _) => "check the name and --revision".to_owned(),
            (None, WhatNext::GiveUp) => {
                "make room, or name another folder with --out; the same command goes on where it stopped".to_owned()
            }
            (_, WhatNext::BeginAnew) => "what came was thrown away; try again later".to_owned(),
            (Some(_), _) => "try again later; the same command goes on where it stopped".to_owned(),
            (None, _) => "check the network (or HF_ENDPOINT), and give the same command again: it goes on where it stopped; or download the folder on another machine and copy it".to_owned(),
        };
        pull_error(repository, format!("{}; {remedy}", self.said))
    }
}

/// Whether an error is about writing here, and not about the connection.
fn is_the_folders_fault(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let said = error.to_string();
        match error {
            ApiError::InvalidResume => Self::useless(said),
            ApiError::IoError(error) if is_the_folders_fault(&error) => {
                Self { said, status: None, what_next: WhatNext::GiveUp }
            }
            ApiError::RequestError(error) => {
                let status = error.into_response().map(|response| response.status());
                let what_next = match status {
                    Some(BEYOND_THE_END) => WhatNext::BeginAnew,
                    Some(400..500) => WhatNext::GiveUp,
                    _ => WhatNext::GoOn,
                };
                Self { said, status, what_next }
            }
            _ => Self { said, status: None, what_next: WhatNext::GoOn },
        }
    }
}
