// caught by: first_difference::what_only_one_file_has_is_left_out
// book: PaliGemma: the first that differs
//
// You ask the second file for every name of the first. Other programs do not write down everything that ours does;
// compare what both have.

let mut names: Vec<String> = left.keys().cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if difference.share() > tolerance {
        return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
    }
    widest = f64::max(widest, difference.share());
    agreeing.push(name);
}
Ok(Comparison { agreeing, widest, parting: None })
