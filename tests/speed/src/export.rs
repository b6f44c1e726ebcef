//! Weights and batch of a step in one file, so that another program can take exactly the same step.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use candle_core::{Device, Tensor};
use foundations::Params;
use siglip_training::Size;

use crate::attention::{LongAttention, shape};
use crate::{Scale, contrastive, generative};

type Tensors = HashMap<String, Tensor>;

/// The SigLIP step: `params.…`, `pixels`, `ids`, `heads`.
///
/// # Errors
/// When the file cannot be written.
pub fn contrastive(scale: Scale, file: &Path) -> Result<()> {
    let (size, pairs) = contrastive::size(scale);
    let mut tensors = with_params(&contrastive::fresh_params(&size)?, &size)?;
    let (pixels, ids) = contrastive::batch(&size, pairs)?;
    tensors.extend([("pixels".to_owned(), pixels), ("ids".to_owned(), integers(&ids)?)]);
    save(&tensors, file)
}

/// The step of the vision-language model: `params.…`, `heads` and the batch.
///
/// # Errors
/// When the file cannot be written.
pub fn generative(scale: Scale, file: &Path) -> Result<()> {
    let (size, count) = generative::size(scale);
    let mut tensors = with_params(&generative::fresh_params(&size)?, &size)?;
    let batch = generative::batch(&size, count)?;
    let prefixes: Vec<i64> = batch.prefix_lengths.iter().map(|&length| length as i64).collect();
    tensors.extend([
        ("pixels".to_owned(), batch.pixels),
        ("ids".to_owned(), integers(&batch.ids)?),
        ("prefix_lengths".to_owned(), Tensor::new(prefixes, &Device::Cpu)?),
        ("predicting".to_owned(), integers(&batch.predicting)?),
        ("targets".to_owned(), integers(&batch.targets)?),
        ("weights".to_owned(), batch.weights),
    ]);
    save(&tensors, file)
}

/// Attention: `query`, `key`, `value`.
///
/// # Errors
/// When the file cannot be written.
pub fn attention(scale: Scale, file: &Path) -> Result<()> {
    let inputs = LongAttention::new(shape(scale))?;
    let tensors = inputs.tensors().into_iter().map(|(name, tensor)| (name.to_owned(), tensor.detach()));
    save(&tensors.collect(), file)
}

fn with_params(params: &Params, size: &Size) -> Result<Tensors> {
    let named = params.all().into_iter().map(|(name, var)| (format!("params.{name}"), var.as_detached_tensor()));
    let mut tensors: Tensors = named.collect();
    tensors.insert("heads".to_owned(), Tensor::new(&[size.heads as i64], &Device::Cpu)?);
    Ok(tensors)
}

/// The integers that PyTorch indexes with.
fn integers(x: &Tensor) -> Result<Tensor> {
    Ok(x.to_dtype(candle_core::DType::I64)?)
}

fn save(tensors: &Tensors, file: &Path) -> Result<()> {
    Ok(candle_core::safetensors::save(tensors, file)?)
}
