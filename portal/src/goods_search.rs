//! Finding goods on the tariff: by the first digits of a code, by words in Chinese or English, by pinyin
//! or its initials. The obvious hit comes first. Names are prepared once an edition.

use crate::state::Portal;
use customhouse_duties::{Commodity, Tariff};
use customhouse_kernel::text::fold;
use customhouse_kernel::values::CommodityCode;
use jiff::civil::Date;
use pinyin::ToPinyin;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The names of one edition's goods, as they are compared, by code.
pub(crate) type GoodsNames = BTreeMap<CommodityCode, GoodsName>;

/// The names of the edition that was searched last.
#[derive(Default)]
pub(crate) struct GoodsSearch(Mutex<Option<(u32, Arc<GoodsNames>)>>);

/// One commodity's names as they are compared.
pub(crate) struct GoodsName {
    zh: String,
    en: String,
    /// Syllables without tones, joined; signs that have none are left out.
    pinyin: String,
    initials: String,
}

/// How well a commodity answers; the lower the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Name,
    StartOfName,
    Word,
    Pinyin,
    StartOfPinyin,
    Within,
}

impl GoodsSearch {
    /// The names of an edition, made by whoever first asks.
    pub fn names(&self, portal: &Portal) -> Arc<GoodsNames> {
        let law = portal.law();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((edition, names)) if *edition == law.number => Arc::clone(names),
            _ => {
                let names = Arc::new(all_names(&law.control.tariff, portal.engine().now().day()));
                *kept = Some((law.number, Arc::clone(&names)));
                names
            }
        }
    }
}

/// The names of a day; a code that is older or newer is found by its digits alone.
fn all_names(tariff: &Tariff, day: Date) -> GoodsNames {
    tariff.commodities("", day).map(|commodity| (commodity.code, GoodsName::of(commodity))).collect()
}

impl GoodsName {
    fn of(commodity: &Commodity) -> GoodsName {
        let syllables = || commodity.name.zh.as_ref().to_pinyin().flatten();
        GoodsName {
            zh: fold(&commodity.name.zh),
            en: fold(&commodity.name.en),
            pinyin: syllables().map(|syllable| syllable.plain()).collect(),
            initials: syllables().map(|syllable| syllable.first_letter()).collect(),
        }
    }

    fn fit(&self, wish: &str, words: &[&str], joined: &str) -> Option<Fit> {
        if self.zh == wish || self.en == wish {
            return Some(Fit::Name);
        }
        if self.zh.starts_with(wish) || self.en.starts_with(wish) {
            return Some(Fit::StartOfName);
        }
        let begins = |word: &str| self.en.split(' ').any(|own| own.starts_with(word));
        if words.iter().all(|word| begins(word)) || words.iter().all(|word| self.zh.contains(word)) {
            return Some(Fit::Word);
        }
        let spelt = joined.len() > 1 && joined.bytes().all(|b| b.is_ascii_lowercase());
        if spelt && (self.pinyin == joined || self.initials == joined) {
            return Some(Fit::Pinyin);
        }
        if spelt && (self.pinyin.starts_with(joined) || self.initials.starts_with(joined)) {
            return Some(Fit::StartOfPinyin);
        }
        // four letters and more: fewer are in every name
        let within =
            joined.len() > 3 && (self.pinyin.contains(joined) || words.iter().all(|w| self.en.contains(w)));
        within.then_some(Fit::Within)
    }
}

/// Goods of a day that answer a wish, the best first: of those that fit alike the shortest name, then the
/// lowest code. A wish of digits is the beginning of a code.
pub(crate) fn search<'a>(
    tariff: &'a Tariff,
    names: &GoodsNames,
    wish: &str,
    day: Date,
) -> Vec<&'a Commodity> {
    let wish = fold(wish);
    let joined: String = wish.chars().filter(|sign| *sign != ' ').collect();
    if joined.is_empty() {
        return Vec::new();
    }
    if joined.bytes().all(|b| b.is_ascii_digit()) {
        let prefix = joined.get(..joined.len().min(10)).unwrap_or_default();
        return tariff.commodities(prefix, day).collect();
    }
    let words: Vec<&str> = wish.split(' ').collect();
    let mut found: Vec<(Fit, usize, &Commodity)> = tariff
        .commodities("", day)
        .filter_map(|commodity| {
            let fit = names.get(&commodity.code)?.fit(&wish, &words, &joined)?;
            Some((fit, commodity.name.zh.chars().count(), commodity))
        })
        .collect();
    found.sort_by_key(|(fit, length, commodity)| (*fit, *length, commodity.code));
    found.into_iter().map(|(_, _, commodity)| commodity).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fit, GoodsName};

    fn name(zh: &str, en: &str) -> GoodsName {
        use pinyin::ToPinyin;
        let syllables = || zh.to_pinyin().flatten();
        GoodsName {
            zh: zh.to_owned(),
            en: en.to_owned(),
            pinyin: syllables().map(|s| s.plain()).collect(),
            initials: syllables().map(|s| s.first_letter()).collect(),
        }
    }

    #[test]
    fn a_wish_fits_by_name_word_pinyin_and_initials() {
        let horse = name("种马", "pure bred breeding horses");
        let rows = [
            ("种马", Some(Fit::Name)),
            ("种", Some(Fit::StartOfName)),
            ("pure", Some(Fit::StartOfName)),
            ("horse", Some(Fit::Word)),
            ("breeding pure", Some(Fit::Word)),
            ("马", Some(Fit::Word)),
            ("zhongma", Some(Fit::Pinyin)),
            ("zhong ma", Some(Fit::Pinyin)),
            ("zm", Some(Fit::Pinyin)),
            ("zhong", Some(Fit::StartOfPinyin)),
            ("reeding", Some(Fit::Within)),
            ("o", None),
            ("cow", None),
        ];
        for (wish, fit) in rows {
            let words: Vec<&str> = wish.split(' ').collect();
            assert_eq!(horse.fit(wish, &words, &wish.replace(' ', "")), fit, "{wish}");
        }
    }
}
