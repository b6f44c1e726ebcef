//! `vlm inspect`: what comes out of every layer, in a file.

use std::path::Path;

use autoregressive_training::collate::{Averaging, collate};
use autoregressive_training::tokenise_example;
use candle_core::{DType, Tensor};
use foundations::checkpoint::save_tensors;

use crate::args::InspectArgs;
use crate::error::Result;
use crate::load::Speaker;
use crate::metrics::check_output_file;
use crate::picture_commands::{opened, refuse_own_input};
use crate::run_folder::{Task, named_or_bundled};
use crate::terminal::tell;
use crate::trace::{in_order, trace};

/// Asks one model one thing, prints a line for every station and saves them all.
///
/// # Errors
/// When the model or the picture cannot be read, or the file cannot be written.
pub fn run(args: &InspectArgs) -> Result<()> {
    check_output_file(&args.save)?;
    refuse_own_input(Path::new(&args.image), &args.save)?;
    let picture = opened(&args.image)?;
    let run = named_or_bundled(Some(&args.model), Task::Vlm, "inspection")?;
    let speaker = Speaker::load(&run, "inspection", &foundations::device()?)?;
    let pixels = speaker.pixels(&picture)?; // [1, 3, side, side]
    let Speaker { model, tokenizer } = speaker;
    let example = tokenise_example(&tokenizer, model.image_tokens(), &args.prompt, args.suffix.as_deref())?;
    let batch = collate(&[example], pixels, tokenizer.special().pad, Averaging::PerToken, model.device())?;
    let tensors = trace(&model, &batch)?;
    let mut names: Vec<String> = tensors.keys().cloned().collect();
    in_order(&mut names);
    for name in &names {
        let tensor = &tensors[name];
        tell!("{name:20} {:18} up to {:.5}", format!("{:?}", tensor.dims()), largest(tensor)?)?;
    }
    save_tensors(&args.save, tensors)?;
    Ok(())
}

/// The largest absolute value.
fn largest(tensor: &Tensor) -> Result<f32> {
    Ok(tensor.to_dtype(DType::F32)?.abs()?.flatten_all()?.max(0)?.to_scalar()?)
}
