//! Work shared out over the cores, in pieces whose size depends on the data and never on the number of cores.
//!
//! Sums of floating-point numbers depend on their order. Were the pieces cut by the number of threads, or added up in
//! the order in which they finish, then a run could not be repeated to the bit. So every piece has a fixed size, and
//! partial sums are added in the order of the pieces.
//!
//! New vectors are made here, too. `vec![0.0; n]` fills a whole vector with zeros, and when its pieces are computed one by one
//! later, none of those zeros is in a cache any more: memory is written twice. Here each piece gets its zeros from the core
//! that is about to overwrite them.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::number::Number;

/// Numbers per piece: small enough that a piece stays in a core's cache, large enough to be worth handing over.
const PIECE: usize = 8192;

/// A new vector of `length` numbers: `f(offset, piece)` fills consecutive pieces, which it receives as zeros, on all cores.
pub fn filled<T: Number>(length: usize, f: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
    filled_in_pieces(PIECE, length, f)
}

/// [`filled`], in pieces of another size.
pub fn filled_in_pieces<T: Number>(size: usize, length: usize, f: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
    // ANCHOR: filled_in_pieces
    let mut out = Vec::with_capacity(length);
    pieces_of(size, &mut out.spare_capacity_mut()[..length], |offset, piece| f(offset, zeros(piece)));
    // SAFETY: there is room for `length` numbers, and `zeros` has written every one of them.
    unsafe { out.set_len(length) };
    out
    // ANCHOR_END: filled_in_pieces
}

/// Two new vectors of `length` numbers that are filled together: `f(offset, piece of one, piece of the other)`.
pub fn filled_together<T: Number>(length: usize, f: impl Fn(usize, &mut [T], &mut [T]) + Sync) -> [Vec<T>; 2] {
    let [mut one, mut other] = [Vec::with_capacity(length), Vec::with_capacity(length)];
    let pieces_of_one = one.spare_capacity_mut()[..length].par_chunks_mut(PIECE);
    let pieces_of_other = other.spare_capacity_mut()[..length].par_chunks_mut(PIECE);
    pieces_of_one.zip(pieces_of_other).enumerate().for_each(|(index, (one, other))| {
        f(index * PIECE, zeros(one), zeros(other));
    });
    // SAFETY: there is room for `length` numbers in both, and `zeros` has written every one of them.
    unsafe {
        one.set_len(length);
        other.set_len(length);
    }
    [one, other]
}

/// A new matrix of `length` numbers: `f(row index, row)` fills its rows, which it receives as zeros, on all cores. `work` is
/// how many numbers a row costs to compute.
pub fn filled_rows<T: Number>(length: usize, width: usize, work: usize, f: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
    let width = width.max(1);
    filled_in_pieces(rows_per_piece(work) * width, length, |offset, piece| {
        for (index, row) in piece.chunks_mut(width).enumerate() {
            f(offset / width + index, row);
        }
    })
}

/// Writes zeros to memory that holds nothing yet.
fn zeros<T: Number>(piece: &mut [MaybeUninit<T>]) -> &mut [T] {
    for number in piece.iter_mut() {
        number.write(T::zero());
    }
    // SAFETY: every number has just been written, and `MaybeUninit<T>` lies in memory as `T` does.
    unsafe { &mut *(std::ptr::from_mut(piece) as *mut [T]) }
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

/// Like [`filled_rows`], and every row also adds its share to a vector of `sums` numbers: `f(row index, row, sums)`. Returns
/// the matrix and the sums.
pub fn filled_rows_with_sums<T: Number>(
    length: usize,
    width: usize,
    sums: usize,
    f: impl Fn(usize, &mut [T], &mut [T]) + Sync,
) -> (Vec<T>, Vec<T>) {
    // ANCHOR: filled_rows_with_sums
    let width = width.max(1);
    let rows = rows_per_piece(width);
    let mut out = Vec::with_capacity(length);
    let pieces = out.spare_capacity_mut()[..length].par_chunks_mut(rows * width);
    let partial_sums = pieces.enumerate().map(|(piece, rows_of_piece)| {
        let mut partial = vec![T::zero(); sums];
        for (index, row) in zeros(rows_of_piece).chunks_mut(width).enumerate() {
            f(piece * rows + index, row, &mut partial);
        }
        partial
    });
    let sums = in_order(partial_sums.collect(), sums);
    // SAFETY: there is room for `length` numbers, and `zeros` has written every one of them.
    unsafe { out.set_len(length) };
    (out, sums)
    // ANCHOR_END: filled_rows_with_sums
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
fn pieces_of<T: Send>(size: usize, out: &mut [T], f: impl Fn(usize, &mut [T]) + Sync) {
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
