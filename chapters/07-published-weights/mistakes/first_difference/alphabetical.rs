// caught by: first_difference::the_order_is_that_of_the_way
// book: PaliGemma: the first that differs
//
// You walk in the order of the alphabet. Then the decoder comes before the picture, and layer 10 before layer 2,
// and what you name first is not where the two parted.

let names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
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
