//! Training checkpoints: a run that was killed goes on as if nothing had happened.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::DType;
use common::{Exactly, Outcome, bits, device, normal};
use foundations::checkpoint::{
    CheckpointError, load_training, load_weights, save_training, save_weights, weights_of_training,
};
use foundations::optim::{OptimError, Optimizer, Schedule, hybrid};
use foundations::{LayerNorm, Linear, Params};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Meta {
    step: u64,
    seed: u64,
    schedule: Schedule,
    note: String,
}

fn meta(step: u64) -> Meta {
    let schedule = Schedule::ReciprocalSqrt { warmup: 2, timescale: 5, cooldown: 2, total: 8 };
    Meta { step, seed: u64::MAX, schedule, note: "naïve \"quotes\" and 犬".into() }
}

/// A run of two layers: one matrix for Muon, the rest for AdamW.
struct Run {
    params: Params,
    optimizer: Optimizer,
}

impl Run {
    fn new(seed: u64) -> Result<Self, OptimError> {
        let params = Params::new(seed, DType::F32, &device());
        build(&params)?;
        let optimizer = Optimizer::new(params.all(), hybrid, Some(1.0))?;
        Ok(Self { params, optimizer })
    }

    /// Step `step` of the run, with data that depends on nothing but `step`.
    fn step(&mut self, step: u64) -> Result<(), OptimError> {
        let (proj, norm) = build(&self.params)?;
        let (input, target) = (normal(step, &[6, 4], DType::F32), normal(step + 1000, &[6, 3], DType::F32));
        let loss = (norm.forward(&proj.forward(&input)?)? - target)?.sqr()?.mean_all()?;
        self.optimizer.step(&loss.backward()?, meta(0).schedule.factor(step))?;
        Ok(())
    }

    fn bits(&self) -> BTreeMap<String, Vec<Exactly>> {
        self.params.all().into_iter().map(|(name, variable)| (name, bits(&variable))).collect()
    }
}

fn build(params: &Params) -> candle_core::Result<(Linear, LayerNorm)> {
    let builder = params.builder().pp("layers.0");
    Ok((Linear::new(4, 3, builder.pp("proj"))?, LayerNorm::new(3, 1e-6, builder.pp("norm"))?))
}

/// A checkpoint of a run after three steps.
fn saved(folder: &Path) -> Result<(Run, std::path::PathBuf), Box<dyn std::error::Error>> {
    let mut run = Run::new(1)?;
    for step in 0..3 {
        run.step(step)?;
    }
    let path = folder.join("training.safetensors");
    save_training(&path, &run.params, &run.optimizer, &meta(3))?;
    Ok((run, path))
}

/// Step, seed, configuration and every character of a note come back.
#[test]
fn what_the_run_knows_about_itself_comes_back() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    assert_eq!(load_training::<Meta>(&path)?.meta, meta(3));
    Ok(())
}

/// Saving the same run twice gives the same bytes: nothing in the file depends on time or on hash order.
#[test]
fn saving_twice_gives_the_same_bytes() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (run, path) = saved(folder.path())?;
    let again = folder.path().join("again.safetensors");
    save_training(&again, &run.params, &run.optimizer, &meta(3))?;
    assert!(std::fs::read(path)? == std::fs::read(again)?, "two files of one run differ");
    Ok(())
}

/// Whatever the length at which a copy broke off, it is refused by name, and nothing panics.
#[test]
fn a_truncated_file_is_refused_at_every_length() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    let whole = std::fs::read(&path)?;
    let broken = folder.path().join("broken.safetensors");
    for length in 0..whole.len() {
        std::fs::write(&broken, &whole[..length])?;
        let error = load_training::<Meta>(&broken).expect_err("a truncated file must be refused");
        assert!(matches!(error, CheckpointError::Truncated { .. }), "{length} of {} bytes: {error}", whole.len());
        assert!(error.to_string().contains("broken.safetensors"), "the error should name the file: {error}");
    }
    Ok(())
}

/// Bytes after the end are as wrong as bytes missing before it.
#[test]
fn bytes_after_the_end_are_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    let mut bytes = std::fs::read(&path)?;
    bytes.push(0);
    std::fs::write(&path, bytes)?;
    assert!(matches!(load_training::<Meta>(&path), Err(CheckpointError::NotSafetensors { .. })));
    Ok(())
}

