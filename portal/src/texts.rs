//! What pages say: `texts.toml`, one line per text with both languages.

use customhouse_kernel::text::{Lang, Text};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXTS: &str = include_str!("../texts.toml");

/// All texts, by `group.name`.
fn all() -> &'static BTreeMap<String, Text> {
    static ALL: OnceLock<BTreeMap<String, Text>> = OnceLock::new();
    ALL.get_or_init(|| read(TEXTS).expect("texts.toml is in form; a test reads it"))
}

fn read(toml: &str) -> Result<BTreeMap<String, Text>, toml::de::Error> {
    let groups: BTreeMap<String, BTreeMap<String, Text>> = toml::from_str(toml)?;
    let flat = groups.into_iter().flat_map(|(group, texts)| {
        texts.into_iter().map(move |(name, text)| (format!("{group}.{name}"), text))
    });
    Ok(flat.collect())
}

/// A text in a language. A test holds every key that is used against the file.
pub(crate) fn say(key: &str, lang: Lang) -> &'static str {
    all().get(key).map_or("⟨?⟩", |text| text.get(lang))
}

/// A text whose name is known only while running; the name itself if there is none.
pub(crate) fn say_of(group: &str, name: &str, lang: Lang) -> String {
    all().get(&format!("{group}.{name}")).map_or_else(|| name.to_owned(), |text| text.get(lang).to_owned())
}

/// A text in both languages.
pub(crate) fn both(key: &str) -> Text {
    all().get(key).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// Everything that is written in a folder.
    fn written(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                written(&path, out);
            } else {
                out.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// What stands in quotes behind a mark.
    fn behind<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(mark).skip(1).filter_map(|piece| piece.split('"').next())
    }

    #[test]
    fn no_text_is_unknown_and_none_is_unused() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        written(&root.join("templates"), &mut text);
        written(&root.join("src"), &mut text);
        let asked: BTreeSet<&str> =
            [".t(\"", "say(\"", "both(\""].iter().flat_map(|m| behind(&text, m)).collect();
        let unknown: Vec<_> = asked.iter().filter(|k| k.contains('.') && !all().contains_key(**k)).collect();
        assert!(unknown.is_empty(), "unknown: {unknown:?}");
        let groups: BTreeSet<&str> = behind(&text, "say_of(\"").collect();
        let is_used = |key: &str| {
            let group = key.split('.').next().unwrap_or_default();
            groups.contains(group) || text.contains(&format!("\"{key}\""))
        };
        let unused: Vec<_> = all().keys().filter(|k| !is_used(k)).collect();
        assert!(unused.is_empty(), "unused: {unused:?}");
    }

    #[test]
    fn every_text_has_both_languages() {
        for (key, text) in all() {
            assert!(!text.zh.trim().is_empty() && !text.en.trim().is_empty(), "{key}");
        }
    }
}
