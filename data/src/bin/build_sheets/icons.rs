//! One artist's drawings: SVG bodies by slug, aliases, and the slug of each codepoint sequence.

use std::{collections::HashMap, path::Path};

use anyhow::bail;
use data::{Artist, Emoji};
use serde::Deserialize;

use crate::packages::read_json;

#[derive(Deserialize)]
struct IconFile {
    icons: HashMap<String, Icon>,
    #[serde(default)]
    aliases: HashMap<String, Alias>,
    width: Option<f32>,
    height: Option<f32>,
}

#[derive(Deserialize)]
struct Icon {
    body: String,
    width: Option<f32>,
    height: Option<f32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alias {
    parent: String,
    #[serde(default)]
    h_flip: bool,
}

/// The icons of one artist.
pub struct IconSet {
    pub artist: Artist,
    file: IconFile,
    slug_of_codepoints: HashMap<String, String>,
}

impl IconSet {
    /// Reads `icons.json` and `chars.json` of an unpacked package.
    pub fn read(package: &Path, artist: Artist) -> anyhow::Result<Self> {
        Ok(Self {
            artist,
            file: read_json(&package.join("icons.json"))?,
            slug_of_codepoints: read_json(&package.join("chars.json"))?,
        })
    }

    /// Twemoji, Noto and Fluent say which codepoints each drawing stands for; the two older sets only have slugs.
    pub fn knows_codepoints(&self) -> bool {
        !self.slug_of_codepoints.is_empty()
    }

    /// The slug that this set gives to an emoji. The lists leave out U+FE0F, "draw me in colour".
    pub fn slug(&self, emoji: &Emoji) -> Option<&str> {
        let codepoints: Vec<String> =
            emoji.hexcode.to_lowercase().split('-').filter(|part| *part != "fe0f").map(String::from).collect();
        self.slug_of_codepoints.get(&codepoints.join("-")).map(String::as_str)
    }

    /// The complete SVG of an emoji, or nothing when the artist never drew it. A set without codepoints is joined by
    /// the slugs that the other sets use, then by the slug of the English name.
    pub fn svg(&self, emoji: &Emoji, naming_sets: &[&IconSet]) -> anyhow::Result<Option<String>> {
        if self.knows_codepoints() {
            return self.slug(emoji).map_or(Ok(None), |slug| self.svg_of_slug(slug));
        }
        let own_slug = slug_of_name(&emoji.name);
        for slug in naming_sets.iter().filter_map(|set| set.slug(emoji)).chain([own_slug.as_str()]) {
            if let Some(svg) = self.svg_of_slug(slug)? {
                return Ok(Some(svg));
            }
        }
        Ok(None)
    }

    fn svg_of_slug(&self, slug: &str) -> anyhow::Result<Option<String>> {
        let (mut slug, mut flip) = (slug, false);
        for _ in 0..=self.file.aliases.len() {
            if let Some(icon) = self.file.icons.get(slug) {
                return Ok(Some(self.wrap(icon, flip)));
            }
            let Some(alias) = self.file.aliases.get(slug) else { return Ok(None) };
            slug = &alias.parent;
            flip ^= alias.h_flip;
        }
        bail!("the aliases of {:?} run in a circle at {slug:?}", self.artist)
    }

    fn wrap(&self, icon: &Icon, flip: bool) -> String {
        let width = icon.width.or(self.file.width).unwrap_or(16.0); // the format's own default
        let height = icon.height.or(self.file.height).unwrap_or(16.0);
        let body = &icon.body;
        let body =
            if flip { format!(r#"<g transform="translate({width} 0) scale(-1 1)">{body}</g>"#) } else { body.clone() };
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} {height}">{body}</svg>"#
        )
    }
}

/// `Piñata!` → `pinata`: lower case, plain letters, one hyphen for everything else.
fn slug_of_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            'ñ' => 'n',
            'é' | 'è' | 'ê' => 'e',
            'ã' | 'å' => 'a',
            other => other,
        })
        .collect();
    plain
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}
