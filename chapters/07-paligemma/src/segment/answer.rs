//! Boxes and codes, read back from an answer.

use autoregressive_training::boxes::parse_detections;
use data::BoundingBox;
use published_weights::{PixelBox, boxes_in_pixels};

/// How many words describe a mask.
pub const CODES: usize = 16;
/// Out of how many: `<seg000>` to `<seg127>`.
pub const CODE_BOOK: u32 = 128;

/// The words of a mask, row by row of a grid of 4 × 4.
pub type Codes = [u32; CODES];

/// A thing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its name and its box in pixels of the picture.
    pub place: PixelBox,
    /// The same box as shares of the picture's sides.
    pub bounds: BoundingBox,
    /// What its mask is, if the model said so.
    pub codes: Option<Codes>,
}

/// The token of a code, `<seg007>`.
pub fn code_token(code: u32) -> String {
    format!("<seg{code:03}>")
}

/// Every thing of an answer such as `<loc0256><loc0128><loc0767><loc0895><seg017>…<seg099> cat ; …`, in pixels of a picture
/// of `width` × `height`. A model that was trained on one thing a picture (`refcoco_mask2str` in big_vision) writes no
/// name: what it found is then called `unnamed`. Codes may be missing, all sixteen of them; any other number, and what is no
/// box, is left out: a mask painted from other codes than those that were meant would be worse than none.
pub fn parse_segments(answer: &str, unnamed: &str, width: u32, height: u32) -> Vec<Segment> {
    answer.split(';').filter_map(|part| parse_segment(part, unnamed, width, height)).collect()
}

fn parse_segment(part: &str, unnamed: &str, width: u32, height: u32) -> Option<Segment> {
    let (mut rest, codes) = take_codes(part)?;
    if codes.is_some() && parse_detections(&rest).is_empty() {
        rest = format!("{rest} {unnamed}");
    }
    let (_, bounds) = parse_detections(&rest).pop()?;
    let place = boxes_in_pixels(&rest, width, height).pop()?;
    Some(Segment { place, bounds, codes })
}

/// Takes the codes out of the description of one thing; what is left is a box and a name. `None` if there are too few or
/// too many.
fn take_codes(part: &str) -> Option<(String, Option<Codes>)> {
    let Some(start) = part.find("<seg") else { return Some((part.to_owned(), None)) };
    let (before, mut rest) = part.split_at(start);
    let mut codes = [0; CODES];
    for code in &mut codes {
        let (digits, after) = rest.trim_start().strip_prefix("<seg")?.split_once('>')?;
        *code = digits.parse().ok().filter(|&code| code < CODE_BOOK)?;
        rest = after;
    }
    (!rest.contains("<seg")).then(|| (format!("{before}{rest}"), Some(codes)))
}
