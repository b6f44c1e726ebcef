// caught by: trainer::a_broken_loss_stops_before_anything_changes
// book: Training SigLIP: the loop
//
// You never look at the loss. This time the optimiser refuses the gradients, but it speaks of a parameter that is
// not to blame, and a loss can be infinite while every gradient is finite. Stop at the loss, and say so.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
