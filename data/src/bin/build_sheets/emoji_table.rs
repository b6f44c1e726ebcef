//! Which emojis there are, what they are called and in which order they stand on the sheets.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::Context;
use data::Emoji;
use serde::Deserialize;

use crate::packages::{Packages, read_json};

/// Languages of the captions, besides English.
const LANGUAGES: [&str; 4] = ["de", "es", "fr", "it"];
/// Unicode's groups by number; components (2) and flags (9) are left out: parts of other emojis, and pictures whose
/// name cannot be seen in them.
const GROUPS: [(u8, &str); 8] = [
    (0, "smileys & emotion"),
    (1, "people & body"),
    (3, "animals & nature"),
    (4, "food & drink"),
    (5, "travel & places"),
    (6, "activities"),
    (7, "objects"),
    (8, "symbols"),
];

#[derive(Deserialize)]
struct Record {
    emoji: String,
    hexcode: String,
    label: String,
    #[serde(default)]
    tags: Vec<String>,
    group: Option<u8>,
    order: Option<u32>,
}

/// Every base emoji of the groups we take, in Unicode's order. Skin tones are nested inside their base emoji, so
/// reading only the top level leaves them out.
pub fn read(packages: &Packages) -> anyhow::Result<Vec<Emoji>> {
    let mut records: Vec<Record> = read_json(&packages.names("en"))?;
    records.sort_by_key(|record| record.order);
    let mut translations = Vec::new();
    for language in LANGUAGES {
        let names: Vec<Record> = read_json(&packages.names(language))?;
        let by_code: HashMap<String, String> =
            names.into_iter().map(|record| (record.hexcode, record.label.to_lowercase())).collect();
        translations.push((language, by_code));
    }
    Ok(records.into_iter().filter_map(|record| entry(record, &translations)).collect())
}

fn entry(record: Record, translations: &[(&str, HashMap<String, String>)]) -> Option<Emoji> {
    let (_, group) = GROUPS.into_iter().find(|(number, _)| record.group == Some(*number))?;
    let name = record.label.to_lowercase();
    let names = translations.iter().filter_map(|(language, names)| {
        let translation = names.get(&record.hexcode)?;
        Some((String::from(*language), translation.clone()))
    });
    Some(Emoji {
        glyph: record.emoji,
        keywords: record.tags.into_iter().map(|tag| tag.to_lowercase()).filter(|tag| *tag != name).collect(),
        translations: BTreeMap::from_iter(names),
        hexcode: record.hexcode,
        group: group.to_string(),
        name,
    })
}

/// Writes the table as JSON with one emoji a line, so that a change shows as a change of one line.
pub fn write(table: &[Emoji], path: &Path) -> anyhow::Result<()> {
    let lines = table.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n")))
        .with_context(|| format!("cannot write {}", path.display()))
}
