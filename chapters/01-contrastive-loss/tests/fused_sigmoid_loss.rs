//! The fused sigmoid loss is the readable one, forwards and backwards.

use candle_core::{DType, Device, Result, Tensor, Var};
use contrastive_loss::{fused_sigmoid_loss, sigmoid_loss, sigmoid_loss_plain};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_finite, assert_gradients_match, cases, device, random_f64};

/// How a tensor lies in memory; its values are the same in each case.
#[derive(Debug, Clone, Copy)]
enum Place {
    InOrder,
    Transposed,
    EverySecond,
}

impl Place {
    fn of(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::InOrder => Ok(x.clone()),
            Self::Transposed => x.t()?.contiguous()?.t(),
            Self::EverySecond => Tensor::stack(&[x, x], 2)?.narrow(2, 1, 1)?.squeeze(2),
        }
    }
}

/// The loss, and its slopes when it counts three times.
fn value_and_slopes(loss: fn(&Tensor) -> Result<Tensor>, logits: &Tensor, place: Place) -> Result<[Tensor; 2]> {
    let logits = Var::from_tensor(logits)?;
    let loss = loss(&place.of(&logits)?)?;
    let gradients = (&loss * 3.0)?.backward()?;
    Ok([loss.detach(), gradients.get(&logits).expect("a gradient reaches the logits").clone()])
}

proptest! {
    #![proptest_config(cases(32))]

    /// Same number, same slopes, in f32 and f64, however the logits lie in memory. Sums have at most 40 terms a row, each off
    /// by a few units in the last place: 64 units are room enough.
    #[test]
    fn it_equals_its_readable_twin(
        n in 1usize..40,
        size in 0.1f64..30.0,
        place in prop_oneof![Just(Place::InOrder), Just(Place::Transposed), Just(Place::EverySecond)],
        seed in 0u64..1000,
    ) {
        let logits = (random_f64((n, n), seed).to_dtype(DType::F32)?.to_dtype(DType::F64)? * size)?.to_dtype(DType::F32)?;
        let logits = logits.to_device(&Device::Cpu)?;
        let right = value_and_slopes(sigmoid_loss_plain, &logits.to_dtype(DType::F64)?, Place::InOrder)?;
        for (dtype, unit) in [(DType::F32, f64::from(f32::EPSILON)), (DType::F64, f64::EPSILON)] {
            let ours = value_and_slopes(fused_sigmoid_loss, &logits.to_dtype(dtype)?, place)?;
            for (ours, right) in ours.iter().zip(&right) {
                assert_close(ours, right, 64.0 * unit, "the fused loss and its slopes are those of the readable one");
            }
        }
    }
}

/// More pairs than one core takes at a time.
#[test]
fn a_large_batch_equals_its_readable_twin() -> Result<()> {
    let logits = (random_f64((300, 300), 7).to_device(&Device::Cpu)? * 5.0)?;
    let ours = value_and_slopes(fused_sigmoid_loss, &logits, Place::InOrder)?;
    let right = value_and_slopes(sigmoid_loss_plain, &logits, Place::InOrder)?;
    for (ours, right) in ours.iter().zip(&right) {
        assert_close(ours, right, 1e-12, "300 pictures are shared out between cores and give the same sum");
    }
    Ok(())
}

/// The backward pass agrees with finite differences.
#[test]
fn slopes_agree_with_finite_differences() -> Result<()> {
    let logits = random_f64((5, 5), 3).to_device(&Device::Cpu)?;
    assert_gradients_match(|x| fused_sigmoid_loss(&x[0]), &[logits], "the slopes are those of the loss");
    Ok(())
}

/// Logits of ±10,000, right and wrong: finite, and as large as they should be.
#[test]
fn enormous_logits_stay_finite() -> Result<()> {
    let logits = Tensor::new(&[[1e4f32, 1e4], [-1e4, -1e4]], &Device::Cpu)?;
    let [loss, slopes] = value_and_slopes(fused_sigmoid_loss, &logits, Place::InOrder)?;
    assert_finite(&loss, "a loss of very wrong logits is large, not infinite");
    assert_close(
        &loss,
        &Tensor::new(1e4f32, &Device::Cpu)?,
        1e-6,
        "two of four answers are wrong by 10,000, for two pictures",
    );
    let expected = Tensor::new(&[[0f32, 1.5], [0.0, -1.5]], &Device::Cpu)?;
    assert_close(&slopes, &expected, 1e-6, "wrong answers pull with 3/n, right ones not at all");
    Ok(())
}

/// The function that chapters call refuses what its readable twin refuses, with the same words.
#[test]
fn both_bodies_refuse_the_same() -> Result<()> {
    for shape in [(2, 3), (0, 0)] {
        let logits = Tensor::zeros(shape, DType::F32, &device())?;
        // With RUST_BACKTRACE set, candle writes below the sentence where it came from.
        let sentence =
            |loss: Result<Tensor>| loss.expect_err("no square").to_string().lines().next().map(str::to_owned);
        assert_eq!(sentence(sigmoid_loss(&logits)), sentence(sigmoid_loss_plain(&logits)));
    }
    Ok(())
}
