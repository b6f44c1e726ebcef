//! Specification of `sincos_2d`, `initialise_positions` and `interpolate`.

use candle_core::{DType, IndexOp, Result, Tensor};
use foundations::Params;
use spec::proptest::prelude::*;
use spec::{assert_close, assert_gradients_match, cases, device, random, random_f64};
use vit_patching::{VisionConfig, VisionTransformer, initialise_positions, interpolate, sincos_2d};

/// Four features, one frequency: sin x, cos x, sin y, cos y.
#[test]
fn the_smallest_table_by_hand() -> Result<()> {
    let (s, c) = (1f32.sin(), 1f32.cos());
    let rows = [[0f32, 1.0, 0.0, 1.0], [s, c, 0.0, 1.0], [0.0, 1.0, s, c], [s, c, s, c]];
    let expected = Tensor::new(&rows, &candle_core::Device::Cpu)?;
    assert_close(&sincos_2d(2, 4)?, &expected, 1e-6, "positions (0,0), (1,0), (0,1), (1,1) as x, y");
    Ok(())
}

/// Frequencies run from 1 down to 1/10,000 in equal ratios.
#[test]
fn the_last_frequency_is_one_ten_thousandth() -> Result<()> {
    let second = sincos_2d(2, 12)?.i(1)?.to_vec1::<f32>()?; // x = 1, y = 0; three frequencies
    for (feature, frequency) in [(0, 1.0f32), (1, 0.01), (2, 0.0001)] {
        assert!((second[feature] - frequency.sin()).abs() < 1e-6, "feature {feature} should be sin({frequency})");
        assert!(
            (second[feature + 3] - frequency.cos()).abs() < 1e-6,
            "feature {} should be cos({frequency})",
            feature + 3
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// The dot product of two positions depends on the way from one to the other, not on where they are.
    #[test]
    fn similarity_depends_only_on_the_offset(x in 0usize..4, y in 0usize..4, dx in 0usize..4, dy in 0usize..4) {
        let table = sincos_2d(8, 16)?;
        let similarity = table.matmul(&table.t()?)?.to_vec2::<f32>()?;
        let cell = |x: usize, y: usize| y * 8 + x;
        let here = similarity[cell(x, y)][cell(x + dx, y + dy)];
        let at_the_corner = similarity[cell(0, 0)][cell(dx, dy)];
        prop_assert!((here - at_the_corner).abs() < 1e-4, "({dx}, {dy}) away: {here} here, {at_the_corner} at the corner");
    }

    /// sin² + cos² = 1, d/2 times over: no position is louder than another; and no two are the same.
    #[test]
    fn all_positions_are_equally_loud_and_different(grid in 1usize..9, quarter in 1usize..9) {
        let table = sincos_2d(grid, 4 * quarter)?;
        let similarity = table.matmul(&table.t()?)?.to_vec2::<f32>()?;
        for (i, row) in similarity.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let loudness = 2.0 * quarter as f32;
                prop_assert!((i == j) == ((value - loudness).abs() < 1e-4), "rows {i} and {j} have dot product {value}");
            }
        }
    }

    /// The same grid: the table, untouched, to the bit.
    #[test]
    fn the_same_grid_gives_the_same_table(grid in 1usize..6, seed in 0u64..1000) {
        let table = random((grid * grid, 3), seed);
        assert_close(&interpolate(&table, grid, grid)?, &table, 0.0, "nothing to resample, nothing changes");
    }

    /// A table that says the same everywhere says the same at every resolution.
    #[test]
    fn a_constant_table_stays_constant(old in 1usize..6, new in 1usize..9, value in -5f32..5.0) {
        let table = Tensor::full(value, (old * old, 2), &device())?;
        let expected = Tensor::full(value, (new * new, 2), &device())?;
        assert_close(&interpolate(&table, old, new)?, &expected, 1e-5, "the weights of each new cell add up to one");
    }

    /// A slope stays the same slope. The middles of old and new cells lie on one ruler; beyond the outermost old
    /// middle the last value continues.
    #[test]
    fn a_ramp_stays_a_ramp(old in 1usize..6, new in 1usize..9, along_x in -2f32..2.0, along_y in -2f32..2.0) {
        let ramp = |x: f32, y: f32| 1.0 + along_x * x + along_y * y;
        let table: Vec<f32> = (0..old * old).map(|cell| ramp((cell % old) as f32, (cell / old) as f32)).collect();
        let table = Tensor::from_vec(table, (old * old, 1), &device())?;
        let place = |i: usize| ((i as f32 + 0.5) * old as f32 / new as f32 - 0.5).clamp(0.0, (old - 1) as f32);
        let expected: Vec<f32> = (0..new * new).map(|cell| ramp(place(cell % new), place(cell / new))).collect();
        let expected = Tensor::from_vec(expected, (new * new, 1), &device())?;
        assert_close(&interpolate(&table, old, new)?, &expected, 1e-4, "x stays x, y stays y, middles stay in place");
    }

    /// On a grid of a third the side, the middle of each new cell is the middle of an old one. Its value comes back;
    /// what lies further off has no say.
    #[test]
    fn a_third_of_the_side_keeps_the_middle_cells(new in 1usize..4, seed in 0u64..1000) {
        let old = 3 * new;
        let table = random((old * old, 2), seed);
        let middles: Vec<u32> =
            (0..new * new).map(|cell| ((3 * (cell / new) + 1) * old + 3 * (cell % new) + 1) as u32).collect();
        let expected = table.index_select(&Tensor::new(middles, &device())?, 0)?;
        assert_close(&interpolate(&table, old, new)?, &expected, 1e-5, "of every 3 × 3 cells the middle one");
    }

    /// Left and right, top and bottom are treated alike, and so are rows and columns.
    #[test]
    fn resampling_has_no_favourite_side(old in 1usize..5, new in 1usize..7, seed in 0u64..1000) {
        let table = random((old, old, 2), seed);
        let resample = |table: &Tensor| interpolate(&table.reshape((old * old, 2))?, old, new)?.reshape((new, new, 2));
        let resampled = resample(&table)?;
        assert_close(&resample(&table.flip(&[1])?)?, &resampled.flip(&[1])?, 1e-5, "mirrored left to right");
        assert_close(&resample(&table.flip(&[0])?)?, &resampled.flip(&[0])?, 1e-5, "mirrored top to bottom");
        assert_close(&resample(&table.transpose(0, 1)?.contiguous()?)?, &resampled.transpose(0, 1)?, 1e-5, "rows and columns swapped");
    }
}

