//! Specification of `align_words` and `align_projector`.

mod support;

use autoregressive_training::model::{DECODER_PREFIX, PROJECTOR_PREFIX};
use autoregressive_training::preset::vlm_config;
use autoregressive_training::{VisionLanguageModel, align_projector, align_words, least_squares};
use candle_core::{DType, Result, Tensor};
use contrastive_loss::normalise;
use foundations::Params;
use siglip_training::preset::PICO;
use siglip_training::tokenizer::{LOCATION_BINS, SpecialTokens};
use siglip_training::{DualEncoder, Size, Tokenizer};
use spec::{assert_close, device, perturb, random};
use support::{fresh, tokenizer};

/// A dual encoder that looks as if it had been trained.
fn dual(tokenizer: &Tokenizer) -> Result<DualEncoder> {
    of_size(&PICO, tokenizer)
}

fn of_size(size: &Size, tokenizer: &Tokenizer) -> Result<DualEncoder> {
    let config = size.dual_encoder(tokenizer.vocabulary());
    let params = Params::new(7, DType::F32, &device());
    DualEncoder::initialise(&config, &params)?;
    perturb(&params, 0.1, 7);
    DualEncoder::new(&config, params.detached_builder())
}

fn value(params: &Params, name: &str) -> Result<Tensor> {
    Ok(params.get(name)?.detach())
}

fn words_name() -> String {
    format!("{DECODER_PREFIX}.embed_tokens.weight")
}

