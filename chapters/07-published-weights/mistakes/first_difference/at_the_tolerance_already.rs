// caught by: first_difference::what_was_let_pass_is_told
// book: PaliGemma: the first that differs
//
// You part where a share *reaches* the tolerance. With a tolerance of 0 even equal tensors part then: a difference
// has to be above it.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if difference.share() >= tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    widest = f64::max(widest, difference.share());
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
