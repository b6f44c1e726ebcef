//! Specification of rotary positions.

use candle_core::{D, DType, Result, Tensor};
use gemma_masking::{apply_rope, apply_rope_plain, rotary_tables};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_gradients_match, assert_number, device, random, random_f64, tensors};

const THETA: f64 = 10_000.0;

fn positions(range: std::ops::Range<u32>) -> Result<Tensor> {
    Tensor::arange(range.start, range.end, &device())
}

/// `x` rotated to the positions of `range`.
fn rotated(x: &Tensor, range: std::ops::Range<u32>) -> Result<Tensor> {
    apply_rope(x, &rotary_tables(&positions(range)?, x.dim(D::Minus1)?, THETA)?)
}

/// Every query against every key, per head: `[b, t, heads, d]` twice → `[b, heads, t, t]`.
fn scores(query: &Tensor, key: &Tensor) -> Result<Tensor> {
    let (query, key) = (query.transpose(1, 2)?.contiguous()?, key.transpose(1, 2)?.contiguous()?);
    query.matmul(&key.t()?.contiguous()?)
}

/// Two pairs of features turn by 1 and by 10,000^(−1/2) = 0.01 radians per position. Of four pairs each has a tenth of
/// the speed of the one before, and with θ = 100 so has the second of two.
#[test]
fn each_pair_turns_at_its_own_speed() -> Result<()> {
    for (theta, speeds) in [(THETA, vec![1f32, 0.01]), (THETA, vec![1.0, 0.1, 0.01, 0.001]), (100.0, vec![1.0, 0.1])] {
        let tables = rotary_tables(&Tensor::new(&[0u32, 1, 7], &device())?, 2 * speeds.len(), theta)?;
        let positions = Tensor::new(&[[0f32], [1.0], [7.0]], &device())?; // [3, 1]
        let angles = positions.broadcast_mul(&Tensor::new(speeds, &device())?)?; // [3, d/2]
        assert_close(&tables.cos, &angles.cos()?, 1e-6, "cosines of position · θ^(−2i/d)");
        assert_close(&tables.sin, &angles.sin()?, 1e-6, "sines of position · θ^(−2i/d)");
    }
    Ok(())
}

/// Positions may be given for each row of a batch: the angles of position 5 are the same in any row.
#[test]
fn each_row_may_count_differently() -> Result<()> {
    let both = rotary_tables(&Tensor::new(&[[0u32, 1, 2], [5, 6, 7]], &device())?, 4, THETA)?;
    assert_eq!(both.cos.dims(), [2, 3, 2], "[b, t] positions give tables of [b, t, head_dim/2]");
    let alone = rotary_tables(&Tensor::new(&[5u32, 6, 7], &device())?, 4, THETA)?;
    assert_close(&both.cos.get(1)?, &alone.cos, 1e-6, "the second row's cosines are those of its own positions");
    assert_close(&both.sin.get(1)?, &alone.sin, 1e-6, "and its sines, too");
    Ok(())
}