/// A tower trained at one resolution can go on learning at another: gradients reach the table.
#[test]
fn gradients_reach_the_table_through_resampling() {
    let weights = random_f64((25, 2), 2);
    let loss = |x: &[Tensor]| (interpolate(&x[0], 3, 5)? * &weights)?.sum_all();
    assert_gradients_match(loss, &[random_f64((9, 2), 1)], "interpolate has the slope that backward says");
}

/// The learned table of a new tower starts as the sin-cos table, and only that table is touched.
#[test]
fn a_tower_can_start_from_sines_and_cosines() -> Result<()> {
    let config = VisionConfig::tiny();
    let params = Params::new(1, DType::F32, &device());
    VisionTransformer::new(&config, params.builder().pp("vision_model"))?;
    let untouched = params.get("vision_model.embeddings.patch_embedding.weight")?.copy()?;
    initialise_positions(&params, "vision_model", &config)?;
    let table = params.get("vision_model.embeddings.position_embedding.weight")?;
    let expected = sincos_2d(config.grid(), config.hidden_size)?.to_device(&device())?;
    assert_close(&table, &expected, 0.0, "the table is sincos_2d");
    let weight = params.get("vision_model.embeddings.patch_embedding.weight")?;
    assert_close(&weight, &untouched, 0.0, "nothing else is touched");
    assert!(initialise_positions(&params, "text_model", &config).is_err(), "there is no tower of that name");
    Ok(())
}

/// Each impossible table is refused with the reason.
#[test]
fn impossible_tables_are_refused() {
    let message = sincos_2d(4, 6).expect_err("6 features cannot be four equal parts").to_string();
    assert!(message.contains("multiple of 4"), "the error should say what to choose: {message}");
    let message = interpolate(&random((10, 2), 1), 3, 5).expect_err("10 rows are not 3 × 3").to_string();
    assert!(message.contains("9 positions") && message.contains("10 rows"), "the error should give both: {message}");
    assert!(interpolate(&random((9, 2), 1), 3, 0).is_err(), "a grid of nothing");
}
