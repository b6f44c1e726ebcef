// caught by: params::parameters_of_different_names_start_differently
// book: Foundations: a seed and a name
//
// You name the stream after the last part of the name. Nearly every matrix is called `weight`, so all matrices of one
// shape begin with the same numbers: the four projections of an attention, and every block like the one before it. The
// whole name belongs into the generator.

let rng = &mut random::generator(seed, name.rsplit('.').next().unwrap_or(name));
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
