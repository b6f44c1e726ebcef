//! What chunking is for: memory that grows with n·chunk, not with n². Measured, forwards and backwards, by counting what the
//! whole process has allocated. (One test in this file: a second one would be counted too.)

mod counting;

use candle_core::{DType, Device, Result, Tensor, Var};
use contrastive_loss::{chunked_sigmoid_loss, normalise, pair_logits, sigmoid_loss};
use counting::peak_bytes;
use foundations::random::{generator, normal};

/// The peak of one loss with its backward pass, with `chunk` texts at a time or with all pairs at once.
fn peak_of_a_step(n: usize, chunk: Option<usize>) -> Result<usize> {
    let embed = |stream| normalise(&normal((n, 8), 0.0, 1.0, DType::F32, &Device::Cpu, &mut generator(1, stream))?);
    let (images, texts) = (Var::from_tensor(&embed("images")?)?, Var::from_tensor(&embed("texts")?)?);
    let (log_scale, bias) = (Var::new(1f32, &Device::Cpu)?, Var::new(-1f32, &Device::Cpu)?);
    let step = || -> Result<Tensor> {
        let loss = match chunk {
            Some(chunk) => chunked_sigmoid_loss(&images, &texts, &log_scale, &bias, chunk)?,
            None => sigmoid_loss(&pair_logits(&images, &texts, &log_scale, Some(&bias))?)?,
        };
        loss.backward()?;
        Ok(loss)
    };
    step()?; // the matrix multiplication's own work space is made once and kept
    peak_bytes(|| step().map(drop))
}

/// Twice the pairs, twice the memory; half the chunk, about half the memory; and far less than all pairs at once.
#[test]
fn memory_grows_with_n_times_chunk() -> Result<()> {
    let usual = peak_of_a_step(1024, Some(64))?;
    let twice_the_pairs = peak_of_a_step(2048, Some(64))?;
    let a_quarter_of_the_chunk = peak_of_a_step(1024, Some(16))?;
    let all_at_once = peak_of_a_step(1024, None)?;
    assert!(
        twice_the_pairs < usual * 5 / 2,
        "twice the pairs should take twice the memory, not four times: {usual} → {twice_the_pairs} bytes"
    );
    assert!(
        a_quarter_of_the_chunk < usual / 2,
        "a quarter of the chunk should take well below half the memory: {usual} → {a_quarter_of_the_chunk} bytes"
    );
    assert!(
        usual < all_at_once / 8,
        "chunks of 64 out of 1024 should take a small part of all pairs at once: {all_at_once} → {usual} bytes"
    );
    assert!(
        usual < 1024 * 64 * 4 * 12,
        "no more than a dozen tensors of n·chunk should be alive at once: {usual} bytes"
    );
    Ok(())
}
