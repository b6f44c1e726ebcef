// caught by: trainer::a_broken_gradient_stops_before_anything_changes
// book: Training SigLIP: the loop
//
// You count the step before it is done. When it fails, the run has moved on by a step that changed nothing, and
// whoever resumes from there skips a batch. Count at the end, when nothing can fail any more.

let (step, started) = (self.step, Instant::now());
self.step += 1;
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
