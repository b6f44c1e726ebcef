// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// Your exponent is −i/d. There are only d/2 hands, and the last of them should be almost as slow as 1/θ: the
// exponent is −2i/d.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(-(i as f64) / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let angles = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
