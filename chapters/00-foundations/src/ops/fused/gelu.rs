//! GELU in its tanh form, alone and as the gate of Gemma's MLP.
//!
//! `½·(1 + tanh u)` is the sigmoid of `2u`, so GELU is `x · σ(2u)` with `u = √(2/π)·(x + 0.044715·x³)`: one `exp` instead of
//! a `tanh`, and no loss of digits where `tanh u` is close to −1.

use candle_core::{Result, Shape, Tensor, bail};

use super::number::Number;
use super::operator::{Operator, View, apply1, apply2};
use super::parallel;

/// See [`crate::ops::gelu`].
///
/// # Errors
/// When `x` does not hold floating-point numbers.
pub fn gelu(x: &Tensor) -> Result<Tensor> {
    apply1(Gelu, x)
}

/// `gelu(gate) · up`.
///
/// # Shapes
/// `gate` and `up`: any shape, the same → the same.
/// # Errors
/// When the shapes differ.
/// # Source
/// Shazeer 2020, arXiv 2002.05202.
pub fn geglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    if gate.dims() != up.dims() {
        bail!("geglu: the gate has shape {:?}, the values {:?}", gate.dims(), up.dims());
    }
    apply2(Geglu, gate, up)
}

/// `2·√(2/π)`.
const TWICE_ROOT: f64 = 2.0 * 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044715;

/// The sigmoid `σ(2u)` at `x`.
#[inline(always)]
fn openness<T: Number>(x: T) -> T {
    let twice_u = T::from_f64(TWICE_ROOT) * x * (T::one() + T::from_f64(CUBIC) * x * x);
    T::one() / (T::one() + (-twice_u).exp())
}

/// The slope of GELU at `x`, where the sigmoid is `s`: `s + x · s · (1 − s) · (2u)'`.
#[inline(always)]
fn slope<T: Number>(x: T, s: T) -> T {
    let slope_of_twice_u = T::from_f64(TWICE_ROOT) * (T::one() + T::from_f64(3.0 * CUBIC) * x * x);
    s + x * s * (T::one() - s) * slope_of_twice_u
}

struct Gelu;

impl Operator<1> for Gelu {
    const NAME: &'static str = "gelu";

    fn forward<T: Number>(&self, [x]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: gelu_forward
        let y = parallel::filled(x.data.len(), |offset, y| {
            for (y, &x) in y.iter_mut().zip(&x.data[offset..]) {
                *y = x * openness(x);
            }
        });
        Ok((y, x.dims.into()))
        // ANCHOR_END: gelu_forward
    }

    fn backward<T: Number>(
        &self,
        [x]: [View<T>; 1],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        // ANCHOR: gelu_backward
        let of_x = parallel::filled(x.data.len(), |offset, of_x| {
            for ((of_x, &x), &gradient) in of_x.iter_mut().zip(&x.data[offset..]).zip(&gradient.data[offset..]) {
                *of_x = gradient * slope(x, openness(x));
            }
        });
        Ok([Some(of_x)])
        // ANCHOR_END: gelu_backward
    }
}

struct Geglu;

impl Operator<2> for Geglu {
    const NAME: &'static str = "geglu";

    fn forward<T: Number>(&self, [gate, up]: [View<T>; 2]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: geglu_forward
        let y = parallel::filled(gate.data.len(), |offset, y| {
            for ((y, &gate), &up) in y.iter_mut().zip(&gate.data[offset..]).zip(&up.data[offset..]) {
                *y = gate * openness(gate) * up;
            }
        });
        Ok((y, gate.dims.into()))
        // ANCHOR_END: geglu_forward
    }

    fn backward<T: Number>(
        &self,
        [gate, up]: [View<T>; 2],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 2],
    ) -> Result<[Option<Vec<T>>; 2]> {
        // ANCHOR: geglu_backward
        let [of_gate, of_up] = parallel::filled_together(gate.data.len(), |offset, of_gate, of_up| {
            let inputs = gate.data[offset..].iter().zip(&up.data[offset..]).zip(&gradient.data[offset..]);
            for ((of_gate, of_up), ((&gate, &up), &gradient)) in of_gate.iter_mut().zip(of_up).zip(inputs) {
                let s = openness(gate);
                *of_gate = gradient * up * slope(gate, s);
                *of_up = gradient * gate * s;
            }
        });
        Ok([Some(of_gate), Some(of_up)])
        // ANCHOR_END: geglu_backward
    }
}
