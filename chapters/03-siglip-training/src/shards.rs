//! Data parallelism: each core takes some rows of the batch through the whole model, forward and backward.
//!
//! One operator after another on all cores leaves cores waiting: most operators are too short to be worth sharing out, and
//! at the end of each the faster core waits for the slower one. Rows of a batch hardly need one another, so a core can keep
//! a *shard* of them from pixels to gradients and meet the others twice: where the loss compares all pictures with all
//! captions, and where gradients are added up. Between machines the same idea is called distributed data parallelism.
//!
//! How a batch is cut depends on its size and never on the number of cores: sums of floating-point numbers depend on their
//! order, and a run must be repeatable to the bit.

use std::ops::Range;

use candle_core::backprop::GradStore;
use candle_core::{Device, Result};
use rayon::prelude::*;

/// Shards of a batch on a CPU: enough for the cores of a small laptop. A GPU takes the batch as a whole.
const SHARDS: usize = 4;

/// Fewer rows than this are not worth a shard of their own.
const FEWEST_ROWS: usize = 4;

/// The rows of each shard of a batch of `rows` rows: as equal as possible, in order.
///
/// ```
/// use candle_core::Device;
/// use siglip_training::shards::shards;
/// assert_eq!(shards(18, &Device::Cpu), [0..5, 5..9, 9..14, 14..18]);
/// assert_eq!(shards(3, &Device::Cpu), [0..3]);
/// ```
pub fn shards(rows: usize, device: &Device) -> Vec<Range<usize>> {
    // ANCHOR: shards
    let most = if device.is_cpu() { SHARDS } else { 1 };
    let count = (rows / FEWEST_ROWS).clamp(1, most);
    let bound = |shard: usize| (shard * rows).div_ceil(count);
    (0..count).map(|shard| bound(shard)..bound(shard + 1)).collect()
    // ANCHOR_END: shards
}

/// Does `work` for every shard, on all cores; the results come in the order of the shards.
///
/// # Errors
/// The first error of a shard.
pub fn on_all_cores<S: Sync, T: Send>(shards: &[S], work: impl Fn(&S) -> Result<T> + Sync + Send) -> Result<Vec<T>> {
    shards.par_iter().map(work).collect()
}

/// The gradients of a sum, from those of its parts, added up in their order.
///
/// # Errors
/// When there are no parts, or the device runs out of memory.
pub fn sum_gradients(parts: Vec<GradStore>) -> Result<GradStore> {
    // ANCHOR: sum_gradients
    let mut parts = parts.into_iter();
    let Some(mut sum) = parts.next() else { candle_core::bail!("there are no gradients to add up") };
    for part in parts {
        sum.extend(part)?;
    }
    Ok(sum)
    // ANCHOR_END: sum_gradients
}
