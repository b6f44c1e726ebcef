// caught by: pairs::all_artists_take_part
// book: Training SigLIP: batches without a second dog
//
// You put one drawing of each noun into its row, always the first artist's. A row holds *all* drawings of its thing;
// `pair` chooses one of them, another one each time.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|&positions| Row::Noun(&positions[..1])));
rows.extend(index::sample(rng, self.others.len(), others).into_iter().map(|i| Row::Other(&self.others[i])));
rows
