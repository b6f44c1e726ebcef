//! Specification of the text tower and of captions as rows of a fixed length.

mod support;

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use siglip_training::{TextConfig, TextTower, Tokenizer, tokenize_captions};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_every_parameter_learns, device, perturb, random};
use support::{Outcome, tokenizer};

/// Captions of six tokens out of twenty; the caption's vector has another width than the tower.
const CONFIG: TextConfig = TextConfig {
    vocab_size: 20,
    max_position_embeddings: 6,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    layer_norm_eps: 1e-6,
    projection_size: 5,
};

fn tower(seed: u64) -> Result<(Params, TextTower)> {
    let params = Params::new(seed, DType::F32, &device());
    let tower = TextTower::new(&CONFIG, params.builder().pp("text_model"))?;
    perturb(&params, 0.1, seed);
    Ok((params, tower))
}

fn ids(rows: &[[u32; 6]]) -> Result<Tensor> {
    Tensor::from_vec(rows.concat(), (rows.len(), 6), &device())
}

fn difference(a: &Tensor, b: &Tensor) -> Result<f32> {
    (a - b)?.abs()?.max_all()?.to_scalar()
}

/// The names of the hub layout.
#[test]
fn parameters_have_the_published_names() -> Result<()> {
    let (params, _) = tower(1)?;
    for (name, shape) in [
        ("embeddings.token_embedding.weight", vec![20, 8]),
        ("embeddings.position_embedding.weight", vec![6, 8]),
        ("encoder.layers.1.self_attn.out_proj.weight", vec![8, 8]),
        ("encoder.layers.1.mlp.fc1.weight", vec![12, 8]),
        ("final_layer_norm.bias", vec![8]),
        ("head.weight", vec![5, 8]),
        ("head.bias", vec![5]),
    ] {
        assert_eq!(params.get(&format!("text_model.{name}"))?.dims(), shape, "the shape of text_model.{name}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// Every word of the caption moves its vector: the last position sees the first.
    #[test]
    fn every_position_counts(seed in 0u64..1000, place in 0usize..6) {
        let (_, tower) = tower(seed)?;
        let mut changed = [3, 4, 5, 6, 7, 8];
        changed[place] = 19;
        let both = tower.forward(&ids(&[[3, 4, 5, 6, 7, 8], changed])?)?; // [2, 5]
        let moved = difference(&both.get(0)?, &both.get(1)?)?;
        prop_assert!(moved > 1e-3, "another word at position {place} moved the caption's vector by {moved} only");
    }

    /// A caption is read alike alone and in a batch.
    #[test]
    fn a_batch_is_its_captions_one_by_one(seed in 0u64..1000) {
        let (_, tower) = tower(seed)?;
        let rows = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 0, 0, 0], [19, 0, 0, 0, 0, 0]];
        let together = tower.forward(&ids(&rows)?)?; // [3, 5]
        for (index, row) in rows.iter().enumerate() {
            let alone = tower.forward(&ids(&[*row])?)?;
            assert_close(&together.narrow(0, index, 1)?, &alone, 1e-5, "a caption alone and among others");
        }
    }

    /// The order of words matters: the positions are learned and added.
    #[test]
    fn the_order_of_words_matters(seed in 0u64..1000) {
        let (_, tower) = tower(seed)?;
        let both = tower.forward(&ids(&[[3, 4, 0, 0, 0, 0], [4, 3, 0, 0, 0, 0]])?)?;
        let moved = difference(&both.get(0)?, &both.get(1)?)?;
        prop_assert!(moved > 1e-3, "exchanging two words moved the vector by {moved} only");
    }
}

/// Positions say nothing here, so the tokens before the pooled one are a set. Under a causal mask each of them would
/// see only those before it, and their order would show.
#[test]
fn nothing_is_causal() -> Result<()> {
    let (params, tower) = tower(3)?;
    let name = "text_model.embeddings.position_embedding.weight";
    params.set(name, &params.get(name)?.zeros_like()?)?;
    let both = tower.forward(&ids(&[[3, 4, 5, 6, 7, 9], [7, 6, 5, 4, 3, 9]])?)?;
    assert_close(&both.get(0)?, &both.get(1)?, 1e-5, "reversing the tokens before the pooled one");
    let last_changed = tower.forward(&ids(&[[9, 4, 5, 6, 7, 3]])?)?.get(0)?;
    assert!(difference(&both.get(0)?, &last_changed)? > 1e-3, "what stands at the last position is what is pooled");
    Ok(())
}

