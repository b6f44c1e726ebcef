//! The parameters of a model: named, in a fixed order, seeded, and frozen or not.
//!
//! Models ask a [`VarBuilder`] for tensors by name. [`Params`] is what stands behind it while we train:
//!
//! * a tensor that does not exist yet is created, from a generator seeded with the run's seed **and the tensor's
//!   name**, so that adding a layer never changes how the others start;
//! * a *frozen* tensor is handed out detached: the model computes with it, and no gradient reaches it;
//! * everything iterates in the order of the names. candle's own `VarMap` iterates in random order, and then clipping,
//!   stepping and saving differ from run to run in their last bits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Error, Result, Shape, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};

use crate::random;

/// Named variables in alphabetical order. Cloning shares them.
#[derive(Clone)]
pub struct Params {
    variables: Arc<Mutex<BTreeMap<String, Var>>>,
    /// Where first values are drawn from; without one they are zeros.
    seed: Option<u64>,
    dtype: DType,
    device: Device,
}

impl Params {
    /// No parameters yet; those that a model asks for are initialised from `seed`.
    pub fn new(seed: u64, dtype: DType, device: &Device) -> Self {
        Self { variables: Arc::default(), seed: Some(seed), dtype, device: device.clone() }
    }

    /// No parameters yet; those that a model asks for are zeros, until a file's numbers are put in their place: nobody
    /// would see what was drawn for them before.
    pub fn to_fill(dtype: DType, device: &Device) -> Self {
        Self { variables: Arc::default(), seed: None, dtype, device: device.clone() }
    }

    /// A builder that creates missing parameters and hands out all of them for training.
    pub fn builder(&self) -> VarBuilder<'static> {
        self.builder_with_frozen(|_| false)
    }

    /// Like [`Params::builder`], but parameters whose name satisfies `frozen` are detached: they take part in the
    /// forward pass and get no gradient (LiT's locked image tower, fine-tuning a part of a model).
    pub fn builder_with_frozen(&self, frozen: impl Fn(&str) -> bool + Send + Sync + 'static) -> VarBuilder<'static> {
        self.build(Source { params: self.clone(), frozen: Box::new(frozen), create: true })
    }

    /// A builder for evaluation: every parameter must exist, and none is tracked. candle has no `no_grad`, so this is
    /// how a forward pass is kept from recording a graph.
    pub fn detached_builder(&self) -> VarBuilder<'static> {
        self.build(Source { params: self.clone(), frozen: Box::new(|_| true), create: false })
    }

    fn build(&self, source: Source) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(source), self.dtype, self.device.clone())
    }

    /// All parameters, in the order of their names.
    pub fn all(&self) -> Vec<(String, Var)> {
        self.lock().iter().map(|(name, variable)| (name.clone(), variable.clone())).collect()
    }

    /// The parameter called `name`, tracked.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn get(&self, name: &str) -> Result<Tensor> {
        self.lock().get(name).map(|variable| variable.as_tensor().clone()).ok_or_else(|| missing(name))
    }

    /// Overwrites the value of an existing parameter; models that hold it see the new value.
    ///
    /// # Shapes
    /// `value`: the parameter's own shape; its dtype is converted.
    /// # Errors
    /// When there is no such parameter, or the shape differs.
    pub fn set(&self, name: &str, value: &Tensor) -> Result<()> {
        let variable = self.lock().get(name).cloned().ok_or_else(|| missing(name))?;
        if variable.dims() != value.dims() {
            candle_core::bail!("parameter '{name}' has shape {:?}, not {:?}", variable.dims(), value.dims());
        }
        variable.set(&value.to_dtype(variable.dtype())?.to_device(variable.device())?)
    }

    /// Adds or replaces a parameter. The value is copied, so two models never share one.
    ///
    /// # Errors
    /// When the value cannot be moved to the device.
    pub fn insert(&self, name: &str, value: &Tensor) -> Result<()> {
        // Detached first: candle hands a tensor that is a variable already back as it is, uncopied.
        let variable = Var::from_tensor(&value.detach().to_dtype(self.dtype)?.to_device(&self.device)?)?;
        self.lock().insert(name.to_owned(), variable);
        Ok(())
    }

    /// How many numbers all parameters hold together.
    pub fn count(&self) -> usize {
        self.lock().values().map(|variable| variable.elem_count()).sum()
    }

    /// The device that the parameters are on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The type of the parameters' numbers.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// A poisoned lock means that another thread panicked while it held the map; the map itself is whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Var>> {
        self.variables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tensors = self.lock().len(); // not below: the lock would be held while `count` waits for it
        write!(f, "Params({tensors} tensors, {} numbers, {:?})", self.count(), self.dtype)
    }
}

/// What a [`VarBuilder`] asks when a model wants a tensor.
struct Source {
    params: Params,
    frozen: Box<dyn Fn(&str) -> bool + Send + Sync>,
    create: bool,
}

impl Source {
    fn hand_out(&self, name: &str, variable: &Var) -> Tensor {
        if (self.frozen)(name) { variable.as_detached_tensor() } else { variable.as_tensor().clone() }
    }
}

impl SimpleBackend for Source {
    fn get(&self, shape: Shape, name: &str, init: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let mut variables = self.params.lock();
        if let Some(variable) = variables.get(name) {
            if variable.shape() != &shape {
                return Err(Error::UnexpectedShape {
                    msg: format!("parameter '{name}'"),
                    expected: shape,
                    got: variable.shape().clone(),
                });
            }
            return Ok(self.hand_out(name, variable));
        }
        if !self.create {
            return Err(missing(name));
        }
        let value = match self.params.seed {
            Some(seed) => initial_value(shape, name, init, seed, dtype, device)?,
            None => Tensor::zeros(shape, dtype, device)?,
        };
        let variable = Var::from_tensor(&value)?;
        let tensor = self.hand_out(name, &variable);
        variables.insert(name.to_owned(), variable);
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        let variables = self.params.lock();
        let variable = variables.get(name).ok_or_else(|| missing(name))?;
        Ok(self.hand_out(name, variable))
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.params.lock().contains_key(name)
    }
}

fn missing(name: &str) -> Error {
    Error::CannotFindTensor { path: name.to_owned() }.bt()
}

/// The first value of a parameter: drawn from a generator of its own, named after the parameter.
fn initial_value(shape: Shape, name: &str, init: Init, seed: u64, dtype: DType, device: &Device) -> Result<Tensor> {
    // ANCHOR: initial_value
    let rng = &mut random::generator(seed, name);
    match init {
        Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
        Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
        Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
        Init::Kaiming { .. } => {
            candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
        }
    }
    // ANCHOR_END: initial_value
}
