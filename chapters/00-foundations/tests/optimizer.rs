//! The optimiser as a whole: order, guards, and a state that can be saved.

mod common;

use candle_core::{DType, Result, Tensor, Var};
use common::{Exactly, Outcome, bits, device, distance, gradients, normal, numbers, variable};
use foundations::optim::{Method, OptimError, Optimizer, Recipe, Schedule, adamw_only, hybrid};
use proptest::prelude::*;

fn named(variables: &[(&str, &Var)]) -> Vec<(String, Var)> {
    variables.iter().map(|(name, variable)| ((*name).to_owned(), (*variable).clone())).collect()
}

/// A matrix that Muon trains and a vector that AdamW trains.
fn model(seed: u64) -> (Var, Var) {
    (variable(seed, &[4, 3]), variable(seed.wrapping_add(1), &[3]))
}

fn optimizer_of(matrix: &Var, vector: &Var) -> std::result::Result<Optimizer, OptimError> {
    Optimizer::new(named(&[("layers.0.proj.weight", matrix), ("norm.weight", vector)]), hybrid, Some(1.0))
}

/// Gradients of step `step`: any fixed sequence will do.
fn gradients_at(step: u64, matrix: &Var, vector: &Var) -> Result<candle_core::backprop::GradStore> {
    let (for_matrix, for_vector) = (normal(100 + step, &[4, 3], DType::F32), normal(200 + step, &[3], DType::F32));
    gradients(&[(matrix, &for_matrix), (vector, &for_vector)])
}

/// A function that cuts the gradient lets `backward()` succeed; this is where it is found out.
#[test]
fn a_missing_gradient_is_named_and_nothing_moves() -> Outcome {
    let (matrix, vector) = model(1);
    let mut optimizer = optimizer_of(&matrix, &vector)?;
    let before = bits(&matrix);
    // The detached vector takes part in the loss and gets no gradient.
    let loss = matrix.broadcast_mul(&vector.detach())?.sum_all()?;
    let error = optimizer.step(&loss.backward()?, 1.0).unwrap_err();
    assert!(error.to_string().contains("norm.weight"), "the error should name the variable: {error}");
    assert_eq!(before, bits(&matrix), "a refused step must change nothing");
    assert_eq!(optimizer.steps(), 0, "a refused step does not count");
    Ok(())
}

/// Without a gradient's pull a matrix only decays: to `1 − rate · decay` of what it was, by Muon as by AdamW.
#[test]
fn a_matrix_without_a_gradient_decays() -> Outcome {
    for method in [Method::Muon { momentum: 0.9 }, Method::AdamW { beta1: 0.9, beta2: 0.95, eps: 1e-8 }] {
        let matrix = variable(1, &[4, 3]);
        let expected = (matrix.as_detached_tensor() * (1.0 - 0.2 * 0.5))?;
        let recipe = move |_: &str, _: &[usize]| Recipe { method, learning_rate: 0.4, weight_decay: 0.5 };
        let mut optimizer = Optimizer::new(named(&[("layers.0.proj.weight", &matrix)]), recipe, None)?;
        optimizer.step(&gradients(&[(&matrix, &matrix.zeros_like()?)])?, 0.5)?;
        let difference = distance(&matrix, &expected);
        assert!(difference < 1e-6, "{method:?}: off by {difference}");
    }
    Ok(())
}

/// NaN and infinity stop the step before they get into weights and averages.
#[test]
fn a_gradient_that_is_not_finite_is_named_and_nothing_moves() -> Outcome {
    for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let (matrix, vector) = model(1);
        let mut optimizer = optimizer_of(&matrix, &vector)?;
        optimizer.step(&gradients_at(0, &matrix, &vector)?, 1.0)?;
        let before = (bits(&matrix), bits(&vector), optimizer.state()?);
        let poisoned = Tensor::new(&[0.0, poison, 0.0], &device())?;
        let fine = normal(3, &[4, 3], DType::F32);
        let poisoned = gradients(&[(&matrix, &fine), (&vector, &poisoned)])?;
        let error = optimizer.step(&poisoned, 1.0).expect_err("a gradient that is not finite is refused");
        assert!(matches!(&error, OptimError::NonFiniteGradient { name, .. } if name == "norm.weight"), "{error}");
        assert_eq!((bits(&matrix), bits(&vector)), (before.0, before.1), "weights must be untouched by {poison}");
        for (name, tensor) in optimizer.state()? {
            assert_eq!(numbers(&tensor), numbers(&before.2[&name]), "'{name}' must be untouched by {poison}");
        }
    }
    Ok(())
}

