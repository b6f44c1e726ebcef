//! The files that hold the numbers: one, or several with an index. They are mapped into memory: a page is read from the
//! disk when it is looked at, and the system may forget it again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use candle_core::safetensors::MmapedSafetensors;
use foundations::checkpoint::TensorFile;
use serde_json::Value;

use super::config::read_json;
use super::error::HubError;

/// One file.
const SINGLE: &str = "model.safetensors";
/// Which tensor is in which of several files.
pub const INDEX: &str = "model.safetensors.index.json";

/// An open file of weights.
pub struct Shard {
    /// The file.
    pub path: PathBuf,
    /// Its tensors.
    pub tensors: MmapedSafetensors,
}

impl std::fmt::Debug for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shard({} tensors in '{}')", self.tensors.tensors().len(), self.path.display())
    }
}

impl Shard {
    fn open(path: PathBuf) -> Result<Self, HubError> {
        // Reads the header and says clearly what is wrong with the file: too short, another format, sizes that lie.
        TensorFile::open(&path)?;
        // SAFETY: the mapping shows the file itself; somebody who overwrites it while it is being read would change the
        // numbers under our hands. Downloads are written beside their place and renamed, as our own files are.
        let tensors = unsafe { MmapedSafetensors::new(&path) }?;
        Ok(Self { path, tensors })
    }
}

/// Opens all files of weights in a folder from the hub.
///
/// # Errors
/// When there are none, the index names one that is not there or a tensor that is not in it, or one is damaged.
pub fn open_shards(folder: &Path) -> Result<Vec<Shard>, HubError> {
    if folder.join(SINGLE).is_file() {
        return Ok(vec![Shard::open(folder.join(SINGLE))?]);
    }
    let index = folder.join(INDEX);
    if !index.is_file() {
        return Err(HubError::NoWeights { path: folder.to_owned() });
    }
    let files = read_index(&index)?;
    let shards = files.iter().map(|(shard, promised)| {
        let path = folder.join(shard);
        if !path.is_file() {
            let tensor = promised.first().cloned().unwrap_or_default();
            return Err(HubError::MissingShard { index: index.clone(), tensor, shard: shard.clone() });
        }
        let shard = Shard::open(path)?;
        check_promises(folder, &shard, promised)?;
        Ok(shard)
    });
    shards.collect()
}

/// Which tensors each shard should hold.
fn read_index(path: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, HubError> {
    let json = read_json(path)?;
    let Some(map) = json.get("weight_map").and_then(Value::as_object) else {
        return Err(HubError::field(
            path,
            "weight_map",
            "should be an object from tensors to files; download it again",
        ));
    };
    let mut files = BTreeMap::<String, BTreeSet<String>>::new();
    for (tensor, shard) in map {
        let field = || format!("weight_map.{tensor}");
        let Some(shard) = shard.as_str() else {
            return Err(HubError::field(path, field(), "should be the name of a file; download the index again"));
        };
        // A path that leads out of the folder has no business in a download.
        if Path::new(shard).file_name().is_none_or(|name| name != shard) {
            return Err(HubError::field(path, field(), format!("is '{shard}', which is no file beside the index")));
        }
        files.entry(shard.to_owned()).or_default().insert(tensor.clone());
    }
    Ok(files)
}

/// Every tensor that the index promises is in its file.
fn check_promises(folder: &Path, shard: &Shard, promised: &BTreeSet<String>) -> Result<(), HubError> {
    let missing = promised.iter().filter(|name| shard.tensors.get(name).is_err());
    let file = shard.path.file_name().unwrap_or_default().to_string_lossy();
    let problems: Vec<String> =
        missing.map(|name| format!("'{name}' is not in '{file}', where {INDEX} says")).collect();
    if problems.is_empty() { Ok(()) } else { Err(HubError::Mismatch { path: folder.to_owned(), problems }) }
}
