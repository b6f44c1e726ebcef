// caught by: similar_attention::the_squares_of_the_shares_sum_to_one
// book: Gemma: attention that starts with a comparison
//
// You take the similarity for a share of the variance, and its root for the share of the keys. The size is kept,
// but the queries are more similar than was asked: s is what the keys are multiplied by, and √(1 − s²) what is left
// for the queries.

if !(0.0..=1.0).contains(&similarity) {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    let similar = ((key * similarity.sqrt())? + (query * (1.0 - similarity).sqrt())?)?;
    params.set(&weight("q"), &similar)?;
}
Ok(())
