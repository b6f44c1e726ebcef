//! Does every part of a model learn? candle has functions that silently cut gradients, so this is asked of every model.

use candle_core::{DType, Tensor};
use foundations::Params;

/// For every parameter, in the order of names, the largest absolute value of its gradient; `None` if none arrived.
///
/// # Panics
/// When the backward pass fails.
#[track_caller]
pub fn gradient_sizes(params: &Params, loss: &Tensor) -> Vec<(String, Option<f64>)> {
    let gradients = loss.backward().unwrap_or_else(|error| panic!("the backward pass failed: {error}"));
    let size = |gradient: &Tensor| {
        let values = gradient.to_dtype(DType::F64).and_then(|gradient| gradient.flatten_all()?.to_vec1::<f64>());
        let values = values.unwrap_or_else(|error| panic!("a gradient cannot be read: {error}"));
        // `f64::max` ignores what is not a number; here it must not go unseen.
        let larger =
            |size: f64, value: &f64| if size.is_nan() || value.is_nan() { f64::NAN } else { size.max(value.abs()) };
        values.iter().fold(0.0, larger)
    };
    let of_parameter = |(name, variable): (String, candle_core::Var)| (name, gradients.get(&variable).map(size));
    params.all().into_iter().map(of_parameter).collect()
}

/// Every parameter gets a gradient that is finite and not all zero.
///
/// # Panics
/// When one does not; the message names all of them.
#[track_caller]
pub fn assert_every_parameter_learns(params: &Params, loss: &Tensor) {
    assert_only_these_learn(params, loss, |_| true);
}

/// The parameters whose name satisfies `learns` get a gradient that is finite and not all zero; the others get none.
///
/// # Panics
/// When it is otherwise for some parameter; the message names all of them.
#[track_caller]
pub fn assert_only_these_learn(params: &Params, loss: &Tensor, learns: impl Fn(&str) -> bool) {
    let sizes = gradient_sizes(params, loss);
    assert!(!sizes.is_empty(), "the model has no parameters");
    let complaint = |(name, size): &(String, Option<f64>)| match (learns(name), size) {
        (true, None) => Some(format!("{name}: should learn, but no gradient arrives")),
        (true, Some(0.0)) => Some(format!("{name}: should learn, but its gradient is all zeros")),
        (true, Some(size)) if !size.is_finite() => Some(format!("{name}: its gradient is {size}")),
        (false, Some(_)) => Some(format!("{name}: is frozen, but a gradient arrives")),
        _ => None,
    };
    let complaints: Vec<String> = sizes.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{} of {} parameters:\n{}", complaints.len(), sizes.len(), complaints.join("\n"));
}
