// caught by: projector::patches_are_neither_pooled_nor_mixed
// book: Between picture and words: one linear layer
//
// You take the mean over the patches first. Chapter 03 needed one vector per picture to compare it with a caption;
// the decoder needs to know *where* things are, and gets every patch as a token of its own.

self.linear.forward(&patches.mean_keepdim(1)?) // [b, 1, d_text]
