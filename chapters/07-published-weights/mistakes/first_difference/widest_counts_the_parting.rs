// caught by: first_difference::what_was_let_pass_is_told
// book: PaliGemma: the first that differs
//
// Your widest share counts the station at which they part. It tells what was *let pass*: the largest difference
// among the stations that agree, so it is never above the tolerance.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    widest = f64::max(widest, difference.share());
    if difference.share() > tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
