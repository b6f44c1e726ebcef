//! Articles.

use data::with_article;

/// The article follows the sound, not the letter.
#[test]
fn articles_follow_the_sound() {
    for (word, expected) in [
        ("dog", "a dog"),
        ("umbrella", "an umbrella"),
        ("ice cream", "an ice cream"),
        ("unicorn", "a unicorn"),
        ("hourglass", "an hourglass"),
        ("house", "a house"),
    ] {
        assert_eq!(with_article(word), expected);
    }
}
