//! LoRA: a correction that starts at nothing, stays thin, and is all that is trained.

mod common;

use candle_core::{DType, Tensor};
use common::{Outcome, device, distance, normal, numbers, variable};
use foundations::{Linear, LoraConfig, Params};
use proptest::prelude::*;

/// A frozen layer of 5 inputs and 4 outputs with a trainable correction.
fn layer(params: &Params, config: LoraConfig) -> candle_core::Result<Linear> {
    let builder = params.builder_with_frozen(|name| !name.contains("lora_")).pp("proj");
    Linear::new(5, 4, builder.clone())?.with_lora(&config, builder)
}

fn params() -> Params {
    Params::new(1, DType::F32, &device())
}

/// Gives `B` random values, as if some training had happened.
fn train_b(params: &Params, rank: usize) -> candle_core::Result<()> {
    params.set("proj.lora_b", &normal(9, &[4, rank], DType::F32))
}

/// Before the first step the model computes exactly what it did without LoRA.
#[test]
fn at_the_start_nothing_changes() -> Outcome {
    let params = params();
    let adapted = layer(&params, LoraConfig { rank: 2, alpha: 4.0 })?;
    let plain = Linear::new(5, 4, params.detached_builder().pp("proj"))?; // frozen, as the weight beside an adapter is
    let x = normal(1, &[3, 5], DType::F32);
    assert_eq!(distance(&adapted.forward(&x)?, &plain.forward(&x)?), 0.0);
    Ok(())
}

/// The frozen weight gets no gradient, the correction gets all of it.
#[test]
fn only_the_correction_is_trained() -> Outcome {
    let params = params();
    let adapted = layer(&params, LoraConfig { rank: 2, alpha: 4.0 })?;
    train_b(&params, 2)?;
    let gradients = adapted.forward(&normal(1, &[3, 5], DType::F32))?.sqr()?.sum_all()?.backward()?;
    for (name, variable) in params.all() {
        let reached = gradients.get(&variable).is_some_and(|gradient| numbers(gradient).iter().any(|g| *g != 0.0));
        assert_eq!(reached, name.contains("lora_"), "gradient for {name}: {reached}");
    }
    Ok(())
}

/// At the very start `B` is zero, so `A` has gradient zero, but it has one, and `B` moves first.
#[test]
fn both_matrices_have_a_gradient_from_the_first_step() -> Outcome {
    let params = params();
    let adapted = layer(&params, LoraConfig { rank: 2, alpha: 4.0 })?;
    let gradients = adapted.forward(&normal(1, &[3, 5], DType::F32))?.sqr()?.sum_all()?.backward()?;
    let size = |name: &str| -> Result<f64, Box<dyn std::error::Error>> {
        let gradient = gradients.get(&params.get(name)?).ok_or(format!("no gradient reached {name}"))?;
        Ok(numbers(gradient).iter().map(|g| g.abs()).sum())
    };
    assert_eq!(size("proj.lora_a")?, 0.0);
    assert!(size("proj.lora_b")? > 1e-3);
    Ok(())
}

/// Rank 2 beside a 4 × 5 weight: 2 · 5 + 4 · 2 = 18 numbers instead of 20; beside 128 × 128 the saving is what LoRA is for.
#[test]
fn the_correction_is_as_thin_as_its_rank() -> Outcome {
    let params = params();
    let before = 4 * 5 + 4;
    layer(&params, LoraConfig { rank: 2, alpha: 4.0 })?;
    assert_eq!(params.count() - before, 2 * 5 + 4 * 2);
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(24))]

    /// The correction can be merged into the weight afterwards: `W + alpha / rank · B · A` computes the same, and hands
    /// the same gradient to what comes before the layer.
    #[test]
    fn the_correction_can_be_merged_into_the_weight(seed: u64, rank in 1usize..4, alpha in 0.5f64..16.0) {
        let params = params();
        let adapted = layer(&params, LoraConfig { rank, alpha })?;
        train_b(&params, rank)?;
        let x = variable(seed, &[2, 3, 5]);
        let expected = adapted.forward(&x)?; // [2, 3, 4]
        let expected_slopes = expected.sum_all()?.backward()?.get(&x).expect("a gradient reaches the input").clone();

        let correction = params.get("proj.lora_b")?.matmul(&params.get("proj.lora_a")?)?; // [4, 5]
        let merged = (params.get("proj.weight")? + (correction * (alpha / rank as f64))?)?;
        params.set("proj.weight", &merged)?;
        let plain = Linear::new(5, 4, params.detached_builder().pp("proj"))?;
        let size = |x: &Tensor| numbers(x).into_iter().fold(1.0, |largest: f64, v| largest.max(v.abs()));
        let found = plain.forward(&x)?;
        let difference = distance(&found, &expected);
        prop_assert!(
            difference < 1e-5 * size(&expected),
            "with rank {rank} and alpha {alpha}, W + {:.3} · B · A differs by {difference:.3}",
            alpha / rank as f64
        );
        let slopes = found.sum_all()?.backward()?.get(&x).expect("a gradient reaches the input").clone();
        let difference = distance(&slopes, &expected_slopes);
        prop_assert!(
            difference < 1e-4 * size(&expected_slopes),
            "with rank {rank} and alpha {alpha}, the gradient of the input differs by {difference:.3}"
        );
    }

    /// A correction of rank 1 moves all outputs along one line: in every 2 × 2 block, the determinant is zero.
    #[test]
    fn a_correction_of_rank_one_has_rank_one(seed: u64) {
        let params = params();
        let adapted = layer(&params, LoraConfig { rank: 1, alpha: 1.0 })?;
        let plain = Linear::new(5, 4, params.detached_builder().pp("proj"))?;
        train_b(&params, 1)?;
        let x = normal(seed, &[2, 5], DType::F32);
        let moved = numbers(&(adapted.forward(&x)? - plain.forward(&x)?)?); // [2, 4]
        prop_assert!(moved.iter().any(|v| v.abs() > 1e-3), "the correction does nothing");
        for column in 1..4 {
            let determinant = moved[0] * moved[4 + column] - moved[column] * moved[4];
            prop_assert!(determinant.abs() < 1e-4, "outputs moved in two directions (determinant {determinant})");
        }
    }
}
