// caught by: pairs::everything_is_shown_in_the_end
// book: Training SigLIP: batches without a second dog
//
// You deal the nouns in the order of the list. The same three make the scene at every step, and those at the end of
// the list never come up. Shuffle before you deal.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> = self.nouns.iter().map(Vec::as_slice).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
rows.extend(index::sample(rng, self.others.len(), others).into_iter().map(|i| Row::Other(&self.others[i])));
rows
