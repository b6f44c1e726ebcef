// caught by: trainer::a_step_reports_what_happened
// book: Training SigLIP: the loop
//
// You ask the schedule about the step after this one. The factor for the step that is taken after `step` others is
// `factor(step)`: the first step of a run is step 0.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step + 1);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
