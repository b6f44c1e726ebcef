//! Randomness that can be repeated.
//!
//! candle's CPU generator cannot be seeded, so every random number of the course is drawn here and then moved to the
//! device. A generator has a *seed* (the run) and a *stream* (what it is for): two parts of a program that use
//! different streams cannot disturb one another, whatever the order in which they draw.
//!
//! ```
//! use foundations::random::{generator, permutation};
//! assert_eq!(permutation(5, &mut generator(1, "shuffle")), permutation(5, &mut generator(1, "shuffle")));
//! ```

use candle_core::{DType, Device, Result, Shape, Tensor};
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal, Uniform};

/// The generator of run `seed` for the purpose called `stream`.
pub fn generator(seed: u64, stream: &str) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(fnv1a(stream));
    rng
}

/// The generator for item `index` of a numbered sequence, for example training step 1,234.
///
/// Because it depends on nothing but its arguments, step 1,234 draws the same numbers whether the run got there in
/// one go or was resumed a minute ago.
pub fn generator_at(seed: u64, stream: &str, index: u64) -> ChaCha8Rng {
    generator(seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15), stream)
}

/// FNV-1a, a hash whose value is fixed for ever (the standard library's is not).
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Independent normal numbers of the given mean and standard deviation.
///
/// # Errors
/// When `std` is negative or not finite.
pub fn normal(
    shape: impl Into<Shape>,
    mean: f64,
    std: f64,
    dtype: DType,
    device: &Device,
    rng: &mut impl Rng,
) -> Result<Tensor> {
    if std < 0.0 {
        candle_core::bail!("a standard deviation of {std} makes no sense; give one that is at least zero");
    }
    let distribution = Normal::new(mean, std).map_err(candle_core::Error::wrap)?;
    from_distribution(shape, distribution, dtype, device, rng)
}

/// Independent uniform numbers in `[low, high)`.
///
/// # Errors
/// When `low >= high`.
pub fn uniform(
    shape: impl Into<Shape>,
    low: f64,
    high: f64,
    dtype: DType,
    device: &Device,
    rng: &mut impl Rng,
) -> Result<Tensor> {
    let distribution = Uniform::new(low, high).map_err(candle_core::Error::wrap)?;
    from_distribution(shape, distribution, dtype, device, rng)
}

fn from_distribution(
    shape: impl Into<Shape>,
    distribution: impl Distribution<f64>,
    dtype: DType,
    device: &Device,
    rng: &mut impl Rng,
) -> Result<Tensor> {
    let shape = shape.into();
    let values: Vec<f64> = distribution.sample_iter(rng).take(shape.elem_count()).collect();
    Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype)?.to_device(device)
}

/// The numbers `0..n` in random order.
pub fn permutation(n: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(rng);
    order
}