/// The vectors (1, 0, 0, 0) and (0, 1, 0, 0) at position 1: feature 0 turns towards feature 2, feature 1 towards 3.
#[test]
fn a_feature_is_paired_with_the_one_half_a_head_away() -> Result<()> {
    let x = Tensor::new(&[[[[1f32, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]]], &device())?; // [1, 1, 2, 4]
    let (fast, slow) = (1f32, 0.01f32);
    let expected = [[[[fast.cos(), 0.0, fast.sin(), 0.0], [0.0, slow.cos(), 0.0, slow.sin()]]]];
    let expected = Tensor::new(&expected, &device())?;
    assert_close(
        &rotated(&x, 1..2)?,
        &expected,
        1e-6,
        "halves are paired (i with i + d/2), not neighbours (2i with 2i + 1)",
    );
    Ok(())
}

/// A rotation by nothing.
#[test]
fn position_zero_changes_nothing() -> Result<()> {
    let x = random((2, 1, 3, 8), 1);
    assert_close(&rotated(&x, 0..1)?, &x, 0.0, "at position 0 every angle is 0");
    Ok(())
}

/// The same two vectors, always three positions apart.
#[test]
fn a_score_depends_on_the_distance_alone() -> Result<()> {
    let (query, key) = (random((1, 1, 2, 8), 1), random((1, 1, 2, 8), 2));
    let score_at = |p: u32| scores(&rotated(&query, p + 3..p + 4)?, &rotated(&key, p..p + 1)?);
    let near = score_at(0)?;
    for p in [1, 10, 100] {
        assert_close(&score_at(p)?, &near, 1e-4, "the same distance gives the same score, wherever the two stand");
    }
    let other = scores(&rotated(&query, 4..5)?, &rotated(&key, 0..1)?)?;
    let difference = (other - near)?.abs()?.max_all()?.to_scalar::<f32>()?;
    assert!(difference > 1e-3, "another distance should give another score, but the difference is {difference}");
    Ok(())
}

/// Rows of a batch may count differently.
#[test]
fn rows_may_have_positions_of_their_own() -> Result<()> {
    let x = random((2, 3, 2, 4), 1);
    let both = Tensor::stack(&[positions(0..3)?, positions(5..8)?], 0)?; // [2, 3]
    let together = apply_rope(&x, &rotary_tables(&both, 4, THETA)?)?;
    let apart = Tensor::cat(&[rotated(&x.narrow(0, 0, 1)?, 0..3)?, rotated(&x.narrow(0, 1, 1)?, 5..8)?], 0)?;
    assert_close(&together, &apart, 1e-6, "positions of shape [b, t] rotate each row by its own");
    Ok(())
}

/// bf16 cannot tell 256 from 257, nor f16 2048 from 2049, and the tables must.
#[test]
fn tables_are_precise_whatever_the_model_computes_in() -> Result<()> {
    for position in [256u32, 2048] {
        let tables = rotary_tables(&Tensor::new(&[position, position + 1], &device())?, 4, THETA)?;
        assert_eq!(tables.cos.dtype(), DType::F32, "tables are made in f32");
        let turn = (tables.sin.get(1)? - tables.sin.get(0)?)?.get(0)?;
        assert_number(
            &turn,
            f64::from(position + 1).sin() - f64::from(position).sin(),
            1e-4,
            "neighbouring positions differ by one radian in the first pair",
        );
    }
    Ok(())
}

/// Backward agrees with finite differences: the gradient is turned back.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let weighting = random_f64((1, 3, 2, 4), 2);
    let places = Tensor::arange(2u32, 5, weighting.device())?;
    let tables = rotary_tables(&places, 4, THETA)?;
    let loss = |x: &[Tensor]| (apply_rope(&x[0], &tables)? * &weighting)?.sum_all();
    assert_gradients_match(loss, &[random_f64((1, 3, 2, 4), 1)], "rotation passes the right gradient to its input");
    let (cos, sin) = (tables.cos.to_dtype(DType::F64)?, tables.sin.to_dtype(DType::F64)?);
    let plain = |x: &[Tensor]| (apply_rope_plain(&x[0], &cos, &sin)? * &weighting)?.sum_all();
    assert_gradients_match(plain, &[random_f64((1, 3, 2, 4), 1)], "the readable form passes the right gradient too");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// A rotation changes no length.
    #[test]
    fn lengths_are_kept(x in tensors((1, 3, 2, 6)), start in 0u32..500) {
        let before = x.sqr()?.sum(D::Minus1)?;
        let after = rotated(&x, start..start + 3)?.sqr()?.sum(D::Minus1)?;
        assert_close(&after, &before, 1e-5, "every head keeps its length");
    }

    /// Counting from 0, from 1 or from 100 is the same to attention.
    #[test]
    fn shifting_all_positions_changes_no_score(
        query in tensors((1, 4, 2, 6)), key in tensors((1, 4, 2, 6)), shift in 1u32..200,
    ) {
        let here = scores(&rotated(&query, 0..4)?, &rotated(&key, 0..4)?)?;
        let there = scores(&rotated(&query, shift..shift + 4)?, &rotated(&key, shift..shift + 4)?)?;
        assert_close(&there, &here, 2e-4, "scores depend on relative positions only");
    }

    /// Turning by 2 positions and then by 3 is turning by 5.
    #[test]
    fn rotations_add_up(x in tensors((1, 1, 2, 6)), first in 0u32..50, second in 0u32..50) {
        let twice = rotated(&rotated(&x, first..first + 1)?, second..second + 1)?;
        let once = rotated(&x, first + second..first + second + 1)?;
        assert_close(&twice, &once, 1e-4, "two rotations make one by the sum");
    }

    /// The fused operator and the readable composition agree.
    #[test]
    fn fused_and_plain_agree(x in tensors((2, 3, 2, 4)), start in 0u32..100) {
        let tables = rotary_tables(&positions(start..start + 3)?, 4, THETA)?;
        let plain = apply_rope_plain(&x, &tables.cos, &tables.sin)?;
        assert_close(&apply_rope(&x, &tables)?, &plain, 1e-6, "both forms give the same numbers");
    }
}
