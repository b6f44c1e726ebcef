//! From sixteen codes to a mask of 64 × 64: the decoder of the published auto-encoder, in the names of its file.
//!
//! | arrays of `vae-oid.npz` | what | out of it comes |
//! |---|---|---|
//! | `_vq_vae._embedding` `[128, 512]` | a row for each code, on a grid of 4 × 4 | `[b, 512, 4, 4]` |
//! | `decoder.0` | 1 × 1, then ReLU | `[b, 128, 4, 4]` |
//! | `decoder.2.net.{0,2,4}`, `decoder.3.net.{0,2,4}` | twice `x + conv1(relu(conv3(relu(conv3(x)))))` | `[b, 128, 4, 4]` |
//! | `decoder.{4,6,8,10}` | four times a transposed convolution that doubles the side, then ReLU | `[b, 128, 8, 8]` … `[b, 16, 64, 64]` |
//! | `decoder.12` | 1 × 1 | `[b, 1, 64, 64]`, about −1 outside and 1 inside |
//!
//! The file holds more, the encoder among it; that is not looked at.
//!
//! # Source
//! big_vision, `evaluators/proj/paligemma/transfers/segmentation.py`.

use std::path::Path;

use candle_core::npy::NpzTensors;
use candle_core::{DType, Device, Tensor};

use super::answer::{CODE_BOOK, CODES, Codes};
use crate::hub::HubError;

type Result<T, E = candle_core::Error> = std::result::Result<T, E>;

/// The file with the decoder, beside a PaliGemma's weights.
pub const MASK_FILE: &str = "vae-oid.npz";
/// Where it is published: `gs://big_vision/paligemma/vae-oid.npz`, as a page.
pub const MASK_FILE_URL: &str = "https://storage.googleapis.com/big_vision/paligemma/vae-oid.npz";
/// Pixels on a side of a mask.
pub const MASK_SIDE: usize = 64;

/// Codes on a side of the grid.
const GRID: usize = 4;
/// Features of a code.
const CODE_FEATURES: usize = 512;
/// Features inside.
const FEATURES: usize = 128;
/// How many features each doubling leaves, and where it stands in the file.
const DOUBLINGS: [(&str, usize); 4] = [("decoder.4", 128), ("decoder.6", 64), ("decoder.8", 32), ("decoder.10", 16)];

/// A convolution.
#[derive(Debug, Clone)]
struct Convolution {
    weight: Tensor, // [out, in, k, k], transposed ones [in, out, k, k]
    bias: Tensor,   // [1, out, 1, 1]
}

impl Convolution {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let padding = self.weight.dim(2)? / 2; // the side stays
        x.conv2d(&self.weight, padding, 1, 1, 1)?.broadcast_add(&self.bias)
    }

    fn double(&self, x: &Tensor) -> Result<Tensor> {
        x.conv_transpose2d(&self.weight, 1, 0, 2, 1)?.broadcast_add(&self.bias)
    }
}

/// The decoder.
#[derive(Debug, Clone)]
pub struct MaskDecoder {
    code_book: Tensor, // [128, 512]
    first: Convolution,
    blocks: [[Convolution; 3]; 2],
    doublings: [Convolution; 4],
    last: Convolution,
}

impl MaskDecoder {
    /// Reads [`MASK_FILE`].
    ///
    /// # Errors
    /// When it is missing, damaged, or lacks an array of the shape above.
    pub fn load(path: &Path, device: &Device) -> Result<Self, HubError> {
        let file = Arrays::open(path, device)?;
        let square = |name: &str, side: usize| file.convolution(name, [FEATURES, FEATURES, side, side], FEATURES);
        let block = |name: &str| -> Result<_, HubError> {
            Ok([square(&format!("{name}.0"), 3)?, square(&format!("{name}.2"), 3)?, square(&format!("{name}.4"), 1)?])
        };
        let doubling = |index: usize| {
            let (name, features) = DOUBLINGS[index];
            let before = if index == 0 { FEATURES } else { DOUBLINGS[index - 1].1 };
            file.convolution(name, [before, features, 4, 4], features)
        };
        Ok(Self {
            code_book: file.array("_vq_vae._embedding", &[CODE_BOOK as usize, CODE_FEATURES])?,
            first: file.convolution("decoder.0", [FEATURES, CODE_FEATURES, 1, 1], FEATURES)?,
            blocks: [block("decoder.2.net")?, block("decoder.3.net")?],
            doublings: [doubling(0)?, doubling(1)?, doubling(2)?, doubling(3)?],
            last: file.convolution("decoder.12", [1, DOUBLINGS[3].1, 1, 1], 1)?,
        })
    }

