// caught by: first_difference::the_first_difference_counts_and_not_the_largest
// book: PaliGemma: the first that differs
//
// You go on after the first difference, and name the last. Behind the first everything differs, whatever its own
// code does.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest, mut parting) = (Vec::new(), 0.0, None);
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if difference.share() > tolerance {
        parting = Some((name, difference));
    } else {
        widest = f64::max(widest, difference.share());
        agreeing.push(name);
    }
}
Ok(Comparison { agreeing, widest, parting })
