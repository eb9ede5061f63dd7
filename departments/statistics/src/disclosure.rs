//! The rule under which a figure may be published 保密规则: nobody may read one firm's trade out of it.
//! Source: Customs Statistics Regulations 18; the numbers are the pack's.

use crate::table::{Cell, TOLD};
use customhouse_kernel::law::{PackFault, Rulebook, Validity};
use customhouse_kernel::values::Exact;
use jiff::civil::Date;
use serde::Deserialize;

/// The rule of a time.
#[derive(Clone, Debug)]
pub struct DisclosureRule {
    pub rule: Box<str>,
    pub valid: Validity,
    /// A figure rests on at least so many firms.
    pub least_firms: u32,
    /// No firm's share of it is this or more; a fraction.
    pub dominance: Exact,
}

impl DisclosureRule {
    /// Whether a figure made of these contributions would tell of a single firm: too few stand behind it,
    /// or one of them dominates; and so for each figure that is told beside it. What nobody contributed to
    /// tells of nobody.
    pub fn is_sensitive(&self, cell: &Cell) -> bool {
        let weights = || cell.firms.values();
        let told = |n: usize| weights().map(move |weight| weight.told[n].unsigned_abs()).filter(|w| *w > 0);
        self.tells(weights().map(|weight| weight.part)) || (0..TOLD).any(|n| self.tells(told(n)))
    }

    fn tells(&self, weights: impl Iterator<Item = u64>) -> bool {
        let (mut firms, mut total, mut largest) = (0, 0, 0);
        for weight in weights.map(u128::from) {
            (firms, total, largest) = (firms + 1, total + weight, weight.max(largest));
        }
        firms > 0 && (firms < self.least_firms || self.dominates(largest, total))
    }

    /// Whether `part` is the share of dominance of `total`, or more. A share that cannot be reckoned
    /// counts as dominance.
    fn dominates(&self, part: u128, total: u128) -> bool {
        let exact = |number: u128| i64::try_from(number).ok().map(Exact::from);
        let Some((part, limit)) = exact(part).zip(exact(total).and_then(|total| total.mul(self.dominance)))
        else {
            return true;
        };
        total > 0 && part >= limit
    }
}

/// The rules over all time.
#[derive(Clone, Debug, Default)]
pub struct DisclosureRules(Vec<DisclosureRule>);

impl DisclosureRules {
    /// # Errors
    /// Each rule of kind `disclosure` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<DisclosureRules, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            least_firms: u32,
            dominance: Exact,
        }
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("disclosure") {
            match rule.read::<Entry>() {
                Ok(Entry { least_firms, dominance })
                    if dominance > Exact::ZERO && dominance <= Exact::ONE =>
                {
                    let (id, valid) = (rule.id.clone(), rule.valid);
                    rules.push(DisclosureRule { rule: id, valid, least_firms, dominance });
                }
                Ok(_) => faults
                    .push(rule.fault("dominance 应大于 0 且不超过 1", "dominance is above 0 and at most 1")),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(DisclosureRules(rules)) } else { Err(faults) }
    }

    /// The rule of a day; without one nothing may be published.
    pub fn on(&self, day: Date) -> Option<&DisclosureRule> {
        self.0.iter().find(|rule| rule.valid.covers(day))
    }
}
