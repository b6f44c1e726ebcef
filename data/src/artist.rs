//! The five artists, and who is kept apart.

/// Who drew an emoji. All five drew the same things independently, which is what makes the question "does the model know
/// dogs, or four drawings of a dog?" answerable: train on four, ask about the fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Artist {
    /// Twitter's set, kept up by its community: flat shapes, strong colours.
    Twemoji,
    /// Google's present set: gradients and soft shadows.
    Noto,
    /// EmojiOne 2, now EmojiTwo: outlines of darker shades.
    EmojiOne,
    /// Google's first set, with the well-loved blobs.
    NotoBlobs,
    /// Microsoft's flat set. Never trained on.
    FluentFlat,
}

impl Artist {
    /// The artists whose drawings models learn from.
    pub const TRAINING: [Artist; 4] = [Artist::Twemoji, Artist::Noto, Artist::EmojiOne, Artist::NotoBlobs];
    /// The artist whose drawings models are tested on and never see before.
    pub const HELD_OUT: Artist = Artist::FluentFlat;
    /// Everyone, training artists first.
    pub const ALL: [Artist; 5] =
        [Artist::Twemoji, Artist::Noto, Artist::EmojiOne, Artist::NotoBlobs, Artist::FluentFlat];

    /// Short name for files and reports, such as `noto-blobs`.
    pub fn slug(self) -> &'static str {
        match self {
            Artist::Twemoji => "twemoji",
            Artist::Noto => "noto",
            Artist::EmojiOne => "emojione",
            Artist::NotoBlobs => "noto-blobs",
            Artist::FluentFlat => "fluent-flat",
        }
    }
}
