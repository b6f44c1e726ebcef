//! Specification of generative training: what learns, when, and that it gets somewhere.

mod support;

use autoregressive_training::{GenerativeObjective, TaskExample, Variant, objective::Shard, tokenise_example};
use candle_core::Tensor;
use foundations::optim::{Optimizer, Schedule, adamw_only};
use foundations::{LoraConfig, Params};
use projection::{Frozen, Part};
use siglip_training::{Objective, TrainError, Trainer};
use spec::{assert_every_parameter_learns, assert_number, assert_only_these_learn, device};
use support::{Fixed, Outcome, examples, fresh, objective, tokenizer};

fn loss(objective: &GenerativeObjective, step: u64) -> Result<Tensor, TrainError> {
    Ok(objective.loss(&objective.batch(step)?, step)?)
}

fn assert_obeyed(frozen: &Frozen, learns: impl Fn(&str) -> bool) -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    assert_only_these_learn(&params, &loss(&objective(&params, &tokenizer, None, frozen, 0)?, 0)?, learns);
    Ok(())
}

/// PaliGemma's way: from pixels to answers, one step reaches everything.
#[test]
fn every_parameter_of_the_joint_model_learns() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let objective = objective(&params, &tokenizer, None, &Frozen::default(), 0)?;
    assert_every_parameter_learns(&params, &loss(&objective, 0)?);
    Ok(())
}

/// Examples know nothing of one another: a batch cut into shards, each padded and sent backwards on its own, gives the
/// loss and the gradients of the whole. Five examples of different lengths a shard; sums of f32 in another order differ by
/// a few times 1e-7 of their size.
#[test]
fn shards_add_up_to_the_whole_batch() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let many: Vec<_> = (0..5).flat_map(|_| examples()).collect();
    let of = |examples: Vec<TaskExample>| {
        let source = Box::new(Fixed(examples));
        let config = support::config(&tokenizer, None);
        GenerativeObjective::new(&config, &params, tokenizer.clone(), source, &Frozen::default(), 0)
    };
    let whole = of(many)?;
    let batch = whole.batch(0)?;
    assert!(batch.len() > 1, "twenty examples are worth several shards");
    let (loss, gradients) = whole.gradients(&batch, 0)?;
    let small = of(examples())?;
    let one = small.batch(0)?;
    assert_eq!(one.len(), 1, "four examples are one shard");
    let expected = small.loss(&one, 0)?; // five times the same four examples have their mean loss
    assert_number(&expected, f64::from(loss), 1e-5, "the loss of the shards together");
    let expected = expected.backward()?;
    for (name, variable) in params.all() {
        let both = (gradients.get(&variable), expected.get(&variable));
        let (Some(sum), Some(whole)) = both else { panic!("{name}: no gradient arrives in one of the two") };
        spec::assert_close(sum, whole, 1e-5, &format!("the gradient of {name}"));
    }
    Ok(())
}

/// Each part alone can be frozen; the others learn, all of them.
#[test]
fn a_frozen_part_gets_no_gradient_and_the_others_do() -> Outcome {
    for part in Part::ALL {
        assert_obeyed(&Frozen::default().with(part), |name| Part::of(name) != Some(part))?;
    }
    Ok(())
}

/// "Connector only", as in PaliGemma §5.5.
#[test]
fn the_projector_can_learn_alone() -> Outcome {
    let frozen = [Part::Vision, Part::Decoder].into_iter().collect();
    assert_obeyed(&frozen, |name| name.starts_with("multi_modal_projector."))
}

/// LoRA: tower and decoder rest, the adapters learn. (Their second matrices start at zero, and with them the first
/// ones' gradients; here they have been moved.)
#[test]
fn adapters_learn_beside_a_frozen_model() -> Outcome {
    let tokenizer = tokenizer();
    let lora = Some(LoraConfig { rank: 2, alpha: 4.0 });
    let params = fresh(1, &tokenizer, lora)?;
    for (name, variable) in params.all() {
        if name.ends_with(".lora_b") {
            params.set(&name, &spec::random(variable.shape(), 1))?;
        }
    }
    let frozen = Part::ALL.into_iter().collect();
    let objective = objective(&params, &tokenizer, lora, &frozen, 0)?;
    assert_only_these_learn(&params, &loss(&objective, 0)?, |name| name.contains(".lora_"));
    Ok(())
}

/// The tower waits until the decoder knows something; then it joins. Early and late are two views of one model.
#[test]
fn the_vision_tower_joins_later() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let objective = objective(&params, &tokenizer, None, &Frozen::default(), 5)?;
    let (early, late) = (loss(&objective, 4)?, loss(&objective, 5)?);
    assert_only_these_learn(&params, &early, |name| Part::of(name) != Some(Part::Vision));
    assert_every_parameter_learns(&params, &late);
    assert_number(&late, f64::from(early.to_scalar::<f32>()?), 0.0, "both are one model, so the loss is the same");
    Ok(())
}

