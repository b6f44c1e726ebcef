// caught by: trainer::the_objective_hears_of_every_step
// book: Training SigLIP: the loop
//
// You never call `after_step`. The objective uses it to put right what a step may have pushed out of bounds: training
// with CLIP's loss keeps its scale below 100 there. Without it nothing goes wrong for a long time, and then everything.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
