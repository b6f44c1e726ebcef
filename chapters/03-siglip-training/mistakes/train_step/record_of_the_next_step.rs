// caught by: trainer::a_step_reports_what_happened
// book: Training SigLIP: the loop
//
// Your record names the step that comes next. It tells of the step that was just done, counted from 0; the trainer
// itself is the one that has moved on.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step: self.step, loss, gradient_norm: report.gradient_norm, rate, seconds })
