//! From the hub to the folder, file by file.
//!
//! Files come into a folder of their own inside the output folder, where an interrupted download goes on the next time, and
//! each is moved to its place when it is whole. So whatever stands in its place is whole, and is not asked for again; that
//! it is this model's, [`origin`] sees to.

use std::fs;
use std::path::Path;

use hf_hub::api::sync::{ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Repo, RepoType};

use super::origin;
use super::plan::{Repository, needed_files};
use crate::error::{Result, VlmError};

/// Where files are on their way.
const ON_THE_WAY: &str = ".download";
/// How often a broken connection is taken up again.
const RETRIES: usize = 5;

/// Downloads what is needed and is not there yet.
///
/// # Errors
/// When the folder is another model's, the hub refuses or cannot be reached, or the folder cannot be written.
pub fn fetch(repository: &Repository, revision: &str, out: &Path) -> Result<()> {
    let unwritable = |error: std::io::Error| VlmError::OutputFile {
        path: out.to_owned(),
        reason: format!("cannot be written: {error}; choose another folder with --out"),
    };
    origin::check(repository, revision, out)?;
    let on_the_way = out.join(ON_THE_WAY);
    fs::create_dir_all(&on_the_way).map_err(unwritable)?;
    let refused = |error: ApiError| refusal(repository, error);
    let hub = open(repository, revision, &on_the_way).map_err(refused)?;
    let all: Vec<String> = hub.info().map_err(refused)?.siblings.into_iter().map(|file| file.rfilename).collect();
    let needed = needed_files(&all).map_err(|reason| pull_error(repository, reason))?;
    origin::note(repository, revision, out, &needed)?;
    for file in needed.iter().filter(|file| !out.join(file).exists()) {
        let arrived = hub.download(file).map_err(refused)?;
        // What the crate returns may be a link to the file.
        fs::canonicalize(arrived).and_then(|whole| fs::rename(whole, out.join(file))).map_err(unwritable)?;
    }
    fs::remove_dir_all(&on_the_way).map_err(unwritable)
}

fn open(repository: &Repository, revision: &str, on_the_way: &Path) -> Result<ApiRepo, ApiError> {
    let mut builder = ApiBuilder::from_env().with_cache_dir(on_the_way.to_owned()).with_retries(RETRIES);
    let token = std::env::var("HF_TOKEN").unwrap_or_default();
    if !token.trim().is_empty() {
        builder = builder.with_token(Some(token.trim().to_owned()));
    }
    Ok(builder.build()?.repo(Repo::with_revision(repository.full_name(), RepoType::Model, revision.to_owned())))
}

fn pull_error(repository: &Repository, reason: String) -> VlmError {
    VlmError::Pull { repository: repository.full_name(), reason }
}

/// What the hub said, and what can be done.
fn refusal(repository: &Repository, error: ApiError) -> VlmError {
    let said = error.to_string();
    let remedy = match status(error) {
        Some(401 | 403) => format!(
            "accept its licence on https://huggingface.co/{}, and set HF_TOKEN to a token of your account (https://huggingface.co/settings/tokens)",
            repository.full_name()
        ),
        Some(404) => "check the name and --revision".to_owned(),
        Some(_) => "try again later; the same command goes on where it stopped".to_owned(),
        None => "check the network (or HF_ENDPOINT), and give the same command again: it goes on where it stopped; or download the folder on another machine and copy it".to_owned(),
    };
    pull_error(repository, format!("{said}; {remedy}"))
}

/// The number with which the hub answered, if it answered.
fn status(error: ApiError) -> Option<u16> {
    match error {
        ApiError::RequestError(error) => error.into_response().map(|response| response.status()),
        ApiError::TooManyRetries(error) => status(*error),
        _ => None,
    }
}