/// Pooling takes the last position's vector, through the final norm and the head. With silent blocks that is a formula.
#[test]
fn the_last_position_is_pooled() -> Result<()> {
    let (params, tower) = tower(5)?;
    for (name, variable) in params.all() {
        if name.contains("out_proj") || name.contains("fc2") {
            params.set(&name, &variable.zeros_like()?)?;
        }
    }
    let get = |name: &str| params.get(&format!("text_model.{name}"));
    let word = get("embeddings.token_embedding.weight")?.get(11)?;
    let x = (word + get("embeddings.position_embedding.weight")?.get(5)?)?; // [8]
    let centred = x.broadcast_sub(&x.mean_keepdim(0)?)?;
    let scaled = centred.broadcast_div(&(centred.sqr()?.mean_keepdim(0)? + 1e-6)?.sqrt()?)?;
    let normed = ((scaled * get("final_layer_norm.weight")?)? + get("final_layer_norm.bias")?)?; // [8]
    let expected = (get("head.weight")?.matmul(&normed.unsqueeze(1)?)?.squeeze(1)? + get("head.bias")?)?; // [5]
    let actual = tower.forward(&ids(&[[1, 2, 3, 4, 5, 11]])?)?.get(0)?;
    assert_close(&actual, &expected, 1e-5, "head(norm(x)) of the sixth of six positions");
    Ok(())
}

/// Padding is read like a word: the last position is pooled even if nothing stands there, and learns what <pad> means;
/// and it looks at <pad> where something else stands last.
#[test]
fn padding_is_a_word_like_any_other() -> Result<()> {
    let (params, tower) = tower(4)?;
    let (short, hollow) = (ids(&[[1, 11, 0, 0, 0, 0]])?, ids(&[[1, 0, 0, 0, 0, 11]])?);
    let (before, hollow_before) = (tower.forward(&short)?, tower.forward(&hollow)?);
    let name = "text_model.embeddings.token_embedding.weight";
    let table = params.get(name)?.detach(); // [20, 8]
    let other_pad = Tensor::cat(&[&random((1, 8), 9), &table.narrow(0, 1, 19)?], 0)?;
    params.set(name, &other_pad)?;
    let moved = difference(&before, &tower.forward(&short)?)?;
    assert!(moved > 1e-2, "another vector for <pad> moves a short caption, which ends in it, by {moved} only");
    let moved = difference(&hollow_before, &tower.forward(&hollow)?)?;
    assert!(moved > 1e-3, "another vector for <pad> moves a caption that has it in the middle by {moved} only");
    Ok(())
}

/// The length is part of the model: another one is refused.
#[test]
fn another_length_is_refused() -> Result<()> {
    let (_, tower) = tower(1)?;
    for length in [5, 7] {
        let error = tower.forward(&Tensor::zeros((1, length), DType::U32, &device())?).expect_err("6 is the length");
        assert!(error.to_string().contains("padded to 6"), "the error says to which length to pad: {error}");
    }
    Ok(())
}

/// A token beyond the vocabulary is an error, not a crash.
#[test]
fn an_unknown_token_is_refused() -> Result<()> {
    let (_, tower) = tower(1)?;
    assert!(tower.forward(&ids(&[[20, 0, 0, 0, 0, 0]])?).is_err(), "token 20 does not exist among 0..20");
    Ok(())
}

/// One backward pass reaches every parameter, although only one position is read out.
#[test]
fn every_parameter_learns() -> Result<()> {
    let (params, tower) = tower(2)?;
    let out = tower.forward(&ids(&[[1, 2, 3, 4, 5, 6], [7, 8, 0, 0, 0, 0]])?)?;
    assert_every_parameter_learns(&params, &(out * random((2, 5), 1))?.sum_all()?);
    Ok(())
}

/// Short captions are filled with `<pad>` on the right, long ones are cut.
#[test]
fn captions_are_padded_or_cut() -> Outcome {
    let tokenizer = tokenizer();
    let long = ["dog"; 9].join(" and ");
    let rows = tokenize_captions(&tokenizer, &["red apple", "", &long], 6, &device())?.to_vec2::<u32>()?;
    let words = tokenizer.encode("red apple")?;
    assert_eq!(rows[0][..words.len()], words, "the words come first");
    assert!(rows[0][words.len()..].iter().all(|&id| id == 0), "then <pad> up to the length: {:?}", rows[0]);
    assert_eq!(rows[1], [0; 6], "an empty caption is all padding");
    assert_eq!(rows[2], tokenizer.encode(&long)?[..6], "a long caption keeps its first tokens");

    // Another tokenizer, in which <pad> and <bos> have exchanged their numbers, 0 and 2.
    let other = tokenizer.to_json()?.replace("<pad>", "<old>").replace("<bos>", "<pad>").replace("<old>", "<bos>");
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), other)?;
    let rows = tokenize_captions(&Tokenizer::load(file.path())?, &[""], 3, &device())?.to_vec2::<u32>()?;
    assert_eq!(rows, [[2; 3]], "where <pad> has the number 2, an empty caption is all twos");
    Ok(())
}
