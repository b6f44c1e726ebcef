//! After training: how fast it was, what the model can do, and where to read it.

use candle_core::Device;
use siglip_training::StepRecord;

use crate::error::Result;
use crate::evaluate::evaluate;
use crate::metrics::{self, Metrics};
use crate::plan::Plan;
use crate::run_folder::RunFolder;
use crate::subject::Subject;

/// Examines the run in `folder`, prints the results, and writes `metrics.json`.
///
/// # Errors
/// When the run cannot be loaded or the folder cannot be written.
pub fn conclude(folder: &RunFolder, plan: &Plan, records: &[StepRecord], device: &Device) -> Result<()> {
    let metrics = examine(folder, plan, records, &Subject::held_out()?, device)?;
    print!("{}", metrics::table(&metrics));
    metrics::write(&folder.file("metrics.json"), &metrics)?;
    println!("the run is in '{}'", folder.path().display());
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