    /// What the auto-encoder paints, before it is cut to what a mask may be.
    ///
    /// # Shapes
    /// `b` times sixteen codes below 128 → `[b, 64, 64]`, about −1 outside and 1 inside.
    /// # Errors
    /// When a code is not in the book.
    pub fn paint(&self, codes: &[Codes]) -> Result<Tensor> {
        let rows = Tensor::from_vec(codes.concat(), codes.len() * CODES, self.code_book.device())?; // [b·16]
        let grid = self.code_book.index_select(&rows, 0)?.reshape((codes.len(), GRID, GRID, CODE_FEATURES))?;
        let mut x = self.first.forward(&grid.permute((0, 3, 1, 2))?.contiguous()?)?.relu()?; // [b, 128, 4, 4]
        for [one, two, three] in &self.blocks {
            let inner = two.forward(&one.forward(&x)?.relu()?)?.relu()?; // [b, 128, 4, 4]
            x = (&x + three.forward(&inner)?)?; // [b, 128, 4, 4]
        }
        for doubling in &self.doublings {
            x = doubling.double(&x)?.relu()?; // [b, 128, 8, 8] … [b, 16, 64, 64]
        }
        self.last.forward(&x)?.squeeze(1) // [b, 64, 64]
    }

    /// Masks: how much of each pixel belongs to the thing.
    ///
    /// # Shapes
    /// `b` times sixteen codes below 128 → `[b, 64, 64]`, from 0 to 1.
    /// # Errors
    /// When a code is not in the book.
    pub fn masks(&self, codes: &[Codes]) -> Result<Tensor> {
        (self.paint(codes)?.clamp(-1f32, 1f32)? * 0.5)? + 0.5
    }
}

/// The arrays of a file, asked for by name and shape.
struct Arrays<'a> {
    path: &'a Path,
    arrays: NpzTensors,
    device: &'a Device,
}

impl<'a> Arrays<'a> {
    fn open(path: &'a Path, device: &'a Device) -> Result<Self, HubError> {
        std::fs::File::open(path).map_err(|source| HubError::Unreadable { path: path.to_owned(), source })?;
        let arrays = NpzTensors::new(path).map_err(|error| damaged(path, "its list of arrays", &error))?;
        Ok(Self { path, arrays, device })
    }

    /// An array as f32; its shape is looked at before its numbers are read.
    fn array(&self, name: &str, shape: &[usize]) -> Result<Tensor, HubError> {
        let field = format!("the array '{name}'");
        if !self.arrays.names().iter().any(|found| *found == name) {
            return Err(HubError::field(self.path, field, "is missing; this is not the published file of the masks"));
        }
        let (found, _) = self.arrays.get_shape_and_dtype(name).map_err(|error| damaged(self.path, &field, &error))?;
        if found.dims() != shape {
            let problem =
                format!("has shape {:?}, not {shape:?}; this is not the published file of the masks", found.dims());
            return Err(HubError::field(self.path, field, problem));
        }
        let array = self.arrays.get(name).map_err(|error| damaged(self.path, &field, &error))?;
        let array = array.ok_or_else(|| HubError::field(self.path, field, "is missing"))?;
        Ok(array.to_dtype(DType::F32)?.to_device(self.device)?)
    }

    fn convolution(&self, name: &str, shape: [usize; 4], features: usize) -> Result<Convolution, HubError> {
        let bias = self.array(&format!("{name}.bias"), &[features])?.reshape((1, features, 1, 1))?;
        Ok(Convolution { weight: self.array(&format!("{name}.weight"), &shape)?, bias })
    }
}

fn damaged(path: &Path, field: &str, error: &candle_core::Error) -> HubError {
    let problem = format!("cannot be read: {error}; download the file again (compressed .npz files are not read)");
    HubError::field(path, field, problem)
}
