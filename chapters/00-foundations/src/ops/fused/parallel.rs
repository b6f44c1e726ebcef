//! Work shared out over the cores, in pieces whose size depends on the data and never on the number of cores.
//!
//! Sums of floating-point numbers depend on their order. Were the pieces cut by the number of threads, or added up in
//! the order in which they finish, then a run could not be repeated to the bit. So every piece has a fixed size, and
//! partial sums are added in the order of the pieces.

use rayon::prelude::*;

use super::number::Number;

/// Numbers per piece: small enough that a piece stays in a core's cache, large enough to be worth handing over.
const PIECE: usize = 8192;

/// Calls `f(offset, piece)` for consecutive pieces of `out`, on all cores.
pub fn pieces<T: Number>(out: &mut [T], f: impl Fn(usize, &mut [T]) + Sync) {
    pieces_of(PIECE, out, f);
}

/// Calls `f(row index, row)` for every row of `out`, on all cores. `work` is how many numbers a row costs to compute.
pub fn rows<T: Number>(out: &mut [T], width: usize, work: usize, f: impl Fn(usize, &mut [T]) + Sync) {
    // ANCHOR: rows
    let width = width.max(1);
    pieces_of(rows_per_piece(work) * width, out, |offset, piece| {
        for (index, row) in piece.chunks_mut(width).enumerate() {
            f(offset / width + index, row);
        }
    });
    // ANCHOR_END: rows
}

/// Like [`rows`], and every row also adds its share to a vector of `sums` numbers: `f(row index, row, sums)`.
pub fn rows_with_sums<T: Number>(
    out: &mut [T],
    width: usize,
    sums: usize,
    f: impl Fn(usize, &mut [T], &mut [T]) + Sync,
) -> Vec<T> {
    // ANCHOR: rows_with_sums
    let width = width.max(1);
    let rows = rows_per_piece(width);
    let partial_sums = out.par_chunks_mut(rows * width).enumerate().map(|(piece, rows_of_piece)| {
        let mut partial = vec![T::zero(); sums];
        for (index, row) in rows_of_piece.chunks_mut(width).enumerate() {
            f(piece * rows + index, row, &mut partial);
        }
        partial
    });
    in_order(partial_sums.collect(), sums)
    // ANCHOR_END: rows_with_sums
}

/// The sum of each column of a matrix with `width` columns.
pub fn column_sums<T: Number>(matrix: &[T], width: usize) -> Vec<T> {
    // ANCHOR: column_sums
    let width = width.max(1);
    let partial_sums = matrix.par_chunks(rows_per_piece(width) * width).map(|piece| {
        let mut partial = vec![T::zero(); width];
        for row in piece.chunks_exact(width) {
            add(&mut partial, row);
        }
        partial
    });
    in_order(partial_sums.collect(), width)
    // ANCHOR_END: column_sums
}

/// `total += part`, number by number.
#[inline(always)]
pub fn add<T: Number>(total: &mut [T], part: &[T]) {
    for (total, &part) in total.iter_mut().zip(part) {
        *total += part;
    }
}

fn rows_per_piece(width: usize) -> usize {
    (PIECE / width.max(1)).max(1)
}

/// Waking another core costs some ten microseconds, so a single piece is done at once, here.
fn pieces_of<T: Number>(size: usize, out: &mut [T], f: impl Fn(usize, &mut [T]) + Sync) {
    if out.len() <= size {
        return f(0, out);
    }
    out.par_chunks_mut(size).enumerate().for_each(|(index, piece)| f(index * size, piece));
}

fn in_order<T: Number>(parts: Vec<Vec<T>>, width: usize) -> Vec<T> {
    let mut total = vec![T::zero(); width];
    for part in parts {
        add(&mut total, &part);
    }
    total
}
