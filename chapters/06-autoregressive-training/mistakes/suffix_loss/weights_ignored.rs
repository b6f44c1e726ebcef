// caught by: suffix_loss::each_token_counts_by_its_weight
// book: Learning to answer: the suffix loss
//
// Every token counts the same here, whatever its weight. Whether examples or tokens count alike has been decided
// in collation.

ops::cross_entropy(logits, targets)?.mean_all()
