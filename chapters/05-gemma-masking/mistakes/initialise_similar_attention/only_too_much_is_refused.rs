// caught by: similar_attention::impossible_requests_are_refused
// book: Gemma: attention that starts with a comparison
//
// You refuse what is above 1 and take what is below 0, or no number at all. With a negative similarity every token
// looks away from its like, and with NaN the queries are lost. Between 0 and 1 means both ends.

if similarity > 1.0 {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    let similar = ((key * similarity)? + (query * (1.0 - similarity * similarity).sqrt())?)?;
    params.set(&weight("q"), &similar)?;
}
Ok(())
