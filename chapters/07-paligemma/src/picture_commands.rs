//! `vlm caption`, `vlm ask`, `vlm detect`: one picture, one prompt.

use std::io::{self, Cursor, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use autoregressive_training::boxes::parse_detections;
use autoregressive_training::tasks::{answer_prompt, caption_prompt, detect_prompt};
use candle_core::DType;
use data::{EmojiSet, open_picture};
use foundations::checkpoint::write_atomically;
use image::{ImageFormat, RgbImage};
use published_weights::{PixelBox, boxes_in_pixels};
use siglip_training::Tokenizer;

use crate::args::{AskArgs, Asking, CaptionArgs, Chance, DetectArgs, StoredType};
use crate::asking::{Answer, Manner};
use crate::draw::draw_boxes;
use crate::error::{Result, VlmError};
use crate::hub::{is_hub_folder, load_paligemma, load_paligemma_quantised};
use crate::load::Speaker;
use crate::metrics::check_output_file;
use crate::prompt_text::{LONGEST_FOR_PUBLISHED, LONGEST_TEXT, any_things, cleaned, is_same_thing, things};
use crate::run_folder::{PUBLISHED, RunFolder, Task, named_or_bundled};
use crate::terminal::{note, show_picture, tell};

/// With fewer pixels on a side than this there is nothing to recognise.
const SMALLEST_SIDE: u32 = 8;

/// `vlm caption`.
///
/// # Errors
/// When the picture or the run cannot be read.
pub fn caption(args: &CaptionArgs) -> Result<()> {
    let (run, [image]) = run_and_words(&args.words, CaptionArgs::USAGE)?;
    let manner = manner(&args.asking, &args.chance)?;
    let picture = opened(image)?;
    let run = named_or_bundled(run, Task::Vlm, "captioning")?;
    remark_on_specialist(&run);
    say(&Loaded::new(&run, "captioning", &args.asking)?, &picture, &caption_prompt("en"), &manner)
}

/// `vlm ask`.
///
/// # Errors
/// When the picture or the run cannot be read, or the question cannot be asked.
pub fn ask(args: &AskArgs) -> Result<()> {
    let (run, [image, question]) = run_and_words(&args.words, AskArgs::USAGE)?;
    let manner = manner(&args.asking, &args.chance)?;
    let run = named_or_bundled(run, Task::Vlm, "answering")?;
    let longest = if is_published(&run) { LONGEST_FOR_PUBLISHED } else { LONGEST_TEXT };
    let question = cleaned(question, "question", longest)?;
    let prompt = if args.raw { question } else { answer_prompt(&question) };
    let picture = opened(image)?;
    say(&Loaded::new(&run, "answering", &args.asking)?, &picture, &prompt, &manner)
}

/// `vlm detect`.
///
/// # Errors
/// When the picture or the run cannot be read, a thing is unknown, or the file cannot be written.
pub fn detect(args: &DetectArgs) -> Result<()> {
    let (run, [image, wanted]) = run_and_words(&args.words, DetectArgs::USAGE)?;
    let format = args.save.as_deref().map(picture_format).transpose()?;
    if let Some(save) = &args.save {
        refuse_own_input(Path::new(image), save)?;
    }
    let run = named_or_bundled(run, Task::Vlm, "detection")?;
    remark_on_specialist(&run);
    // Published weights know far more than the course's hundred nouns.
    let things = if is_published(&run) { any_things(wanted)? } else { things(wanted, &EmojiSet::load()?)? };
    let mut picture = opened(image)?;
    let model = Loaded::new(&run, "detection", &args.asking)?;
    let Answer { text: answer, finished, .. } = model.ask_greedily(&picture, &detect_prompt(&things))?;
    let was_asked_for = |name: &str| things.iter().any(|thing| is_same_thing(thing, name));
    let (width, height) = picture.dimensions();
    let boxes = boxes_in_pixels(&answer, width, height);
    let (found, others): (Vec<_>, Vec<_>) =
        parse_detections(&answer).into_iter().partition(|(name, _)| was_asked_for(name));
    for PixelBox { name, top, left, bottom, right } in boxes.iter().filter(|found| was_asked_for(&found.name)) {
        tell!("{name}: top {top}, left {left}, bottom {bottom}, right {right}")?;
    }
    for missed in things.iter().filter(|thing| !found.iter().any(|(name, _)| is_same_thing(name, thing))) {
        tell!("{missed}: not found")?;
    }
    for (name, _) in &others {
        tell!("(the model named a thing that was not asked for: {name})")?;
    }
    if !finished {
        note!("note: the answer was cut off; a box takes some 7 tokens: give more with --max-tokens");
    }
    draw_boxes(&mut picture, &found);
    show_picture(&picture);
    match (&args.save, format) {
        (Some(path), Some(format)) => save_picture(path, format, &picture),
        _ => Ok(()),
    }
}

/// Whether a model comes from the hub, or was fine-tuned from one that does.
pub fn is_published(run: &RunFolder) -> bool {
    // A run that cannot be read is somebody else's error, a moment later.
    is_hub_folder(run.path()) || run.config().is_ok_and(|config| config.preset == PUBLISHED)
}

/// Transfer to a benchmark makes a model forget the rest.
fn remark_on_specialist(run: &RunFolder) {
    // A run that cannot be read is somebody else's error, a moment later.
    if run.config().is_ok_and(|config| config.task == Task::EasyVqa) {
        let path = run.path().display();
        note!("note: '{path}' was trained last for easy-VQA's questions, and has forgotten captions, scenes and boxes");
    }
}

/// The run, if one is named, and the `N` words that a command needs, of which the first is a picture; `usage` says how it is
/// written.
///
/// # Errors
/// When there are fewer words, or more, or they are in another order.
pub fn run_and_words<'a, const N: usize>(words: &'a [String], usage: &str) -> Result<(Option<&'a str>, [&'a str; N])> {
    // ANCHOR: run_and_words
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (run, needed) = match words.as_slice() {
        [run, needed @ ..] if needed.len() == N => (Some(*run), needed),
        needed => (None, needed),
    };
    let misuse = |what: String| VlmError::Combination(format!("{what}: {usage} (text of several words in quotes)"));
    let count = words.len();
    let wrong_count = |_| misuse(format!("words: {N}, or {} with a run, are needed, and {count} given", N + 1));
    let needed: [&str; N] = needed.try_into().map_err(wrong_count)?;
    let is_file = |word: &str| Path::new(word).is_file();
    let elsewhere = run.iter().chain(&needed[1..]).find(|word| is_file(word) && !is_file(needed[0]));
    match elsewhere {
        Some(picture) => Err(misuse(format!("'{}' stands where the picture should, '{picture}'", needed[0]))),
        None => Ok((run, needed)),
    }
    // ANCHOR_END: run_and_words
}

