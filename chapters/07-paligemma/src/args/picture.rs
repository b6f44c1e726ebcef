//! Commands that look at pictures. The run in front may be left out, which clap cannot express, so their words are
//! told apart by their number.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::chance::Chance;

/// How a model is asked.
#[derive(Debug, Args)]
pub struct Asking {
    /// Cut the answer after this many tokens
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = at_least_one)]
    pub max_tokens: usize,
    /// Keep the weights of a folder from the hub as f32, bf16 (half the memory) or q8 (a quarter) [default: as stored]
    #[arg(long, value_name = "TYPE")]
    pub dtype: Option<StoredType>,
    /// Also say how long loading, reading and writing took
    #[arg(long)]
    pub timings: bool,
}

/// What weights are kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StoredType {
    /// Four bytes a number.
    F32,
    /// Two bytes a number; computed with as f32 on a CPU.
    Bf16,
    /// 34 bytes for 32 numbers in the matrices of tower and decoder whose rows can be cut so; the rest as stored.
    Q8,
}

/// `caption`.
#[derive(Debug, Args)]
#[command(override_usage = CaptionArgs::USAGE, after_help = "\
Arguments:
  [RUN]    A folder that `train vlm` or `quickstart` wrote, vlm, the bundled model, or a
           PaliGemma's folder from the Hugging Face hub [default: vlm]
  <IMAGE>  A PNG, JPEG, GIF, WebP or BMP file

Examples:
  cargo vlm caption data/example.png
  cargo vlm caption paligemma-3b-mix-224 photo.jpg --dtype bf16 --timings
  cargo vlm caption data/example.png --temperature 1.5 --top-p 0.9 --seed 7

The bundled model has only ever seen emojis on plain backgrounds.")]
pub struct CaptionArgs {
    /// The run if one is named, and the picture
    #[arg(hide = true)]
    pub words: Vec<String>,
    /// How it is asked
    #[command(flatten)]
    pub asking: Asking,
    /// What is left to chance
    #[command(flatten)]
    pub chance: Chance,
}

impl CaptionArgs {
    /// How the command is written.
    pub const USAGE: &str = "cargo vlm caption [RUN] <IMAGE> [OPTIONS]";
}

/// `ask`.
#[derive(Debug, Args)]
#[command(override_usage = AskArgs::USAGE, after_help = "\
Arguments:
  [RUN]       A folder that `train` or `quickstart` wrote or that came from the hub, or
              vlm or easy-vqa [default: vlm]
  <IMAGE>     A PNG, JPEG, GIF, WebP or BMP file
  <QUESTION>  A question, in quotes

Examples:
  cargo vlm ask data/example.png \"how many objects are there?\"
  cargo vlm ask data/example.png \"is there a dog?\"
  cargo vlm ask data/example.png \"what is left of the dog?\"
  cargo vlm ask easy-vqa shape.png \"what color is the shape?\"
  cargo vlm ask paligemma page.png ocr --raw")]
pub struct AskArgs {
    /// The run if one is named, the picture and the question
    #[arg(hide = true)]
    pub words: Vec<String>,
    /// Hand on the question as it is, without `answer en` before it: for other tasks of a model from the hub
    #[arg(long)]
    pub raw: bool,
    /// How it is asked
    #[command(flatten)]
    pub asking: Asking,
    /// What is left to chance
    #[command(flatten)]
    pub chance: Chance,
}

impl AskArgs {
    /// How the command is written.
    pub const USAGE: &str = "cargo vlm ask [RUN] <IMAGE> <QUESTION> [OPTIONS]";
}

/// `detect`.
#[derive(Debug, Args)]
#[command(override_usage = DetectArgs::USAGE, after_help = "\
Arguments:
  [RUN]    A folder that `train vlm` or `quickstart` wrote or that came from the hub, or vlm,
           the bundled model [default: vlm]
  <IMAGE>  A PNG, JPEG, GIF, WebP or BMP file
  <THING>  One of the 100 nouns in data/emoji/nouns.txt, or several with ; between them, in
           quotes; anything for a model from the hub

Examples:
  cargo vlm detect data/example.png dog
  cargo vlm detect data/example.png \"dog; guitar\" --save boxes.png

Prints one line per thing: its name and the pixels top, left, bottom, right of its box.")]
pub struct DetectArgs {
    /// The run if one is named, the picture and the things
    #[arg(hide = true)]
    pub words: Vec<String>,
    /// How it is asked
    #[command(flatten)]
    pub asking: Asking,
    /// Also write the picture with the boxes drawn to this file
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

impl DetectArgs {
    /// How the command is written.
    pub const USAGE: &str = "cargo vlm detect [RUN] <IMAGE> <THING> [OPTIONS]";
}

/// `segment`.
#[derive(Debug, Args)]
#[command(override_usage = SegmentArgs::USAGE, after_help = "\
Arguments:
  <RUN>    A PaliGemma's folder from the Hugging Face hub, with the file vae-oid.npz in it,
           the decoder of the masks:
           https://storage.googleapis.com/big_vision/paligemma/vae-oid.npz
  <IMAGE>  A PNG, JPEG, GIF, WebP or BMP file
  <THING>  What to find, or several things with ; between them, in quotes

Examples:
  cargo vlm segment paligemma-3b-mix-224 photo.jpg cat
  cargo vlm segment paligemma-3b-mix-224 photo.jpg \"cat; dog\" --max-tokens 60 --save masks.png

Prints one line per thing: its name, the pixels top, left, bottom, right of its box, and
how many pixels its mask has. The course's own runs have no words for masks.")]
pub struct SegmentArgs {
    /// The folder, the picture and the things
    #[arg(hide = true)]
    pub words: Vec<String>,
    /// How it is asked
    #[command(flatten)]
    pub asking: Asking,
    /// Also write the picture with masks and boxes drawn to this file
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

impl SegmentArgs {
    /// How the command is written.
    pub const USAGE: &str = "cargo vlm segment <RUN> <IMAGE> <THING> [OPTIONS]";
}

/// Whose drawings are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Drawings {
    /// Only those of the artist that no model was trained on
    HeldOut,
    /// Those of all five artists
    All,
}

/// `search`.
#[derive(Debug, Args)]
#[command(override_usage = SearchArgs::USAGE, after_help = "\
Arguments:
  [RUN]   A folder that `train siglip` or `quickstart` wrote, siglip, the bundled model, or a
          SigLIP's folder from the Hugging Face hub [default: siglip]
  <TEXT>  A few words

Examples:
  cargo vlm search red fruit --top 10
  cargo vlm search siglip2-base-patch16-224 \"a drawing of a red fruit\"

Prints how likely the model thinks it is that words and picture belong together, and the
picture's name.")]
pub struct SearchArgs {
    /// The run if one is named, and the words
    #[arg(hide = true)]
    pub words: Vec<String>,
    /// How many pictures
    #[arg(long, default_value_t = 6, value_parser = at_least_one)]
    pub top: usize,
    /// Whose drawings to search
    #[arg(long, default_value = "held-out")]
    pub drawings: Drawings,
}

/// A number of things.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("give at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(error.to_string()),
    }
}

impl SearchArgs {
    /// How the command is written.
    pub const USAGE: &str = "cargo vlm search [RUN] <TEXT> [OPTIONS]";
}
