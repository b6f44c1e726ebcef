//! A tensor whose numbers stay in a mapped file.
//!
//! Nothing is read when it is made: a model of six gigabytes is there at once. When somebody multiplies with a page of it, the system
//! brings that page from the disk, keeps it while there is room, and shares it with everybody else who looks into the file.
//!
//! candle keeps the numbers of a tensor in a [`Vec`], and a vector owns its memory. So here a vector claims memory that belongs to the
//! file, and one handle to it is given up on purpose: what is never dropped is never given back to an allocator that did not lend it.

use candle_core::{DType, Device, Result, Tensor, WithDType};
use half::{bf16, f16};
use safetensors::tensor::TensorView;

use super::numbers;

/// The tensor that `stored` is, on the CPU, in the type that it is stored in, without a copy. Where its numbers do not begin at a
/// multiple of their size, or the computer has their bytes in another order, it is [`numbers::read`].
///
/// # Errors
/// When the tensor is stored in a type that candle does not know.
///
/// # Safety
/// Until the process ends, the bytes of `stored` stay where they are and as they are, and nobody writes into the tensor.
pub unsafe fn in_place(stored: &TensorView) -> Result<Tensor> {
    let dtype: DType = stored.dtype().try_into()?;
    // SAFETY: the caller's promise; and whatever bits are there, they are a number of one of these types.
    let tensor = unsafe {
        match dtype {
            DType::F32 => claim::<f32>(stored),
            DType::BF16 => claim::<bf16>(stored),
            DType::F16 => claim::<f16>(stored),
            _ => None,
        }
    };
    tensor.map_or_else(|| numbers::read(stored, dtype, &Device::Cpu), Ok)
}

/// The tensor without a copy, if that is possible.
///
/// # Safety
/// That of [`in_place`], and any bits are a number of type `T`.
unsafe fn claim<T: WithDType>(stored: &TensorView) -> Option<Tensor> {
    // SAFETY: any bits are a `T`.
    let (before, numbers, after) = unsafe { stored.data().align_to::<T>() };
    let fits = before.is_empty() && after.is_empty() && numbers.len() == stored.shape().iter().product::<usize>();
    if !fits || numbers.is_empty() || cfg!(target_endian = "big") {
        return None;
    }
    // SAFETY: so many numbers lie there, aligned, for as long as the process lives. That they come from the allocator, which a vector
    // promises, too, is not so. It would matter when the vector is freed or grows, and neither happens: candle (0.11) moves it into the
    // tensor's storage as it is, never makes it longer, and the handle that is forgotten below keeps it from being dropped.
    let claimed = unsafe { Vec::from_raw_parts(numbers.as_ptr().cast_mut(), numbers.len(), numbers.len()) };
    let tensor = Tensor::from_vec(claimed, stored.shape(), &Device::Cpu).expect("as many numbers as the shape says");
    std::mem::forget(tensor.clone());
    Some(tensor)
}
