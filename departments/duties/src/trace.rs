//! The trace: why an amount is what it is, as ids and numbers. Words are made on demand.

use crate::charge::PriceForm;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CurrencyCode, Exact, Money, Rounding};
use serde::{Deserialize, Serialize};

/// One step of an assessment. Rules are named by id; words and papers are found in the edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The exchange rate of a currency.
    Exchange {
        rule: String,
        currency: CurrencyCode,
        /// Territory currency for one unit.
        rate: Exact,
        /// The rate of a later month is not published; the last one was carried forward.
        carried_forward: bool,
    },
    /// The value of the lot, exact, in the territory's currency, and what it is made of.
    Lot {
        rule: String,
        /// Sum of the prices of the lines, in their currency: the divisor of the apportioning.
        price: Exact,
        goods: Exact,
        freight: Exact,
        insurance: Exact,
        other: Exact,
        total: Exact,
        /// Insurance was not declared; the pack's share was taken.
        insurance_presumed: bool,
    },
    /// The customs value of a line: price × lot total ÷ lot price.
    Value { line: u32, price: Exact, value: Money, places: u32, rounding: Rounding },
    /// Which rate applies to a line, and which ones do not.
    Choice {
        line: u32,
        charge: String,
        /// The case that applied.
        rule: String,
        /// Cases that were claimed and not met, with the clauses that failed.
        unmet: Vec<Unmet>,
        candidates: Vec<Candidate>,
    },
    /// The customs value of a line, out of a price that holds the charge: (price − fixed) ÷ (1 + share).
    Deducted {
        line: u32,
        charge: String,
        rule: String,
        price: Exact,
        share: Exact,
        fixed: Exact,
        value: Money,
        places: u32,
        rounding: Rounding,
    },
    /// A charge on a line.
    Charge {
        line: u32,
        charge: String,
        rule: String,
        measure: String,
        base: Exact,
        share: Exact,
        fixed: Exact,
        price: PriceForm,
        amount: Money,
        places: u32,
        rounding: Rounding,
        /// The word of the law (`free`, `suspended`) for which nothing is due, where it is no figure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_law: Option<String>,
    },
    /// A quantity that was not declared in the unit of a rate, and what it follows from.
    Measured {
        line: u32,
        /// As the rate writes it, such as `hl.alcohol`.
        of: String,
        quantity: Exact,
        /// The unit that was declared, and how much.
        unit: String,
        declared: Exact,
        /// The name of the strength or content that it was multiplied by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<String>,
    },
    /// A line needs more of its quota than is left. The rest of it is reckoned as a line of its own, without
    /// the quota, as it would have been declared: price and quantities by the share of what is left.
    Split {
        line: u32,
        /// The number of the line that the rest is reckoned as.
        rest: u32,
        order_number: String,
        needed: Exact,
        left: Exact,
    },
    /// What a line takes out of a quota, and what is left then.
    Quota { line: u32, order_number: String, drawn: Exact, left: Exact },
    /// A quota was asked for and has nothing left: the next rate applies.
    QuotaExhausted { line: u32, order_number: String },
    /// The sum of a charge over the lot does not exceed what is left uncollected.
    Threshold { charge: String, rule: String, sum: Money, free_up_to: Money },
}

/// A case that the declarant asked for and did not get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    pub rule: String,
    pub clauses: Vec<UnmetClause>,
}

/// A clause that did not hold, with what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetClause {
    pub clause: String,
    pub value: Text,
}

/// A measure that could have applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub measure: String,
    pub tier: String,
    /// Exact amount on the line, where it was reckoned.
    pub amount: Option<Exact>,
    pub outcome: Outcome,
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Won,
    /// Compared, and not lower.
    NotLower,
    /// Its tier is not among those that the case compares.
    NotCompared,
}
