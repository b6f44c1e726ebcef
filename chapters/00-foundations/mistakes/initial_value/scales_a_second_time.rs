// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// You divide by the root of the number of elements. How a layer's width enters is decided by whoever asks (see
// `xavier`); what arrives here is the standard deviation to be used as it is.

let count = shape.elem_count() as f64;
let rng = &mut random::generator(seed, name);
match init {
    Init::Const(value) => Tensor::full(value, shape, device)?.to_dtype(dtype),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev / count.sqrt(), dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
