//! The decoder starts in the space where pictures and words already meet.
//!
//! PaliGemma joins two parts that each know a great deal: SigLIP has seen forty billion captioned pictures (§5.6 of its
//! paper), Gemma has read a library. Our Gemma has
//! read nothing. It would have to find out at the same time what *dog* means, what a dog looks like, and that a question
//! about dogs asks for a comparison of the two; the question "is there a dog?" then stays a coin toss for a very long time.
//!
//! But phase one has found out already. Its text tower knows what every word means, as a direction, and its pooling head
//! knows in which direction each patch points. So before phase two
//!
//! * every word's row of the embedding table becomes the meaning of that word ([`align_words`]), and
//! * the projector becomes the linear layer that best says what the pooling head reads in a patch ([`align_projector`]).
//!
//! An image token that shows part of a dog now resembles the word *dog* before the first step. Everything may
//! change in training; nothing is frozen.
//!
//! # Source
//! That single patch tokens can be read with a pooling head that was trained on whole pictures: Zhou et al. 2022, arXiv
//! 2112.01071 ("MaskCLIP", §3). To use it as a start for phase two is this course's own.

use candle_core::{DType, Device, Result, Tensor};
use contrastive_loss::normalise;
use foundations::Params;
use siglip_training::DualEncoder;
use siglip_training::tokenizer::{LOCATION_BINS, SpecialTokens};

use crate::least_squares::least_squares;
use crate::model::{DECODER_PREFIX, PROJECTOR_PREFIX};

/// How much of its random start the projector keeps, relative to what it is fitted to. The pooling head reads *what* a
/// patch shows; *where* it is must get through as well.
const RANDOM_SHARE: f64 = 0.1;

/// Words at a time.
const WORDS_AT_A_TIME: usize = 256;

/// Lets every ordinary word of the decoder start as what the text tower of `dual` makes of it, standing alone. What all
/// words have in common is taken away, so that different words really differ, and each row has length one like a random
/// one. Special tokens and locations stay as they are.
///
/// # Errors
/// When the decoder's width or vocabulary is not that of the text tower.
pub fn align_words(dual: &DualEncoder, special: &SpecialTokens, params: &Params) -> Result<()> {
    // ANCHOR: align_words
    let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
    let table = params.get(&name)?.detach(); // [vocabulary, d]
    check_widths(dual, table.dim(1)?)?;
    check_vocabularies(dual, table.dim(0)?)?;
    let first = special.first_location + LOCATION_BINS; // the first ordinary word
    let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
    let meanings = meanings(dual, special, &words)?; // [words, d]
    let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
    let rows = normalise(&particular)?.to_dtype(table.dtype())?; // [words, d]
    params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
    // ANCHOR_END: align_words
}

/// What each of `words` means to the text tower, as a caption of its own.
///
/// # Shapes
/// `n` words → `[n, d]`, unit rows.
fn meanings(dual: &DualEncoder, special: &SpecialTokens, words: &[u32]) -> Result<Tensor> {
    // ANCHOR: meanings
    let length = dual.config().text_config.max_position_embeddings;
    let mut meanings = Vec::new();
    for some in words.chunks(WORDS_AT_A_TIME) {
        let captions = some.iter().flat_map(|&word| {
            std::iter::once(word).chain(std::iter::repeat_n(special.pad, length - 1)) // one word, padded
        });
        let ids = Tensor::from_iter(captions, dual.device())?.reshape((some.len(), length))?;
        meanings.push(dual.encode_captions(&ids)?.detach());
    }
    Tensor::cat(&meanings, 0)
    // ANCHOR_END: meanings
}

/// Lets the projector start as the linear layer that comes nearest, over all patches of `pixels`, to what the pooling head
/// of `dual` reads in each patch alone. Image tokens then have size one, like words.
///
/// # Shapes
/// `pixels`: `[b, 3, side, side]`; with a few hundred pictures the fit is as good as it gets.
/// # Errors
/// When the decoder's width is not that of the caption's vectors.
pub fn align_projector(dual: &DualEncoder, pixels: &Tensor, params: &Params) -> Result<()> {
    // ANCHOR: align_projector
    let (weight, bias) = (format!("{PROJECTOR_PREFIX}.linear.weight"), format!("{PROJECTOR_PREFIX}.linear.bias"));
    let random = params.get(&weight)?.detach(); // [d_text, d_vision]
    check_widths(dual, random.dim(0)?)?;
    let patches = dual.patch_tokens(pixels)?.flatten_to(1)?.detach(); // [b·n, d_vision]
    let read = dual.encode_patches(&patches)?.detach(); // [b·n, d_text], unit rows
    let particular = read.broadcast_sub(&read.mean_keepdim(0)?)?; // [b·n, d_text]
    let line = least_squares(&patches, &particular)?;
    let size = root_mean_square(&line.at(&patches)?)?;
    let fitted = (line.weight / size)?.to_dtype(random.dtype())?.to_device(random.device())?; // [d_text, d_vision]
    params.set(&weight, &(fitted + (random * RANDOM_SHARE)?)?)?;
    params.set(&bias, &(line.bias / size)?)
    // ANCHOR_END: align_projector
}

fn root_mean_square(x: &Tensor) -> Result<f64> {
    Ok(f64::from(x.sqr()?.mean_all()?.sqrt()?.to_dtype(DType::F32)?.to_device(&Device::Cpu)?.to_scalar::<f32>()?))
}

fn check_widths(dual: &DualEncoder, decoder: usize) -> Result<()> {
    let caption = dual.config().text_config.projection_size;
    if caption != decoder {
        candle_core::bail!("a caption's vector has {caption} features and the decoder {decoder}: they share no space");
    }
    Ok(())
}

fn check_vocabularies(dual: &DualEncoder, decoder: usize) -> Result<()> {
    let caption = dual.config().text_config.vocab_size;
    if caption != decoder {
        candle_core::bail!("the text tower has {caption} tokens and the decoder {decoder}: other words");
    }
    Ok(())
}
