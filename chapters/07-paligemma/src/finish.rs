//! After training: how fast it was, what the model can do, and where to read it.

use candle_core::Device;
use siglip_training::StepRecord;

use crate::error::Result;
use crate::evaluate::evaluate;
use crate::exhibit::{self, Exhibit};
use crate::load::{Retriever, Speaker};
use crate::metrics::{self, Metrics};
use crate::plan::Plan;
use crate::report::{Curve, Report};
use crate::run_folder::{ModelConfig, RunFolder, Task};
use crate::subject::Subject;

/// Examines the run in `folder`, prints the results, and writes `metrics.json` and `report.html`.
///
/// # Errors
/// When the run cannot be loaded or the folder cannot be written.
pub fn conclude(folder: &RunFolder, plan: &Plan, records: &[StepRecord], device: &Device) -> Result<()> {
    let subject = Subject::held_out()?;
    let metrics = examine(folder, plan, records, &subject, device)?;
    print!("{}", metrics::table(&metrics));
    metrics::write(&folder.file("metrics.json"), &metrics)?;
    let report = Report {
        title: format!("{}: what a {} model learned", plan.task, plan.preset),
        commands: folder.commands()?,
        curves: vec![Curve { name: plan.task.name().to_owned(), records: records.to_vec() }],
        metrics,
        galleries: vec![(heading(plan.task).to_owned(), exhibits(folder, &subject, device)?)],
    };
    let path = folder.file("report.html");
    report.write(&path)?;
    println!("report: {}", path.display());
    Ok(())
}

/// What a run can do, and how fast it was.
///
/// # Errors
/// When the run cannot be loaded.
pub fn examine(
    folder: &RunFolder,
    plan: &Plan,
    records: &[StepRecord],
    subject: &Subject,
    device: &Device,
) -> Result<Metrics> {
    let mut metrics = metrics::pace(plan.phase_name(), records, plan.batch_size());
    metrics.extend(evaluate(folder, subject, device)?);
    Ok(metrics)
}

/// Pictures that show what a run can do.
///
/// # Errors
/// When the run cannot be loaded or the model fails.
pub fn exhibits(folder: &RunFolder, subject: &Subject, device: &Device) -> Result<Vec<Exhibit>> {
    let config = folder.config()?;
    match &config.model {
        ModelConfig::Siglip(model) => exhibit::of_retriever(&Retriever::of(folder, model, device)?, subject),
        ModelConfig::Vlm(model) => {
            let speaker = Speaker::of(folder, model, device)?;
            if config.task == Task::EasyVqa {
                exhibit::of_easy_vqa(&speaker)
            } else {
                exhibit::of_speaker(&speaker, subject)
            }
        }
    }
}

/// What stands above the pictures of a run.
pub fn heading(task: Task) -> &'static str {
    match task {
        Task::Siglip => "Pictures by an artist it never saw, and the captions that it finds most fitting",
        Task::Vlm => "Pictures by an artist it never saw, and what it says about them",
        Task::EasyVqa => "Questions of the test split",
    }
}
