//! Interest by the day: compensatory interest 缓税利息 on bonded goods sold inland, interest on refunds
//! 退税利息 and on deposits given back. Source: TL 36 and 53, Announcement 14 of 2009, handbook 9.3, E18,
//! invariant 20.
//!
//! What is free of compensatory interest (force majeure) is a list of the rule. Not here: late payment
//! (`finance`).

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_divisors, unfit_numbers, unfit_round};
use crate::special::working::{ChargeAmount, Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Amounts that bear interest from one day to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// What it is for, by the pack's name, such as `bonded_sale` or `refund`.
    pub cause: String,
    /// The first import under the handbook, the last write-off of the account, or the day of payment.
    /// Where it cannot be found there is no interest.
    pub start: Option<Date>,
    /// The day of the payment book, of the sale without permission, or of the approval. Its law and
    /// rate apply.
    pub end: Date,
    /// The principal, by charge.
    pub principal: Vec<ChargeAmount>,
    /// What was paid, by charge, where a refund bears the interest: a refund is no more than that.
    #[serde(default)]
    pub paid: Vec<ChargeAmount>,
    /// A circumstance of the goods, by the pack's name.
    #[serde(default)]
    pub circumstance: Option<String>,
}

/// The interest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterestResult {
    pub days: i64,
    pub charges: Vec<ChargeAmount>,
    pub total: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterestRule {
    /// Key of the rate's rule.
    rate: Box<str>,
    year_days: u16,
    /// Whether the first day counts; the last always does.
    first_day_counts: bool,
    /// The least interest on one charge that is due.
    minimum: Money,
    /// Circumstances in which there is none.
    #[serde(default)]
    free: Vec<String>,
    /// Whether a principal must have been paid.
    refund: bool,
    round: Rounded,
}

/// A published rate of interest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterestRate {
    yearly: Exact,
}

impl Law for InterestRule {
    const KIND: &'static str = "interest";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_divisors([Exact::from(i64::from(self.year_days))])
            .or(unfit_numbers([self.minimum.exact()]))
            .or(unfit_round(self.round))
    }
}

impl Law for InterestRate {
    const KIND: &'static str = "interest_rate";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers([self.yearly])
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct InterestLaw {
    pub rules: Rules<InterestRule>,
    pub rates: Rules<InterestRate>,
}

impl InterestLaw {
    /// Principal × days × yearly rate ÷ days of the year, for each charge. Rounding: the rule's, once;
    /// the minimum is tested on the rounded amount of each charge.
    ///
    /// # Errors
    /// No rule or rate, days the wrong way round, amounts below zero, a refund above what was paid, a
    /// circumstance that the rule does not know.
    pub fn reckon(&self, facts: &Interest) -> Result<InterestResult, Vec<Refusal>> {
        let mut findings = Findings::default();
        let rule = findings.found(self.rules.on(&facts.cause, facts.end, "/cause"));
        let rate = rule.and_then(|r| findings.found(self.rates.on(&r.law.rate, facts.end, "/end")));
        if let Some(start) = facts.start {
            findings.in_order(start, facts.end, "/end");
        }
        for (n, principal) in facts.principal.iter().enumerate() {
            findings.not_negative(principal.amount.exact(), &format!("/principal/{n}/amount"));
            if let Some(refusal) = rule.filter(|r| r.law.refund).and_then(|_| above_paid(facts, n)) {
                findings.add(refusal);
            }
        }
        let free =
            facts.circumstance.as_ref().is_some_and(|name| rule.is_some_and(|r| r.law.free.contains(name)));
        if let Some(name) = facts.circumstance.as_ref().filter(|_| rule.is_some() && !free) {
            findings.add(refusals::NAME_UNKNOWN.at("/circumstance").with("name", name));
        }
        findings.done()?;
        let (Some(rule), Some(rate)) = (rule, rate) else { return Err(Vec::new()) }; // findings
        let start = facts.start.filter(|_| !free);
        interest(facts, start, rule, rate).map_err(|r| vec![r])
    }
}

fn interest(
    facts: &Interest,
    start: Option<Date>,
    rule: &Dated<InterestRule>,
    rate: &Dated<InterestRate>,
) -> Result<InterestResult, Refusal> {
    let mut working = Working::default();
    let Some(start) = start else {
        let by = facts.circumstance.clone().unwrap_or_else(|| "start: -".to_owned());
        working.found(Name::Interest, &rule.id, by, Exact::ZERO);
        return Ok(InterestResult { days: 0, charges: Vec::new(), total: Money::ZERO, working });
    };
    let days = working.days(&rule.id, (start, facts.end), rule.law.first_day_counts)?;
    let yearly = working.found(Name::AnnualRate, &rate.id, &*rate.key, rate.law.yearly);
    let year = Exact::from(i64::from(rule.law.year_days));
    let mut charges = Vec::new();
    for principal in &facts.principal {
        working.about(&principal.charge);
        let factors =
            [(Name::FullAmount, principal.amount.exact()), (Name::Days, days), (Name::AnnualRate, yearly)];
        let over = [(Name::YearDays, year)];
        let exact = working.product(Name::Interest, &rule.id, &factors, &over, Some(rule.law.round))?;
        let mut amount = money(exact)?;
        if amount < rule.law.minimum {
            let by = format!("< {}", rule.law.minimum);
            amount = money(working.found(Name::Collected, &rule.id, by, Exact::ZERO))?;
        }
        charges.push(ChargeAmount { charge: principal.charge.clone(), amount });
    }
    let total = Money::sum(charges.iter().map(|c| c.amount)).ok_or_else(crate::special::working::digits)?;
    Ok(InterestResult { days: days.steps(0).unwrap_or(i64::MAX), charges, total, working })
}

/// A refund of a charge that is more than what was paid of it.
fn above_paid(facts: &Interest, n: usize) -> Option<Refusal> {
    let refund = &facts.principal[n];
    let paid = facts.paid.iter().find(|p| p.charge == refund.charge).map_or(Money::ZERO, |p| p.amount);
    (refund.amount > paid).then(|| {
        let refusal = refusals::REFUND_ABOVE_PAID.at(format!("/principal/{n}/amount"));
        refusal.with("refund", refund.amount).with("paid", paid)
    })
}
