//! A draft 草案 tried over the past: the days on which its changes would come into force are moved to the
//! first day of the period that it is tried over, so that the draft is read as if it had held all along.

use crate::law::{Rule, Rulebook};
use jiff::civil::Date;
use serde::Serialize;

/// What a draft changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DraftChanges {
    /// Ids of rules that the law does not have.
    pub added: Vec<String>,
    /// Ids of rules that it says otherwise.
    pub changed: Vec<String>,
}

impl DraftChanges {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}

impl Rulebook {
    /// This rulebook as it would have been under a draft from a day on. The draft holds rules by id: one
    /// that is here says how that rule would read, any other is new; a rule that it does not name stays.
    ///
    /// A first or last day that the draft sets after `from` moves to `from`. A rule that the draft ends,
    /// and that began on `from` or later, is left out.
    pub fn under_draft(&self, draft: &Rulebook, from: Date) -> (Rulebook, DraftChanges) {
        let mut changes = DraftChanges::default();
        let mut rules = Vec::with_capacity(self.rules().len());
        for rule in self.rules() {
            match draft.by_id(&rule.id).filter(|new| !rule.says_the_same(new)) {
                None => rules.push(rule.clone()),
                Some(new) => {
                    changes.changed.push(new.id.to_string());
                    rules.extend(moved(new, Some(rule), from));
                }
            }
        }
        for new in draft.rules().iter().filter(|new| self.by_id(&new.id).is_none()) {
            changes.added.push(new.id.to_string());
            rules.extend(moved(new, None, from));
        }
        let mut book = Rulebook::new(rules);
        book.edition = self.edition;
        (book, changes)
    }
}

/// A rule of the draft with its own days moved; `None` if it would never have held.
fn moved(new: &Rule, old: Option<&Rule>, from: Date) -> Option<Rule> {
    let mut rule = new.clone();
    let (begins, ends) = (new.valid.from, new.valid.to);
    if begins > from && old.is_none_or(|old| old.valid.from != begins) {
        rule.valid.from = from;
    }
    if ends.is_some_and(|end| end > from) && old.is_some_and(|old| old.valid.to != ends) {
        rule.valid.to = Some(from);
    }
    let holds = rule.valid.to.is_none_or(|to| rule.valid.from < to);
    holds.then_some(rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Basis, Body, Validity};
    use std::sync::Arc;

    fn rule(id: &str, valid: &str, rate: &str) -> Rule {
        Rule {
            id: id.into(),
            kind: Arc::from("rate"),
            key: "k".into(),
            valid: Validity::parse(valid).unwrap(),
            published: "2020-01-01".parse().unwrap(),
            basis: Arc::new(Basis::default()),
            confirmed: true,
            body: Body::Table(serde_json::from_str(&format!("{{\"rate\": \"{rate}\"}}")).unwrap()),
            file: Arc::from("t.toml"),
            line: 1,
        }
    }

    #[test]
    fn a_draft_is_read_as_if_it_had_held_all_along() {
        // the law, the draft, the law as tried from 2026-01-01: id, days, rate
        for (law, draft, tried) in [
            // a rule that reads otherwise
            (
                vec![("a", "2020-01-01..", "10%")],
                vec![("a", "2020-01-01..", "8%")],
                vec![("a", "2020-01-01..", "8%")],
            ),
            // the rule ends and another follows it
            (
                vec![("a", "2020-01-01..", "10%")],
                vec![("a", "2020-01-01..2027-01-01", "10%"), ("b", "2027-01-01..", "8%")],
                vec![("a", "2020-01-01..2026-01-01", "10%"), ("b", "2026-01-01..", "8%")],
            ),
            // a rule that began within the period, and that the draft ends, never held
            (
                vec![("a", "2026-03-01..", "10%")],
                vec![("a", "2026-03-01..2027-01-01", "10%"), ("b", "2027-01-01..", "8%")],
                vec![("b", "2026-01-01..", "8%")],
            ),
            // a new rule for a time keeps its last day
            (
                vec![],
                vec![("b", "2027-01-01..2028-01-01", "8%")],
                vec![("b", "2026-01-01..2028-01-01", "8%")],
            ),
            // what the draft repeats as it stands, or does not name, stays as it stands
            (
                vec![("a", "2026-03-01..", "10%"), ("c", "2020-01-01..", "1%")],
                vec![("a", "2026-03-01..", "10%")],
                vec![("a", "2026-03-01..", "10%"), ("c", "2020-01-01..", "1%")],
            ),
        ] {
            let book = |rules: &[(&str, &str, &str)]| {
                Rulebook::new(rules.iter().map(|(id, valid, rate)| rule(id, valid, rate)).collect())
            };
            let from = "2026-01-01".parse().unwrap();
            let (found, changes) = book(&law).under_draft(&book(&draft), from);
            let wanted = book(&tried);
            assert_eq!(found.rules(), wanted.rules(), "{draft:?}");
            let same = law == tried;
            assert_eq!(changes.is_empty(), same, "{changes:?}");
        }
    }
}