/// One name, one state: the second variable of that name would silently take the first one's place.
#[test]
fn a_repeated_name_is_refused() {
    let (a, b) = (variable(1, &[2]), variable(2, &[2]));
    let error = Optimizer::new(named(&[("same", &a), ("same", &b)]), adamw_only, None).unwrap_err();
    assert!(matches!(error, OptimError::RepeatedName { name } if name == "same"));
}

/// Both methods find the minimum of `‖W − target‖²`, with a schedule that lets them settle.
#[test]
fn both_methods_find_the_minimum_of_a_bowl() -> Outcome {
    let methods = [Method::AdamW { beta1: 0.9, beta2: 0.95, eps: 1e-8 }, Method::Muon { momentum: 0.9 }];
    for method in methods {
        let weight = variable(5, &[6, 4]);
        let target = normal(6, &[6, 4], DType::F32);
        let recipe = move |_: &str, _: &[usize]| Recipe { method, learning_rate: 0.1, weight_decay: 0.0 };
        let mut optimizer = Optimizer::new(named(&[("weight", &weight)]), recipe, None)?;
        let schedule = Schedule::Cosine { warmup: 5, total: 200, final_fraction: 0.0 };
        for step in 0..200 {
            let loss = (weight.as_tensor() - &target)?.sqr()?.sum_all()?;
            optimizer.step(&loss.backward()?, schedule.factor(step))?;
        }
        let left = distance(&weight, &target);
        assert!(left < 0.01, "{method:?} ends {left} away from the minimum");
    }
    Ok(())
}

/// What is not listed is not trained, even when a gradient for it exists.
#[test]
fn variables_that_are_not_listed_stay() -> Outcome {
    let (matrix, vector) = model(1);
    let before = bits(&vector);
    let mut optimizer = Optimizer::new(named(&[("layers.0.proj.weight", &matrix)]), hybrid, None)?;
    optimizer.step(&gradients_at(0, &matrix, &vector)?, 1.0)?;
    assert_eq!(before, bits(&vector), "only listed variables may move");
    Ok(())
}

/// A saved state is a photograph: later steps do not change it.
#[test]
fn a_state_does_not_change_after_it_was_taken() -> Outcome {
    let (matrix, vector) = model(1);
    let mut optimizer = optimizer_of(&matrix, &vector)?;
    optimizer.step(&gradients_at(0, &matrix, &vector)?, 1.0)?;
    let state = optimizer.state()?;
    let before: Vec<_> = state.values().map(numbers).collect();
    for step in 1..4 {
        optimizer.step(&gradients_at(step, &matrix, &vector)?, 1.0)?;
    }
    assert_eq!(before, state.values().map(numbers).collect::<Vec<_>>(), "stepping wrote into a state taken earlier");
    Ok(())
}

/// A state that was loaded belongs to the optimiser alone: stepping does not write into the caller's tensors.
#[test]
fn loading_a_state_copies_it() -> Outcome {
    let (matrix, vector) = model(1);
    let mut optimizer = optimizer_of(&matrix, &vector)?;
    let state = optimizer.state()?;
    optimizer.load_state(&state)?;
    optimizer.step(&gradients_at(0, &matrix, &vector)?, 1.0)?;
    assert!(
        state.values().all(|tensor| numbers(tensor).iter().all(|number| *number == 0.0)),
        "a fresh state is all zeros"
    );
    Ok(())
}

