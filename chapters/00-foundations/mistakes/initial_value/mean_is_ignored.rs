// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// You draw around 0, whatever mean was asked for. Most layers want 0, so nothing shows for a long time; who asks for
// normal numbers around 1 gets them around 0.

let rng = &mut random::generator(seed, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { stdev, .. } => random::normal(shape, 0.0, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