/// The picture at a path; says so where there is nothing to be seen in it.
///
/// # Errors
/// When it cannot be read.
pub fn opened(path: &str) -> Result<RgbImage> {
    let picture = open_picture(Path::new(path))?;
    if let Some(doubt) = doubt(&picture) {
        note!("note: '{path}' {doubt}; the answer will be a guess");
    }
    Ok(picture)
}

/// Why a picture shows nothing, if it shows nothing.
fn doubt(picture: &RgbImage) -> Option<String> {
    let (width, height) = picture.dimensions();
    if width.min(height) < SMALLEST_SIDE {
        return Some(format!("has {width} × {height} pixels"));
    }
    let first = picture.get_pixel(0, 0);
    picture.pixels().all(|pixel| pixel == first).then(|| "has the same colour everywhere".to_owned())
}

/// How tokens are chosen, and how many.
fn manner(asking: &Asking, chance: &Chance) -> Result<Manner> {
    let (sampling, seed) = chance.sampling()?;
    Ok(Manner { max_tokens: asking.max_tokens, sampling, seed })
}

/// Prints an answer while it is written.
fn say(model: &Loaded, picture: &RgbImage, prompt: &str, manner: &Manner) -> Result<()> {
    let mut out = io::stdout().lock();
    let answer = model.speaker.ask(picture, prompt, manner, |piece| {
        out.write_all(piece.as_bytes())?;
        out.flush()
    })?;
    writeln!(out)?;
    let is_empty = answer.text.trim().is_empty();
    if is_empty && answer.finished {
        note!("note: the model ended its answer at once, with nothing in it");
    } else if is_empty {
        note!("note: {} tokens, and none of them is a word; give more with --max-tokens", manner.max_tokens);
    } else if !answer.finished {
        note!("note: the answer was cut off at {} tokens; give more with --max-tokens", manner.max_tokens);
    }
    model.tell_pace(&answer);
    Ok(())
}

