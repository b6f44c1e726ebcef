//! The fused attention is the readable one, forwards and backwards.

mod ops_twins;

use candle_core::{DType, Device, Result, Tensor};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, plain};
use foundations::random;
use ops_twins::{MemoryLayout, any_layout, assert_twins, normal};
use proptest::prelude::*;
use rand::Rng;

/// Attention step by step: heads to the front, scores, mask, softmax, mixture.
fn plain_attention(q: &Tensor, k: &Tensor, v: &Tensor, allowed: Option<&Tensor>, scale: f64) -> Result<Tensor> {
    let groups = q.dim(2)? / k.dim(2)?;
    let query = q.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d]
    let (key, value) = (repeat_heads(k, groups)?, repeat_heads(v, groups)?); // [b, heads, t_k, d]
    let scores = (query.matmul(&key.t()?.contiguous()?)? * scale)?; // [b, heads, t_q, t_k]
    let scores = match allowed {
        Some(allowed) => {
            let allowed = allowed.unsqueeze(1)?.broadcast_as(scores.shape())?;
            let forbidden = Tensor::full(-1e30, scores.shape(), scores.device())?.to_dtype(scores.dtype())?;
            allowed.where_cond(&scores, &forbidden)?
        }
        None => scores,
    };
    plain::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous() // [b, t_q, heads, d]
}

/// `[b, t, kv_heads, d]` → `[b, kv_heads · groups, t, d]`, every head repeated `groups` times in a row.
fn repeat_heads(x: &Tensor, groups: usize) -> Result<Tensor> {
    let (b, t, kv_heads, d) = x.dims4()?;
    let repeated = x.transpose(1, 2)?.unsqueeze(2)?.broadcast_as((b, kv_heads, groups, t, d))?;
    repeated.contiguous()?.reshape((b, kv_heads * groups, t, d))
}

/// A random mask in which every query may see at least one key.
fn mask(seed: u64, b: usize, t_q: usize, t_k: usize) -> Tensor {
    let rng = &mut random::generator(seed, "mask");
    let mut allowed = Vec::with_capacity(b * t_q * t_k);
    for _ in 0..b * t_q {
        let always = rng.random_range(0..t_k);
        allowed.extend((0..t_k).map(|key| u8::from(key == always || rng.random_bool(0.6))));
    }
    Tensor::from_vec(allowed, (b, t_q, t_k), &Device::Cpu).unwrap()
}

/// Query, key and value of the given sizes.
fn inputs(seed: u64, (b, t_q, t_k): (usize, usize, usize), (heads, kv_heads, d): (usize, usize, usize)) -> [Tensor; 3] {
    [
        normal(seed, "query", &[b, t_q, heads, d]),
        normal(seed, "key", &[b, t_k, kv_heads, d]),
        normal(seed, "value", &[b, t_k, kv_heads, d]),
    ]
}

proptest! {
    #![proptest_config(ops_twins::cases(48))]

    /// Same output, same three gradients: with and without a mask, one mask for all or one for each example, and any
    /// number of query heads to a key head.
    #[test]
    fn it_equals_its_readable_twin(
        (b, t_q, t_k) in (1usize..4, 1usize..20, 1usize..20),
        (kv_heads, groups, d) in (1usize..4, 1usize..4, 1usize..12),
        masks in prop_oneof![Just(None), Just(Some(false)), Just(Some(true))],
        layout in any_layout(),
        seed: u64,
    ) {
        let allowed = masks.map(|per_example| mask(seed, if per_example { b } else { 1 }, t_q, t_k));
        let scale = 1.0 / (d as f64).sqrt();
        assert_twins(
            |x| fused::attention(&x[0], &x[1], &x[2], allowed.as_ref(), scale),
            |x| plain_attention(&x[0], &x[1], &x[2], allowed.as_ref(), scale),
            &inputs(seed, (b, t_q, t_k), (kv_heads * groups, kv_heads, d)),
            layout,
        );
    }
}

