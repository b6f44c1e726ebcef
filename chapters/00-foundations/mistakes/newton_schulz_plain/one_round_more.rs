// caught by: newton_schulz::five_rounds_lift_a_direction_two_hundred_times_weaker
// book: Foundations: Muon
//
// You make six rounds: `0..=ROUNDS` counts its end. The singular values do not settle at one but wander between 0.7
// and 1.2, so a sixth round brings them no nearer. It makes another step than the one that the fused form takes.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..=ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
