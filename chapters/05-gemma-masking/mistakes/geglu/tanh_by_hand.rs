// caught by: feed_forward::a_wide_open_gate_multiplies_and_a_shut_one_silences
// book: Gemma: the gated feed-forward block
//
// You compute tanh from its definition, (e²ᶻ − 1)/(e²ᶻ + 1). For a gate of 11 the power overflows f32 already, and
// ∞/∞ is not a number. `ops::gelu` has a tanh that stays between −1 and 1.

let root = (2.0 / std::f64::consts::PI).sqrt();
let cube = (gate.sqr()? * gate)?;
let inner = ((gate + (cube * 0.044715)?)? * root)?;
let power = (inner * 2.0)?.exp()?;
let tanh = ((&power - 1.0)? / (&power + 1.0)?)?;
((gate * (tanh + 1.0)?)? * 0.5)? * up
