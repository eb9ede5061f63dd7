//! Figures by a classification, as contributions come in, and what of them is shown: a list with its total.

use crate::disclosure::DisclosureRule;
use crate::suppression::{Reason, suppress};
use crate::table::{Cell, Firm, Table, Weight};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is summed up: whatever adds.
pub trait Figures: Clone + Default {
    fn add(&mut self, other: &Self);
}

/// A list under way: for each key the figures, and which firms stand behind them.
#[derive(Clone, Debug)]
pub struct Tally<F> {
    rows: BTreeMap<Box<str>, Row<F>>,
}

#[derive(Clone, Debug, Default)]
struct Row<F> {
    figures: F,
    cell: Cell,
}

impl<F> Default for Tally<F> {
    fn default() -> Self {
        Tally { rows: BTreeMap::new() }
    }
}

/// A row as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown<F> {
    pub key: String,
    /// Why the figures are not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<Counted<F>>,
}

/// Figures with the number of firms behind them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted<F> {
    pub firms: usize,
    #[serde(flatten)]
    pub sums: F,
}

impl<F: Figures> Tally<F> {
    /// Adds a firm's part to a key.
    pub fn add(&mut self, key: &str, firm: Firm, weight: Weight, figures: &F) {
        if let Some(row) = self.rows.get_mut(key) {
            row.add(firm, weight, figures);
        } else {
            self.rows.entry(key.into()).or_default().add(firm, weight, figures);
        }
    }

    /// Adds another tally over the same firms.
    pub fn add_all(&mut self, other: &Tally<F>) {
        for (key, theirs) in &other.rows {
            let ours = self.rows.entry(key.clone()).or_default();
            ours.figures.add(&theirs.figures);
            ours.cell.add_all(&theirs.cell);
        }
    }

    /// The rows in order of key, and whether their sum may be shown beside them.
    pub fn shown(&self, rule: &DisclosureRule) -> (Vec<Shown<F>>, bool) {
        let mut table = Table::default();
        for ((_, row), place) in self.rows.iter().zip(0..) {
            row.cell.firms.iter().for_each(|(firm, weight)| table.add(place, 0, *firm, *weight));
        }
        let suppression = suppress(&table, rule);
        let shown = |key: &str, row: &Row<F>, place: u32| {
            let withheld =
                suppression.at((Some(place), Some(0))).or_else(|| suppression.at((Some(place), None)));
            let counted = Counted { firms: row.cell.firms.len(), sums: row.figures.clone() };
            Shown { key: key.to_owned(), withheld, figures: withheld.is_none().then_some(counted) }
        };
        let total = suppression.at((None, None)).or_else(|| suppression.at((None, Some(0)))).is_none();
        let rows = self.rows.iter().zip(0..).map(|((key, row), place)| shown(key, row, place));
        (rows.collect(), total)
    }

    /// The rows with nothing in them: when a figure elsewhere would tell their sum.
    pub fn hidden(&self) -> Vec<Shown<F>> {
        let hidden =
            |key: &str| Shown { key: key.to_owned(), withheld: Some(Reason::Protects), figures: None };
        self.rows.keys().map(|key| hidden(key)).collect()
    }
}

impl<F: Figures> Row<F> {
    fn add(&mut self, firm: Firm, weight: Weight, figures: &F) {
        self.figures.add(figures);
        self.cell.add(firm, weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use customhouse_kernel::law::Validity;
    use customhouse_kernel::values::Exact;

    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    struct Value {
        value: i128,
    }

    impl Figures for Value {
        fn add(&mut self, other: &Value) {
            self.value += other.value;
        }
    }

    #[test]
    fn a_list_hides_what_one_firm_did_and_one_more() {
        let rule = DisclosureRule {
            rule: "disclosure".into(),
            valid: Validity::parse("2006-03-01..").unwrap(),
            least_firms: 3,
            dominance: Exact::parse("0.85").unwrap(),
        };
        let part = |part| Weight { part, ..Weight::default() };
        let mut tally = Tally::default();
        for firm in 0..4 {
            tally.add("87", firm, part(100), &Value { value: 100 });
            tally.add("84", firm, part(10), &Value { value: 10 });
        }
        tally.add("22", 9, part(7), &Value { value: 7 });
        let (rows, total) = tally.shown(&rule);
        let told: Vec<_> = rows.iter().map(|r| (r.key.as_str(), r.withheld)).collect();
        assert_eq!(told, [("22", Some(Reason::Sensitive)), ("84", Some(Reason::Protects)), ("87", None)]);
        assert_eq!(rows[2].figures, Some(Counted { firms: 4, sums: Value { value: 400 } }));
        assert!(total);
        assert!(tally.hidden().iter().all(|row| row.figures.is_none()));
    }
}
