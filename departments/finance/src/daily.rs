//! Amounts that grow by the day: a base, times a daily rate, times days.

use crate::refusals;
use customhouse_kernel::law::{PackFault, Rule};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;

/// How an amount by the day is reckoned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DailyCharge {
    /// A fraction of the base for each day, such as 0.0005.
    pub rate: Exact,
    /// The least amount that is collected.
    pub minimum: Money,
    /// Digits after the point of the result: 0 for whole yuan, 2 for fen.
    pub places: u32,
    pub rounding: Rounding,
}

impl DailyCharge {
    /// The charge as a rule gives it.
    ///
    /// # Errors
    /// A rate or minimum below zero, or more places than money has.
    pub fn checked(self, rule: &Rule) -> Result<DailyCharge, PackFault> {
        let fits = !self.rate.is_negative() && self.minimum >= Money::ZERO && self.places <= Money::PLACES;
        if fits {
            return Ok(self);
        }
        Err(rule.fault(
            format!("规则 {} 的日比例、起征点不得小于零，小数位数不得超过 {}", rule.id, Money::PLACES),
            format!("rule {}: no rate or minimum below zero, no more than {} places", rule.id, Money::PLACES),
        ))
    }

    /// Base × rate × days; `None` where it is nothing or below the minimum.
    ///
    /// Rounding: the rule's, once, at the end; the minimum is tested on the rounded amount.
    ///
    /// # Errors
    /// The amount does not fit.
    pub fn amount(&self, base: Money, days: i64) -> Result<Option<Money>, Refusal> {
        let product = base.exact().mul(self.rate).and_then(|daily| daily.mul(Exact::from(days)));
        let amount = product.and_then(|exact| Money::rounded(exact, self.places, self.rounding));
        let amount = amount.ok_or_else(|| refusals::OUT_OF_RANGE.at("").with("amount", base))?;
        Ok((amount > Money::ZERO && amount >= self.minimum).then_some(amount))
    }
}

/// The days from the first to the last, both counted; zero or below where the last comes first.
pub(crate) fn days_counted(first: Date, last: Date) -> i64 {
    first.duration_until(last).as_hours() / 24 + 1
}
