//! From minutes to steps: time a few steps on a copy that is thrown away.

use std::time::Instant;

use siglip_training::{Objective, Trainer};

use crate::assembly::Assembly;
use crate::error::Result;
use crate::interrupt;
use crate::plan::Plan;

/// Steps before the clock starts: the first ones allocate memory and read caches cold.
const WARM_UP: u64 = 2;
/// Steps that are timed.
const TIMED: u64 = 4;

/// How many steps of `plan` fit into `minutes`. `throw_away` is trained a little to find out.
///
/// # Errors
/// When a step fails.
pub fn steps_in<O: Objective>(minutes: f64, plan: &Plan, throw_away: &Assembly<O>) -> Result<u64> {
    // ANCHOR: steps_in
    let waiting = throw_away.turns_at as f64 / plan.steps as f64;
    let late = seconds_per_step(plan, throw_away, throw_away.turns_at)?;
    let early = if waiting > 0.0 { seconds_per_step(plan, throw_away, 0)? } else { late };
    let seconds = waiting * early + (1.0 - waiting) * late;
    Ok((minutes * 60.0 / seconds).round().max(1.0) as u64)
    // ANCHOR_END: steps_in
}

fn seconds_per_step<O: Objective>(plan: &Plan, assembly: &Assembly<O>, step: u64) -> Result<f64> {
    let mut trainer = Trainer::new(assembly.optimizer(step)?, plan.schedule());
    trainer.step = step;
    let mut step = || -> Result<()> {
        trainer.train_step(&assembly.objective)?;
        interrupt::exit_if_requested(); // nothing has been written yet
        Ok(())
    };
    (0..WARM_UP).try_for_each(|_| step())?;
    let started = Instant::now();
    (0..TIMED).try_for_each(|_| step())?;
    Ok(started.elapsed().as_secs_f64() / TIMED as f64)
}
