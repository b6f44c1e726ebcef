//! Specification of contrastive training: what learns, what rests, and that it gets somewhere.

mod support;

use candle_core::{Device, Tensor};
use siglip_training::shards::shards;
use siglip_training::{ContrastiveLoss, Lock, Objective, PairConfig};
use spec::{
    assert_close, assert_every_parameter_learns, assert_number, assert_only_these_learn, device, gradient_sizes,
};
use support::{Outcome, Run, four_things, pair_config};

const SIGMOID: [ContrastiveLoss; 2] = [ContrastiveLoss::Sigmoid, ContrastiveLoss::ChunkedSigmoid(3)];

fn loss(run: &Run, step: u64) -> Result<Tensor, Box<dyn std::error::Error>> {
    Ok(run.objective.loss(&run.objective.batch(step)?, step)?)
}

/// One step of SigLIP, whole or in chunks, reaches both towers, the temperature and the bias.
#[test]
fn every_parameter_learns() -> Outcome {
    for kind in SIGMOID {
        let run = Run::new(1, kind, Lock::None)?;
        assert_every_parameter_learns(&run.params, &loss(&run, 0)?);
    }
    Ok(())
}

/// Small pictures go through the same parameters, all of them: positions are interpolated, and learn through that.
#[test]
fn every_parameter_learns_from_small_pictures() -> Outcome {
    let small = PairConfig { small_until: 1, ..pair_config() };
    let run = Run::with_pairs(1, SIGMOID[0], Lock::None, small)?;
    assert_every_parameter_learns(&run.params, &loss(&run, 0)?);
    assert_every_parameter_learns(&run.params, &loss(&run, 1)?);
    Ok(())
}

/// CLIP's softmax compares the logits of a row with one another. The bias is added to all of them, so it cancels, and
/// its slope is zero but for rounding; everything else learns.
#[test]
fn the_bias_does_not_matter_to_a_softmax() -> Outcome {
    let run = Run::new(1, ContrastiveLoss::Softmax, Lock::None)?;
    let before = loss(&run, 0)?;
    for (name, size) in gradient_sizes(&run.params, &before) {
        let size = size.unwrap_or_else(|| panic!("{name}: the optimiser wants a gradient, if only of zero"));
        match name.as_str() {
            "logit_bias" => assert!(size < 1e-5, "the bias cancels, yet its slope is {size}"),
            _ => assert!(size.is_finite() && size > 0.0, "{name}: should learn, but its gradient is {size}"),
        }
    }
    run.params.set("logit_bias", &Tensor::new(&[3f32], &device())?)?;
    assert_number(&loss(&run, 0)?, f64::from(before.to_scalar::<f32>()?), 1e-5, "another bias, the same loss");
    Ok(())
}

/// LiT: the picture's tower is locked and gets no gradient at all; the caption's tower learns, all of it.
#[test]
fn a_locked_tower_gets_no_gradient() -> Outcome {
    for kind in SIGMOID {
        let run = Run::new(1, kind, Lock::Pictures)?;
        assert_only_these_learn(&run.params, &loss(&run, 0)?, |name| !name.starts_with("vision_model."));
    }
    Ok(())
}

/// Training moves what learns and not one bit of what is locked.
#[test]
fn a_locked_tower_stays_as_it_is() -> Outcome {
    let mut run = Run::new(1, ContrastiveLoss::Sigmoid, Lock::Pictures)?;
    let before = run.bits();
    run.losses(2)?;
    for ((name, before), (_, after)) in before.iter().zip(run.bits()) {
        let is_locked = name.starts_with("vision_model.");
        assert_eq!(*before == after, is_locked, "{name}: locked parameters rest, the others move");
    }
    Ok(())
}

/// The chunked loss is the same number with the same gradients, so training takes the same path.
#[test]
fn chunks_change_nothing() -> Outcome {
    let (whole, chunked) = (Run::new(1, SIGMOID[0], Lock::None)?, Run::new(1, SIGMOID[1], Lock::None)?);
    let (a, b) = (loss(&whole, 0)?, loss(&chunked, 0)?);
    assert_number(&b, f64::from(a.to_scalar::<f32>()?), 1e-5, "eight captions in chunks of three: the same loss");
    for ((name, a), (_, b)) in gradient_sizes(&whole.params, &a).iter().zip(gradient_sizes(&chunked.params, &b)) {
        let (a, b) = (a.unwrap_or(f64::NAN), b.unwrap_or(f64::NAN));
        assert!((a - b).abs() <= 1e-4 * a.abs().max(1e-2), "{name}: the largest slope is {b} in chunks, {a} at once");
    }
    Ok(())
}