/// Missing, left over and misshapen: all are listed in one error, and the optimiser is as before.
#[test]
fn a_state_that_does_not_fit_is_refused_with_every_reason() -> Outcome {
    let (matrix, vector) = model(1);
    let mut optimizer = optimizer_of(&matrix, &vector)?;
    optimizer.step(&gradients_at(0, &matrix, &vector)?, 1.0)?;
    let before = optimizer.state()?;
    let mut state = optimizer.state()?;
    state.remove("steps");
    state.remove("norm.weight/first_moment");
    state.insert("norm.weight/second_moment".into(), normal(1, &[7], DType::F32));
    state.insert("stranger/momentum".into(), normal(1, &[1], DType::F32));
    let error = optimizer.load_state(&state).unwrap_err().to_string();
    for name in ["steps", "norm.weight/first_moment", "norm.weight/second_moment", "[7]", "stranger/momentum"] {
        assert!(error.contains(name), "the error should mention {name}: {error}");
    }
    for (name, tensor) in optimizer.state()? {
        assert_eq!(numbers(&tensor), numbers(&before[&name]), "'{name}' changed although the state was refused");
    }
    let mut counts = before.clone();
    counts.insert("steps".into(), normal(1, &[2], DType::F32));
    let error = optimizer.load_state(&counts).unwrap_err().to_string();
    assert!(error.contains("no step count 'steps'"), "two counts of steps are none: {error}");
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(16))]

    /// The order in which a program lists its variables cannot be seen in a single bit of the result.
    #[test]
    fn the_order_of_the_list_does_not_matter(order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle()) {
        let run = |order: &[usize]| -> std::result::Result<Vec<Vec<Exactly>>, OptimError> {
            let variables: Vec<Var> = (0..5).map(|i| variable(i, &[i as usize + 2, 3])).collect();
            let listed = order.iter().map(|&i| (format!("layers.{i}.proj.weight"), variables[i].clone())).collect();
            let mut optimizer = Optimizer::new(listed, hybrid, Some(0.1))?;
            for step in 0..3 {
                let targets: Vec<Tensor> = (0..5).map(|i| normal(10 * step + i, &[i as usize + 2, 3], DType::F32)).collect();
                let pairs: Vec<_> = variables.iter().zip(&targets).collect();
                optimizer.step(&gradients(&pairs)?, 1.0)?;
            }
            Ok(variables.iter().map(|variable| bits(variable)).collect())
        };
        prop_assert_eq!(run(&[0, 1, 2, 3, 4])?, run(&order)?, "listed in order {:?}", order);
    }

    /// The schedule's factor is a length: half of it is half a step.
    #[test]
    fn half_the_factor_is_half_the_step(seed in 0u64..1000, factor in 0.1f64..1.0) {
        let moved = |factor: f64| -> std::result::Result<(Tensor, Tensor), OptimError> {
            let (matrix, vector) = model(seed);
            let start = (matrix.as_detached_tensor().copy()?, vector.as_detached_tensor().copy()?);
            optimizer_of(&matrix, &vector)?.step(&gradients_at(seed, &matrix, &vector)?, factor)?;
            Ok(((matrix.as_detached_tensor() - start.0)?, (vector.as_detached_tensor() - start.1)?))
        };
        let (full, half) = (moved(factor)?, moved(factor / 2.0)?);
        prop_assert!(distance(&(full.0 / 2.0)?, &half.0) < 1e-6, "the matrix moved by something else than half");
        prop_assert!(distance(&(full.1 / 2.0)?, &half.1) < 1e-6, "the vector moved by something else than half");
    }

    /// Stop, save, load into a new optimiser, go on: the same bits as without the stop.
    #[test]
    fn going_on_from_a_state_equals_never_stopping(stop in 0u64..6) {
        let (matrix, vector) = model(9);
        let mut optimizer = optimizer_of(&matrix, &vector)?;
        let (other_matrix, other_vector) = model(9);
        let mut other = optimizer_of(&other_matrix, &other_vector)?;
        for step in 0..6 {
            if step == stop {
                let state = other.state()?;
                other = optimizer_of(&other_matrix, &other_vector)?;
                other.load_state(&state)?;
                prop_assert_eq!(other.steps(), stop);
            }
            optimizer.step(&gradients_at(step, &matrix, &vector)?, 1.0)?;
            other.step(&gradients_at(step, &other_matrix, &other_vector)?, 1.0)?;
        }
        prop_assert_eq!(bits(&matrix), bits(&other_matrix), "Muon's matrix, stopped at {}", stop);
        prop_assert_eq!(bits(&vector), bits(&other_vector), "AdamW's vector, stopped at {}", stop);
    }
}
