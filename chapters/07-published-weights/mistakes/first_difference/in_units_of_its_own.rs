// caught by: first_difference::differences_are_shares_of_the_largest_value
// book: PaliGemma: the first that differs
//
// You compare the distance itself with the tolerance. A hundredth is nothing where values reach a thousand, and
// everything where they stay below a thousandth: take the share of the largest value.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    let distance = match &difference {
        Difference::Shapes { .. } => f64::INFINITY,
        Difference::Values { distance, .. } => *distance,
    };
    if distance > tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    widest = f64::max(widest, difference.share());
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