/// A checkpoint of another model is refused with the names of what differs, and the model stays as it was.
#[test]
fn a_checkpoint_of_another_model_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    let params = Params::new(2, DType::F32, &device());
    Linear::new(4, 5, params.builder().pp("layers.0.proj"))?;
    let mut optimizer = Optimizer::new(params.all(), hybrid, None)?;
    let before: Vec<_> = params.all().iter().map(|(_, variable)| bits(variable)).collect();
    let error = load_training::<Meta>(&path)?.restore(&params, &mut optimizer).unwrap_err();
    assert!(matches!(error, CheckpointError::Mismatch { .. }), "{error}");
    for part in ["layers.0.proj.weight", "[3, 4]", "[5, 4]", "layers.0.norm.weight"] {
        assert!(error.to_string().contains(part), "the error should mention {part}: {error}");
    }
    let after: Vec<_> = params.all().iter().map(|(_, variable)| bits(variable)).collect();
    assert_eq!(before, after, "a refused checkpoint must change nothing");
    Ok(())
}

/// The same weights with another optimiser: refused as well, before a single weight has changed.
#[test]
fn a_checkpoint_of_another_optimiser_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    let mut run = Run::new(2)?;
    run.optimizer = Optimizer::new(run.params.all(), foundations::optim::adamw_only, None)?;
    let before = run.bits();
    let error = load_training::<Meta>(&path)?.restore(&run.params, &mut run.optimizer).unwrap_err();
    assert!(matches!(error, CheckpointError::Optimizer { .. }), "{error}");
    assert_eq!(before, run.bits(), "a refused checkpoint must change nothing");
    Ok(())
}

/// Weights alone cannot continue a run: their optimiser would start from nothing, silently.
#[test]
fn weights_alone_cannot_be_resumed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (run, _) = saved(folder.path())?;
    let path = folder.path().join("weights.safetensors");
    save_weights(&path, &run.params, DType::F32)?;
    assert!(matches!(load_training::<Meta>(&path), Err(CheckpointError::NotATrainingCheckpoint { .. })));
    Ok(())
}

/// A description of another kind of run is an error that names the file.
#[test]
fn a_description_of_another_kind_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_, path) = saved(folder.path())?;
    let error = load_training::<Vec<u32>>(&path).unwrap_err();
    assert!(matches!(error, CheckpointError::Meta { .. }), "{error}");
    assert!(error.to_string().contains("training.safetensors"), "{error}");
    Ok(())
}

/// Evaluation takes the weights out of a training checkpoint and needs no optimiser for it.
#[test]
fn evaluation_reads_the_weights_of_a_training_checkpoint() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (run, path) = saved(folder.path())?;
    let other = Run::new(2)?;
    load_weights(&path, &other.params, weights_of_training)?;
    assert_eq!(run.bits(), other.bits());
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(16))]

    /// The heart of the matter: save, forget everything, load into a model that started elsewhere, go on. Not one bit of
    /// any weight differs from the run that never stopped.
    #[test]
    fn going_on_from_a_checkpoint_equals_never_stopping(stop in 0u64..8, other_seed: u64) {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("training.safetensors");
        let mut steady = Run::new(1)?;
        for step in 0..8 {
            if step == stop {
                save_training(&path, &steady.params, &steady.optimizer, &meta(step))?;
            }
            steady.step(step)?;
        }

        let mut checkpoint = load_training::<Meta>(&path)?;
        let mut resumed = Run::new(other_seed)?;
        checkpoint.restore(&resumed.params, &mut resumed.optimizer)?;
        for step in checkpoint.meta.step..8 {
            resumed.step(step)?;
        }
        prop_assert_eq!(steady.bits(), resumed.bits(), "stopped before step {}", stop);
    }

    /// A flipped bit anywhere gives an error or other numbers, and never a panic.
    #[test]
    fn a_damaged_file_never_panics(place: prop::sample::Index, bit in 0u8..8) {
        let folder = tempfile::tempdir()?;
        let mut run = Run::new(1)?;
        run.step(0)?;
        let path = folder.path().join("training.safetensors");
        save_training(&path, &run.params, &run.optimizer, &meta(1))?;
        let whole = std::fs::read(&path)?;
        let mut damaged = whole.clone();
        let place = place.index(whole.len());
        damaged[place] ^= 1 << bit;
        std::fs::write(&path, &damaged)?;
        match load_training::<Meta>(&path) {
            Ok(_) => {}
            Err(error) => prop_assert!(!error.to_string().is_empty(), "byte {place}: an error must say something"),
        }
    }
}
