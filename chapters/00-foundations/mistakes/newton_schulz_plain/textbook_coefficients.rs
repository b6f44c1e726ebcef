// caught by: newton_schulz::five_rounds_lift_a_direction_two_hundred_times_weaker
// book: Foundations: Muon
//
// You take the textbook's 1.5·s − 0.5·s³. It ends at exactly one, and lifts a weak direction by only 1.5 a round: five
// rounds are far too few for it. Muon's `COEFFICIENTS` climb 3.4445-fold and give up exactness for that.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (1.5f64, -0.5f64, 0.0f64);
for _ in 0..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
