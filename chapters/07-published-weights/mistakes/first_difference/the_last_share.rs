// caught by: first_difference::what_was_let_pass_is_told
// book: PaliGemma: the first that differs
//
// You tell the share of the last station that agrees, not the widest. An early station may have been further off
// than those behind it: keep the largest.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if difference.share() > tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    widest = difference.share();
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
