// caught by: pairs::a_small_gallery_gives_small_batches
// book: Training SigLIP: batches without a second dog
//
// You go round the other things until the batch is full. With few of them the same thing is shown again and again,
// each time as a wrong answer to its own caption. A smaller batch is better than a false one; `counts` says how
// many different things there are.

let Counts { scenes, nouns, .. } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
let rest = self.config.batch_size - scenes - nouns;
let order = permutation(self.others.len(), rng);
rows.extend(order.into_iter().cycle().take(rest).map(|i| Row::Other(&self.others[i])));
rows
