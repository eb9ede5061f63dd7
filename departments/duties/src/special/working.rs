//! The working 计算过程: each step with its numbers, reckoned as it is written down. So a number that
//! a calculation used stands in its working, and a person can reckon every step again by hand.

use crate::refusals;
use crate::special::names::Name;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An amount of one charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeAmount {
    pub charge: String,
    pub amount: Money,
}

/// A number with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    pub name: Name,
    pub value: Exact,
}

/// To how many places a result was rounded, and how. Rules give it as `round`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounded {
    pub places: u32,
    pub rounding: Rounding,
}

/// How a result came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Sum {
    /// A figure of a rule, and what it was looked up by.
    Found {
        by: String,
    },
    /// The product of the factors over that of the divisors.
    Product {
        factors: Vec<Factor>,
        divisors: Vec<Factor>,
    },
    /// What is added less what is taken.
    Terms {
        added: Vec<Factor>,
        taken: Vec<Factor>,
    },
    Lowest {
        of: Vec<Factor>,
    },
    Highest {
        of: Vec<Factor>,
    },
    /// Calendar days; the first day counts where `first_counts`, the last always does.
    Days {
        from: Date,
        to: Date,
        first_counts: bool,
    },
    /// Whole months and days over, and the months that they count as.
    Months {
        from: Date,
        to: Date,
        months: i64,
        days: i64,
    },
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub what: Name,
    /// The charge, or the article by its number, that it is about; empty for the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Id of the rule.
    pub rule: String,
    pub sum: Sum,
    pub result: Exact,
    #[serde(default)]
    pub rounded: Option<Rounded>,
}

/// The steps of a calculation, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Working {
    pub stages: Vec<Stage>,
    /// What the next step is about while the calculation goes on; no part of what is kept.
    #[serde(skip)]
    about: String,
}

impl PartialEq for Working {
    fn eq(&self, other: &Working) -> bool {
        self.stages == other.stages
    }
}

impl Eq for Working {}

type Named = (Name, Exact);

impl Working {
    /// What the next steps are about.
    pub(crate) fn about(&mut self, about: impl Into<String>) {
        self.about = about.into();
    }

    /// A figure of a rule.
    pub(crate) fn found(&mut self, what: Name, rule: &str, by: impl Into<String>, figure: Exact) -> Exact {
        self.keep(what, rule, Sum::Found { by: by.into() }, figure, None)
    }

    /// Product over product. Rounding: the rule's, once; none where the result is exact.
    ///
    /// # Errors
    /// A zero divisor, or a result that does not fit or would lose digits.
    pub(crate) fn product(
        &mut self,
        what: Name,
        rule: &str,
        factors: &[Named],
        divisors: &[Named],
        round: Option<Rounded>,
    ) -> Result<Exact, Refusal> {
        let sum = Sum::Product { factors: named(factors), divisors: named(divisors) };
        self.reckoned(what, rule, sum, round)
    }

    /// A product as money: rounded, and never to more places than money has.
    pub(crate) fn amount(
        &mut self,
        what: Name,
        rule: &str,
        factors: &[Named],
        divisors: &[Named],
        round: Rounded,
    ) -> Result<Money, Refusal> {
        money(self.product(what, rule, factors, divisors, Some(round))?)
    }

    /// What is added less what is taken; exact.
    pub(crate) fn terms(
        &mut self,
        what: Name,
        rule: &str,
        added: &[Named],
        taken: &[Named],
    ) -> Result<Exact, Refusal> {
        self.reckoned(what, rule, Sum::Terms { added: named(added), taken: named(taken) }, None)
    }

    pub(crate) fn lowest(&mut self, what: Name, rule: &str, of: &[Named]) -> Result<Exact, Refusal> {
        self.reckoned(what, rule, Sum::Lowest { of: named(of) }, None)
    }

    pub(crate) fn highest(&mut self, what: Name, rule: &str, of: &[Named]) -> Result<Exact, Refusal> {
        self.reckoned(what, rule, Sum::Highest { of: named(of) }, None)
    }

    /// Calendar days from one day to another, the last counted.
    pub(crate) fn days(
        &mut self,
        rule: &str,
        (from, to): (Date, Date),
        first_counts: bool,
    ) -> Result<Exact, Refusal> {
        self.reckoned(Name::Days, rule, Sum::Days { from, to, first_counts }, None)
    }

    pub(crate) fn keep(
        &mut self,
        what: Name,
        rule: &str,
        sum: Sum,
        result: Exact,
        rounded: Option<Rounded>,
    ) -> Exact {
        let about = self.about.clone();
        self.stages.push(Stage { what, about, rule: rule.to_owned(), sum, result, rounded });
        result
    }

    fn reckoned(
        &mut self,
        what: Name,
        rule: &str,
        sum: Sum,
        rounded: Option<Rounded>,
    ) -> Result<Exact, Refusal> {
        let result = sum.reckon(rounded).ok_or_else(digits)?;
        Ok(self.keep(what, rule, sum, result, rounded))
    }
}

impl Stage {
    /// The step once more, from its own numbers; `None` for a figure that a rule gives and for months,
    /// whose counting is a rule of its own.
    pub fn again(&self) -> Option<Exact> {
        self.sum.reckon(self.rounded)
    }
}

impl Sum {
    fn reckon(&self, rounded: Option<Rounded>) -> Option<Exact> {
        match self {
            Sum::Found { .. } | Sum::Months { .. } => None,
            Sum::Product { factors, divisors } => product(factors, divisors, rounded),
            Sum::Terms { added, taken } => {
                let sum = added.iter().try_fold(Exact::ZERO, |sum, f| sum.add(f.value))?;
                taken.iter().try_fold(sum, |sum, f| sum.sub(f.value))
            }
            Sum::Lowest { of } => of.iter().map(|f| f.value).min(),
            Sum::Highest { of } => of.iter().map(|f| f.value).max(),
            Sum::Days { from, to, first_counts } => {
                let days = days_between(*from, *to).checked_add(i64::from(*first_counts))?;
                Some(Exact::from(days))
            }
        }
    }
}

fn product(factors: &[Factor], divisors: &[Factor], rounded: Option<Rounded>) -> Option<Exact> {
    let values = |of: &[Factor]| of.iter().map(|f| f.value).collect::<Vec<_>>();
    match rounded {
        Some(Rounded { places, rounding }) => {
            Exact::product_over(&values(factors), &values(divisors), places, rounding)
        }
        None if divisors.is_empty() => factors.iter().try_fold(Exact::ONE, |p, f| p.mul(f.value)),
        None => None,
    }
}

fn named(of: &[Named]) -> Vec<Factor> {
    of.iter().map(|(name, value)| Factor { name: *name, value: *value }).collect()
}

/// Whole days from one day to another; below zero where the second comes first.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// An exact amount as money.
///
/// # Errors
/// It does not fit.
pub(crate) fn money(amount: Exact) -> Result<Money, Refusal> {
    let places = Money::PLACES;
    let lossless = amount.places() <= places;
    lossless.then(|| Money::rounded(amount, places, Rounding::HalfUp)).flatten().ok_or_else(digits)
}

pub(crate) fn digits() -> Refusal {
    refusals::TOO_MANY_DIGITS.at("")
}
