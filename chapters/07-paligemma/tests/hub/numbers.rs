//! The quick way from bytes to numbers gives what candle's own does.

use candle_core::{DType, Device};
use half::{bf16, f16};
use paligemma::hub::numbers::{plain, read};
use proptest::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// `values` as a file stores them.
fn bytes(values: &[f32], dtype: Dtype) -> Vec<u8> {
    match dtype {
        Dtype::BF16 => values.iter().flat_map(|value| bf16::from_f32(*value).to_le_bytes()).collect(),
        Dtype::F16 => values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect(),
        _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// From every type to every other, infinities and wherever in the file the tensor begins.
    #[test]
    fn bytes_become_the_numbers_that_candle_makes_of_them(
        values in prop::collection::vec(prop_oneof![20 => -1e3f32..1e3, 1 => Just(f32::INFINITY), 1 => Just(1e-42)], 1..40),
        stored in prop::sample::select(vec![Dtype::F32, Dtype::BF16, Dtype::F16]),
        wanted in prop::sample::select(vec![DType::F32, DType::BF16, DType::F16]),
        begins_at in 0usize..4,
    ) {
        let mut file = vec![0; begins_at];
        file.extend(bytes(&values, stored));
        let view = TensorView::new(stored, vec![values.len(), 1], &file[begins_at..]).expect("as many bytes as it says");
        let numbers = |tensor: candle_core::Tensor| -> Vec<u32> {
            let values = tensor.to_dtype(DType::F32).and_then(|tensor| tensor.flatten_all()?.to_vec1::<f32>());
            values.expect("numbers").into_iter().map(f32::to_bits).collect()
        };
        let (quick, slow) = (read(&view, wanted, &Device::Cpu).expect("room"), plain(&view, wanted, &Device::Cpu).expect("room"));
        prop_assert_eq!((quick.dims(), quick.dtype()), (slow.dims(), wanted));
        prop_assert_eq!(numbers(quick), numbers(slow));
    }
}
