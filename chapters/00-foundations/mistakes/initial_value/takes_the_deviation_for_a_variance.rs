// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// You take the root of `stdev`, as if it were a variance. It is the standard deviation already, and
// `random::normal` wants just that: 0.02 became 0.14, and the layer starts seven times too large.

let rng = &mut random::generator(seed, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev.sqrt(), dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