/// A model to be asked, and what the command line says about it.
#[derive(Debug)]
pub struct Loaded<'a> {
    speaker: Speaker,
    loading: Duration,
    asking: &'a Asking,
}

impl<'a> Loaded<'a> {
    /// Loads the model of a run or a folder; `job` says what it is wanted for.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn new(run: &RunFolder, job: &'static str, asking: &'a Asking) -> Result<Self> {
        let started = Instant::now();
        let speaker = load(run, job, asking.dtype)?;
        Ok(Self { speaker, loading: started.elapsed(), asking })
    }

    /// Its most probable answer, when all of it is there.
    ///
    /// # Errors
    /// When the prompt cannot be tokenised or the device fails.
    pub fn ask_greedily(&self, picture: &RgbImage, prompt: &str) -> Result<Answer> {
        let answer = self.speaker.ask(picture, prompt, &Manner::greedy(self.asking.max_tokens), |_| Ok(()))?;
        self.tell_pace(&answer);
        Ok(answer)
    }

    /// Its words.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.speaker.tokenizer
    }

    fn tell_pace(&self, answer: &Answer) {
        if self.asking.timings {
            note!("loaded in {:.2} s, {}", self.loading.as_secs_f64(), answer.pace);
        }
    }
}

/// Loads a model; only weights from the hub are large enough for their type to matter.
fn load(run: &RunFolder, job: &'static str, dtype: Option<StoredType>) -> Result<Speaker> {
    let device = foundations::device()?;
    let Some(dtype) = dtype else { return Speaker::load(run, job, &device) };
    if !is_hub_folder(run.path()) {
        let path = run.path().display();
        return Err(VlmError::Combination(format!(
            "--dtype is for folders from the hub, and '{path}' is a run of ours; leave it out"
        )));
    }
    Ok(match dtype {
        StoredType::F32 => load_paligemma(run.path(), job, Some(DType::F32), &device)?,
        StoredType::Bf16 => load_paligemma(run.path(), job, Some(DType::BF16), &device)?,
        StoredType::Q8 => load_paligemma_quantised(run.path(), job, &device)?,
    })
}

/// Neither boxes nor numbers are written over the only copy of a picture.
///
/// # Errors
/// When output and input are the same file.
pub fn refuse_own_input(input: &Path, output: &Path) -> Result<()> {
    let is_same = match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false, // one of them does not exist: they differ
    };
    if !is_same {
        return Ok(());
    }
    let reason = "is the picture that is being asked about; save under another name".to_owned();
    Err(VlmError::OutputFile { path: output.to_owned(), reason })
}

/// The format that the name of an output file asks for.
///
/// # Errors
/// When it asks for none that can be written, or the file cannot be.
pub fn picture_format(path: &Path) -> Result<ImageFormat> {
    check_output_file(path)?;
    let format = ImageFormat::from_path(path).ok().filter(ImageFormat::writing_enabled);
    format.ok_or_else(|| VlmError::OutputFile {
        path: path.to_owned(),
        reason: "does not say which format to write; end its name in .png or .jpg".to_owned(),
    })
}

/// Writes a picture, and says where.
///
/// # Errors
/// When the format cannot hold it, or the file cannot be written.
pub fn save_picture(path: &Path, format: ImageFormat, picture: &RgbImage) -> Result<()> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).map_err(|error| VlmError::OutputFile {
        path: path.to_owned(),
        reason: format!("cannot be encoded: {error}; end its name in .png"),
    })?;
    write_atomically(path, |file| file.write_all(bytes.get_ref()))?;
    note!("drawn in '{}'", path.display());
    Ok(())
}
