//! Specification of the training loop: repeatable, resumable, and never half done.

mod support;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::thread::sleep;
use std::time::{Duration, Instant};

use candle_core::{DType, Tensor};
use foundations::Params;
use foundations::checkpoint::{load_training, save_training};
use foundations::optim::{OptimError, Optimizer, Schedule, adamw_only};
use siglip_training::{ContrastiveLoss, Lock, Objective, TrainError, Trainer};
use spec::device;
use support::{Outcome, Run, bits};

/// `(x − target of the step)²`, and beyond `breaks_at` something broken.
struct Parabola {
    params: Params,
    breaks_at: u64,
    broken: fn(&Tensor) -> candle_core::Result<Tensor>,
    /// What x was, each time the objective was told that a step is over.
    steps_over: RefCell<Vec<f32>>,
}

impl Parabola {
    fn x(&self) -> candle_core::Result<f32> {
        Ok(self.params.get("x")?.to_vec1::<f32>()?[0])
    }
}

impl Objective for Parabola {
    type Batch = f64;

    fn batch(&self, step: u64) -> Result<f64, TrainError> {
        Ok(step as f64)
    }

    fn loss(&self, target: &f64, step: u64) -> candle_core::Result<Tensor> {
        let x = self.params.get("x")?;
        if step >= self.breaks_at { (self.broken)(&x) } else { (x - *target)?.sqr()?.sum_all() }
    }

    fn after_step(&self) -> candle_core::Result<()> {
        self.steps_over.borrow_mut().push(self.x()?);
        Ok(())
    }

    fn pictures_per_step(&self) -> usize {
        1
    }
}

fn parabola(
    breaks_at: u64,
    broken: fn(&Tensor) -> candle_core::Result<Tensor>,
) -> Result<(Parabola, Trainer), Box<dyn std::error::Error>> {
    let params = Params::new(1, DType::F32, &device());
    params.insert("x", &Tensor::new(&[5f32], &device())?)?;
    let schedule = Schedule::Cosine { warmup: 2, total: 10, final_fraction: 0.0 };
    let trainer = Trainer::new(Optimizer::new(params.all(), adamw_only, None)?, schedule);
    Ok((Parabola { params, breaks_at, broken, steps_over: RefCell::default() }, trainer))
}

fn unbroken() -> Result<(Parabola, Trainer), Box<dyn std::error::Error>> {
    parabola(u64::MAX, |x| x.sum_all())
}

/// The record says what happened: loss and gradient before the step, what the schedule said, and how long it took.
#[test]
fn a_step_reports_what_happened() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    let record = trainer.train_step(&objective)?;
    assert_eq!((record.step, record.loss, record.gradient_norm), (0, 25.0, 10.0), "(5 − 0)² and its slope 2·5");
    assert_eq!(record.rate, trainer.schedule.factor(0), "the schedule's factor at step 0");
    assert_eq!(trainer.step, 1, "the trainer has moved on");

    let (slow, mut trainer) = parabola(0, |x| {
        sleep(Duration::from_millis(20));
        x.sum_all()
    })?;
    let started = Instant::now();
    let seconds = trainer.train_step(&slow)?.seconds;
    let passed = started.elapsed().as_secs_f64();
    assert!((0.02..=passed).contains(&seconds), "twenty milliseconds are 0.02 seconds; the record says another time");
    Ok(())
}

/// Every step has a batch of its own: here the target moves away by one each time, and so must the loss.
#[test]
fn every_step_has_its_own_batch() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    for step in 0..3 {
        let x = f64::from(objective.params.get("x")?.to_vec1::<f32>()?[0]);
        let (expected, loss) = ((x - f64::from(step)).powi(2), f64::from(trainer.train_step(&objective)?.loss));
        assert!((loss - expected).abs() < 1e-4, "step {step} has the target {step}: {expected} expected, got {loss}");
    }
    Ok(())
}

/// The objective may have something to put right after each step (CLIP's loss keeps its temperature within bounds), so
/// it is called when the parameters have moved.
#[test]
fn the_objective_hears_of_every_step() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    let mut moved = Vec::new();
    for _ in 0..2 {
        trainer.train_step(&objective)?;
        moved.push(objective.x()?);
    }
    let heard = objective.steps_over.borrow();
    assert_eq!(heard.len(), 2, "two steps, two calls of `after_step`");
    assert_eq!(*heard, moved, "x when `after_step` was called, and x after the steps");
    Ok(())
}

/// A clipped gradient moves the parameters less, but the record tells how long it was.
#[test]
fn the_norm_in_the_record_is_from_before_clipping() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    trainer.optimizer = Optimizer::new(objective.params.all(), adamw_only, Some(1.0))?;
    assert_eq!(trainer.train_step(&objective)?.gradient_norm, 10.0, "the slope 2·5, although it is clipped to 1");
    Ok(())
}

/// Steps downhill: the parameter moves against its gradient, at the schedule's rate.
#[test]
fn a_step_goes_downhill() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    trainer.train_step(&objective)?;
    let x = objective.params.get("x")?.to_vec1::<f32>()?[0];
    // AdamW's first step is the learning rate (ten times 0.001 for a single number), here still in the warm-up.
    let expected = 5.0 - 0.01 * trainer.schedule.factor(0) as f32;
    assert!((x - expected).abs() < 1e-5, "the first step leads from 5 to {expected}, not to {x}");
    Ok(())
}

