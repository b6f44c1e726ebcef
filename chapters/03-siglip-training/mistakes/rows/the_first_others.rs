// caught by: pairs::everything_is_shown_in_the_end
// book: Training SigLIP: batches without a second dog
//
// You take the first of the other things, and the same ones at every step: of some 1,500 things a batch has room for a
// few dozen, and all that come later in the list are never shown. Draw them: `index::sample`.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
rows.extend(self.others.iter().take(others).map(|positions| Row::Other(positions)));
rows
