//! `vlm compare`: the first tensor in which two files differ.

use std::path::Path;

use candle_core::Device;
use foundations::checkpoint::TensorFile;
use published_weights::{Comparison, Trace, first_difference};

use crate::args::CompareArgs;
use crate::error::{Result, VlmError};
use crate::terminal::tell;

/// Compares tensor by tensor, in the order in which a picture passes them.
///
/// # Errors
/// When a file cannot be read, they have no name in common, or a tensor differs.
pub fn run(args: &CompareArgs) -> Result<()> {
    if !(args.tolerance.is_finite() && args.tolerance >= 0.0) {
        return Err(VlmError::Combination(format!("--tolerance is {}; give a number from 0 up", args.tolerance)));
    }
    let differ = |difference| VlmError::Differ { left: args.left.clone(), right: args.right.clone(), difference };
    let (left, right) = (read(&args.left)?, read(&args.right)?);
    let Comparison { agreeing, widest, parting } = first_difference(&left, &right, args.tolerance)?;
    let before = match agreeing.last() {
        None => "it is the first of all".to_owned(),
        Some(last) => format!("the {} before it agree, the last of them {last}", agreeing.len()),
    };
    match parting {
        Some((name, difference)) => Err(differ(format!("first in '{name}', by {difference}; {before}"))),
        None if agreeing.is_empty() => {
            Err(differ("they have no tensor of the same name; `cargo vlm inspect --help` lists the names".to_owned()))
        }
        None => {
            tell!("all {} tensors agree, within {widest:.1e} of their largest values", agreeing.len())
        }
    }
}

/// All tensors of a file.
fn read(path: &Path) -> Result<Trace> {
    let mut file = TensorFile::open(path)?;
    let names = file.names();
    names.into_iter().map(|name| Ok((name.clone(), file.tensor(&name, &Device::Cpu)?))).collect()
}
