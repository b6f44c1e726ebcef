//! Rotary position embedding: each pair of features turned by an angle that grows with the position.

use candle_core::{Result, Shape, Tensor, bail};

use super::number::Number;
use super::operator::{Operator, View, apply1, with_numbers};
use super::parallel;

/// Turns feature `i` of the first half against feature `i` of the second half.
///
/// # Shapes
/// `x`: `[b, t, heads, d]`, `cos` and `sin`: `[t, d/2]` or `[b, t, d/2]` → `[b, t, heads, d]`.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// Su et al. 2021, arXiv 2104.09864, equation 34, with the pairing of the published Gemma weights (halves, not neighbours).
pub fn rope(x: &Tensor, cos: &Tensor, sin: &Tensor) -> Result<Tensor> {
    let (b, t, _, d) = x.dims4()?;
    let fits = cos.dims() == [t, d / 2] || cos.dims() == [b, t, d / 2];
    if !fits || sin.dims() != cos.dims() || d % 2 == 1 {
        bail!("rope: x is {:?}, so cos and sin must be [{t}, {}], not {:?}", x.dims(), d / 2, cos.dims());
    }
    let angles = |table: &Tensor| table.detach().to_dtype(x.dtype())?.contiguous();
    apply1(Rope { cos: angles(cos)?, sin: angles(sin)? }, x)
}

struct Rope {
    cos: Tensor, // [(b,) t, d/2]
    sin: Tensor, // [(b,) t, d/2]
}

impl Rope {
    /// Turns every pair of `x` by its angle, or back by it when `direction` is −1.
    fn rotate<T: Number>(&self, x: View<T>, direction: T) -> Result<Vec<T>> {
        // ANCHOR: rope_rotate
        let (d, heads) = (x.dims[3], x.dims[2]);
        let half = d / 2;
        let positions = self.cos.elem_count() / half.max(1); // t, or b · t
        with_numbers(&self.cos, |cos: &[T]| {
            with_numbers(&self.sin, |sin: &[T]| {
                Ok(parallel::filled_rows(x.data.len(), heads * d, heads * d, |row, y| {
                    let x = &x.data[row * heads * d..][..heads * d];
                    let cos = &cos[row % positions * half..][..half];
                    let sin = &sin[row % positions * half..][..half];
                    for (y, x) in y.chunks_exact_mut(d).zip(x.chunks_exact(d)) {
                        rotate_head(y, x, cos, sin, direction);
                    }
                }))
            })
        })
        // ANCHOR_END: rope_rotate
    }
}

/// One head at one position: `(first, second) → (first·cos − second·sin, second·cos + first·sin)`.
#[inline(always)]
fn rotate_head<T: Number>(y: &mut [T], x: &[T], cos: &[T], sin: &[T], direction: T) {
    // ANCHOR: rotate_head
    let half = cos.len();
    let (first, second) = x.split_at(half);
    let (new_first, new_second) = y.split_at_mut(half);
    for i in 0..half {
        let sin = direction * sin[i];
        new_first[i] = first[i] * cos[i] - second[i] * sin;
        new_second[i] = second[i] * cos[i] + first[i] * sin;
    }
    // ANCHOR_END: rotate_head
}

impl Operator<1> for Rope {
    const NAME: &'static str = "rope";

    fn forward<T: Number>(&self, [x]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        Ok((self.rotate(x, T::one())?, x.dims.into()))
    }

    /// A rotation's transpose is the rotation back.
    fn backward<T: Number>(
        &self,
        _: [View<T>; 1],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        Ok([Some(self.rotate(gradient, -T::one())?)])
    }
}
