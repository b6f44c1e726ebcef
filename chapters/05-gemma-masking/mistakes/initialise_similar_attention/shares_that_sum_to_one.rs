// caught by: similar_attention::the_size_is_kept
// book: Gemma: attention that starts with a comparison
//
// You mix s of the keys with 1 − s of the queries. It is the *variances* of independent numbers that add up: with
// halves of both the mixture has only 0.7 of their size. The squares of the shares have to sum to one.

if !(0.0..=1.0).contains(&similarity) {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    let similar = ((key * similarity)? + (query * (1.0 - similarity))?)?;
    params.set(&weight("q"), &similar)?;
}
Ok(())
