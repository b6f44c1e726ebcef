// caught by: first_difference::the_first_difference_counts_and_not_the_largest
// book: PaliGemma: the first that differs
//
// You name the station that differs most. Differences grow on their way, so that is far behind the place where
// they began.

let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
in_order(&mut names);
let (mut agreeing, mut widest) = (Vec::new(), 0.0);
let mut parting: Option<(String, Difference)> = None;
for name in names {
    let difference = Difference::between(&left[&name], &right[&name])?;
    if difference.share() > tolerance {
        let most = parting.as_ref().map_or(0.0, |(_, most)| most.share());
        if difference.share() > most {
            parting = Some((name, difference));
        }
    } else if parting.is_none() {
        widest = f64::max(widest, difference.share());
        agreeing.push(name);
    }
}
Ok(Comparison { agreeing, widest, parting })
