// caught by: trainer::a_step_reports_what_happened
// book: Training SigLIP: the loop
//
// You record milliseconds where seconds are asked for: every progress display and every log is off by a thousand.

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
let seconds = started.elapsed().as_millis() as f64;
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
