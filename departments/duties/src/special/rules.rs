//! Dated rules of one kind: read once per edition, looked up by key and day.

use crate::refusals;
use crate::special::working::Rounded;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::de::DeserializeOwned;

/// What a rule of a kind says.
pub(crate) trait Law: DeserializeOwned {
    const KIND: &'static str;

    /// What does not fit, in both languages.
    fn unfit(&self) -> Option<(&'static str, &'static str)>;
}

/// A rule, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Dated<T> {
    pub id: Box<str>,
    pub key: Box<str>,
    pub valid: Validity,
    pub law: T,
}

/// The rules of one kind over all time.
#[derive(Clone, Debug)]
pub(crate) struct Rules<T>(Vec<Dated<T>>);

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Rules(Vec::new())
    }
}

impl<T: Law> Rules<T> {
    /// Reads every rule of the kind; faults are gathered.
    pub fn read(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Rules<T> {
        let mut rules = Vec::new();
        for rule in rulebook.kind(T::KIND) {
            match read(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        Rules(rules)
    }

    /// The rule under a key on a day.
    pub fn get(&self, key: &str, day: Date) -> Option<&Dated<T>> {
        self.0.iter().find(|r| &*r.key == key && r.valid.covers(day))
    }

    /// The rule under a key on a day.
    ///
    /// # Errors
    /// There is none.
    pub fn on(&self, key: &str, day: Date, path: &str) -> Result<&Dated<T>, Refusal> {
        self.get(key, day).ok_or_else(|| {
            refusals::NO_SPECIAL_RULE.at(path).with("kind", T::KIND).with("key", key).with("date", day)
        })
    }

    /// All rules of a day.
    pub fn all_on(&self, day: Date) -> impl Iterator<Item = &Dated<T>> {
        self.0.iter().filter(move |r| r.valid.covers(day))
    }
}

fn read<T: Law>(rule: &Rule) -> Result<Dated<T>, PackFault> {
    let law: T = rule.read()?;
    if let Some((zh, en)) = law.unfit() {
        return Err(rule.fault(format!("规则 {}：{zh}", rule.id), format!("rule {}: {en}", rule.id)));
    }
    Ok(Dated { id: rule.id.clone(), key: rule.key.clone(), valid: rule.valid, law })
}

/// What is wrong with a rounding: money has no more places than two.
pub(crate) fn unfit_round(round: Rounded) -> Option<(&'static str, &'static str)> {
    (round.places > Money::PLACES).then_some(("小数位数不得超过 2", "no more than 2 places"))
}

/// What is wrong with numbers that must not be negative.
pub(crate) fn unfit_numbers(
    numbers: impl IntoIterator<Item = Exact>,
) -> Option<(&'static str, &'static str)> {
    let negative = numbers.into_iter().any(|n| n.is_negative());
    negative.then_some(("数值不得小于零", "no number below zero"))
}

/// What is wrong with numbers that others are divided by.
pub(crate) fn unfit_divisors(
    numbers: impl IntoIterator<Item = Exact>,
) -> Option<(&'static str, &'static str)> {
    let bad = numbers.into_iter().any(|n| n <= Exact::ZERO);
    bad.then_some(("除数须大于零", "a divisor is above zero"))
}

/// Gathers what is wrong with the facts, so that all of it is said at once.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Refusal>);

impl Findings {
    pub fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// A fact that is needed.
    pub fn needed<T: Copy>(&mut self, fact: Option<T>, path: &str, zh: &str, en: &str) -> Option<T> {
        if fact.is_none() {
            self.0.push(missing(path, zh, en));
        }
        fact
    }

    /// A number that must not be negative.
    pub fn not_negative(&mut self, number: Exact, path: &str) {
        if number.is_negative() {
            self.0.push(refusals::FACT_NEGATIVE.at(path).with("number", number));
        }
    }

    /// A rule that was found, or the refusal kept.
    pub fn found<T>(&mut self, found: Result<T, Refusal>) -> Option<T> {
        found.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// A first day that must not come after the last.
    pub fn in_order(&mut self, from: Date, to: Date, path: &str) {
        if to < from {
            self.0.push(refusals::DAYS_REVERSED.at(path).with("from", from).with("to", to));
        }
    }

    pub fn done(self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// A fact that is not there, by its name in both languages.
pub(crate) fn missing(path: &str, zh: &str, en: &str) -> Refusal {
    let mut refusal = refusals::FACT_MISSING.at(path);
    for text in [&mut refusal.text, &mut refusal.remedy] {
        text.zh = text.zh.replace("{fact}", zh).into();
        text.en = text.en.replace("{fact}", en).into();
    }
    refusal
}
