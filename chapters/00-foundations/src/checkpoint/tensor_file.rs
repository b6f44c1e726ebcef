//! Reading a safetensors file, one tensor at a time.
//!
//! The format is as simple as it looks: eight bytes that say how long the header is, a JSON header that says which tensor
//! lies where, and the numbers. Reading the header is enough to know whether the file is whole and fits the model.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use safetensors::tensor::Metadata;

use super::CheckpointError;

/// The length field in front of the header.
const LENGTH_BYTES: u64 = 8;

/// No header is longer than this (the format's own limit): a larger claim means that the file is something else.
const LONGEST_HEADER: u64 = 100_000_000;

/// How the few lines begin that git keeps in place of a large file: "version https://git-lfs…".
const POINTER: &[u8; LENGTH_BYTES as usize] = b"version ";

/// An open safetensors file whose header has been read and checked.
#[derive(Debug)]
pub struct TensorFile {
    path: PathBuf,
    file: File,
    header: Metadata,
    data_start: u64,
}

impl TensorFile {
    /// Opens a file, reads its header, and checks that all numbers that it promises are there.
    ///
    /// # Errors
    /// When there is no such file, or it is truncated, or it is not a safetensors file.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let unreadable = |source| CheckpointError::reading(path, source);
        let not_safetensors = |reason| CheckpointError::NotSafetensors { path: path.to_owned(), reason };
        let mut file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let at_least = |expected| match length < expected {
            true => Err(CheckpointError::Truncated { path: path.to_owned(), length, expected }),
            false => Ok(()),
        };

        at_least(LENGTH_BYTES)?;
        let header_length = read_u64(&mut file).map_err(unreadable)?;
        if header_length == u64::from_le_bytes(*POINTER) {
            return Err(not_safetensors(
                "it is a pointer of git-lfs; `git lfs pull` fetches the file itself".to_owned(),
            ));
        }
        if header_length > LONGEST_HEADER {
            return Err(not_safetensors("it does not start with the length of a header".to_owned()));
        }
        let data_start = LENGTH_BYTES + header_length;
        at_least(data_start)?;
        let header = read_bytes(&mut file, header_length as usize).map_err(unreadable)?;
        let header: Metadata = serde_json::from_slice(&header).map_err(|error| not_safetensors(error.to_string()))?;
        let expected = data_start + header.data_len() as u64;
        at_least(expected)?;
        if length > expected {
            return Err(not_safetensors(format!("{} bytes follow its last tensor", length - expected)));
        }
        Ok(Self { path: path.to_owned(), file, header, data_start })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of all tensors, in the order in which they lie in the file.
    pub fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    /// The shape of the tensor called `name`, if there is one.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.header.info(name).map(|info| info.shape.as_slice())
    }

    /// A text that was stored beside the tensors.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.header.metadata().as_ref()?.get(key).map(String::as_str)
    }

    /// Reads one tensor.
    ///
    /// # Errors
    /// When there is no tensor of that name, its type is unknown to candle, or the file cannot be read any more.
    pub fn tensor(&mut self, name: &str, device: &Device) -> Result<Tensor, CheckpointError> {
        let Some(info) = self.header.info(name) else {
            let details = format!("'{name}' is missing");
            return Err(CheckpointError::Mismatch { path: self.path.clone(), details });
        };
        let unknown = |_| CheckpointError::Type {
            path: self.path.clone(),
            tensor: name.to_owned(),
            found: format!("{:?}", info.dtype),
        };
        let dtype = DType::try_from(info.dtype).map_err(unknown)?;
        let (start, end) = info.data_offsets;
        let bytes = self
            .file
            .seek(SeekFrom::Start(self.data_start + start as u64))
            .and_then(|_| read_bytes(&mut self.file, end - start))
            .map_err(|source| CheckpointError::reading(&self.path, source))?;
        Ok(Tensor::from_raw_buffer(&bytes, dtype, &info.shape, device)?)
    }
}

fn read_u64(file: &mut File) -> io::Result<u64> {
    let mut bytes = [0; LENGTH_BYTES as usize];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn read_bytes(file: &mut File, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
