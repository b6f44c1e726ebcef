// caught by: pairs::nothing_is_shown_twice_in_a_batch
// book: Training SigLIP: batches without a second dog
//
// You let every scene choose from all nouns. A scene with a dog can then stand beside a picture of a dog, and the
// loss pushes the dog in the scene away from the word "dog". A scene gets nouns of its own, which nobody else in
// the batch shows.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let mut rows: Vec<Row> = (0..scenes).map(|_| Row::Scene(shuffled.clone())).collect();
rows.extend(shuffled.iter().take(nouns).map(|positions| Row::Noun(positions)));
rows.extend(index::sample(rng, self.others.len(), others).into_iter().map(|i| Row::Other(&self.others[i])));
rows
