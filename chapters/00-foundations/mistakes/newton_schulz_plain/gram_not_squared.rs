// caught by: newton_schulz::five_rounds_lift_a_direction_two_hundred_times_weaker
// book: Foundations: Muon
//
// You multiply both b and c by X·Xᵀ, so the polynomial ends at s³. The last term is c·s⁵: it takes the *square* of
// X·Xᵀ, and it is what catches the large values again.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let mut x = lying(matrix, tall)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = (&gram * (b + c))?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
