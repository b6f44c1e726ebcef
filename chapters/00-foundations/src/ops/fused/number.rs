//! The two kinds of number that the fused operators are written for.
//!
//! Training runs in `f32`; gradient checks run in `f64`, where finite differences are sharp enough to judge. The one
//! thing that differs is `exp`: the standard library computes it one number at a time, and a transformer needs tens of
//! millions of them per step (softmax, GELU, cross-entropy). So `f32` gets an `exp` without branches or table look-ups,
//! which the compiler turns into instructions that work on 8 or 16 numbers at once.

use std::ops::Neg;

use candle_core::WithDType;

/// A number that the fused operators compute with: `f32` or `f64`.
pub trait Number: WithDType + Neg<Output = Self> {
    /// `e` to the power of `self`.
    fn exp(self) -> Self;

    /// The natural logarithm.
    fn ln(self) -> Self;

    /// The square root.
    fn sqrt(self) -> Self;

    /// The larger of two numbers, as one instruction: unlike `f32::max` it need not think about NaN.
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}

/// Without the instruction, `mul_add` becomes a slow library call that emulates it.
const HAS_FUSED_MULTIPLY_ADD: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// `number · factor + term`, in one instruction where the processor has one.
#[inline(always)]
pub fn mul_add(number: f32, factor: f32, term: f32) -> f32 {
    if HAS_FUSED_MULTIPLY_ADD { number.mul_add(factor, term) } else { number * factor + term }
}

impl Number for f32 {
    #[inline(always)]
    fn exp(self) -> Self {
        exp_f32(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        f32::ln(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
}

impl Number for f64 {
    #[inline(always)]
    fn exp(self) -> Self {
        f64::exp(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        f64::ln(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
}

/// Below this, `exp` has no normal `f32`: zero.
const EXP_LOWEST: f32 = -87.3;
/// Above this, `exp` is larger than any `f32`: infinity.
const EXP_HIGHEST: f32 = 88.72;

/// `eˣ` to about 1e-7 relative, without a branch.
///
/// Write `x = n·ln 2 + r` with a whole `n` and `|r| ≤ ½ ln 2`. Then `eˣ = 2ⁿ · eʳ`, where eight terms of the Taylor
/// series give `eʳ` to 5e-9, and multiplying by `2ⁿ` is adding `n` to the exponent bits.
#[inline(always)]
fn exp_f32(x: f32) -> f32 {
    // ANCHOR: exp_f32
    // Adding 1.5 · 2²³ pushes the fraction out of the mantissa: what is left in its low bits is x / ln 2, rounded.
    const ROUNDER: f32 = 12_582_912.0;
    // ln 2 in two parts. The first has few bits, so n · LN2_HIGH is exact and r keeps its last digits.
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    let mut series = 1.0 / 5040.0;
    for coefficient in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = mul_add(series, r, coefficient);
    }
    let scaled = f32::from_bits(series.to_bits().wrapping_add(rounded.to_bits() << 23));
    // Outside of what a number can hold, all of that was nonsense.
    let scaled = if x > EXP_HIGHEST { f32::INFINITY } else { scaled };
    let scaled = if x.is_nan() { x } else { scaled };
    if x < EXP_LOWEST { 0.0 } else { scaled }
    // ANCHOR_END: exp_f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fast exponential agrees with the library's, rounded from f64, over its whole range, both ends among it.
    #[test]
    fn exp_is_right_to_the_last_digits() {
        let worst = (-87_300..=88_720)
            .map(|thousandth| {
                let x = thousandth as f32 / 1000.0;
                let right = f64::from(x).exp();
                ((f64::from(exp_f32(x)) - right) / right).abs()
            })
            .fold(0.0, f64::max);
        assert!(worst < 1.2e-7, "relative error {worst:e}: expected at most one unit in the last place");
    }

    /// Where f32 ends, the answer is zero or infinity, and NaN stays visible.
    #[test]
    fn exp_is_sensible_beyond_its_range() {
        assert_eq!([-1e30, -1e4, 1e4].map(exp_f32), [0.0, 0.0, f32::INFINITY]);
        assert_eq!([f32::NEG_INFINITY, f32::INFINITY].map(exp_f32), [0.0, f32::INFINITY]);
        assert_eq!(exp_f32(0.0), 1.0);
        for bits in [0x7fc0_0000, 0x7fc0_0001, 0x7fc1_2345, 0xffc0_01ff, 0x7f80_0001] {
            let nan = exp_f32(f32::from_bits(bits));
            assert!(
                nan.is_nan(),
                "{bits:x} became {nan:e}: a NaN must not vanish, it is how a broken run shows itself"
            );
        }
    }
}
