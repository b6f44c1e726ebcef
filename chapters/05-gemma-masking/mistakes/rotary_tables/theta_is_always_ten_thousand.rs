// caught by: rope::each_pair_turns_at_its_own_speed
// book: Gemma: rotary positions
//
// Your base is 10,000, whatever `theta` says. It is a number of the configuration (`rope_theta`), and models that
// read longer texts have a larger one: their slow hands would turn too fast.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| 10_000f64.powf(-2.0 * i as f64 / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let positions = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?; // [.., t, 1]
let angles = positions.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
