// caught by: pairs::nothing_is_shown_twice_in_a_batch
// book: Training SigLIP: batches without a second dog
//
// You draw each row by itself, so the same thing can come up twice, and sooner than one thinks: among 23 people
// two share a birthday in every second group. Draw without putting back: `index::sample`.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
rows.extend((0..others).map(|_| Row::Other(&self.others[rng.random_range(0..self.others.len())])));
rows
