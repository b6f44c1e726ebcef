// caught by: first_difference::another_shape_is_a_difference
// book: PaliGemma: the first that differs
//
// You pass over tensors whose shapes differ, because their values cannot be subtracted. Another shape is a
// difference, and the plainest there is: a token more in the prompt, for example.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if matches!(difference, Difference::Shapes { .. }) {
        continue;
    }
    if difference.share() > tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    widest = f64::max(widest, difference.share());
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
