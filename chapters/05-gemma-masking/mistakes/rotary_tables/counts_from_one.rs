// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// You add one to every position. Attention could not tell, since only distances matter, but the positions that
// come in are meant as they are: position 0 does not turn.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(-2.0 * i as f64 / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let positions = (positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)? + 1.0)?; // [.., t, 1]
let angles = positions.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
