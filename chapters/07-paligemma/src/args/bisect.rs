//! Commands that find the layer in which two implementations part.

use std::path::PathBuf;

use clap::Args;

/// `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo vlm inspect --model vlm --image dog.png --prompt \"caption en\" --suffix dog --save ours.safetensors

Writes, in the order in which a picture passes them: pixel_values, vision.embeddings,
vision.layers.N, vision.output, image_features, ids, decoder.embeddings,
decoder.layers.N, logits and, with a suffix, loss. Let another implementation, or another version of
this one, write the same names and hand both files to `compare`.")]
pub struct InspectArgs {
    /// A RUN, or a PaliGemma's folder from the hub
    #[arg(long, value_name = "RUN", default_value = "vlm")]
    pub model: String,
    /// A PNG, JPEG, GIF, WebP or BMP file
    #[arg(long)]
    pub image: String,
    /// The whole prompt, such as "caption en"
    #[arg(long)]
    pub prompt: String,
    /// An answer, to know how much it surprises the model
    #[arg(long, value_name = "ANSWER")]
    pub suffix: Option<String>,
    /// The safetensors file to write
    #[arg(long, value_name = "FILE")]
    pub save: PathBuf,
}

/// `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo vlm compare ours.safetensors theirs.safetensors

Names the first tensor that differs, in the order in which a picture passes them, and by how
much. Tensors that only one file has are left out. The exit code is 0 when all agree and 1
when one differs, and 2 when they cannot be compared, as that of diff.")]
pub struct CompareArgs {
    /// A file that `inspect` wrote, or another program
    #[arg(value_name = "A")]
    pub left: PathBuf,
    /// Another one
    #[arg(value_name = "B")]
    pub right: PathBuf,
    /// Largest difference that is let pass, as a share of the tensor's largest value
    #[arg(long, default_value_t = 1e-4)]
    pub tolerance: f64,
}
