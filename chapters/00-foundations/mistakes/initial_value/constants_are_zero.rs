// caught by: params::initial_values_follow_the_init
// book: Foundations: a seed and a name
//
// You start every constant at zero. That is right for a bias and fatal for the scale of a norm, which has to start
// at one: a layer multiplied by zero says nothing. The constant is a number that the layer chooses.

let rng = &mut random::generator(seed, name);
match init {
    Init::Const(_) => Tensor::zeros(shape, dtype, device),
    Init::Randn { mean, stdev } => random::normal(shape, mean, stdev, dtype, device, rng),
    Init::Uniform { lo, up } => random::uniform(shape, lo, up, dtype, device, rng),
    Init::Kaiming { .. } => {
        candle_core::bail!("parameter '{name}': say Init::Randn with the standard deviation you mean")
    }
}
