//! One big picture that holds many small ones, cell by cell.
//!
//! A sheet is a file that people can open and look at, and it is far smaller than thousands of little files. Cells are
//! counted from the top left, row by row. Every artist's sheet uses the same grid, so cell 17 is the same emoji in all
//! five; a cell is wholly transparent where the artist never drew that emoji.

use image::{GenericImage, GenericImageView, ImageBuffer, Pixel, RgbaImage};

/// Side of one cell in pixels.
pub const CELL: u32 = 64;
/// Cells in one row of an emoji sheet.
pub const EMOJI_COLUMNS: u32 = 42;
/// Cells in one row of an easy-VQA sheet.
pub const VQA_COLUMNS: u32 = 50;

/// Top left corner `(x, y)` of a cell, in pixels.
pub fn cell_origin(index: usize, columns: u32) -> (u32, u32) {
    let index = index as u32;
    (index % columns * CELL, index / columns * CELL)
}

/// Pixel size `(width, height)` of the smallest sheet that holds `cells` cells.
pub fn sheet_size(cells: usize, columns: u32) -> (u32, u32) {
    (columns * CELL, (cells as u32).div_ceil(columns) * CELL)
}

/// Copies one cell out of a sheet, or nothing when the sheet ends before it.
pub fn cut_cell<P>(sheet: &ImageBuffer<P, Vec<u8>>, index: usize, columns: u32) -> Option<ImageBuffer<P, Vec<u8>>>
where
    P: Pixel<Subpixel = u8>,
{
    let (x, y) = cell_origin(index, columns);
    if x + CELL > sheet.width() || y + CELL > sheet.height() {
        return None;
    }
    let mut cell = ImageBuffer::new(CELL, CELL);
    cell.copy_from(&*sheet.view(x, y, CELL, CELL), 0, 0).ok()?;
    Some(cell)
}

/// True when the artist drew nothing here: no pixel is the least bit opaque.
pub fn is_empty_cell(cell: &RgbaImage) -> bool {
    cell.pixels().all(|pixel| pixel[3] == 0)
}
