// caught by: params::another_seed_is_another_start
// book: Foundations: a seed and a name
//
// Your start depends on the name alone: whatever seed a run is given, it begins at the same point. Several runs
// with different seeds would then tell you nothing about chance.

let rng = &mut random::generator(0, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