/// The same seed gives the same losses, to the bit, over several steps.
#[test]
fn a_seed_fixes_the_whole_run() -> Outcome {
    let losses = |seed| Run::new(seed, ContrastiveLoss::Sigmoid, Lock::None)?.losses(4);
    let bits = |losses: Vec<f32>| losses.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let first = bits(losses(1)?);
    assert_eq!(first, bits(losses(1)?), "the same seed gives the same four losses, to the bit");
    assert_ne!(first, bits(losses(2)?), "another seed starts elsewhere");
    Ok(())
}

/// Save, forget everything, load into a model that started elsewhere, go on: the same bits as never stopping.
#[test]
fn going_on_from_a_checkpoint_equals_never_stopping() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("training.safetensors");
    let mut steady = Run::new(1, ContrastiveLoss::Sigmoid, Lock::None)?;
    steady.losses(2)?;
    save_training(&path, &steady.params, &steady.trainer.optimizer, &steady.trainer.step)?;
    let steady_losses = steady.losses(2)?;

    let mut resumed = Run::new(99, ContrastiveLoss::Sigmoid, Lock::None)?;
    let mut checkpoint = load_training::<u64>(&path)?;
    checkpoint.restore(&resumed.params, &mut resumed.trainer.optimizer)?;
    resumed.trainer.step = checkpoint.meta;
    assert_eq!(resumed.losses(2)?, steady_losses, "the losses after resuming");
    assert!(resumed.bits() == steady.bits(), "not one bit of any parameter differs from the run that never stopped");
    Ok(())
}

/// A loss that is no number must not reach the parameters: the last good state is still there to be saved.
#[test]
fn a_broken_loss_stops_before_anything_changes() -> Outcome {
    let mut run = Run::new(1, ContrastiveLoss::Sigmoid, Lock::None)?;
    run.losses(1)?;
    run.params.set("logit_scale", &Tensor::new(&[f32::NAN], &device())?)?;
    let before = run.bits();
    let error = run.trainer.train_step(&run.objective).expect_err("the scale is not a number");
    assert!(matches!(error, TrainError::Diverged { step: 1, loss } if loss.is_nan()), "{error}");
    assert!(error.to_string().contains("learning rate"), "the error says what to do: {error}");
    assert!(run.bits() == before, "no parameter has changed");
    assert_eq!((run.trainer.step, run.trainer.optimizer.steps()), (1, 1), "and the step does not count");

    // The slope of x + ∞ is 1: nobody but the loss can tell.
    let (objective, mut trainer) = parabola(0, |x| x.sum_all()? + f64::INFINITY)?;
    let result = trainer.train_step(&objective);
    let is_stopped = matches!(&result, Err(TrainError::Diverged { step: 0, loss }) if loss.is_infinite());
    assert!(is_stopped, "an infinite loss is broken, too, even if its gradient is not");
    assert_eq!(objective.x()?, 5.0, "x has not moved");
    Ok(())
}

/// The loss can be finite and its slope infinite, as that of √x at 0: that is caught too.
#[test]
fn a_broken_gradient_stops_before_anything_changes() -> Outcome {
    let (objective, mut trainer) = parabola(1, |x| (x - x)?.sqrt()?.sum_all())?;
    trainer.train_step(&objective)?;
    let before = bits(&objective.params);
    let error = trainer.train_step(&objective).expect_err("the slope of a root at zero is infinite");
    let is_named = matches!(&error, TrainError::Optim { step: 1, source: OptimError::NonFiniteGradient { .. } });
    assert!(is_named, "the error names the step and the cause: {error}");
    assert!(bits(&objective.params) == before, "no parameter has changed");
    assert_eq!(trainer.step, 1, "and the step does not count");
    Ok(())
}

/// The observer sees every step once, in order, after the trainer has moved on.
#[test]
fn the_observer_sees_every_step() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    let mut seen = Vec::new();
    let end = trainer.run(&objective, 5, |record, trainer| {
        seen.push((record.step, trainer.step));
        Ok(ControlFlow::Continue(()))
    })?;
    assert_eq!(seen, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], "(step done, next step)");
    assert!(end.is_continue(), "the run reached its end");
    Ok(())
}

/// Ctrl-C: the run stops after the step at hand and can go on later.
#[test]
fn the_observer_can_stop_the_run() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    let stop_after = |step: u64| {
        move |record: &siglip_training::StepRecord, _: &Trainer| {
            Ok(if record.step == step { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        }
    };
    assert!(trainer.run(&objective, 10, stop_after(3))?.is_break(), "the run says that it was stopped");
    assert_eq!(trainer.step, 4, "four steps are done, none is lost");
    assert!(trainer.run(&objective, 10, stop_after(99))?.is_continue(), "the run goes on to its end");
    assert_eq!(trainer.step, 10, "and does not repeat what was done");
    assert!(trainer.run(&objective, 10, stop_after(10))?.is_continue(), "a finished run has nothing to do");
    Ok(())
}

/// An observer that fails, say because the disk is full, ends the run with its own words.
#[test]
fn a_failing_observer_ends_the_run() -> Outcome {
    let (objective, mut trainer) = unbroken()?;
    let error = trainer.run(&objective, 5, |_, _| Err(TrainError::Observer("the disk is full".into())));
    assert_eq!(error.expect_err("the observer failed").to_string(), "the disk is full");
    Ok(())
}
