//! Specification of `patchify`, `unpatchify` and `PatchEmbedding`.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use spec::proptest::prelude::*;
use spec::{assert_close, assert_every_parameter_learns, cases, device, perturb, random};
use vit_patching::{PatchEmbedding, VisionConfig, patchify, unpatchify};

/// The picture from the module's documentation: patches in reading order, pixels inside a patch in reading order.
#[test]
fn patches_are_read_like_text() -> Result<()> {
    let pixels = Tensor::arange(0f32, 16.0, &device())?.reshape((1, 1, 4, 4))?;
    let expected = [[0f32, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0], [8.0, 9.0, 12.0, 13.0], [10.0, 11.0, 14.0, 15.0]];
    assert_close(&patchify(&pixels, 2)?, &Tensor::new(&[expected], &device())?, 0.0, "four patches of 2 × 2");
    Ok(())
}

/// Two channels: first all of one, then all of the other.
#[test]
fn inside_a_patch_the_order_is_channel_row_column() -> Result<()> {
    let pixels = Tensor::arange(0f32, 16.0, &device())?.reshape((1, 2, 2, 4))?;
    let expected = [[0f32, 1.0, 4.0, 5.0, 8.0, 9.0, 12.0, 13.0], [2.0, 3.0, 6.0, 7.0, 10.0, 11.0, 14.0, 15.0]];
    assert_close(
        &patchify(&pixels, 2)?,
        &Tensor::new(&[expected], &device())?,
        0.0,
        "channel 0's 2 × 2, then channel 1's",
    );
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// Cutting loses nothing: the patches can be put back together, also when the picture is not square.
    #[test]
    fn cutting_and_joining_is_the_identity(
        b in 1usize..3, c in 1usize..4, rows in 1usize..4, columns in 1usize..4, p in 1usize..5, seed in 0u64..1000,
    ) {
        let pixels = random((b, c, rows * p, columns * p), seed);
        let patches = patchify(&pixels, p)?;
        prop_assert_eq!(patches.dims(), &[b, rows * columns, c * p * p]);
        assert_close(&unpatchify(&patches, p, (c, rows * p, columns * p))?, &pixels, 0.0, "unpatchify undoes patchify");
    }

    /// A linear layer on patches *is* the convolution that published checkpoints store.
    #[test]
    fn a_linear_layer_on_patches_is_a_convolution(b in 1usize..3, c in 1usize..4, grid in 1usize..4, p in 1usize..5, seed in 0u64..1000) {
        let config = VisionConfig { num_channels: c, patch_size: p, image_size: grid * p, hidden_size: 6, ..VisionConfig::tiny() };
        let params = Params::new(seed, DType::F32, &device());
        let layer = PatchEmbedding::new(&config, params.builder())?;
        perturb(&params, 0.5, seed);
        let pixels = random((b, c, grid * p, grid * p), seed);
        let convolved = pixels.conv2d(&params.get("weight")?, 0, p, 1, 1)?; // [b, d, grid, grid]
        let convolved = convolved.flatten_from(2)?.transpose(1, 2)?.broadcast_add(&params.get("bias")?)?; // [b, n, d]
        assert_close(&layer.forward(&pixels)?, &convolved, 1e-4, "patchify + linear equals conv2d with stride = kernel");
    }

    /// Each patch becomes a token on its own: a change in one patch moves one token.
    #[test]
    fn a_patch_moves_only_its_own_token(seed in 0u64..1000, changed in 0usize..16) {
        let params = Params::new(seed, DType::F32, &device());
        let layer = PatchEmbedding::new(&VisionConfig::tiny(), params.builder())?;
        let pixels = random((1, 3, 32, 32), seed);
        let one_hot: Vec<f32> = (0..16).map(|patch| if patch == changed { 1.0 } else { 0.0 }).collect();
        let patches = patchify(&pixels, 8)?.broadcast_add(&Tensor::new(one_hot, &device())?.reshape((1, 16, 1))?)?;
        let repainted = unpatchify(&patches, 8, (3, 32, 32))?;
        let moved = (layer.forward(&repainted)? - layer.forward(&pixels)?)?.abs()?.max(2)?.to_vec2::<f32>()?;
        for (patch, distance) in moved[0].iter().enumerate() {
            prop_assert!((*distance > 1e-3) == (patch == changed), "patch {changed} changed; token {patch} moved by {distance}");
        }
    }
}

/// Pixels of size one give tokens of about size one: neither drowned nor deafened by the positions.
#[test]
fn tokens_start_about_as_large_as_pixels() -> Result<()> {
    let config = VisionConfig { hidden_size: 256, ..VisionConfig::tiny() };
    let layer = PatchEmbedding::new(&config, Params::new(3, DType::F32, &device()).builder())?;
    let size = layer.forward(&random((4, 3, 32, 32), 1))?.sqr()?.mean_all()?.sqrt()?.to_scalar::<f32>()?;
    assert!((size - 1.0).abs() < 0.1, "tokens should have root mean square 1 at the start, have {size}");
    Ok(())
}

/// Weight and bias both learn.
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = Params::new(3, DType::F32, &device());
    let layer = PatchEmbedding::new(&VisionConfig::tiny(), params.builder())?;
    assert_every_parameter_learns(&params, &layer.forward(&random((1, 3, 32, 32), 1))?.sqr()?.sum_all()?);
    Ok(())
}

/// Nothing is cut off in silence, and the error says which side would do.
#[test]
fn a_picture_that_patches_do_not_tile_is_refused() {
    let message = patchify(&random((1, 3, 30, 32), 1), 8).expect_err("30 is not a multiple of 8").to_string();
    assert!(message.contains("30") && message.contains("such as 32"), "the error should say what would do: {message}");
    assert!(patchify(&random((1, 3, 32, 30), 1), 8).is_err(), "a width of 30 is no multiple of 8 either");
    let message = patchify(&random((1, 3, 32, 32), 1), 0).expect_err("patches need at least one pixel").to_string();
    assert!(!message.is_empty(), "an error has words");
    let patches = random((1, 16, 12), 1);
    assert!(unpatchify(&patches, 2, (3, 8, 10)).is_err(), "16 patches are not 4 × 5");
    assert!(unpatchify(&patches, 2, (1, 8, 8)).is_err(), "patches of 12 numbers do not have one channel");
}