/// At the start the model knows nothing: the loss is about that of a guess among all tokens.
#[test]
fn the_first_loss_is_near_the_logarithm_of_the_vocabulary() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let first = loss(&objective(&params, &tokenizer, None, &Frozen::default(), 0)?, 0)?.to_scalar::<f32>()?;
    let guess = (tokenizer.vocabulary() as f32).ln();
    assert!((first - guess).abs() < 1.5, "the loss starts at {first}, and ln V is {guess}");
    Ok(())
}

fn run(params: &Params, steps: u64) -> Result<Vec<u32>, Box<dyn std::error::Error>> {
    let tokenizer = tokenizer();
    let objective = objective(params, &tokenizer, None, &Frozen::default(), 0)?;
    let mut trainer = Trainer::new(Optimizer::new(params.all(), adamw_only, Some(1.0))?, Schedule::Constant);
    (0..steps).map(|_| Ok(trainer.train_step(&objective)?.loss.to_bits())).collect()
}

/// The same seed gives the same losses, to the bit.
#[test]
fn a_seed_fixes_the_whole_run() -> Outcome {
    let of_seed = |seed| run(&fresh(seed, &tokenizer(), None)?, 4);
    assert_eq!(of_seed(1)?, of_seed(1)?, "the same seed, the same four losses, to the bit");
    assert_ne!(of_seed(1)?, of_seed(2)?, "another seed starts elsewhere");
    Ok(())
}

/// A broken parameter stops training before anything changes.
#[test]
fn a_broken_loss_stops_before_anything_changes() -> Outcome {
    let params = fresh(1, &tokenizer(), None)?;
    params.set("multi_modal_projector.linear.bias", &Tensor::full(f32::NAN, 32, &device())?)?;
    let values = || -> candle_core::Result<Vec<Vec<f32>>> {
        params.all().iter().map(|(_, variable)| variable.flatten_all()?.to_vec1::<f32>()).collect()
    };
    let before = values()?;
    let error = run(&params, 1).expect_err("the image tokens are not numbers").to_string();
    assert!(error.contains("NaN"), "{error}");
    let is_same = |(a, b): (&Vec<f32>, &Vec<f32>)| a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
    assert!(before.iter().zip(&values()?).all(is_same), "no parameter has changed");
    Ok(())
}

/// A row of tokens is laid out as chapter 4 says, with the tokens of this tokenizer.
#[test]
fn an_example_becomes_a_row_of_tokens() -> Outcome {
    let tokenizer = tokenizer();
    let row = tokenise_example(&tokenizer, 3, "caption en", Some("dog and cat"))?;
    let (prompt, answer) = (tokenizer.encode("caption en")?, tokenizer.encode("dog and cat")?);
    assert_eq!(
        row.ids,
        [&[5, 5, 5, 2], &prompt[..], &[4], &answer[..], &[1]].concat(),
        "<image>×3 <bos> … \\n … <eos>"
    );
    assert_eq!(row.prefix_length, 3 + 1 + prompt.len() + 1, "the line break belongs to the prefix");
    assert_eq!(tokenise_example(&tokenizer, 3, "caption en", None)?.ids, row.ids[..row.prefix_length], "a question");
    Ok(())
}

/// `<image>` typed by a user would take the picture's place.
#[test]
fn a_placeholder_in_the_prompt_is_refused() {
    let error = tokenise_example(&tokenizer(), 3, "caption <image>", None).expect_err("a placeholder").to_string();
    assert!(error.contains("remove '<image>'"), "the error says what to do: {error}");
}

/// An ablation's batches are made as its variant says: a blind model sees nothing but zeros.
#[test]
fn a_variant_makes_other_batches() -> Outcome {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let brightest = |variant: Variant| -> Result<f32, Box<dyn std::error::Error>> {
        let objective = objective(&params, &tokenizer, None, &Frozen::default(), 0)?.with_variant(variant);
        Ok(objective.batch(0)?[0].batch.pixels.abs()?.max_all()?.to_scalar()?)
    };
    assert!(brightest(Variant::default())? > 0.0, "there is something to see");
    assert_eq!(brightest(Variant { blind: true, ..Variant::default() })?, 0.0, "there is nothing to see");
    Ok(())
}

/// What the progress display counts is what a batch holds.
#[test]
fn a_step_shows_as_many_pictures_as_the_batch_has() -> Outcome {
    let tokenizer = tokenizer();
    let objective = objective(&fresh(1, &tokenizer, None)?, &tokenizer, None, &Frozen::default(), 0)?;
    assert_eq!(objective.pictures_per_step(), examples().len());
    let rows = |shard: &Shard| shard.batch.pixels.dim(0);
    let rows: Vec<usize> = objective.batch(0)?.iter().map(rows).collect::<candle_core::Result<_>>()?;
    assert_eq!(rows.iter().sum::<usize>(), examples().len(), "the shards have {rows:?} rows");
    Ok(())
}
