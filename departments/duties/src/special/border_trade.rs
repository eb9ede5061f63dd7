//! Border trade 边境贸易: residents' mutual trade, free up to an amount a person a day, and regimes that
//! owe a share of the charges. The handbook has no section on it: each figure of the pack is unconfirmed,
//! and a regime that the pack lacks (small-amount trade with Taiwan) is refused by name.
//!
//! What is left of a person's day is a balance, handed in as a grant.

use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_numbers, unfit_round};
use crate::special::working::{ChargeAmount, Rounded, Working, digits, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Goods under a regime of border trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BorderTrade {
    /// By the pack's name.
    pub regime: String,
    pub day: Date,
    pub value: Money,
    /// What is left of the person's day, where the regime has a daily allowance.
    #[serde(default)]
    pub day_left: Option<Money>,
    /// What the whole value would owe, by charge.
    #[serde(default)]
    pub full: Vec<ChargeAmount>,
}

/// What is free, what is taxed, and what is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BorderTradeResult {
    /// What it draws from the day.
    pub free_value: Money,
    pub taxed_value: Money,
    pub charges: Vec<ChargeAmount>,
    pub total: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BorderRule {
    /// Free for each person and day.
    #[serde(default)]
    daily_allowance: Option<Money>,
    /// Share that is due of every charge on what is not free.
    share: Exact,
    round: Rounded,
}

impl Law for BorderRule {
    const KIND: &'static str = "border_trade";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        let allowance = self.daily_allowance.unwrap_or_default().exact();
        unfit_numbers([self.share, allowance]).or(unfit_round(self.round))
    }
}

/// Full charge × taxed value ÷ value × share. Rounding: the rule's, once for each charge.
///
/// # Errors
/// No rule for the regime, amounts below zero, what is left of the day not given, all at once.
pub(crate) fn reckon(
    facts: &BorderTrade,
    rules: &Rules<BorderRule>,
) -> Result<BorderTradeResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = findings.found(rules.on(&facts.regime, facts.day, "/regime"));
    findings.not_negative(facts.value.exact(), "/value");
    for (n, full) in facts.full.iter().enumerate() {
        findings.not_negative(full.amount.exact(), &format!("/full/{n}/amount"));
    }
    if rule.is_some_and(|r| r.law.daily_allowance.is_some()) {
        let left = findings.needed(facts.day_left, "/day_left", "当日额度余额", "what is left of the day");
        findings.not_negative(left.unwrap_or_default().exact(), "/day_left");
    }
    findings.done()?;
    let Some(rule) = rule else { return Err(Vec::new()) }; // it left a finding
    trade(facts, rule).map_err(|r| vec![r])
}

fn trade(facts: &BorderTrade, rule: &Dated<BorderRule>) -> Result<BorderTradeResult, Refusal> {
    let mut working = Working::default();
    let (id, value) = (&*rule.id, facts.value.exact());
    let free = match rule.law.daily_allowance {
        None => working.found(Name::FreeValue, id, &*rule.key, Exact::ZERO),
        Some(allowance) => {
            let allowance = working.found(Name::DailyAllowance, id, &*rule.key, allowance.exact());
            let left = facts.day_left.unwrap_or_default().exact();
            let of = [(Name::Value, value), (Name::DayLeft, left), (Name::DailyAllowance, allowance)];
            working.lowest(Name::FreeValue, id, &of)?
        }
    };
    let taxed = working.terms(Name::TaxedValue, id, &[(Name::Value, value)], &[(Name::FreeValue, free)])?;
    let mut charges = Vec::new();
    for full in facts.full.iter().filter(|_| !value.is_zero()) {
        working.about(&full.charge);
        let factors = [
            (Name::FullAmount, full.amount.exact()),
            (Name::TaxedValue, taxed),
            (Name::ShareDue, rule.law.share),
        ];
        let over = [(Name::Value, value)];
        let amount = working.amount(Name::Amount, id, &factors, &over, rule.law.round)?;
        charges.push(ChargeAmount { charge: full.charge.clone(), amount });
    }
    let total = Money::sum(charges.iter().map(|c| c.amount)).ok_or_else(digits)?;
    Ok(BorderTradeResult { free_value: money(free)?, taxed_value: money(taxed)?, charges, total, working })
}
