//! From SVG to a sheet of pixels.

use anyhow::Context;
use data::{
    Emoji,
    sheet::{CELL, EMOJI_COLUMNS, cell_origin, sheet_size},
};
use image::{GenericImage, Rgba, RgbaImage};
use rayon::prelude::*;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

use crate::icons::IconSet;

/// Draws every emoji that the artist has; returns the sheet and how many cells are filled.
pub fn sheet(set: &IconSet, table: &[Emoji], naming_sets: &[&IconSet]) -> anyhow::Result<(RgbaImage, usize)> {
    let cells = table
        .par_iter()
        .map(|emoji| {
            let svg = set.svg(emoji, naming_sets)?;
            svg.map(|svg| draw(&svg).with_context(|| format!("{:?}: {}", set.artist, emoji.name))).transpose()
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (width, height) = sheet_size(table.len(), EMOJI_COLUMNS);
    let mut sheet = RgbaImage::new(width, height);
    let mut drawn = 0;
    for (index, cell) in cells.iter().enumerate().filter_map(|(index, cell)| Some((index, cell.as_ref()?))) {
        let (x, y) = cell_origin(index, EMOJI_COLUMNS);
        sheet.copy_from(cell, x, y)?;
        drawn += 1;
    }
    Ok((sheet, drawn))
}

/// Draws one SVG into a cell.
fn draw(svg: &str) -> anyhow::Result<RgbaImage> {
    let tree = Tree::from_str(svg, &Options::default())?;
    let scale = CELL as f32 / tree.size().width().max(tree.size().height());
    let mut pixmap = Pixmap::new(CELL, CELL).context("cannot make a pixmap")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(RgbaImage::from_fn(CELL, CELL, |x, y| {
        let pixel = pixmap.pixel(x, y).map(|pixel| pixel.demultiply());
        pixel.map_or(Rgba([0; 4]), |pixel| soften([pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]))
    }))
}

/// Drops what the eye cannot see at this size, so that five sheets fit into the repository: colours keep 6 of their 8
/// bits and opacity keeps 4. Invisible pixels lose their colour.
fn soften([red, green, blue, alpha]: [u8; 4]) -> Rgba<u8> {
    let alpha = keep_bits(alpha, 4);
    if alpha == 0 {
        return Rgba([0; 4]);
    }
    Rgba([keep_bits(red, 6), keep_bits(green, 6), keep_bits(blue, 6), alpha])
}

/// Rounds to the nearest of `2^bits` levels spread evenly over 0..=255.
fn keep_bits(value: u8, bits: u32) -> u8 {
    let top = (1_u32 << bits) - 1;
    let level = (u32::from(value) * top + 127) / 255;
    ((level * 255 + top / 2) / top) as u8
}
