//! Location tokens that know their neighbours.
//!
//! To a decoder with random word vectors, `<loc0512>` and `<loc0513>` are strangers: whatever it learns about one place
//! says nothing about the next. So the 1,024 location tokens start as sines and cosines of the place that they stand
//! for. Nearby places then have similar vectors, and because the head is the embedding table once more, a guess
//! that is a little off is already a little right. Training may change them afterwards, like any other word.
//!
//! PaliGemma starts its location tokens at random and shows them a billion pictures; we have an hour.

use candle_core::{D, DType, Device, Result, Tensor};
use foundations::Params;
use siglip_training::tokenizer::{LOCATION_BINS, SpecialTokens};

use crate::boxes::bin_to_coordinate;
use crate::model::DECODER_PREFIX;

/// The shortest wave turns by so many radians on the way across the picture: half a turn for each of 64 pixels.
const FASTEST: f64 = 200.0;

/// Sines and cosines of every location: frequencies in geometric progression from 1 to 200 radians per picture, scaled so
/// that each row has length one, like a random row of the embedding table.
///
/// # Shapes
/// → `[1024, hidden_size]`.
/// # Errors
/// When `hidden_size` is odd or 0.
pub fn location_table(hidden_size: usize) -> Result<Tensor> {
    // ANCHOR: location_table
    if hidden_size == 0 || !hidden_size.is_multiple_of(2) {
        candle_core::bail!("sines and cosines come in pairs, so the hidden size must be even, not {hidden_size}");
    }
    let waves = hidden_size / 2;
    let last = (waves - 1).max(1) as f64;
    let frequencies: Vec<f64> = (0..waves).map(|i| FASTEST.powf(i as f64 / last)).collect();
    let places: Vec<f64> = (0..LOCATION_BINS).map(|bin| f64::from(bin_to_coordinate(bin))).collect();
    let places = Tensor::from_vec(places, (LOCATION_BINS as usize, 1), &Device::Cpu)?;
    let frequencies = Tensor::from_vec(frequencies, (1, waves), &Device::Cpu)?;
    let angles = places.matmul(&frequencies)?; // [bins, waves]
    let table = Tensor::cat(&[angles.sin()?, angles.cos()?], D::Minus1)?; // [bins, hidden]
    (table / (waves as f64).sqrt())?.to_dtype(DType::F32)
    // ANCHOR_END: location_table
}

/// Lets the location tokens of a new model start as [`location_table`].
///
/// # Errors
/// When `params` has no decoder, or its vocabulary ends before the last location.
pub fn initialise_locations(params: &Params, special: &SpecialTokens) -> Result<()> {
    // ANCHOR: initialise_locations
    let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
    let words = params.get(&name)?.detach(); // [vocabulary, hidden]
    let (vocabulary, hidden) = words.dims2()?;
    let (first, after) = (special.first_location as usize, (special.first_location + LOCATION_BINS) as usize);
    if after > vocabulary {
        candle_core::bail!("the vocabulary has {vocabulary} tokens; the last location is number {}", after - 1);
    }
    let table = location_table(hidden)?.to_dtype(words.dtype())?.to_device(words.device())?; // [bins, hidden]
    let before = words.narrow(0, 0, first)?;
    let behind = words.narrow(0, after, vocabulary - after)?;
    params.set(&name, &Tensor::cat(&[&before, &table, &behind], 0)?)
    // ANCHOR_END: initialise_locations
}
