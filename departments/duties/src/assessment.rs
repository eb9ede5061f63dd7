//! What comes out of an assessment.

use crate::trace::Step;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is owed on a consignment, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The day whose law was applied.
    pub law_date: Date,
    /// Edition of the rulebook.
    pub edition: u32,
    pub lines: Vec<LineAssessment>,
    /// One for each charge of the law date, in its order, also where nothing is owed.
    pub charges: Vec<ChargeTotal>,
    /// All that is collected.
    pub total: Money,
    pub trace: Vec<Step>,
}

/// A line's value and charges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAssessment {
    pub number: u32,
    /// The line of the consignment of which this one is what exceeds its quota; see [`Step::Split`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_of: Option<u32>,
    pub value: Money,
    pub charges: Vec<ChargeOnLine>,
}

/// A charge on a line. `collected` is zero where the lot stays under the threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeOnLine {
    pub charge: String,
    pub computed: Money,
    pub collected: Money,
    /// The measure that won.
    pub measure: String,
}

/// A charge over the lot: the sum of the lines' collected amounts. Nothing is rounded again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeTotal {
    pub charge: String,
    pub book: String,
    pub amount: Money,
}

impl Assessment {
    /// The sum of the customs values.
    pub fn value(&self) -> Money {
        Money::sum(self.lines.iter().map(|l| l.value)).unwrap_or_default()
    }

    /// The customs value of a line of the consignment, with what of it exceeds its quota.
    pub fn line_value(&self, line: u32) -> Money {
        let of = |l: &&LineAssessment| l.number == line || l.rest_of == Some(line);
        Money::sum(self.lines.iter().filter(of).map(|l| l.value)).unwrap_or_default()
    }

    /// What a line of the consignment collects of a charge, with what of it exceeds its quota.
    pub fn collected_on(&self, line: u32, charge: &str) -> Money {
        let of = |l: &&LineAssessment| l.number == line || l.rest_of == Some(line);
        let collected = self.lines.iter().filter(of).map(|l| self.collected(l.number, charge));
        Money::sum(collected).unwrap_or_default()
    }

    /// What a line collects of a charge; zero where the charge does not touch it.
    pub fn collected(&self, line: u32, charge: &str) -> Money {
        let line = self.lines.iter().find(|l| l.number == line);
        let on = line.and_then(|l| l.charges.iter().find(|c| c.charge == charge));
        on.map_or(Money::ZERO, |c| c.collected)
    }

    /// What the lot collects of a charge.
    pub fn charge(&self, charge: &str) -> Money {
        self.charges.iter().find(|c| c.charge == charge).map_or(Money::ZERO, |c| c.amount)
    }
}
