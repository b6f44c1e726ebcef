// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// You repeat the angles for both halves, [.., d], as some libraries do. Here a table has one column per *pair*,
// [.., d/2]: both features of a pair turn by the same angle anyway.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(-2.0 * i as f64 / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let angles = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?.broadcast_mul(&speeds)?; // [.., t, d/2]
let angles = Tensor::cat(&[&angles, &angles], D::Minus1)?; // [.., t, d]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
