//! Galleries of anybody's own pictures: a folder with a table `captions.tsv`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::{Rgba, Rgba32FImage, RgbaImage, imageops};

use crate::{
    DataError, EmojiSet, Gallery, Source, Sprite, error::read_error, layer::premultiplied, open_picture::open_sprite,
    sheet::CELL,
};

/// The table that names the pictures of a folder.
const TABLE: &str = "captions.tsv";

impl Gallery {
    /// Reads a folder of pictures, best cut out on a transparent background, and its table `captions.tsv`: on each line a
    /// file, the emoji that it shows (the character or its English name; may be empty) and the caption (may be empty when
    /// there is an emoji, whose name is then the caption), separated by tabs. A first line that starts with `file` is a
    /// heading.
    ///
    /// # Errors
    /// When the table is missing or malformed, names no picture, or a picture cannot be read or is wholly transparent.
    pub fn from_folder(dir: &Path, set: &EmojiSet) -> Result<Gallery, DataError> {
        // ANCHOR: from_folder
        let table = table_in(dir)?;
        let sprites = table.lines.iter().map(|line| table.sprite(line, set)).collect::<Result<Vec<_>, _>>()?;
        Ok(Gallery::new(sprites))
        // ANCHOR_END: from_folder
    }
}

/// The second fields of a folder's table that are neither an emoji nor the name of one, each with its line. Pictures with such
/// a field are examples of their captions alone.
///
/// # Errors
/// When the table is missing or malformed.
pub fn unknown_names(dir: &Path, set: &EmojiSet) -> Result<Vec<(usize, String)>, DataError> {
    let lines = table_in(dir)?.lines;
    let unknown = lines.into_iter().filter(|line| !line.emoji.is_empty() && set.find(&line.emoji).is_none());
    Ok(unknown.map(|line| (line.number, line.emoji)).collect())
}

/// The table of a folder.
pub(crate) struct Table {
    folder: PathBuf,
    path: PathBuf,
    /// At least one.
    pub(crate) lines: Vec<Line>,
}

/// One line of the table.
pub(crate) struct Line {
    number: usize,
    file: String,
    emoji: String,
    caption: String,
}

/// Reads the table of a folder.
pub(crate) fn table_in(dir: &Path) -> Result<Table, DataError> {
    let path = dir.join(TABLE);
    let lines = read_table(&path)?;
    if lines.is_empty() {
        let problem = String::from("no picture is listed; write a file, an emoji or name and a caption on each line");
        return Err(DataError::Line { path, line: 1, problem });
    }
    Ok(Table { folder: dir.to_path_buf(), path, lines })
}

fn read_table(path: &Path) -> Result<Vec<Line>, DataError> {
    if !path.exists() {
        return Err(DataError::NoTable { path: path.to_path_buf() });
    }
    let bytes = std::fs::read(path).map_err(|source| read_error(path, source, false))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes); // some editors put a byte order mark first
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .quoting(false)
        .trim(csv::Trim::All)
        .from_reader(text);
    let mut lines = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| {
            let line = line_number(text, error.position());
            let problem = String::from("this is not UTF-8 text; save the table as UTF-8"); // nothing else can be wrong yet
            DataError::Line { path: path.to_path_buf(), line, problem }
        })?;
        let number = line_number(text, record.position());
        if index == 0 && record.get(0).is_some_and(|field| field.eq_ignore_ascii_case("file")) {
            continue;
        }
        let fields: Vec<&str> = record.iter().collect();
        let [file, emoji, caption] = fields[..] else {
            let problem = format!(
                "expected three fields (file, emoji or name, caption) separated by tabs, found {}",
                fields.len()
            );
            return Err(DataError::Line { path: path.to_path_buf(), line: number, problem });
        };
        lines.push(Line { number, file: file.into(), emoji: emoji.into(), caption: caption.into() });
    }
    Ok(lines)
}

/// The line on which a record starts. The reader notes where the record before ended: in front of any blank lines, and
/// within a line end of two bytes (`\r\n`).
fn line_number(text: &[u8], noted: Option<&csv::Position>) -> usize {
    let Some(noted) = noted else { return 1 };
    let line_ends = text.iter().skip(noted.byte() as usize).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    noted.line() as usize + line_ends.filter(|byte| **byte == b'\n').count()
}

