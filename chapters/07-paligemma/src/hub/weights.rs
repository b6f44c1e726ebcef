//! The numbers of a folder from the hub, under the names that our modules ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Error, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use foundations::{Init, VarBuilder};

use super::error::HubError;
use super::in_place::in_place;
use super::manifest::Manifest;
use super::names::HEAD;
use super::numbers;
use super::shards::{Shard, open_shards};

/// The embedding table, which is the output head, too.
const TABLE: &str = "language_model.model.embed_tokens.weight";
/// What every tensor of a tower's pooling head begins with.
const POOLING: &str = "vision_tower.vision_model.head.";

/// All tensors of a folder. Cloning shares the files.
#[derive(Clone)]
pub struct Weights(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    shards: Vec<Shard>,
    tensors: BTreeMap<String, Stored>,
}

/// Where a tensor is.
struct Stored {
    shard: usize,
    name: String,
    shape: Vec<usize>,
    dtype: DType,
}

impl Weights {
    /// Opens the files of a folder; `rename` turns a stored name into ours, or into nothing.
    ///
    /// # Errors
    /// When a file is missing or damaged, or a tensor is there twice or of a type that cannot be used.
    pub fn open(folder: &Path, rename: impl Fn(&str) -> Option<String>) -> Result<Self, HubError> {
        let shards = open_shards(folder)?;
        let mut tensors = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for (index, shard) in shards.iter().enumerate() {
            for (stored, view) in shard.tensors.tensors() {
                let Some(name) = rename(&stored) else { continue };
                let dtype = DType::try_from(view.dtype()).ok();
                let dtype = dtype.filter(|dtype| matches!(dtype, DType::F32 | DType::F16 | DType::BF16));
                let Some(dtype) = dtype else {
                    let found = format!("{:?}", view.dtype());
                    return Err(HubError::Type { path: shard.path.clone(), tensor: stored, found });
                };
                let entry = Stored { shard: index, name: stored, shape: view.shape().to_vec(), dtype };
                if tensors.insert(name.clone(), entry).is_some() {
                    twice.insert(format!("'{name}' is there twice"));
                }
            }
        }
        // Of two tied matrices a file may hold either.
        if !tensors.contains_key(TABLE)
            && let Some(head) = tensors.remove(HEAD)
        {
            tensors.insert(TABLE.to_owned(), head);
        }
        let weights = Self(Arc::new(Inner { folder: folder.to_owned(), shards, tensors }));
        weights.refuse(twice.into_iter().collect())?;
        Ok(weights)
    }

    /// Compares the tensors with those that a model asks for. An output head may be stored beside the embedding table
    /// that it is tied to, when both are equal, and a tower's pooling head, which a PaliGemma does not use.
    ///
    /// # Errors
    /// One error that lists every tensor that is missing, left over or misshapen.
    pub fn check(&self, wanted: &Manifest) -> Result<(), HubError> {
        let found = &self.0.tensors;
        let mut problems = Vec::new();
        for (name, shape) in wanted {
            match found.get(name) {
                None => problems.push(format!("'{name}' is missing")),
                Some(stored) if stored.shape != *shape => {
                    problems.push(format!("'{}' has shape {:?}, not {shape:?}", stored.name, stored.shape));
                }
                Some(_) => {}
            }
        }
        let is_unused = |name: &str| name.starts_with(POOLING) && wanted.contains_key(TABLE);
        for (name, stored) in found.iter().filter(|(name, _)| !wanted.contains_key(*name) && !is_unused(name)) {
            if name != HEAD {
                problems.push(format!("'{}' is left over", stored.name));
            } else if !self.are_equal(name, TABLE) {
                problems.push(format!("'{}' differs from the embedding table, which is our output head", stored.name));
            }
        }
        self.refuse(problems)
    }

    fn refuse(&self, problems: Vec<String>) -> Result<(), HubError> {
        if problems.is_empty() { Ok(()) } else { Err(HubError::Mismatch { path: self.0.folder.clone(), problems }) }
    }

