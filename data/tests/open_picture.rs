//! Anybody's pictures: the sensible result, or one error that names the file and the remedy.

use std::{fs, fs::File, io::Cursor, path::PathBuf};

use data::{DataError, LIGHT_GREY, open_picture};
use image::{
    DynamicImage, Frame, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::gif::{GifEncoder, Repeat},
};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable folder");
    path
}

fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name)
}

/// Asserts that the message names the file and returns it.
fn message(path: &std::path::Path, error: &DataError) -> String {
    let message = error.to_string();
    assert!(message.contains(&path.display().to_string()), "the message does not name the file: {message}");
    message
}

/// A file that is not there.
#[test]
fn a_missing_file_is_named() {
    let folder = folder();
    let path = folder.path().join("nowhere.png");
    let error = open_picture(&path).expect_err("there is no such file");
    assert!(matches!(error, DataError::Read { .. }), "{error:?}");
    assert!(message(&path, &error).contains("Check the path"));
}

/// A folder in the place of a picture.
#[test]
fn a_folder_is_not_a_picture() {
    let folder = folder();
    let error = open_picture(folder.path()).expect_err("a folder is no picture");
    message(folder.path(), &error);
}

/// A download that failed.
#[test]
fn an_empty_file_is_an_error() {
    let folder = folder();
    let path = file(&folder, "empty.png", b"");
    let error = open_picture(&path).expect_err("zero bytes are no picture");
    assert!(matches!(error, DataError::Empty { .. }), "{error:?}");
    message(&path, &error);
}

/// Text that calls itself a picture.
#[test]
fn text_is_not_a_picture() {
    let folder = folder();
    let path = file(&folder, "notes.png", b"these are my notes");
    let error = open_picture(&path).expect_err("text is no picture");
    assert!(matches!(error, DataError::Picture { .. }), "{error:?}");
    assert!(message(&path, &error).contains("Give a PNG"));
}

/// A PNG that stops anywhere is an error and never half a picture.
#[test]
fn truncated_pictures_are_errors() {
    let folder = folder();
    let picture = RgbImage::from_fn(40, 40, |x, y| Rgb([(x * 6) as u8, (y * 6) as u8, (x * y) as u8]));
    let whole = folder.path().join("whole.png");
    picture.save(&whole).expect("a writable folder");
    let bytes = fs::read(&whole).expect("the file just written");
    for length in [1, 8, 20, bytes.len() / 2, bytes.len() - 20] {
        let path = file(&folder, "cut.png", &bytes[..length]);
        let error = open_picture(&path).expect_err("a truncated picture");
        assert!(matches!(error, DataError::Picture { .. }), "{length} bytes: {error:?}");
        message(&path, &error);
    }
}

