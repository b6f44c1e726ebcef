//! Parameters: each starts from its name and the seed alone, and is trained, frozen or read as one asks.

mod common;

use candle_core::{DType, Tensor};
use common::{Outcome, bits, device, normal, numbers};
use foundations::optim::{Optimizer, adamw_only};
use foundations::{Init, Linear, Params};
use proptest::prelude::*;

const NORMAL: Init = Init::Randn { mean: 0.0, stdev: 1.0 };

fn params(seed: u64) -> Params {
    Params::new(seed, DType::F32, &device())
}

/// Two parameters of one shape must not start with the same numbers, in whichever part their names differ.
#[test]
fn parameters_of_different_names_start_differently() -> Outcome {
    let params = params(1);
    for (one, other) in [("a", "b"), ("layers.0.fc1.weight", "layers.1.fc1.weight"), ("fc1.weight", "fc1.bias")] {
        let a = params.builder().get_with_hints(20, one, NORMAL)?;
        let b = params.builder().get_with_hints(20, other, NORMAL)?;
        assert_ne!(bits(&a), bits(&b), "{one} and {other} start with the same numbers");
    }
    Ok(())
}

/// Asking twice gives the same parameter, not a second one.
#[test]
fn a_name_is_one_parameter() -> Outcome {
    let params = params(1);
    let first = params.builder().get_with_hints(20, "a", NORMAL)?;
    let second = params.builder().get_with_hints(20, "a", Init::Const(0.0))?;
    assert_eq!(first.id(), second.id(), "shared weights must share their gradient");
    assert_eq!(params.count(), 20);
    Ok(())
}

/// Printing a model's parameters says how many there are, not what each number is.
#[test]
fn printing_counts() -> Outcome {
    let params = params(1);
    params.builder().get_with_hints((3, 4), "a", NORMAL)?;
    params.builder().get_with_hints(5, "b", NORMAL)?;
    assert_eq!(format!("{params:?}"), "Params(2 tensors, 17 numbers, F32)");
    Ok(())
}

/// What a layer asks for is what it starts with, in the type of the parameters.
#[test]
fn initial_values_follow_the_init() -> Outcome {
    let params = params(3);
    let constant = params.builder().get_with_hints((2, 3), "constant", Init::Const(1.5))?;
    assert_eq!(numbers(&constant), vec![1.5; 6], "a constant of 1.5 was asked for");
    let random = params.builder().get_with_hints((100, 100), "random", Init::Randn { mean: 0.5, stdev: 0.02 })?;
    let mean = numbers(&random).iter().sum::<f64>() / 1e4;
    let std = (numbers(&random).iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 1e4).sqrt();
    assert!((std - 0.02).abs() < 6e-4, "standard deviation {std} instead of 0.02");
    assert!((mean - 0.5).abs() < 1e-3, "mean {mean} instead of 0.5");
    let uniform = params.builder().get_with_hints(1000, "uniform", Init::Uniform { lo: -0.25, up: 0.75 })?;
    let (low, high) = numbers(&uniform).iter().fold((0f64, 0f64), |(low, high), v| (low.min(*v), high.max(*v)));
    let (inside, filled) = (low >= -0.25 && high <= 0.75, low < -0.23 && high > 0.73);
    assert!(inside && filled, "between -0.25 and 0.75 was asked for, and {low:.3} to {high:.3} came out");
    for (what, tensor) in [("a constant", constant), ("normal numbers", random), ("uniform numbers", uniform)] {
        assert_eq!(tensor.dtype(), DType::F32, "the parameters are F32, and so should {what} be");
    }
    let kaiming = params.builder().get_with_hints(4, "kaiming", candle_nn::init::DEFAULT_KAIMING_NORMAL);
    assert!(kaiming.is_err(), "nobody here says Init::Kaiming: it is an error");
    Ok(())
}

/// Names come in alphabetical order, whatever the order in which the model was built: clipping, saving and stepping follow.
#[test]
fn everything_iterates_in_the_order_of_the_names() -> Outcome {
    let params = params(1);
    for name in ["b", "c", "a"] {
        params.builder().get_with_hints(1, name, NORMAL)?;
    }
    let names: Vec<_> = params.all().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    Ok(())
}

/// A model of another shape is told which parameter does not fit.
#[test]
fn a_shape_that_does_not_fit_is_named() -> Outcome {
    let params = params(1);
    params.builder().get_with_hints((2, 3), "proj.weight", NORMAL)?;
    let error = params.builder().get_with_hints((3, 2), "proj.weight", NORMAL).unwrap_err().to_string();
    assert!(error.contains("proj.weight"), "{error}");
    let error = params.set("proj.weight", &normal(1, &[6], DType::F32)).unwrap_err().to_string();
    assert!(error.contains("proj.weight") && error.contains("[2, 3]") && error.contains("[6]"), "{error}");
    Ok(())
}

/// Frozen parameters take part in the forward pass, and no gradient reaches them; all others get theirs.
#[test]
fn frozen_parameters_get_no_gradient() -> Outcome {
    let params = params(1);
    let builder = params.builder_with_frozen(|name| name.starts_with("vision."));
    let (vision, text) = (Linear::new(3, 4, builder.pp("vision"))?, Linear::new(4, 2, builder.pp("text"))?);
    let x = normal(1, &[5, 3], DType::F32);
    let gradients = text.forward(&vision.forward(&x)?)?.sqr()?.sum_all()?.backward()?;
    for name in ["vision.weight", "vision.bias"] {
        assert!(gradients.get(&params.get(name)?).is_none(), "{name} is frozen and got a gradient");
    }
    for name in ["text.weight", "text.bias"] {
        let gradient = gradients.get(&params.get(name)?).ok_or(format!("{name} got no gradient"))?;
        assert!(numbers(gradient).iter().any(|g| *g != 0.0), "the gradient of {name} is zero");
    }
    Ok(())
}

