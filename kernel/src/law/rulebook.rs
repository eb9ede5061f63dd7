//! The rulebook: all rules over all time, one edition.

use crate::law::{PackFault, Rule};
use jiff::civil::Date;

/// All rules of a pack over all time. An edition never changes once it is in force in the program.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// Counts from 1; 0 for a rulebook that no database has taken.
    pub edition: u32,
    /// In order of kind, key, first day, id.
    rules: Vec<Rule>,
    /// Places of the rules in order of their ids.
    by_id: Vec<u32>,
}

impl Rulebook {
    pub fn new(mut rules: Vec<Rule>) -> Rulebook {
        rules.sort_by(|a, b| (&a.kind, &a.key, a.valid, &a.id).cmp(&(&b.kind, &b.key, b.valid, &b.id)));
        let mut by_id: Vec<u32> = (0..rules.len() as u32).collect();
        by_id.sort_by(|a, b| rules[*a as usize].id.cmp(&rules[*b as usize].id));
        Rulebook { edition: 0, rules, by_id }
    }

    /// All rules, in order of kind, key and first day.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// All rules of a kind over all time.
    pub fn kind(&self, kind: &str) -> &[Rule] {
        let start = self.rules.partition_point(|r| &*r.kind < kind);
        let end = start + self.rules[start..].partition_point(|r| &*r.kind == kind);
        &self.rules[start..end]
    }

    /// All rules of a kind under a key, over all time.
    pub fn under(&self, kind: &str, key: &str) -> &[Rule] {
        let rules = self.kind(kind);
        let start = rules.partition_point(|r| &*r.key < key);
        let end = start + rules[start..].partition_point(|r| &*r.key == key);
        &rules[start..end]
    }

    /// The rule of a kind under a key that holds on a day; where several hold, the one that began last.
    pub fn on(&self, kind: &str, key: &str, day: Date) -> Option<&Rule> {
        self.under(kind, key).iter().rev().find(|r| r.valid.covers(day))
    }

    /// The rule with this id.
    pub fn by_id(&self, id: &str) -> Option<&Rule> {
        let place = self.by_id.binary_search_by(|n| (*self.rules[*n as usize].id).cmp(id)).ok()?;
        Some(&self.rules[self.by_id[place] as usize])
    }

    /// This rulebook with others laid over it: a rule with the id of one that is here stands instead of it.
    pub fn overlaid(&self, over: Vec<Rule>) -> Rulebook {
        let over = Rulebook::new(over);
        let kept = self.rules.iter().filter(|rule| over.by_id(&rule.id).is_none());
        let mut book = Rulebook::new(kept.chain(over.rules()).cloned().collect());
        book.edition = self.edition;
        book
    }

    /// What a newer rulebook changes against this one.
    pub fn compare<'a>(&'a self, newer: &'a Rulebook) -> Difference<'a> {
        let changed = |new: &Rule| self.by_id(&new.id).is_some_and(|old| !old.says_the_same(new));
        Difference {
            added: newer.rules.iter().filter(|r| self.by_id(&r.id).is_none()).collect(),
            changed: newer.rules.iter().filter(|r| changed(r)).collect(),
            vanished: self.rules.iter().filter(|r| newer.by_id(&r.id).is_none()).collect(),
        }
    }
}

/// What one rulebook changes against another.
#[derive(Clone, Debug, Default)]
pub struct Difference<'a> {
    pub added: Vec<&'a Rule>,
    pub changed: Vec<&'a Rule>,
    /// Rules of the older one that the newer one lacks. Nothing may vanish: a rule is ended instead.
    pub vanished: Vec<&'a Rule>,
}

impl Difference<'_> {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.vanished.is_empty()
    }

    /// The faults of rules that vanished.
    pub fn vanished_faults(&self) -> Vec<PackFault> {
        self.vanished
            .iter()
            .map(|r| {
                r.fault(
                    format!("规则 {} 消失了：请保留并写明失效日期", r.id),
                    format!("rule {} vanished: keep it and give it a last day", r.id),
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Basis, Body, Validity};
    use std::sync::Arc;

    fn rule(id: &str, key: &str, valid: &str) -> Rule {
        Rule {
            id: id.into(),
            kind: Arc::from("rate"),
            key: key.into(),
            valid: Validity::parse(valid).unwrap(),
            published: "2020-01-01".parse().unwrap(),
            basis: Arc::new(Basis::default()),
            confirmed: true,
            body: Body::Table(Default::default()),
            file: Arc::from("t.toml"),
            line: 1,
        }
    }

    #[test]
    fn finds_the_rule_of_a_day() {
        let book = Rulebook::new(vec![
            rule("b", "k", "2022-01-01..2023-01-01"),
            rule("a", "k", "2021-01-01..2022-01-01"),
            rule("c", "l", "2021-01-01.."),
        ]);
        let on = |key, day: &str| book.on("rate", key, day.parse().unwrap()).map(|r| &*r.id);
        assert_eq!(on("k", "2021-12-31"), Some("a"));
        assert_eq!(on("k", "2022-01-01"), Some("b"));
        assert_eq!(on("k", "2023-01-01"), None);
        assert_eq!(on("l", "2030-01-01"), Some("c"));
        assert_eq!(on("m", "2021-01-01"), None);
        assert_eq!(book.kind("rate").len(), 3);
        assert!(book.kind("other").is_empty());
    }

    #[test]
    fn a_rule_laid_over_stands_instead_of_its_namesake() {
        let book = Rulebook::new(vec![rule("a", "k", "2021-01-01.."), rule("b", "k", "2021-01-01..")]);
        let over = book.overlaid(vec![rule("b", "l", "2022-01-01.."), rule("c", "k", "2022-01-01..")]);
        let found: Vec<_> = over.rules().iter().map(|r| (&*r.id, &*r.key)).collect();
        assert_eq!(found, [("a", "k"), ("c", "k"), ("b", "l")]);
    }

    #[test]
    fn names_what_changed_and_what_vanished() {
        let old = Rulebook::new(vec![rule("a", "k", "2021-01-01.."), rule("b", "k", "2021-01-01..")]);
        let new =
            Rulebook::new(vec![rule("a", "k", "2021-01-01..2022-01-01"), rule("c", "k", "2022-01-01..")]);
        let difference = old.compare(&new);
        let ids = |rules: &[&Rule]| rules.iter().map(|r| r.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&difference.added), ["c"]);
        assert_eq!(ids(&difference.changed), ["a"]);
        assert_eq!(ids(&difference.vanished), ["b"]);
        assert!(old.compare(&old).is_empty());
    }
}