    /// Whether two tensors hold the same numbers, in whatever types.
    fn are_equal(&self, one: &str, other: &str) -> bool {
        let dtype = |name: &str| self.0.tensors.get(name).map(|stored| stored.dtype);
        if dtype(one) == dtype(other) {
            return self.bytes(one) == self.bytes(other);
        }
        let numbers = |name: &str| -> candle_core::Result<Vec<f32>> {
            self.tensor(name, DType::F32, &Device::Cpu)?.flatten_all()?.to_vec1()
        };
        matches!((numbers(one), numbers(other)), (Ok(one), Ok(other)) if one == other)
    }

    /// The raw bytes of a tensor.
    fn bytes(&self, name: &str) -> Option<&[u8]> {
        let stored = self.0.tensors.get(name)?;
        Some(self.0.shards[stored.shard].tensors.get(&stored.name).ok()?.data())
    }

    /// The names of all tensors, as our modules call them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.tensors.keys().map(String::as_str)
    }

    /// The type in which the numbers are stored; where types are mixed, f32, which holds those of every type.
    pub fn dtype(&self) -> DType {
        let mut types = self.0.tensors.values().map(|stored| stored.dtype);
        match types.next() {
            Some(first) if types.all(|other| other == first) => first,
            _ => DType::F32,
        }
    }

    /// Reads one tensor, as `dtype`.
    ///
    /// # Errors
    /// When there is none of that name, or the device has no room.
    pub fn tensor(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let stored = self.0.tensors.get(name).ok_or_else(|| missing(name))?;
        numbers::read(&self.0.shards[stored.shard].tensors.get(&stored.name)?, dtype, device)
    }

    /// Like [`Weights::tensor`], but what a CPU wants as it is stored stays in the file, uncopied.
    fn tensor_in_place(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let stored = self.0.tensors.get(name).ok_or_else(|| missing(name))?;
        if stored.dtype != dtype || !device.is_cpu() {
            return self.tensor(name, dtype, device);
        }
        let view = self.0.shards[stored.shard].tensors.get(&stored.name)?;
        std::mem::forget(Arc::clone(&self.0));
        // SAFETY: the handle that has just been forgotten keeps the file mapped; that nobody changes it meanwhile is what `Shard`
        // asks for, and that nobody writes into the tensor was promised to `builder`.
        unsafe { in_place(&view) }
    }

    /// A builder whose tensors are read when a model asks for them; `progress` is told how many have been. What a CPU wants as it is
    /// stored is not even read: it stays in the files, which stay mapped until the process ends; see [`in_place`](mod@super::in_place).
    ///
    /// # Safety
    /// Nobody writes into a tensor that comes from it (candle's `slice_set`, `inplace_op1` and the like): computing with them is
    /// all that a model does that is built from it, and a [`Var`](candle_core::Var) is a copy.
    pub unsafe fn builder(
        &self,
        dtype: DType,
        device: &Device,
        progress: impl FnMut(usize) + Send + 'static,
    ) -> VarBuilder<'static> {
        let source =
            Source { weights: self.clone(), read: AtomicUsize::new(0), progress: Mutex::new(Box::new(progress)) };
        VarBuilder::from_backend(Box::new(source), dtype, device.clone())
    }
}

impl std::fmt::Debug for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Weights({} tensors in '{}')", self.0.tensors.len(), self.0.folder.display())
    }
}

/// What stands behind the builder.
struct Source {
    weights: Weights,
    read: AtomicUsize,
    progress: Mutex<Box<dyn FnMut(usize) + Send>>,
}

impl SimpleBackend for Source {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, device)?;
        if tensor.shape() != &shape {
            let (msg, got) = (format!("tensor '{name}'"), tensor.shape().clone());
            return Err(Error::UnexpectedShape { msg, expected: shape, got });
        }
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let tensor = self.weights.tensor_in_place(name, dtype, device)?;
        let read = self.read.fetch_add(1, Ordering::Relaxed) + 1;
        (*self.progress.lock().unwrap_or_else(PoisonError::into_inner))(read);
        Ok(tensor)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.weights.0.tensors.contains_key(name)
    }
}

fn missing(name: &str) -> Error {
    Error::CannotFindTensor { path: name.to_owned() }.bt()
}