/// Freezing is a matter of how a model is built: the same parameters can be trained by the next model.
#[test]
fn a_frozen_parameter_can_be_thawed() -> Outcome {
    let params = params(1);
    let frozen = Linear::new(3, 4, params.builder_with_frozen(|_| true).pp("proj"))?;
    let thawed = Linear::new(3, 4, params.builder().pp("proj"))?;
    let x = normal(1, &[5, 3], DType::F32);
    assert_eq!(bits(&frozen.forward(&x)?), bits(&thawed.forward(&x)?), "both compute with the same numbers");
    let gradients = thawed.forward(&x)?.sum_all()?.backward()?;
    assert!(gradients.get(&params.get("proj.weight")?).is_some(), "no gradient reached proj.weight");
    Ok(())
}

/// A model for evaluation records no graph, and sees what training does to the parameters.
#[test]
fn a_detached_model_sees_training_and_records_nothing() -> Outcome {
    let params = params(1);
    let model = Linear::new(3, 1, params.builder())?;
    let evaluated = Linear::new(3, 1, params.detached_builder())?;
    let x = normal(1, &[5, 3], DType::F32);
    assert!(!evaluated.forward(&x)?.track_op(), "evaluation must not record a graph");
    let mut optimizer = Optimizer::new(params.all(), adamw_only, None)?;
    optimizer.step(&model.forward(&x)?.sqr()?.sum_all()?.backward()?, 1.0)?;
    assert_eq!(bits(&model.forward(&x)?), bits(&evaluated.forward(&x)?), "evaluation must use the trained numbers");
    Ok(())
}

/// Evaluating a model whose weights were never loaded is an error, not a run on random numbers.
#[test]
fn a_detached_model_invents_no_parameters() {
    let error = Linear::new(3, 1, params(1).detached_builder().pp("head")).unwrap_err().to_string();
    assert!(error.contains("head.weight"), "the error should name what is missing: {error}");
}

/// A model that may or may not have a part asks whether its parameters are there.
#[test]
fn only_parameters_that_exist_are_contained() -> Outcome {
    let params = params(1);
    params.builder().pp("proj").get_with_hints(3, "bias", NORMAL)?;
    assert!(params.builder().pp("proj").contains_tensor("bias"), "proj.bias has been made");
    assert!(!params.builder().pp("proj").contains_tensor("weight"), "proj.weight has not");
    assert!(!params.builder().contains_tensor("bias"), "the whole name counts");
    Ok(())
}

/// Copying parameters from one model to another copies the numbers, and does not tie the two together.
#[test]
fn inserted_values_are_copies() -> Outcome {
    let (teacher, student) = (params(1), params(2));
    teacher.builder().get_with_hints(4, "a", NORMAL)?;
    student.insert("a", &teacher.get("a")?)?;
    assert_eq!(bits(&teacher.get("a")?), bits(&student.get("a")?));
    student.set("a", &Tensor::zeros(4, DType::F32, &device())?)?;
    assert!(numbers(&teacher.get("a")?).iter().all(|v| *v != 0.0), "changing the student changed the teacher");
    Ok(())
}

/// Writing a value changes the models that are already built.
#[test]
fn models_see_values_that_are_set() -> Outcome {
    let params = params(1);
    let model = Linear::without_bias(2, 1, params.builder())?;
    params.set("weight", &Tensor::new(&[[2f64, 3.0]], &device())?)?;
    let y = model.forward(&Tensor::new(&[[10f32, 1.0]], &device())?)?;
    assert_eq!(numbers(&y), [23.0]);
    Ok(())
}

/// Where a file's numbers will stand, nothing is drawn; the model that waits for them sees them.
#[test]
fn parameters_to_fill_are_zeros_until_they_are_filled() -> Outcome {
    let params = Params::to_fill(DType::F32, &device());
    let model = Linear::without_bias(2, 1, params.builder())?;
    params.builder().get_with_hints(3, "gain", Init::Const(1.0))?;
    assert_eq!((numbers(&params.get("weight")?), numbers(&params.get("gain")?)), (vec![0.0; 2], vec![0.0; 3]));
    params.set("weight", &Tensor::new(&[[2f64, 3.0]], &device())?)?;
    assert_eq!(numbers(&model.forward(&Tensor::new(&[[10f32, 1.0]], &device())?)?), [23.0]);
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(24))]

    /// How a parameter starts depends on the seed and on its name, and on nothing that happens elsewhere in the model: not
    /// on the order of construction, not on which other layers exist.
    #[test]
    fn the_start_is_independent_of_the_order_of_construction(
        order in Just(vec!["encoder.a", "encoder.b", "head", "norm"]).prop_shuffle(),
        left_out in 0usize..4,
        seed: u64,
    ) {
        let (all, some) = (params(seed), params(seed));
        for name in ["encoder.a", "encoder.b", "head", "norm"] {
            all.builder().get_with_hints((3, 2), name, NORMAL)?;
        }
        for name in order.iter().enumerate().filter(|(index, _)| *index != left_out).map(|(_, name)| name) {
            let tensor = some.builder().get_with_hints((3, 2), name, NORMAL)?;
            prop_assert_eq!(bits(&tensor), bits(&all.get(name)?), "{} started differently", name);
        }
    }

    /// Another seed is another start.
    #[test]
    fn another_seed_is_another_start(seed: u64, other: u64) {
        prop_assume!(seed != other);
        let a = params(seed).builder().get_with_hints(8, "a", NORMAL)?;
        let b = params(other).builder().get_with_hints(8, "a", NORMAL)?;
        prop_assert_ne!(bits(&a), bits(&b), "two seeds give the same numbers");
    }
}
