//! Code lists 代码表, dated: countries and currencies in all their spellings, units, offices, and the
//! pack's other lists.

use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, CurrencyCode, OfficeCode};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Every code list of a rulebook.
#[derive(Clone, Debug, Default)]
pub struct CodeLists {
    lists: BTreeMap<Box<str>, BTreeMap<Box<str>, Vec<Entry>>>,
    countries: BTreeMap<Box<str>, CountryCode>,
    currencies: BTreeMap<Box<str>, CurrencyCode>,
    districts_with_houses: BTreeSet<OfficeCode>,
    district_codes: BTreeSet<OfficeCode>,
}

#[derive(Clone, Debug)]
struct Entry {
    valid: Validity,
    name: Text,
}

#[derive(Deserialize)]
struct Named {
    name_zh: String,
    name_en: String,
}

#[derive(Deserialize)]
struct Numbered {
    numeric: Option<Box<str>>,
    alpha3: Option<Box<str>>,
}

#[derive(Deserialize)]
struct OfficeRow {
    code: OfficeCode,
    level: String,
    district: OfficeCode,
}

impl CodeLists {
    /// # Errors
    /// Each row that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<CodeLists, Vec<PackFault>> {
        let mut lists = CodeLists::default();
        let mut faults = Vec::new();
        for kind in ["country", "currency", "unit", "office", "code"] {
            for rule in rulebook.kind(kind) {
                if let Err(fault) = lists.add(kind, rule) {
                    faults.push(fault);
                }
            }
        }
        if faults.is_empty() { Ok(lists) } else { Err(faults) }
    }

    fn add(&mut self, kind: &str, rule: &Rule) -> Result<(), PackFault> {
        let (list, code) = match kind {
            "code" => rule.key.split_once('/').unwrap_or(("", &rule.key)),
            kind => (kind, &*rule.key),
        };
        let Named { name_zh, name_en } = rule.read()?;
        let entry = Entry { valid: rule.valid, name: Text::of(name_zh, name_en) };
        self.lists.entry(list.into()).or_default().entry(code.into()).or_default().push(entry);
        match kind {
            "country" => {
                let bad = || rule.fault("国别代码须为两位大写字母", "a country is two capital letters");
                let country = CountryCode::parse(code).ok_or_else(bad)?;
                let row: Numbered = rule.read()?;
                let names = [Some(code.into()), row.alpha3, row.numeric];
                self.countries.extend(names.into_iter().flatten().map(|name| (name, country)));
            }
            "currency" => {
                let bad = || rule.fault("币制代码须为三位大写字母", "a currency is three capital letters");
                let currency = CurrencyCode::parse(code).ok_or_else(bad)?;
                let row: Numbered = rule.read()?;
                let names = [Some(code.into()), row.numeric];
                self.currencies.extend(names.into_iter().flatten().map(|name| (name, currency)));
            }
            "office" => {
                let row: OfficeRow = rule.read()?;
                if row.level == "district" {
                    self.district_codes.insert(row.code);
                } else {
                    self.districts_with_houses.insert(row.district);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a code is on a list on a day; `None` if there is no such list.
    pub fn contains(&self, list: &str, code: &str, day: Date) -> Option<bool> {
        Some(self.find(self.lists.get(list)?, code, day).is_some())
    }

    /// What a code on a list is called on a day.
    pub fn name(&self, list: &str, code: &str, day: Date) -> Option<&Text> {
        self.find(self.lists.get(list)?, code, day)
    }

    fn find<'a>(&self, list: &'a BTreeMap<Box<str>, Vec<Entry>>, code: &str, day: Date) -> Option<&'a Text> {
        list.get(code)?.iter().find(|e| e.valid.covers(day)).map(|e| &e.name)
    }

    /// The codes of a list on a day with their names, in order.
    pub fn list(&self, list: &str, day: Date) -> impl Iterator<Item = (&str, &Text)> {
        let entries = self.lists.get(list).into_iter().flatten();
        entries.filter_map(move |(code, e)| Some((&**code, &e.iter().find(|e| e.valid.covers(day))?.name)))
    }

    /// A country by two or three letters or by its old number.
    pub fn country(&self, text: &str) -> Option<CountryCode> {
        self.countries.get(text).copied()
    }

    /// A currency by its letters or by its old number.
    pub fn currency(&self, text: &str) -> Option<CurrencyCode> {
        self.currencies.get(text).copied()
    }

    /// The level of an office, as the norms name it.
    pub fn office_level(&self, office: OfficeCode) -> &'static str {
        if self.district_codes.contains(&office) { "district" } else { "house" }
    }

    /// Whether the pack knows houses under a district.
    pub fn has_houses(&self, district: OfficeCode) -> bool {
        self.districts_with_houses.contains(&district)
    }
}
