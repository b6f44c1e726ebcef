// caught by: newton_schulz::scaling_the_gradient_changes_nothing
// book: Foundations: Muon
//
// You add 1e-7 to the norm before you divide, as the first published code does. A gradient of 1e-9 is then divided by
// a hundred times its length, and five rounds cannot lift it any more: its size matters after all. `lying` divides by
// the norm itself, and only guards against a norm of zero.

let (rows, columns) = matrix.dims2()?;
let tall = rows > columns;
let x = if tall { matrix.t()? } else { matrix.clone() };
let x = x.contiguous()?.to_dtype(DType::F32)?;
let mut x = x.broadcast_div(&(x.sqr()?.sum_all()?.sqrt()? + 1e-7)?)?; // [short, long]
let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
for _ in 0..ROUNDS {
    let gram = x.matmul(&x.t()?)?; // [short, short]
    let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
    x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
}
if tall { x.t()?.contiguous() } else { Ok(x) }
