// caught by: newton_schulz::five_rounds_lift_a_direction_two_hundred_times_weaker
// book: Foundations: Muon
//
// You make four rounds. Each lifts a weak direction by a factor of 3.4445 at most; one that has half a per cent of
// the strongest needs five to arrive.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 1..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
