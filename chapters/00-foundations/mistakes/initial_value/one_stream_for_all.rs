// caught by: params::parameters_of_different_names_start_differently
// book: Foundations: a seed and a name
//
// Every parameter draws from the same stream, so two parameters of one shape begin with the same numbers. Two
// layers that begin alike and receive the same gradients stay alike. The name belongs into the generator.

let rng = &mut random::generator(seed, "init");
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
