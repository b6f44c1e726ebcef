//! A piece of the labels is made without the rest. Measured, by counting what the whole process has allocated. (One
//! test in this file: a second one would be counted too.)

mod counting;

use candle_core::{DType, Device, Result};
use contrastive_loss::pair_labels_for;
use counting::peak_bytes;

/// The labels of 16 texts out of 2,048 take memory for 16 texts, and never for all of them.
#[test]
fn a_chunk_of_labels_never_holds_the_whole() -> Result<()> {
    let peak = peak_bytes(|| pair_labels_for(2048, 16..32, DType::F32, &Device::Cpu).map(drop))?;
    let (chunk, whole) = (2048 * 16 * 4, 2048 * 2048 * 4);
    assert!(peak < 16 * chunk, "{chunk} bytes of labels took {peak} bytes to make; all texts would be {whole} bytes");
    Ok(())
}