/// More queries than one block, and more keys than one tile of the backward pass: they join without a seam.
#[test]
fn long_sequences_equal_their_readable_twin() {
    for ((b, t_q, t_k), heads) in [((2, 150, 130), (4, 2, 16)), ((1, 300, 1100), (2, 2, 4))] {
        let allowed = mask(1, 1, t_q, t_k);
        assert_twins(
            |x| fused::attention(&x[0], &x[1], &x[2], Some(&allowed), 0.25),
            |x| plain_attention(&x[0], &x[1], &x[2], Some(&allowed), 0.25),
            &inputs(1, (b, t_q, t_k), heads),
            MemoryLayout::InOrder,
        );
    }
}

/// The backward pass agrees with finite differences, through a mask and grouped heads.
#[test]
fn gradients_agree_with_finite_differences() {
    let allowed = mask(2, 2, 3, 4);
    let error = gradient_error(
        |x| fused::attention(&x[0], &x[1], &x[2], Some(&allowed), 0.5)?.sqr()?.sum_all(),
        &inputs(2, (2, 3, 4), (4, 2, 3)),
    )
    .unwrap();
    assert!(error < 1e-7, "the slopes differ from finite differences by {error:e}");
}

/// Whatever stands at a forbidden key, the output does not move by a bit.
#[test]
fn a_forbidden_key_leaks_nothing() {
    let [query, key, value] = inputs(3, (1, 5, 6), (2, 1, 8)).map(|x| x.to_dtype(DType::F32).unwrap());
    let allowed: Vec<u8> = (0..30).map(|index| u8::from(index % 6 != 4)).collect();
    let allowed = Tensor::from_vec(allowed, (1, 5, 6), &Device::Cpu).unwrap();
    let attend = |key: &Tensor, value: &Tensor| {
        let mixed = fused::attention(&query, key, value, Some(&allowed), 0.35).unwrap();
        mixed.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    let shout = |x: &Tensor| {
        let loud = Tensor::full(50f32, (1, 1, 1, 8), &Device::Cpu).unwrap();
        Tensor::cat(&[&x.narrow(1, 0, 4).unwrap(), &loud, &x.narrow(1, 5, 1).unwrap()], 1).unwrap()
    };
    assert_eq!(attend(&key, &value), attend(&shout(&key), &shout(&value)), "a key that nobody may see was seen");
}

/// A query that may see nothing gets the average of all values: a number, not NaN.
#[test]
fn a_query_without_keys_gets_a_number() {
    let [query, key, value] = inputs(4, (1, 2, 3), (1, 1, 4));
    let nothing = Tensor::zeros((1, 2, 3), DType::U8, &Device::Cpu).unwrap();
    let mixed = fused::attention(&query, &key, &value, Some(&nothing), 0.5).unwrap();
    let average = value.mean_keepdim(1).unwrap().broadcast_as(mixed.shape()).unwrap();
    let worst = (mixed - average).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f64>().unwrap();
    assert!(worst < 1e-12, "expected the plain average of the values, off by {worst:e}");
}

/// Heads that do not divide, and masks of another size, are refused.
#[test]
fn sizes_that_do_not_fit_are_refused() {
    let [query, key, value] = inputs(5, (1, 2, 3), (3, 2, 4));
    assert!(fused::attention(&query, &key, &value, None, 0.5).is_err(), "3 query heads cannot share 2 key heads");
    let [query, key, value] = inputs(5, (1, 2, 3), (2, 2, 4));
    let message = fused::attention(&query, &key, &value, Some(&mask(5, 1, 3, 2)), 0.5).unwrap_err().to_string();
    let [_, key_of_two, value_of_two] = inputs(5, (2, 2, 3), (2, 2, 4));
    for (key, value) in [(&key_of_two, &value_of_two), (&key, &value_of_two), (&key_of_two, &value)] {
        let message = fused::attention(&query, key, value, None, 0.5).unwrap_err().to_string();
        assert!(message.contains("does not fit"), "unhelpful message: {message}");
    }
    let none = key.narrow(1, 0, 0).unwrap();
    assert!(fused::attention(&query, &none, &none, None, 0.5).is_err(), "attention over no keys has no answer");
    assert!(message.contains("[1, 3, 2]") && message.contains("2, 3]"), "unhelpful message: {message}");
}
