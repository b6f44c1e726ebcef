// caught by: newton_schulz::singular_values_end_near_one_and_directions_stay
// book: Foundations: Muon
//
// You compute Xᵀ·X, [long, long], and multiply X by it from the left. Either the sizes do not fit, or, for a square
// matrix, left and right singular vectors are mixed up. What stands to the left of X is X·Xᵀ, [short, short].

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..ROUNDS {
    let gram = x.t()?.matmul(&x)?; // [long, long]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [long, long]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
