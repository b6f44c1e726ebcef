// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// The exponent has lost its minus sign. The hands get faster instead of slower, up to thousands of radians per
// position, and neighbouring tokens look unrelated.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(2.0 * i as f64 / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let angles = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