impl Table {
    /// Reads the picture of one line and finds out which emoji and noun it is.
    fn sprite(&self, line: &Line, set: &EmojiSet) -> Result<Sprite, DataError> {
        let emoji = line.emoji(set);
        let known = emoji.map(|emoji| &set.entries()[emoji]);
        let caption = self.caption(line, set)?.to_lowercase(); // as all captions of the course are
        let image = fit_into_cell(&open_sprite(&self.picture_path(line)?)?);
        if crate::sheet::is_empty_cell(&image) {
            let problem = format!("{} is wholly transparent; give a picture that shows something", line.file);
            return Err(self.problem(line, problem));
        }
        Ok(Sprite {
            image: Arc::new(image),
            emoji,
            noun: set.nouns().iter().position(|noun| Some(noun.emoji) == emoji),
            caption,
            keywords: known.map(|emoji| emoji.keywords.clone()).unwrap_or_default(),
            may_be_mirrored: known.is_none_or(|emoji| emoji.may_be_mirrored()),
            source: Source::Folder,
        })
    }

    /// What to say about the picture of a line: its caption, or the name of its emoji.
    pub(crate) fn caption(&self, line: &Line, set: &EmojiSet) -> Result<String, DataError> {
        match (line.caption.clone(), line.emoji(set)) {
            (caption, _) if !caption.is_empty() => Ok(caption),
            (_, Some(emoji)) => Ok(set.entries()[emoji].name.clone()),
            _ => {
                let problem = format!("{} has neither a caption nor a known emoji; write one", line.file);
                Err(self.problem(line, problem))
            }
        }
    }

    /// Where the picture of a line is.
    pub(crate) fn picture_path(&self, line: &Line) -> Result<PathBuf, DataError> {
        picture_path(&self.folder, &line.file).map_err(|problem| self.problem(line, problem))
    }

    fn problem(&self, line: &Line, problem: String) -> DataError {
        DataError::Line { path: self.path.clone(), line: line.number, problem }
    }
}

impl Line {
    /// The emoji that the picture shows, if it is one.
    fn emoji(&self, set: &EmojiSet) -> Option<usize> {
        set.find(&self.emoji).or_else(|| set.find(&self.caption))
    }
}

/// A file inside the folder; tables that came with a download must not reach elsewhere.
fn picture_path(dir: &Path, file: &str) -> Result<PathBuf, String> {
    let relative = Path::new(file);
    let stays_inside = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if file.is_empty() || !stays_inside {
        return Err(format!("{file:?} is not a file name inside the folder; write it relative to the table"));
    }
    Ok(dir.join(relative))
}

/// Scales a picture of any size into a cell, keeping its proportions; what is left over stays transparent.
fn fit_into_cell(picture: &RgbaImage) -> RgbaImage {
    // ANCHOR: fit_into_cell
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    let scaled = |side: u32| (side as f32 / longer as f32 * CELL as f32).round().clamp(1.0, CELL as f32) as u32;
    let small = resized(picture, scaled(width), scaled(height));
    let mut cell = RgbaImage::new(CELL, CELL);
    let (left, top) = ((CELL - small.width()) / 2, (CELL - small.height()) / 2);
    imageops::replace(&mut cell, &small, i64::from(left), i64::from(top));
    cell
    // ANCHOR_END: fit_into_cell
}

/// Scales a picture without showing the colours that its transparent pixels hide: colours are averaged weighted by opacity,
/// as in a [`Layer`](crate::layer::Layer).
fn resized(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    // ANCHOR: resized
    let filter = imageops::FilterType::Triangle;
    if picture.pixels().all(|pixel| pixel[3] == 255) {
        return imageops::resize(picture, width, height, filter); // all weights are equal
    }
    let weighted = |x, y| Rgba(premultiplied(picture.get_pixel(x, y)));
    let weighted = Rgba32FImage::from_fn(picture.width(), picture.height(), weighted);
    let small = imageops::resize(&weighted, width, height, filter);
    RgbaImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = small.get_pixel(x, y).0;
        let [red, green, blue] = [red, green, blue].map(|colour| if alpha > 0.0 { colour / alpha } else { 0.0 });
        Rgba([red, green, blue, alpha].map(|share| (255.0 * share).round() as u8))
    })
    // ANCHOR_END: resized
}
