// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// Your uniform numbers have the right width and begin at zero. They have to lie between `lo` and `up`: weights
// that are all positive push every output in the same direction.

let rng = &mut random::generator(seed, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, 0.0, up - lo, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
