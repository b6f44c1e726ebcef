//! What a CPU wants as it is stored stays in the file.

use candle_core::{CpuStorage, DType, Device, Storage, Tensor};
use half::{bf16, f16};
use paligemma::hub::in_place::in_place;
use paligemma::hub::numbers::plain;
use paligemma::hub::{Weights, names};
use proptest::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::support::{SHARDED, SINGLE, copy_of};

/// Where the numbers of a tensor lie.
fn address(tensor: &Tensor) -> usize {
    let (storage, layout) = tensor.storage_and_layout();
    assert_eq!(layout.start_offset(), 0);
    let Storage::Cpu(storage) = &*storage else { panic!("the tensor is not on the CPU") };
    match storage {
        CpuStorage::F32(numbers) => numbers.as_ptr().addr(),
        CpuStorage::BF16(numbers) => numbers.as_ptr().addr(),
        CpuStorage::F16(numbers) => numbers.as_ptr().addr(),
        _ => panic!("numbers of another type"),
    }
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.to_dtype(DType::F32).and_then(|tensor| tensor.flatten_all()?.to_vec1()).expect("numbers")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The numbers are those that candle reads, wherever they begin; and they are the file's own where that is possible.
    #[test]
    fn a_tensor_in_place_is_the_one_that_is_read(
        values in prop::collection::vec(-1e3f32..1e3, 1..40),
        stored in prop::sample::select(vec![Dtype::F32, Dtype::BF16, Dtype::F16]),
        begins_at in 0usize..5,
    ) {
        let mut file = Vec::<u8>::with_capacity(4 * values.len() + 8);
        file.resize(file.as_ptr().align_offset(4) + begins_at, 0);
        let (start, size) = (file.len(), if stored == Dtype::F32 { 4 } else { 2 });
        for value in &values {
            match stored {
                Dtype::BF16 => file.extend(bf16::from_f32(*value).to_le_bytes()),
                Dtype::F16 => file.extend(f16::from_f32(*value).to_le_bytes()),
                _ => file.extend(value.to_le_bytes()),
            }
        }
        let file: &'static [u8] = file.leak();
        let view = TensorView::new(stored, vec![1, values.len()], &file[start..]).expect("as many bytes as it says");
        // SAFETY: the bytes are never freed, and nobody writes.
        let ours = unsafe { in_place(&view) }.expect("a tensor");
        let read = plain(&view, ours.dtype(), &Device::Cpu).expect("a tensor");
        prop_assert_eq!(ours.dims(), read.dims());
        prop_assert_eq!(numbers(&ours), numbers(&read));
        let is_the_files_own = address(&ours) == view.data().as_ptr().addr();
        prop_assert_eq!(is_the_files_own, begins_at % size == 0);
    }
}

/// The files of a folder that this process has mapped, and at which addresses.
#[cfg(target_os = "linux")]
fn mapped(folder: &std::path::Path) -> Vec<std::ops::Range<usize>> {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux says what is mapped");
    let of_folder = maps.lines().filter(|line| line.contains(&*folder.to_string_lossy()));
    let range = |line: &str| {
        let (from, to) = line.split_whitespace().next()?.split_once('-')?;
        Some(usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?)
    };
    of_folder.map(|line| range(line).expect("two addresses")).collect()
}

/// One file of f32, and three of bf16: no number is copied, unless another type is wanted.
#[cfg(target_os = "linux")]
#[test]
fn a_model_computes_with_the_files_numbers() {
    for (name, stored, other) in [(SINGLE, DType::F32, DType::BF16), (SHARDED, DType::BF16, DType::F32)] {
        let folder = copy_of(name);
        let weights = Weights::open(folder.path(), names::of_paligemma).expect("a folder with weights");
        let names: Vec<String> = weights.names().map(str::to_owned).collect();
        for dtype in [stored, other] {
            // SAFETY: nobody writes.
            let builder = unsafe { weights.builder(dtype, &Device::Cpu, |_| {}) };
            for name in &names {
                let tensor = builder.get_unchecked(name).expect("a tensor of the folder");
                let is_in_a_file = mapped(folder.path()).iter().any(|range| range.contains(&address(&tensor)));
                assert_eq!(tensor.dtype(), dtype);
                assert_eq!(is_in_a_file, dtype == stored, "{name} as {dtype:?}");
            }
        }
    }
}

/// Neither the handle to the folder nor the folder itself is needed any more: an update of the files is renamed into their place.
#[cfg(unix)] // elsewhere, a mapped file cannot be replaced
#[test]
fn tensors_outlive_the_handle_and_the_name_of_their_file() {
    let folder = copy_of(SINGLE);
    let weights = Weights::open(folder.path(), names::of_paligemma).expect("a folder with weights");
    let name = weights.names().next().expect("a tensor").to_owned();
    let copied = weights.tensor(&name, DType::F32, &Device::Cpu).expect("a tensor");
    // SAFETY: nobody writes.
    let builder = unsafe { weights.builder(DType::F32, &Device::Cpu, |_| {}) };
    let tensor = builder.get_unchecked(&name).expect("a tensor");
    drop(weights);
    let file = folder.path().join("model.safetensors");
    let update = folder.path().join("update");
    std::fs::write(&update, vec![0; std::fs::metadata(&file).expect("a file").len() as usize]).expect("room");
    std::fs::rename(update, file).expect("a writable folder");
    assert_ne!(address(&tensor), address(&copied));
    assert_eq!(numbers(&tensor), numbers(&copied));
}
