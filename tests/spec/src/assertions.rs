//! Assertions that explain: what was expected, in words, and where the result is furthest from it.

use candle_core::{DType, Result, Tensor};
use foundations::gradient_check::gradient_error;

/// In f64, central differences are good to about nine digits; a wrong gradient is off in the first or second.
const GRADIENT_TOLERANCE: f64 = 1e-6;

/// All elements agree within `tolerance`, relative to the expected element where that is larger than one.
/// `sentence` says what should be true.
///
/// # Panics
/// When shapes differ, or an element is further off, or is not a number.
#[track_caller]
pub fn assert_close(actual: &Tensor, expected: &Tensor, tolerance: f64, sentence: &str) {
    assert_eq!(actual.dims(), expected.dims(), "expected: {sentence}\nbut the shapes differ (left: yours)");
    let (actual_values, expected_values) = (values(actual), values(expected));
    let excess = |(a, e): (&f64, &f64)| {
        let distance = (a - e).abs() / e.abs().max(1.0);
        if a == e {
            0.0
        } else if distance.is_nan() {
            f64::INFINITY
        } else {
            distance
        }
    };
    let distances = actual_values.iter().zip(&expected_values).map(excess);
    let Some((worst, distance)) = distances.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)) else {
        return; // no elements, nothing to differ
    };
    assert!(
        distance <= tolerance,
        "expected: {sentence}\nbut element {:?} of a {:?} tensor is {} instead of {} (off by {distance:.3e}, allowed {tolerance:.1e})",
        place(worst, actual.dims()),
        actual.dims(),
        actual_values[worst],
        expected_values[worst],
    );
}

/// A tensor with one element has this value, within `tolerance` (relative where the value is larger than one).
///
/// # Panics
/// When it does not, or has more elements.
#[track_caller]
pub fn assert_number(actual: &Tensor, expected: f64, tolerance: f64, sentence: &str) {
    assert_eq!(
        actual.elem_count(),
        1,
        "expected: {sentence}\nbut the result has shape {:?}, not one number",
        actual.dims()
    );
    let actual = values(actual)[0];
    let distance = (actual - expected).abs() / expected.abs().max(1.0);
    assert!(
        distance <= tolerance,
        "expected: {sentence}\nbut the number is {actual} instead of {expected} (off by {distance:.3e}, allowed {tolerance:.1e})"
    );
}

/// No element is infinite or not a number.
///
/// # Panics
/// When one is.
#[track_caller]
pub fn assert_finite(actual: &Tensor, sentence: &str) {
    let values = values(actual);
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        panic!(
            "expected: {sentence}\nbut element {:?} of a {:?} tensor is {}",
            place(index, actual.dims()),
            actual.dims(),
            values[index]
        );
    }
}

/// `backward()` agrees with central differences for every element of every input, in f64.
///
/// # Panics
/// When `f` fails, or a slope differs. A gradient that never arrives counts as zero.
#[track_caller]
pub fn assert_gradients_match(f: impl Fn(&[Tensor]) -> Result<Tensor>, inputs: &[Tensor], sentence: &str) {
    match gradient_error(f, inputs) {
        Ok(error) => assert!(
            error <= GRADIENT_TOLERANCE,
            "expected: {sentence}\nbut the gradient differs from the measured slope by {error:.3e} (allowed {GRADIENT_TOLERANCE:.1e}){}",
            if (error - 1.0).abs() < 1e-3 {
                "; an error of 1 means that a gradient is missing: some operation cut it off"
            } else {
                ""
            }
        ),
        Err(error) => panic!("expected: {sentence}\nbut the computation failed: {error}"),
    }
}

fn values(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.to_dtype(DType::F64).and_then(|tensor| tensor.flatten_all());
    flat.and_then(|flat| flat.to_vec1::<f64>()).unwrap_or_else(|error| panic!("the tensor cannot be read: {error}"))
}

/// The coordinates of an element, from its number in reading order.
fn place(mut element: usize, dims: &[usize]) -> Vec<usize> {
    let mut coordinates: Vec<usize> = dims
        .iter()
        .rev()
        .map(|size| {
            let coordinate = element % size;
            element /= size;
            coordinate
        })
        .collect();
    coordinates.reverse();
    coordinates
}