/// How a batch is cut depends on its rows alone: four shards of equal size, fewer where there would be less than four rows in
/// each; and a graphics card takes it whole.
#[test]
fn a_batch_is_cut_by_its_size() {
    let sizes = |rows| shards(rows, &Device::Cpu).iter().map(ExactSizeIterator::len).collect::<Vec<_>>();
    for (rows, expected) in [(100, vec![25; 4]), (18, vec![5, 4, 5, 4]), (9, vec![5, 4]), (7, vec![7]), (1, vec![1])] {
        assert_eq!(sizes(rows), expected, "{rows} rows");
        let covered: Vec<usize> = shards(rows, &Device::Cpu).into_iter().flatten().collect();
        assert_eq!(covered, (0..rows).collect::<Vec<_>>(), "each of {rows} rows is in one shard, in order");
    }
}

/// Rows shared out over the cores give the loss and the gradients of the whole batch, whichever the loss, and a locked
/// tower still gets none; also where shards are not equally long, as with nine rows. Sums of f32 in another order
/// differ by a few times 1e-7 of their size; the tower adds up hundreds.
#[test]
fn shards_change_nothing() -> Outcome {
    let nine_rows = PairConfig { batch_size: 9, noun_share: 0.6, scene_share: 0.0, ..pair_config() };
    for kind in [SIGMOID[0], SIGMOID[1], ContrastiveLoss::Softmax] {
        for lock in [Lock::None, Lock::Pictures] {
            let run = Run::with_pairs(1, kind, lock, nine_rows.clone())?;
            assert_eq!(run.objective.pictures_per_step(), 9, "five nouns and four other things");
            let batch = run.objective.batch(0)?;
            let (shared, gradients) = run.objective.gradients(&batch, 0)?;
            let whole = run.objective.loss(&batch, 0)?;
            assert_number(&whole, f64::from(shared), 1e-5, "the loss of the shards together");
            let expected = whole.backward()?;
            for (name, variable) in run.params.all() {
                match (gradients.get(&variable), expected.get(&variable)) {
                    (Some(shared), Some(whole)) => assert_close(shared, whole, 1e-5, &format!("{name}, {kind:?}")),
                    (None, None) => assert!(lock.is_frozen(&name), "{name} should learn, and gets no gradient"),
                    (shared, _) => panic!("{name}: a gradient in shards: {}, not so in one", shared.is_some()),
                }
            }
        }
    }
    Ok(())
}

/// CLIP's clamp keeps the scale at 100 or below; SigLIP has none.
#[test]
fn only_the_softmax_clamps_its_scale() -> Outcome {
    for (kind, expected) in [(ContrastiveLoss::Softmax, 100f64.ln()), (ContrastiveLoss::Sigmoid, 9.0)] {
        let run = Run::new(1, kind, Lock::None)?;
        run.params.set("logit_scale", &Tensor::new(&[9f32], &device())?)?;
        run.objective.after_step()?;
        assert_number(&run.params.get("logit_scale")?, expected, 1e-6, "t' after a step that wanted it at 9");
    }
    Ok(())
}

/// Thirty steps on four things: the pairs are told apart far better than at the start.
#[test]
fn a_few_steps_reduce_the_loss_clearly() -> Outcome {
    for kind in [ContrastiveLoss::Sigmoid, ContrastiveLoss::Softmax] {
        let losses = Run::with_pairs(1, kind, Lock::None, four_things())?.losses(30)?;
        let (first, last) = (losses[..3].iter().sum::<f32>() / 3.0, losses[27..].iter().sum::<f32>() / 3.0);
        assert!(last < first / 2.0, "{kind:?}: thirty steps on four things took the loss from {first} to {last} only");
    }
    Ok(())
}

/// What the progress display counts is what a batch holds.
#[test]
fn a_step_shows_as_many_pictures_as_the_batch_has() -> Outcome {
    assert_eq!(Run::new(1, SIGMOID[0], Lock::None)?.objective.pictures_per_step(), 8);
    Ok(())
}
