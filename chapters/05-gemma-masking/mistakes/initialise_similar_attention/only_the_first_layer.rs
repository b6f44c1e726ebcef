// caught by: similar_attention::queries_that_are_wholly_similar_equal_their_keys
// book: Gemma: attention that starts with a comparison
//
// You turn the queries of the first layer only. Every layer has projections of its own, and each of them starts
// from chance.

if !(0.0..=1.0).contains(&similarity) {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers.min(1) {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    let similar = ((key * similarity)? + (query * (1.0 - similarity * similarity).sqrt())?)?;
    params.set(&weight("q"), &similar)?;
}
Ok(())
