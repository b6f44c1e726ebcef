// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// Each of your hands is slower than the one before by the root of θ. That is so for a head of four features, which
// has two hands; with more of them the steps between 1 and nearly 1/θ are smaller. The exponent of hand i is −2i/d.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.sqrt().powi(-(i as i32)) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let positions = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?; // [.., t, 1]
let angles = positions.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
