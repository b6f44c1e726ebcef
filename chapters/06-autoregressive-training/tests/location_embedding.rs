//! Specification of `location_table` and `initialise_locations`.

mod support;

use autoregressive_training::model::DECODER_PREFIX;
use autoregressive_training::{VisionLanguageModel, initialise_locations, location_table};
use candle_core::{DType, IndexOp, Result};
use foundations::Params;
use siglip_training::tokenizer::LOCATION_BINS;
use spec::proptest::prelude::*;
use spec::{cases, device};
use support::{config, tokenizer};

proptest! {
    #![proptest_config(cases(24))]

    /// sin² + cos² = 1 for every wave: no place is louder than another, and every row is as long as a random one.
    #[test]
    fn every_location_has_length_one(pairs in 1usize..65) {
        let lengths = location_table(2 * pairs)?.sqr()?.sum(1)?.to_vec1::<f32>()?;
        prop_assert_eq!(lengths.len(), LOCATION_BINS as usize);
        prop_assert!(lengths.iter().all(|length| (length - 1.0).abs() < 1e-4), "some row is not of length one");
    }

    /// Similarity depends on the way between two places alone, and shrinks over the first few pixels of 64.
    #[test]
    fn neighbours_are_similar(from in 0usize..900) {
        let table = location_table(128)?;
        let similar = |a: usize, b: usize| -> Result<f32> { (table.i(a)? * table.i(b)?)?.sum_all()?.to_scalar() };
        let steps = [0, 4, 8, 16, 32, 64].map(|step| similar(from, from + step));
        let steps = steps.into_iter().collect::<Result<Vec<f32>>>()?;
        prop_assert!(steps.windows(2).all(|pair| pair[1] < pair[0]), "similarity should fall with distance: {steps:?}");
        let elsewhere = similar(0, 64)?;
        prop_assert!((steps[5] - elsewhere).abs() < 1e-3, "64 bins away: {} here, {elsewhere} at the edge", steps[5]);
    }
}

/// The first place is at angle zero: all sines 0, all cosines `1/√waves`.
#[test]
fn the_first_row_by_hand() -> Result<()> {
    assert_eq!(location_table(8)?.i(0)?.to_vec1::<f32>()?, [0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5]);
    Ok(())
}

/// The slowest wave turns by one radian across the picture and the fastest by 200, however many there are between: the slowest
/// tells where a place is, and the fastest must then be 200 times as far.
#[test]
fn the_waves_run_from_1_to_200_radians() -> Result<()> {
    for waves in [2, 3, 64] {
        let row = location_table(2 * waves)?.i(5)?.to_vec1::<f32>()?;
        let sine = |wave: usize| f64::from(row[wave]) * (waves as f64).sqrt();
        let place = sine(0).asin();
        let expected = (200.0 * place).sin();
        assert!(
            (sine(waves - 1) - expected).abs() < 1e-3,
            "{waves} waves: expected {expected}, found {}",
            sine(waves - 1)
        );
    }
    Ok(())
}

/// Locations are overwritten; the words before and behind them keep their random values.
#[test]
fn only_locations_change() -> Result<()> {
    let tokenizer = tokenizer();
    let (config, special) = (config(&tokenizer, None), *tokenizer.special());
    let params = Params::new(3, DType::F32, &device());
    VisionLanguageModel::new(&config, special.image, params.builder())?;
    let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
    let rows = |params: &Params| params.get(&name)?.detach().copy()?.to_vec2::<f32>();
    let before = rows(&params)?;
    initialise_locations(&params, &special)?;
    let after = rows(&params)?;
    let table = location_table(config.text_config.hidden_size)?.to_vec2::<f32>()?;
    let first = special.first_location as usize;
    for (token, (old, new)) in before.iter().zip(&after).enumerate() {
        let expected = token.checked_sub(first).and_then(|bin| table.get(bin)).unwrap_or(old);
        assert_eq!(new, expected, "token {token}; locations begin at {first}");
    }
    Ok(())
}

/// What cannot be is refused with the number that is wrong.
#[test]
fn odd_sizes_and_small_vocabularies_are_refused() -> Result<()> {
    let error = location_table(7).expect_err("sines and cosines come in pairs");
    assert!(error.to_string().contains('7'), "the error names the size: {error}");
    let tokenizer = tokenizer();
    let mut small = config(&tokenizer, None);
    small.text_config.vocab_size = 500;
    let params = Params::new(3, DType::F32, &device());
    VisionLanguageModel::new(&small, tokenizer.special().image, params.builder())?;
    let error = initialise_locations(&params, tokenizer.special()).expect_err("the last location has no row");
    assert!(error.to_string().contains("has 500 tokens"), "the error names the vocabulary: {error}");

    // A vocabulary that ends with the last location is large enough; one token less is not.
    let after = (tokenizer.special().first_location + LOCATION_BINS) as usize;
    for (vocabulary, fits) in [(after, true), (after - 1, false)] {
        small.text_config.vocab_size = vocabulary;
        let params = Params::new(3, DType::F32, &device());
        VisionLanguageModel::new(&small, tokenizer.special().image, params.builder())?;
        assert_eq!(initialise_locations(&params, tokenizer.special()).is_ok(), fits, "{vocabulary} tokens");
    }
    Ok(())
}
