// caught by: pairs::a_batch_has_the_size_asked_for
// book: Training SigLIP: batches without a second dog
//
// You set aside one noun per scene, but a scene chooses from MOST_OBJECTS of them, since it may show up to three
// things. Set aside scenes · MOST_OBJECTS nouns and deal them in hands.

let Counts { scenes, nouns, others } = self.counts();
let shuffled: Vec<&[usize]> =
    permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
let (dealt, single) = shuffled.split_at(scenes);
let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
rows.extend(index::sample(rng, self.others.len(), others).into_iter().map(|i| Row::Other(&self.others[i])));
rows
