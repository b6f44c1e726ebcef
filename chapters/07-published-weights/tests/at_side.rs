//! Specification of weights at another resolution.

use std::collections::BTreeMap;

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use published_weights::at_side;
use published_weights::resolution::positions_name;
use spec::{assert_close, device, random};
use vit_patching::{VisionConfig, VisionTransformer};

/// A tower for 32 pixels in patches of 8: a grid of 4 × 4.
fn tower() -> Result<BTreeMap<String, Tensor>> {
    let params = Params::new(3, DType::F32, &device());
    VisionTransformer::new(&VisionConfig::tiny(), params.builder().pp("vision_tower.vision_model"))?;
    spec::perturb(&params, 0.1, 3);
    Ok(params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor())).collect())
}

/// The grid of patches, as a table of their rows and columns: `[grid², 2]`.
fn places(grid: usize) -> Result<Tensor> {
    let middle = |cell: usize| (cell as f32 + 0.5) / grid as f32;
    let rows: Vec<f32> = (0..grid * grid).flat_map(|cell| [middle(cell / grid), middle(cell % grid)]).collect();
    Tensor::from_vec(rows, (grid * grid, 2), &device())
}

/// A table that says for each patch where it is.
fn at_places(side: usize) -> Result<(VisionConfig, Tensor)> {
    let config = VisionConfig { image_size: 32, patch_size: 8, ..VisionConfig::tiny() };
    let mut tensors = BTreeMap::from([(positions_name(), places(4)?)]);
    let config = at_side(&config, &mut tensors, side)?;
    Ok((config, tensors[&positions_name()].clone()))
}

/// Twice the side: patches of the same size, twice as many along each side, and the configuration says so.
#[test]
fn patches_keep_their_size_and_there_are_more_of_them() -> Result<()> {
    let (config, table) = at_places(64)?;
    assert_eq!((config.image_size, config.patch_size), (64, 8), "expected: a side of 64 in patches of 8 (left: yours)");
    assert_eq!(table.dims(), [64, 2], "expected: a row for each of 8 × 8 patches (left: yours)");
    Ok(())
}

/// Away from the rim a patch of the new grid, finer or coarser, knows the place that it has in the picture, which is the
/// place that the old grid had there.
#[test]
fn a_place_in_the_picture_stays_where_it_is() -> Result<()> {
    for grid in [8usize, 6, 3] {
        let found = at_places(8 * grid)?.1.reshape((grid, grid, 2))?;
        let inner = |table: &Tensor| table.narrow(0, 1, grid - 2)?.narrow(1, 1, grid - 2);
        let expected = places(grid)?.reshape((grid, grid, 2))?;
        assert_close(&inner(&found)?, &inner(&expected)?, 1e-5, "row and column of each patch are those of its middle");
    }
    Ok(())
}

/// The number of a place, counted along the rows, says nothing about its neighbours above and below: a table that
/// only knows columns still knows only columns.
#[test]
fn rows_and_columns_are_not_mixed() -> Result<()> {
    let found = at_places(64)?.1.reshape((8, 8, 2))?;
    let first_row = found.narrow(0, 0, 1)?.broadcast_as((8, 8, 2))?;
    assert_close(&found.narrow(2, 1, 1)?, &first_row.narrow(2, 1, 1)?, 1e-6, "all rows have the same columns");
    Ok(())
}

/// Nothing but the table changes.
#[test]
fn all_other_tensors_stay_as_they_are() -> Result<()> {
    let before = tower()?;
    let mut after = before.clone();
    at_side(&VisionConfig::tiny(), &mut after, 64)?;
    assert!(before.keys().eq(after.keys()), "expected: the same names, but these are {:?}", after.keys());
    for (name, tensor) in before.iter().filter(|(name, _)| **name != positions_name()) {
        assert_close(&after[name], tensor, 0.0, &format!("{name} has nothing to do with the resolution"));
    }
    Ok(())
}

/// The weights fit a tower of the new configuration, and it sees in a larger picture what the old tower sees there, which
/// resamples its positions at every look.
#[test]
fn the_tower_sees_larger_pictures_as_before() -> Result<()> {
    let (before, pixels) = (tower()?, random((1, 3, 64, 64), 5));
    let mut after = before.clone();
    let config = at_side(&VisionConfig::tiny(), &mut after, 64)?;
    let seen = |config: &VisionConfig, tensors: BTreeMap<String, Tensor>| -> Result<Tensor> {
        let params = Params::new(0, DType::F32, &device());
        for (name, tensor) in tensors {
            params.insert(&name, &tensor)?;
        }
        VisionTransformer::new(config, params.detached_builder().pp("vision_tower.vision_model"))?.forward(&pixels)
    };
    let expected = seen(&VisionConfig::tiny(), before)?; // [1, 64, 32]
    assert_close(&seen(&config, after)?, &expected, 1e-5, "64 patches, as the old tower sees them");
    Ok(())
}

/// The side that the weights have already changes nothing.
#[test]
fn their_own_side_changes_nothing() -> Result<()> {
    let mut tensors = tower()?;
    let before = tensors[&positions_name()].clone();
    let config = at_side(&VisionConfig::tiny(), &mut tensors, 32)?;
    assert_eq!(config, VisionConfig::tiny(), "expected: the same configuration (left: yours)");
    assert_close(&tensors[&positions_name()], &before, 0.0, "the same table");
    Ok(())
}

/// A side that patches do not tile, and weights without a table.
#[test]
fn what_cannot_be_is_refused() -> Result<()> {
    let mut tensors = tower()?;
    let message = at_side(&VisionConfig::tiny(), &mut tensors, 60).expect_err("60 is not a multiple of 8").to_string();
    assert!(message.contains("60"), "the message names the side: {message}");
    tensors.remove(&positions_name());
    let message = at_side(&VisionConfig::tiny(), &mut tensors, 64).expect_err("there is no table").to_string();
    assert!(message.contains("position_embedding"), "the message names the tensor: {message}");
    Ok(())
}
