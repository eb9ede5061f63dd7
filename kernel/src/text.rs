//! What a person reads, in both languages.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese 中文
    Zh,
    /// English 英文
    #[default]
    En,
}

impl Lang {
    /// The code used in addresses and in `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The language named by a code such as `zh`, `zh-CN` or `en-GB`.
    pub fn from_code(code: &str) -> Option<Lang> {
        match code.get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// One text in Chinese and English. Neither is a translation of lesser rank.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text fixed in the code.
    pub const fn fixed(zh: &'static str, en: &'static str) -> Text {
        Text { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// A text made while running.
    pub fn of(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: Cow::Owned(zh.into()), en: Cow::Owned(en.into()) }
    }

    /// The same words in both languages: a code, a number, a name that has only one form.
    pub fn same(words: impl Into<String>) -> Text {
        let words = words.into();
        Text { zh: Cow::Owned(words.clone()), en: Cow::Owned(words) }
    }

    /// The words in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// The text with each `{name}` replaced by its value, in both languages.
    pub fn fill(&self, name: &str, value: &str) -> Text {
        let mark = format!("{{{name}}}");
        if !self.zh.contains(&mark) && !self.en.contains(&mark) {
            return self.clone();
        }
        Text::of(self.zh.replace(&mark, value), self.en.replace(&mark, value))
    }
}

/// A text as it is compared: lower case, no tone marks, no punctuation, single spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for sign in text.chars().flat_map(char::to_lowercase) {
        let plain = without_tone(sign);
        if plain.is_alphanumeric() {
            folded.push(plain);
        } else if plain != '\'' && plain != '’' && !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A vowel of pinyin without its tone; `ü` as `v`, as keyboards write it.
fn without_tone(sign: char) -> char {
    const VOWELS: [(char, &str); 6] =
        [('a', "āáǎà"), ('e', "ēéěè"), ('i', "īíǐì"), ('o', "ōóǒò"), ('u', "ūúǔù"), ('v', "ǖǘǚǜü")];
    VOWELS.iter().find(|(_, toned)| toned.contains(sign)).map_or(sign, |(plain, _)| *plain)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_text_is_compared_without_case_tones_and_signs() {
        let rows = [
            ("Shàng Hǎi Hǎi Guān", "shang hai hai guan"),
            ("  Xi'an  Customs—District ", "xian customs district"),
            ("Wū Lǔ Mù Qí", "wu lu mu qi"),
            ("上海海关（2200）", "上海海关 2200"),
            ("lǜ", "lv"),
            ("--", ""),
        ];
        for (text, folded) in rows {
            assert_eq!(fold(text), folded);
        }
    }
}