/// The names of the parameters that differ.
fn changed(before: &Params, after: &Params) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, variable) in before.all() {
        let difference = (value(after, &name)? - variable.as_detached_tensor())?.abs()?.max_all()?;
        if difference.to_dtype(DType::F32)?.to_scalar::<f32>()? > 0.0 {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Two words of the decoder are as alike as the text tower finds them, once what all words share is taken away.
#[test]
fn words_start_as_their_meanings() -> Result<()> {
    let tokenizer = tokenizer();
    let (dual, params) = (dual(&tokenizer)?, fresh(1, &tokenizer, None)?);
    align_words(&dual, tokenizer.special(), &params)?;
    let first = tokenizer.special().first_location + LOCATION_BINS;
    let words: Vec<u32> = (first..tokenizer.vocabulary() as u32).collect();
    let alone: Vec<Tensor> = words
        .iter()
        .map(|&word| {
            let mut row = vec![tokenizer.special().pad; siglip_training::preset::CAPTION_LENGTH];
            row[0] = word;
            dual.encode_captions(&Tensor::new(row, &device())?.unsqueeze(0)?)
        })
        .collect::<Result<_>>()?;
    let meanings = Tensor::cat(&alone, 0)?;
    let expected = normalise(&meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?)?;
    let rows = value(&params, &words_name())?.narrow(0, first as usize, words.len())?;
    assert_close(&rows, &expected, 1e-4, "a word's row is its meaning, without what all words share");
    Ok(())
}

/// Places and special tokens mean nothing to the text tower: their rows stay, and so does everything else. (Of another
/// tokenizer there may be ten special tokens more.)
#[test]
fn only_ordinary_words_change() -> Result<()> {
    let tokenizer = tokenizer();
    let (before, after) = (fresh(1, &tokenizer, None)?, fresh(1, &tokenizer, None)?);
    let special = SpecialTokens { first_location: tokenizer.special().first_location + 10, ..*tokenizer.special() };
    align_words(&dual(&tokenizer)?, &special, &after)?;
    assert_eq!(changed(&before, &after)?, [words_name()]);
    let kept = (special.first_location + LOCATION_BINS) as usize;
    let rows = |params: &Params| value(params, &words_name())?.narrow(0, 0, kept);
    assert_close(&rows(&after)?, &rows(&before)?, 0.0, "special tokens and locations stay as they were");
    Ok(())
}

/// Image tokens start as what the pooling head reads in each patch, at the size of words.
#[test]
fn image_tokens_start_as_what_is_read_in_their_patches() -> Result<()> {
    let tokenizer = tokenizer();
    let (dual, before, after) = (dual(&tokenizer)?, fresh(1, &tokenizer, None)?, fresh(1, &tokenizer, None)?);
    let pixels = random((64, 3, 32, 32), 1);
    align_projector(&dual, &pixels, &after)?;
    let name = |of: &str| format!("{PROJECTOR_PREFIX}.linear.{of}");
    assert_eq!(changed(&before, &after)?, [name("bias"), name("weight")], "only the projector changes");

    let patches = dual.patch_tokens(&random((16, 3, 32, 32), 2))?.flatten_to(1)?; // other pictures
    let read = dual.encode_patches(&patches)?;
    let read = read.broadcast_sub(&read.mean_keepdim(0)?)?;
    let agreement = |params: &Params| -> Result<f32> {
        let line = patches.matmul(&value(params, &name("weight"))?.t()?)?;
        let tokens = normalise(&line.broadcast_add(&value(params, &name("bias"))?)?)?;
        (tokens * normalise(&read)?)?.sum(1)?.mean_all()?.to_scalar::<f32>()
    };
    let (by_chance, aligned) = (agreement(&before)?, agreement(&after)?);
    assert!(by_chance.abs() < 0.3, "a random projector agrees with the pooling head by {by_chance}");
    assert!(aligned > 0.6, "an aligned projector agrees with the pooling head by {aligned} only");
    Ok(())
}

/// The fit is the line of least squares, brought to the size of words: one, on average over all features. A tenth of the
/// random start stays beside it.
#[test]
fn the_fit_has_the_size_of_words() -> Result<()> {
    let tokenizer = tokenizer();
    let (dual, before, after) = (dual(&tokenizer)?, fresh(1, &tokenizer, None)?, fresh(1, &tokenizer, None)?);
    let pixels = random((64, 3, 32, 32), 1);
    align_projector(&dual, &pixels, &after)?;
    let name = |of: &str| format!("{PROJECTOR_PREFIX}.linear.{of}");
    let fitted = (value(&after, &name("weight"))? - (value(&before, &name("weight"))? * 0.1)?)?;
    let patches = dual.patch_tokens(&pixels)?.flatten_to(1)?;
    let tokens = patches.matmul(&fitted.t()?)?.broadcast_add(&value(&after, &name("bias"))?)?;

    let read = dual.encode_patches(&patches)?;
    let line = least_squares(&patches, &read.broadcast_sub(&read.mean_keepdim(0)?)?)?.at(&patches)?;
    let line = line.to_dtype(DType::F32)?;
    let size = line.sqr()?.mean_all()?.sqrt()?;
    assert_close(&tokens, &line.broadcast_div(&size)?, 1e-3, "least squares, at the size of words");
    Ok(())
}

/// The same pictures, the same start: nothing random is drawn.
#[test]
fn alignment_is_repeatable() -> Result<()> {
    let tokenizer = tokenizer();
    let dual = dual(&tokenizer)?;
    let start = || -> Result<Params> {
        let params = fresh(1, &tokenizer, None)?;
        align_words(&dual, tokenizer.special(), &params)?;
        align_projector(&dual, &random((8, 3, 32, 32), 1), &params)?;
        Ok(params)
    };
    assert_eq!(changed(&start()?, &start()?)?, Vec::<String>::new());
    Ok(())
}

/// A decoder of another width shares no space with the captions.
#[test]
fn another_width_is_refused() -> Result<()> {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    let wide = of_size(&Size { hidden_size: 48, ..PICO }, &tokenizer)?;
    for error in [
        align_words(&wide, tokenizer.special(), &params).expect_err("48 is not 32"),
        align_projector(&wide, &random((2, 3, 32, 32), 1), &params).expect_err("48 is not 32"),
    ] {
        assert!(error.to_string().contains("48 features and the decoder 32"), "{error}");
    }
    Ok(())
}

/// Where text tower and decoder count their words otherwise, one number is two words.
#[test]
fn another_vocabulary_is_refused() -> Result<()> {
    let tokenizer = tokenizer();
    let (dual, tokens) = (dual(&tokenizer)?, tokenizer.vocabulary());
    for others in [tokens - 1, tokens + 1] {
        let params = Params::new(1, DType::F32, &device());
        VisionLanguageModel::new(&vlm_config(&PICO, others, None), tokenizer.special().image, params.builder())?;
        let error = align_words(&dual, tokenizer.special(), &params).expect_err("other words").to_string();
        let both = [tokens, others].map(|number| number.to_string());
        assert!(both.iter().all(|number| error.contains(number)), "the error counts the tokens of both: {error}");
    }
    Ok(())
}
