// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// Your constants are f64, whatever type was asked for: `Tensor::full` takes the type of its number. A bias or a scale
// in double precision does not fit an f32 model, and the first product of the two stops. Bring it to `dtype`.

let rng = &mut random::generator(seed, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
