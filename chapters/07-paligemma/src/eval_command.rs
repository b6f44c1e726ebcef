//! `vlm eval`: one run, or all bundled ones, in one table.

use crate::args::EvalArgs;
use crate::error::{Result, VlmError};
use crate::evaluate::evaluate;
use crate::metrics::{self, Metrics};
use crate::run_folder::{RunFolder, Task, bundled_runs};
use crate::subject::Subject;
use crate::terminal::{note, tell};

/// Examines what `args` name.
///
/// # Errors
/// When a run or a picture cannot be read, or the file cannot be written.
pub fn run(args: &EvalArgs) -> Result<()> {
    if let Some(json) = &args.json {
        metrics::check_output_file(json)?;
    }
    let runs = runs(args)?;
    let subject = args.pictures.as_deref().map_or_else(Subject::held_out, Subject::folder)?;
    let device = foundations::device()?;
    let mut all = Metrics::new();
    for run in &runs {
        note!("examining '{}'", run.path().display());
        all.extend(evaluate(run, &subject, &device)?);
    }
    tell!("{}", metrics::table(&all).trim_end())?;
    match &args.json {
        Some(json) => metrics::write(json, &all),
        None => Ok(()),
    }
}

/// The run that was named, or the bundled ones. easy-VQA has test pictures of its own: other pictures say nothing of it.
fn runs(args: &EvalArgs) -> Result<Vec<RunFolder>> {
    let on_pictures = args.pictures.is_some();
    if let Some(named) = &args.run {
        let run = RunFolder::named(named);
        let found = run.config()?.task;
        if on_pictures && found == Task::EasyVqa {
            let (path, job) = (run.path().to_owned(), "an examination on --pictures");
            return Err(VlmError::WrongKind { path, found, job, needed: "siglip or vlm" });
        }
        return Ok(vec![run]);
    }
    let mut bundled = bundled_runs();
    bundled.retain(|run| !on_pictures || !run.path().ends_with(Task::EasyVqa.name()));
    if bundled.is_empty() {
        let path = data::data_folder().join("checkpoints");
        return Err(VlmError::NoBundledRun { job: "an examination", task: Task::Siglip, path });
    }
    Ok(bundled)
}
