//! `vlm segment`: a box and a mask for a thing.

use std::path::Path;

use candle_core::Tensor;
use image::RgbImage;

use crate::args::SegmentArgs;
use crate::asking::Answer;
use crate::draw::draw_boxes;
use crate::error::{Result, VlmError};
use crate::hub::HubError;
use crate::picture_commands::{
    Loaded, is_published, opened, picture_format, refuse_own_input, run_and_words, save_picture,
};
use crate::prompt_text::{any_things, is_same_thing};
use crate::run_folder::{RunFolder, Task, named_or_bundled};
use crate::segment::answer::code_token;
use crate::segment::{MASK_FILE, Mask, MaskDecoder, Segment, mask_in_picture, parse_segments};
use crate::terminal::{note, show_picture, tell};

/// `vlm segment`.
///
/// # Errors
/// When the picture or the folder cannot be read, the folder knows no masks, or the file cannot be written.
pub fn run(args: &SegmentArgs) -> Result<()> {
    let (run, [image, wanted]) = run_and_words(&args.words, SegmentArgs::USAGE)?;
    let format = args.save.as_deref().map(picture_format).transpose()?;
    if let Some(save) = &args.save {
        refuse_own_input(Path::new(image), save)?;
    }
    let run = named_or_bundled(run, Task::Vlm, "segmentation")?;
    let decoder = mask_decoder(&run)?;
    let things = any_things(wanted)?;
    let mut picture = opened(image)?;
    let model = Loaded::new(&run, "segmentation", &args.asking)?;
    check_codes(&run, &model)?;
    let answer = model.ask_greedily(&picture, &format!("segment {}", things.join(" ; ")))?;
    let (width, height) = picture.dimensions();
    let unnamed = if let [thing] = things.as_slice() { thing } else { "without a name" };
    let segments = parse_segments(&answer.text, unnamed, width, height);
    let masks = masks(&decoder, &segments)?;
    list(&things, &segments, &masks, &answer)?;
    draw(&mut picture, &segments, &masks);
    show_picture(&picture);
    match (&args.save, format) {
        (Some(path), Some(format)) => save_picture(path, format, &picture),
        _ => Ok(()),
    }
}

/// The decoder of the masks, out of the model's folder; without it nothing else needs to be loaded.
fn mask_decoder(run: &RunFolder) -> Result<MaskDecoder> {
    if !is_published(run) {
        run.config()?; // no run at all is another mistake
        return Err(VlmError::NoMasks { path: run.path().to_owned() });
    }
    let path = run.path().join(MASK_FILE);
    if !path.exists() {
        return Err(VlmError::NoMaskDecoder { path: run.path().to_owned() });
    }
    Ok(MaskDecoder::load(&path, &foundations::device()?)?)
}

/// Without words for masks the model would spell them letter by letter.
fn check_codes(run: &RunFolder, model: &Loaded) -> Result<()> {
    for code in [0, 127] {
        let token = code_token(code);
        if model.tokenizer().encode(&token)?.len() != 1 {
            let problem = "is not in the vocabulary; take tokenizer.json from the same PaliGemma as the weights";
            return Err(HubError::field(&run.file("tokenizer.json"), format!("the token '{token}'"), problem).into());
        }
    }
    Ok(())
}

/// A mask for each thing that has codes, in the order of the things.
fn masks(decoder: &MaskDecoder, segments: &[Segment]) -> Result<Vec<Option<Mask>>> {
    let one = |segment: &Segment| -> Result<Option<Mask>> {
        let Some(codes) = segment.codes else { return Ok(None) };
        let mask: Tensor = decoder.masks(&[codes])?; // [1, 64, 64]
        Ok(mask_in_picture(mask.flatten_all()?.to_vec1()?, &segment.place))
    };
    segments.iter().map(one).collect()
}

/// A line for each thing, and for each that is missing.
fn list(things: &[String], segments: &[Segment], masks: &[Option<Mask>], answer: &Answer) -> Result<()> {
    for (Segment { place, .. }, mask) in segments.iter().zip(masks) {
        let pixels =
            mask.as_ref().map_or("no mask".to_owned(), |mask| format!("mask {} pixels", mask.pixels().count()));
        tell!(
            "{}: top {}, left {}, bottom {}, right {}, {pixels}",
            place.name,
            place.top,
            place.left,
            place.bottom,
            place.right
        )?;
    }
    let is_found = |thing: &str| segments.iter().any(|segment| is_same_thing(&segment.place.name, thing));
    for missed in things.iter().filter(|thing| !is_found(thing)) {
        tell!("{missed}: not found")?;
    }
    if !answer.finished {
        note!("note: the answer was cut off; a thing takes some 25 tokens: give more with --max-tokens");
    }
    Ok(())
}

/// Masks first, so that the outlines stay visible.
fn draw(picture: &mut RgbImage, segments: &[Segment], masks: &[Option<Mask>]) {
    for (index, mask) in masks.iter().enumerate() {
        if let Some(mask) = mask {
            mask.draw(picture, index);
        }
    }
    let boxes: Vec<_> = segments.iter().map(|segment| (segment.place.name.clone(), segment.bounds)).collect();
    draw_boxes(picture, &boxes);
}
