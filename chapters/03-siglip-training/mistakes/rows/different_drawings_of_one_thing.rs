// caught by: pairs::nothing_is_shown_twice_in_a_batch
// book: Training SigLIP: batches without a second dog
//
// You choose different *drawings*. Two artists have drawn the left arrow, so it can appear twice, with the same
// caption both times. What must not be repeated is the thing: draw among the groups, and `pair` will choose one
// drawing of each.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
let drawings: Vec<&[usize]> = self.others.iter().flat_map(|group| group.chunks(1)).collect();
rows.extend(index::sample(rng, drawings.len(), others).into_iter().map(|i| Row::Other(drawings[i])));
rows
