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
    /// By id.
    by_id: Places,
    /// By kind and key: the first of the rules under them.
    by_key: Places,
}

/// Places of rules by the hash of what they are looked up by; a table of texts would hold each twice.
#[derive(Clone, Debug, Default)]
struct Places {
    /// Open addressing; its length is a power of two.
    table: Vec<Slot>,
}

/// Rules that stand side by side, or, without any, a free slot.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    first: u32,
    /// More than can be counted are counted where they stand.
    count: u16,
    /// A part of the hash: other texts seldom have it, and no rule is looked at for them.
    tag: u16,
}

impl Slot {
    fn of(hash: u64, first: usize, count: usize) -> Slot {
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        Slot { first: first as u32, count, tag: (hash >> 48) as u16 }
    }
}

impl Places {
    fn for_many(count: usize) -> Places {
        Places { table: vec![Slot::default(); (count * 2).next_power_of_two()] }
    }

    fn put(&mut self, hash: u64, first: usize, count: usize) {
        let last = self.table.len() - 1;
        let mut at = hash as usize & last;
        while self.table[at].count != 0 {
            at = (at + 1) & last;
        }
        self.table[at] = Slot::of(hash, first, count);
    }

    /// The first slot with this hash that is the one that is looked for.
    fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<Slot> {
        let last = self.table.len().checked_sub(1)?;
        let tag = (hash >> 48) as u16;
        let mut at = hash as usize & last;
        loop {
            let slot = self.table[at];
            if slot.count == 0 {
                return None;
            }
            if slot.tag == tag && is_it(slot.first as usize) {
                return Some(slot);
            }
            at = (at + 1) & last;
        }
    }
}

/// A hash of texts, the same in every run (FxHash over eight bytes at a time).
fn hash(texts: &[&str]) -> u64 {
    let step = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let hash = texts.iter().fold(0, |hash, text| {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let hash = words.iter().fold(hash, |hash, word| step(hash, u64::from_le_bytes(*word)));
        let rest = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        step(hash, rest << 8 | text.len() as u64 & 0xff)
    });
    hash ^ hash >> 32
}

impl Rulebook {
    pub fn new(mut rules: Vec<Rule>) -> Rulebook {
        rules.sort_by(|a, b| (&a.kind, &a.key, a.valid, &a.id).cmp(&(&b.kind, &b.key, b.valid, &b.id)));
        let (mut by_id, mut by_key) = (Places::for_many(rules.len()), Places::for_many(rules.len()));
        for (place, rule) in rules.iter().enumerate() {
            by_id.put(hash(&[&rule.id]), place, 1);
        }
        let mut first = 0;
        for under in rules.chunk_by(|a, b| (&a.kind, &a.key) == (&b.kind, &b.key)) {
            by_key.put(hash(&[&under[0].kind, &under[0].key]), first, under.len());
            first += under.len();
        }
        Rulebook { edition: 0, rules, by_id, by_key }
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
        let under = |rule: &Rule| &*rule.key == key && &*rule.kind == kind;
        let Some(slot) = self.by_key.find(hash(&[kind, key]), |place| under(&self.rules[place])) else {
            return &[];
        };
        let rules = &self.rules[slot.first as usize..];
        let count = match slot.count {
            u16::MAX => rules.iter().take_while(|rule| under(rule)).count(),
            count => usize::from(count),
        };
        &rules[..count]
    }

    /// The rule of a kind under a key that holds on a day; where several hold, the one that began last.
    pub fn on(&self, kind: &str, key: &str, day: Date) -> Option<&Rule> {
        self.under(kind, key).iter().rev().find(|r| r.valid.covers(day))
    }

    /// The rule with this id.
    pub fn by_id(&self, id: &str) -> Option<&Rule> {
        let slot = self.by_id.find(hash(&[id]), |place| &*self.rules[place].id == id)?;
        Some(&self.rules[slot.first as usize])
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
    fn every_rule_is_found_among_many() {
        let rules = (0..5_000).map(|n| rule(&format!("id.{n}"), &format!("{}", n / 3), "2021-01-01.."));
        let book = Rulebook::new(rules.collect());
        for n in 0..5_000 {
            let id = format!("id.{n}");
            assert_eq!(book.by_id(&id).map(|r| &*r.id), Some(&*id));
            assert!(book.under("rate", &format!("{}", n / 3)).iter().any(|r| *r.id == *id));
        }
        assert_eq!(book.under("rate", "7").len(), 3);
        assert!(book.by_id("id.5000").is_none() && book.by_id("").is_none());
        assert!(book.under("rates", "7").is_empty() && Rulebook::default().under("rate", "7").is_empty());
        assert!(Rulebook::default().by_id("id.1").is_none());
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
