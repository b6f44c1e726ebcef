//! The bytes of a file become the numbers of a tensor, on all cores.
//!
//! candle's own way, [`plain`], copies a tensor as it is stored and then converts the copy, on one core. A published model is
//! billions of numbers, and most of the time goes by while the system finds memory for them, page by page: cores that
//! write to different pages find it at the same time.

use candle_core::safetensors::Load;
use candle_core::{DType, Device, Result, Tensor, WithDType};
use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::tensor::TensorView;

/// Numbers that a core takes at a time, at least.
const CHUNK: usize = 1 << 18;

/// The numbers of a stored tensor, as `dtype`.
///
/// # Errors
/// When the tensor is stored in a type that candle does not know, or the device has no room.
pub fn read(stored: &TensorView, dtype: DType, device: &Device) -> Result<Tensor> {
    let from: DType = stored.dtype().try_into()?;
    match (from, dtype) {
        (DType::F32, DType::F32) => converted(stored, f32::from_le_bytes, device),
        (DType::BF16, DType::F32) => converted(stored, |bytes| bf16::from_le_bytes(bytes).to_f32(), device),
        (DType::F16, DType::F32) => converted(stored, |bytes| f16::from_le_bytes(bytes).to_f32(), device),
        (DType::BF16, DType::BF16) => converted(stored, bf16::from_le_bytes, device),
        (DType::F16, DType::F16) => converted(stored, f16::from_le_bytes, device),
        _ => plain(stored, dtype, device),
    }
}

/// The readable form of [`read`].
///
/// # Errors
/// As there.
pub fn plain(stored: &TensorView, dtype: DType, device: &Device) -> Result<Tensor> {
    stored.load(device)?.to_dtype(dtype)
}

/// Every `SIZE` bytes become one number.
fn converted<const SIZE: usize, T: WithDType + Send>(
    stored: &TensorView,
    number: impl Fn([u8; SIZE]) -> T + Sync,
    device: &Device,
) -> Result<Tensor> {
    let (bytes, _) = stored.data().as_chunks::<SIZE>();
    let numbers: Vec<T> = bytes.par_iter().with_min_len(CHUNK).map(|bytes| number(*bytes)).collect();
    Tensor::from_vec(numbers, stored.shape(), device)
}
