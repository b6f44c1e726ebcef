//! Is a backward pass right? Ask finite differences.
//!
//! The slope of `f` along one coordinate is about `(f(x + h) − f(x − h)) / 2h`. Comparing that with what `backward()`
//! says finds wrong gradients and, more often, gradients that a function silently cut.
//!
//! ```
//! use candle_core::{Device, Tensor};
//! use foundations::gradient_check::gradient_error;
//!
//! let x = Tensor::new(&[0.3f64, -1.2, 2.0], &Device::Cpu)?;
//! let error = gradient_error(|x| x[0].sqr()?.sum_all(), &[x])?;
//! assert!(error < 1e-8);
//! # Ok::<(), candle_core::Error>(())
//! ```

use candle_core::{DType, Result, Tensor, Var};

/// Half the width of the central difference. In f64 the truncation error `h²` and the rounding error `1e-16/h` are then
/// both near 1e-10.
const STEP: f64 = 1e-5;

/// The largest difference between `backward()` and central differences over all elements of all inputs, relative to
/// `max(1, |slope|)`. A gradient that never arrives counts as zero.
///
/// # Shapes
/// `inputs`: any, converted to f64; `f` returns a scalar.
/// # Errors
/// When `f` fails or does not return a scalar.
pub fn gradient_error(f: impl Fn(&[Tensor]) -> Result<Tensor>, inputs: &[Tensor]) -> Result<f64> {
    // ANCHOR: gradient_error
    // Detached first: candle does not copy a tensor that is a variable already, and an input given twice is two inputs.
    let copies = inputs.iter().map(|x| Var::from_tensor(&x.detach().to_dtype(DType::F64)?));
    let variables = copies.collect::<Result<Vec<_>>>()?;
    let tracked: Vec<Tensor> = variables.iter().map(|variable| variable.as_tensor().clone()).collect();
    let gradients = f(&tracked)?.backward()?;
    let mut worst = 0f64;
    for (index, input) in tracked.iter().enumerate() {
        let claimed = match gradients.get(input) {
            Some(gradient) => gradient.flatten_all()?.to_vec1::<f64>()?,
            None => vec![0.0; input.elem_count()],
        };
        for (element, claimed) in claimed.into_iter().enumerate() {
            let slope = central_difference(&f, &tracked, index, element)?;
            let error = (claimed - slope).abs() / slope.abs().max(1.0);
            worst = if error.is_nan() { f64::INFINITY } else { worst.max(error) }; // `max` alone would pass over a NaN
        }
    }
    Ok(worst)
    // ANCHOR_END: gradient_error
}

/// The slope of `f` along one element of one input, measured from both sides.
fn central_difference(
    f: &impl Fn(&[Tensor]) -> Result<Tensor>,
    inputs: &[Tensor],
    index: usize,
    element: usize,
) -> Result<f64> {
    // ANCHOR: central_difference
    let at = |offset: f64| -> Result<f64> {
        let mut values = inputs[index].flatten_all()?.to_vec1::<f64>()?;
        values[element] += offset;
        let mut moved: Vec<Tensor> = inputs.iter().map(Tensor::detach).collect();
        moved[index] = Tensor::from_vec(values, inputs[index].shape(), inputs[index].device())?;
        f(&moved)?.to_scalar::<f64>()
    };
    Ok((at(STEP)? - at(-STEP)?) / (2.0 * STEP))
    // ANCHOR_END: central_difference
}
