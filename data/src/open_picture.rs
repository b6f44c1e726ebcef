//! Opening anybody's picture.

use std::{
    io::{BufReader, Cursor, Read},
    path::Path,
};

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage, RgbaImage};

use crate::{DataError, LIGHT_GREY, error::read_error};

/// Widest and highest picture that we decode.
const MOST_PIXELS_A_SIDE: u32 = 50_000;
/// Most memory for one picture, as it is stored and as it is decoded.
const MOST_BYTES: u64 = 512 << 20;

/// Reads a picture in any common format: PNG, JPEG, GIF, WebP or BMP, told by its content and not by its name.
///
/// Grey, 16-bit and CMYK pictures become RGB; of an animation we take the first frame; transparent parts show light
/// grey; a camera's note about how it was held is followed.
///
/// # Errors
/// When the file is missing, empty, damaged, not a picture, or absurdly large.
pub fn open_picture(path: &Path) -> Result<RgbImage, DataError> {
    // ANCHOR: open_picture
    let picture = decode(path)?;
    Ok(if picture.color().has_alpha() { over_light_grey(&picture.into_rgba8()) } else { picture.into_rgb8() })
    // ANCHOR_END: open_picture
}

/// Reads a picture with its transparency.
pub(crate) fn open_sprite(path: &Path) -> Result<RgbaImage, DataError> {
    decode(path).map(DynamicImage::into_rgba8)
}

fn decode(path: &Path) -> Result<DynamicImage, DataError> {
    // ANCHOR: decode
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| BufReader::new(file).take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| read_error(path, source, false))?;
    if bytes.is_empty() {
        return Err(DataError::Empty { path: path.to_path_buf() });
    }
    if bytes.len() as u64 > MOST_BYTES {
        let reason = format!("the file has more than {} MB", MOST_BYTES >> 20);
        return Err(DataError::TooLarge { path: path.to_path_buf(), reason });
    }
    if is_cut_off_jpeg(&bytes) {
        let reason = "the end of the JPEG is missing".to_owned();
        return Err(DataError::Picture { path: path.to_path_buf(), reason });
    }
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|source| read_error(path, source, false))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| picture_error(path, error))?;
    // The picture itself counts, too, and whatever its file says of a pixel, there will be four numbers for it.
    let (width, height) = decoder.dimensions();
    let bytes = decoder.total_bytes().max(4 * u64::from(width) * u64::from(height));
    limits.reserve(bytes).map_err(|error| picture_error(path, error))?;
    decoder.set_limits(limits).map_err(|error| picture_error(path, error))?;
    let orientation = decoder.orientation().map_err(|error| picture_error(path, error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| picture_error(path, error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
    // ANCHOR_END: decode
}

/// The decoder fills the missing rest of a JPEG with grey and says nothing. A whole one has an end mark (`FFD9`) somewhere
/// behind the first start of pixels (`FFDA`); within the pixels that pair of bytes does not occur.
///
/// The segments in front of the pixels can hold any bytes, a thumbnail's end mark among them, so each is skipped by its
/// length. What follows the end mark, such as the film of a moving photograph, does not matter.
fn is_cut_off_jpeg(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(&[0xFF, 0xD8]) else { return false };
    loop {
        rest = match rest {
            [0xFF, 0xDA, pixels @ ..] => return !pixels.windows(2).any(|pair| pair == [0xFF, 0xD9]),
            [0xFF, 0xC0..=0xFE, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low])); // counts its own two bytes
                rest.get(2 + length..).unwrap_or_default()
            }
            [_, rest @ ..] => rest, // bytes that fill up
            [] => return false,     // no pixels at all, which the decoder notices
        };
    }
}

fn picture_error(path: &Path, error: ImageError) -> DataError {
    let (path, reason) = (path.to_path_buf(), error.to_string());
    if matches!(error, ImageError::Limits(_)) {
        return DataError::TooLarge { path, reason };
    }
    DataError::Picture { path, reason }
}

/// Shows a transparent picture on light grey.
fn over_light_grey(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let blend = |colour: u8, grey: u8| {
            let (colour, grey, alpha) = (u32::from(colour), u32::from(grey), u32::from(alpha));
            ((colour * alpha + grey * (255 - alpha) + 127) / 255) as u8
        };
        let [grey, ..] = LIGHT_GREY.0;
        image::Rgb([blend(red, grey), blend(green, grey), blend(blue, grey)])
    })
}
