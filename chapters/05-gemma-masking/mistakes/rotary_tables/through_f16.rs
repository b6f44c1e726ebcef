// caught by: rope::tables_are_precise_whatever_the_model_computes_in
// book: Gemma: rotary positions
//
// Your positions pass through f16. It can still tell 256 from 257, but not 2048 from 2049, and from there on tokens
// share their places. Tables are made in f32, whatever the model computes in.

let pairs = head_dim / 2;
let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(-2.0 * i as f64 / head_dim as f64) as f32).collect();
let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
let positions = positions.to_dtype(DType::F16)?.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?; // [.., t, 1]
let angles = positions.broadcast_mul(&speeds)?; // [.., t, d/2]
Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