/// A whole JPEG of 120×90 pixels.
fn jpeg() -> Vec<u8> {
    let picture = RgbImage::from_fn(120, 90, |x, y| Rgb([(x * 2) as u8, (y * 2) as u8, (x * y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a picture can be encoded");
    bytes.into_inner()
}

/// Asserts that a whole JPEG can be opened, and that it is an error when it stops in the middle or before its end mark.
fn assert_only_whole(bytes: &[u8]) {
    let folder = folder();
    assert!(open_picture(&file(&folder, "whole.jpg", bytes)).is_ok(), "the whole picture can be opened");
    for length in [bytes.len() / 2, bytes.len() - 2] {
        let path = file(&folder, "cut.jpg", &bytes[..length]);
        let error = open_picture(&path).expect_err("a truncated picture");
        assert!(message(&path, &error).contains("the end of the JPEG is missing"), "{length} bytes: {error}");
    }
}

/// A JPEG that stops in the middle is an error, too, though its decoder would fill the rest with grey.
#[test]
fn truncated_jpegs_are_errors() {
    assert_only_whole(&jpeg());
}

/// A camera puts a thumbnail, itself a whole JPEG, in front of the picture. Its end is not the picture's.
#[test]
fn the_end_of_a_thumbnail_is_not_the_end_of_the_picture() {
    let (whole, thumbnail) = (jpeg(), fs::read(example("cmyk.jpg")).expect("a bundled picture"));
    let length = 2 + thumbnail.len() as u16; // counts its own two bytes
    let segment = [&[0xFF, 0xE1], &length.to_be_bytes()[..], &thumbnail].concat();
    assert_only_whole(&[&whole[..2], &segment, &whole[2..]].concat());
}

/// A telephone's moving photograph is a JPEG with a film behind it, and in a film any bytes can occur.
#[test]
fn what_follows_a_jpeg_does_not_matter() {
    let folder = folder();
    let (alone, film) = (jpeg(), [0, 1, 0xFF, 0xD9, 2, 0xFF, 0xDA, 3]);
    let moving = open_picture(&file(&folder, "moving.jpg", &[&alone[..], &film].concat())).expect("a whole JPEG");
    assert_eq!(moving, open_picture(&file(&folder, "alone.jpg", &alone)).expect("a whole JPEG"));
}

/// The smallest picture there is.
#[test]
fn one_pixel_is_a_picture() {
    let folder = folder();
    let path = folder.path().join("dot.png");
    RgbImage::from_pixel(1, 1, Rgb([1, 2, 3])).save(&path).expect("a writable folder");
    assert_eq!(open_picture(&path).expect("one pixel").get_pixel(0, 0).0, [1, 2, 3]);
}

/// A very wide picture.
#[test]
fn wide_panoramas_are_fine() {
    let folder = folder();
    let path = folder.path().join("wide.png");
    RgbImage::from_pixel(20_000, 3, Rgb([9, 9, 9])).save(&path).expect("a writable folder");
    assert_eq!(open_picture(&path).expect("a wide picture").dimensions(), (20_000, 3));
}

/// A header that promises too long a side (60,000×60,000 pixels) or only too many pixels (40,000×40,000) is refused before
/// any memory is taken.
#[test]
fn absurd_sizes_are_refused() {
    let folder = folder();
    for side in [60_000_u32, 40_000] {
        let mut bytes = b"BM".to_vec(); // a bitmap header with nothing behind it
        for number in [54_u32, 0, 54, 40, side, side] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [1_u16, 24] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend([0; 24]);
        let path = file(&folder, "huge.bmp", &bytes);
        let error = open_picture(&path).expect_err("a picture of gigabytes");
        assert!(matches!(error, DataError::TooLarge { .. }), "{side}×{side} pixels: {error:?}");
        assert!(message(&path, &error).contains("Shrink"));
    }
}

/// What counts is what a picture becomes: one of a byte for each pixel is small as a file, and not as colours.
#[test]
fn absurd_sizes_in_grey_are_refused() {
    let folder = folder();
    let mut bytes = b"BM".to_vec(); // a bitmap of 8 bits a pixel, with 256 colours and no pixels behind its header
    for number in [54_u32 + 1024, 0, 54 + 1024, 40, 20_000, 20_000] {
        bytes.extend(number.to_le_bytes());
    }
    for number in [1_u16, 8] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([0; 24 + 1024]);
    let error = open_picture(&file(&folder, "grey.bmp", &bytes)).expect_err("a picture of gigabytes, as colours");
    assert!(matches!(error, DataError::TooLarge { .. }), "{error:?}");
}

/// Grey and 16-bit pictures become ordinary colours.
#[test]
fn grey_and_deep_pictures_become_rgb() {
    let folder = folder();
    let grey = folder.path().join("grey.png");
    ImageBuffer::from_pixel(4, 4, Luma([77_u8])).save(&grey).expect("a writable folder");
    assert_eq!(open_picture(&grey).expect("a grey picture").get_pixel(0, 0).0, [77; 3]);
    let deep = folder.path().join("deep.png");
    let picture: ImageBuffer<Rgb<u16>, _> = ImageBuffer::from_pixel(4, 4, Rgb([65_535, 257 * 100, 0]));
    DynamicImage::ImageRgb16(picture).save(&deep).expect("a writable folder");
    assert_eq!(open_picture(&deep).expect("a 16-bit picture").get_pixel(0, 0).0, [255, 100, 0]);
}

/// Printers' colours: the left half is red and the right half blue.
#[test]
fn cmyk_photographs_keep_their_colours() {
    let picture = open_picture(&example("cmyk.jpg")).expect("a CMYK picture");
    let (left, right) = (picture.get_pixel(2, 4), picture.get_pixel(13, 4));
    assert!(left[0] > 200 && left[2] < 60, "the left half is {left:?} and not red");
    assert!(right[2] > 200 && right[0] < 60, "the right half is {right:?} and not blue");
}

/// A camera that was held sideways: 16×8 in the file, 8×16 to look at, red on top.
#[test]
fn photographs_stand_upright() {
    let picture = open_picture(&example("held_sideways.jpg")).expect("a photograph");
    assert_eq!(picture.dimensions(), (8, 16));
    let (top, bottom) = (picture.get_pixel(4, 2), picture.get_pixel(4, 13));
    assert!(top[0] > 200 && bottom[2] > 200, "turned the wrong way: top {top:?}, bottom {bottom:?}");
}

/// Of an animation we look at the first frame.
#[test]
fn animations_show_their_first_frame() {
    let folder = folder();
    let path = folder.path().join("moving.gif");
    let mut encoder = GifEncoder::new(File::create(&path).expect("a writable folder"));
    encoder.set_repeat(Repeat::Infinite).expect("a GIF may repeat");
    for colour in [[255, 0, 0, 255], [0, 255, 0, 255]] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(6, 6, Rgba(colour)))).expect("a frame");
    }
    drop(encoder);
    assert_eq!(open_picture(&path).expect("an animation").get_pixel(3, 3).0, [255, 0, 0]);
}

/// What is transparent shows light grey; what is half transparent shows half of it.
#[test]
fn transparency_shows_light_grey() {
    let folder = folder();
    let path = folder.path().join("glass.png");
    let alpha = |x: u32| [0, 128, 255][x as usize];
    RgbaImage::from_fn(3, 1, |x, _| Rgba([255, 0, 0, alpha(x)])).save(&path).expect("a writable folder");
    let picture = open_picture(&path).expect("a transparent picture");
    assert_eq!(*picture.get_pixel(0, 0), LIGHT_GREY);
    assert_eq!(picture.get_pixel(1, 0).0, [243, 115, 115]);
    assert_eq!(picture.get_pixel(2, 0).0, [255, 0, 0]);
}

/// The name does not matter, the content does.
#[test]
fn a_wrong_extension_does_not_matter() {
    let folder = folder();
    let png = folder.path().join("picture.png");
    RgbImage::from_pixel(5, 5, Rgb([4, 5, 6])).save(&png).expect("a writable folder");
    let renamed = folder.path().join("picture.jpg");
    fs::rename(&png, &renamed).expect("a writable folder");
    assert_eq!(open_picture(&renamed).expect("a PNG named .jpg").get_pixel(2, 2).0, [4, 5, 6]);
}
