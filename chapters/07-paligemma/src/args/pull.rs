//! `pull`.

use std::path::PathBuf;

use clap::Args;

/// `pull`.
#[derive(Debug, Args)]
#[command(after_help = "\
Downloads what the other commands read, and nothing else: config.json, tokenizer.json,
preprocessor_config.json or processor_config.json, and the weights. It needs a program with the feature `hub`:

  cargo run --package paligemma --features hub --bin vlm -- pull google/paligemma-3b-mix-224
  cargo vlm caption models/paligemma-3b-mix-224 photo.jpg

Most of Google's models ask you to accept a licence: do so on the model's page, and set
HF_TOKEN to a token of your account (https://huggingface.co/settings/tokens). What is
there already is not downloaded again: cargo vlm pull goes on where it stopped. The file
pulled-from.txt remembers the model and its revision: a second one needs another --out.")]
pub struct PullArgs {
    /// The model, as its page on the Hugging Face hub is called: owner/name
    #[arg(value_name = "OWNER/NAME")]
    pub repository: String,
    /// Where to write [default: models/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Which version: a branch (bfloat16, float16), a tag or a commit
    #[arg(long, value_name = "REVISION", default_value = "main")]
    pub revision: String,
}
