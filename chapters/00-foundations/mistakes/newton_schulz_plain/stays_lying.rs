// caught by: newton_schulz::transposing_the_gradient_transposes_the_step
// book: Foundations: Muon
//
// A tall matrix was laid on its side to make the products cheaper, and you give it back lying. The step has to have
// the shape of the weight: transpose it again at the end.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
Ok(x)
