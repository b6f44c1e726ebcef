//! Which tensors a model will ask for, and in which shapes, without a single number.
//!
//! A model asks its builder for tensors by name. This builder writes the question down and answers with a tensor that
//! *looks* as large as it should and holds one number, seen again and again (stride 0). So the manifest of a model of three
//! billion parameters costs no memory, and it cannot differ from what the model really asks for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::{DType, Device, Result, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use foundations::{Init, VarBuilder};
use siglip_training::{DualEncoder, DualEncoderConfig};

/// Shapes by name.
pub type Manifest = BTreeMap<String, Vec<usize>>;

/// Writes down what it is asked for.
struct Recorder(Arc<Mutex<Manifest>>);

impl SimpleBackend for Recorder {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(name.to_owned(), shape.dims().to_vec());
        Tensor::zeros((), dtype, device)?.broadcast_as(shape)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("'{name}' is asked for without a shape")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

/// What `build` asks its builder for.
fn manifest_of(build: impl FnOnce(VarBuilder<'static>) -> Result<()>) -> Result<Manifest> {
    let asked = Arc::<Mutex<Manifest>>::default();
    let recorder = Box::new(Recorder(Arc::clone(&asked)));
    build(VarBuilder::from_backend(recorder, DType::F32, Device::Cpu))?;
    let asked = std::mem::take(&mut *asked.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(asked)
}

/// The tensors of a vision-language model.
///
/// # Errors
/// When the configuration describes no model.
pub fn paligemma_manifest(config: &VlmConfig) -> Result<Manifest> {
    manifest_of(|builder| VisionLanguageModel::new(config, 0, builder).map(drop))
}

/// The tensors of a dual encoder.
///
/// # Errors
/// When the configuration describes no model.
pub fn siglip_manifest(config: &DualEncoderConfig) -> Result<Manifest> {
    manifest_of(|builder| DualEncoder::new(config, builder).map(drop))
}
