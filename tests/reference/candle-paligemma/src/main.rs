//! PaliGemma as the crate candle-transformers has it: how long does an answer take?
//!
//! ```sh
//! candle-paligemma FOLDER INPUTS [bf16|f32] [TOKENS]
//! ```
//!
//! FOLDER is a PaliGemma's as it is published; INPUTS a file with `pixel_values`, `[1, 3, 224, 224]`, and `text_ids`,
//! `[1, t]`, the tokens after the picture's. Writes exactly TOKENS tokens, whichever they are, and prints one line of JSON.
//! It is a workspace of its own, so that the course does not depend on candle-transformers.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use candle_core::{D, DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::paligemma::{Config, Model};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [folder, inputs, rest @ ..] = words.as_slice() else {
        return Err("usage: candle-paligemma FOLDER INPUTS [bf16|f32] [TOKENS]".into());
    };
    let dtype = match rest.first().map(String::as_str) {
        None | Some("bf16") => DType::BF16,
        Some("f32") => DType::F32,
        Some(other) => return Err(format!("'{other}' is no type of weights: bf16 or f32").into()),
    };
    let tokens: usize = rest.get(1).map_or(Ok(17), |tokens| tokens.parse())?;
    let inputs = candle_core::safetensors::load(inputs, &Device::Cpu)?;
    let pixels = inputs["pixel_values"].to_dtype(dtype)?; // [1, 3, side, side]
    let text = &inputs["text_ids"]; // [1, t]

    let started = Instant::now();
    let files = weights(Path::new(folder))?;
    // SAFETY: nobody changes the files while they are mapped.
    let builder = unsafe { VarBuilder::from_mmaped_safetensors(&files, dtype, &Device::Cpu) }?;
    let mut model = Model::new(&Config::paligemma_3b_224(), builder)?;
    let load = started.elapsed().as_secs_f64();

    let first = answer(&mut model, &pixels, text, tokens)?;
    let again = answer(&mut model, &pixels, text, tokens)?;
    println!(
        "{{\"load_s\": {load}, \"prefill_s\": {}, \"decode_s\": {}, \"again_prefill_s\": {}, \"again_decode_s\": {}, \
         \"read\": {}, \"written\": {tokens}}}",
        first.prefill,
        first.decode,
        again.prefill,
        again.decode,
        PLACES + text.dim(1)?
    );
    Ok(())
}

/// Image tokens in the prefix.
const PLACES: usize = 256;

/// Seconds to the first token, and from the first to the last.
struct Pace {
    prefill: f64,
    decode: f64,
}

fn answer(model: &mut Model, pixels: &Tensor, text: &Tensor, tokens: usize) -> Result<Pace> {
    let started = Instant::now();
    let mut token = largest(&model.setup(pixels, text)?)?; // [1, 1]
    let prefill = started.elapsed().as_secs_f64();
    let started = Instant::now();
    for _ in 1..tokens {
        token = largest(&model.forward(&token)?)?;
    }
    Ok(Pace { prefill, decode: started.elapsed().as_secs_f64() })
}

/// The likeliest token after the last position.
///
/// # Shapes
/// `[1, t, vocabulary]` → `[1, 1]`.
fn largest(logits: &Tensor) -> candle_core::Result<Tensor> {
    let last = logits.narrow(1, logits.dim(1)? - 1, 1)?.squeeze(1)?.to_dtype(DType::F32)?; // [1, vocabulary]
    last.argmax_keepdim(D::Minus1)
}

/// The files of weights in a folder.
fn weights(folder: &Path) -> Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut files: Vec<PathBuf> =
        paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "safetensors")).collect();
    files.sort();
    Ok(files)
}
