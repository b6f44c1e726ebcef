// caught by: newton_schulz::singular_values_end_near_one_and_directions_stay
// book: Foundations: Muon
//
// You divide by the largest number in the matrix. A singular value can be several times that, and above about 1.3 the
// polynomial throws it away to infinity. The Frobenius norm is never less than the largest singular value: `lying`
// divides by it.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let matrix = if tall { matrix.t()?.contiguous()? } else { matrix.contiguous()? };
let matrix = matrix.to_dtype(DType::F32)?;
let largest = matrix.abs()?.max_all()?.maximum(f64::from(f32::MIN_POSITIVE))?;
let mut x = matrix.broadcast_div(&largest)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
