//! Sums and maxima of a row, in lanes.
//!
//! A processor adds 8 or 16 numbers in one instruction, but only if the additions do not wait for each other. A plain
//! loop `sum += x` is one long chain, and the compiler may not reorder it, because floating-point addition is not
//! associative. So the order is chosen here: 32 running sums side by side, added together at the end. (That is also
//! more accurate than one long chain.)

use super::number::Number;

/// How many running sums: two vectors of 16 `f32`, so that one addition can start while another finishes.
const LANES: usize = 32;

/// `Σ f(x)` over a row.
#[inline(always)]
pub fn sum<T: Number>(row: &[T], f: impl Fn(T) -> T) -> T {
    // ANCHOR: sum
    let mut lanes = [T::zero(); LANES];
    let chunks = row.chunks_exact(LANES);
    let mut rest = T::zero();
    for &x in chunks.remainder() {
        rest += f(x);
    }
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += f(x);
        }
    }
    lanes.into_iter().fold(rest, |total, lane| total + lane)
    // ANCHOR_END: sum
}

/// `Σ f(x, y)` over two rows of equal length.
#[inline(always)]
pub fn sum_pairs<T: Number>(left: &[T], right: &[T], f: impl Fn(T, T) -> T) -> T {
    // ANCHOR: sum_pairs
    let mut lanes = [T::zero(); LANES];
    let (lefts, rights) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let mut rest = T::zero();
    for (&x, &y) in lefts.remainder().iter().zip(rights.remainder()) {
        rest += f(x, y);
    }
    for (xs, ys) in lefts.zip(rights) {
        for ((lane, &x), &y) in lanes.iter_mut().zip(xs).zip(ys) {
            *lane += f(x, y);
        }
    }
    lanes.into_iter().fold(rest, |total, lane| total + lane)
    // ANCHOR_END: sum_pairs
}

/// The largest number of a row; `f32`'s most negative number for an empty one.
#[inline(always)]
pub fn largest<T: Number>(row: &[T]) -> T {
    // ANCHOR: largest
    let mut lanes = [T::from_f64(f64::from(f32::MIN)); LANES];
    let chunks = row.chunks_exact(LANES);
    for (lane, &x) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = lane.larger(x);
    }
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = lane.larger(x);
        }
    }
    lanes.into_iter().fold(lanes[0], T::larger)
    // ANCHOR_END: largest
}
