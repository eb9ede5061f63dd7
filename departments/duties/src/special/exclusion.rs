//! Exclusion 排除 from an additional duty (retaliatory, reciprocal): a numbered exclusion leaves a quantity
//! of the goods out. What is left of the number is a balance, handed in as a grant. The additional duty
//! itself is a charge that `assess` reckons from the value given here.
//! Source: TL 17 and 18; the notices that grant exclusions change by the month and are not in the pack.

use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, missing, unfit_round};
use crate::special::working::{Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A line for which an exclusion is claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Number of the exclusion; empty for none claimed is refused.
    pub number: String,
    pub day: Date,
    /// Customs value of the line.
    pub value: Money,
    /// In the unit of the exclusion.
    pub quantity: Exact,
    /// What the balance of the number grants.
    pub granted: Option<Exact>,
}

/// The parts of a line: together its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionResult {
    /// What it draws from the balance.
    pub drawn: Exact,
    pub excluded_value: Money,
    pub taxed_value: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExclusionRule {
    round: Rounded,
}

impl Law for ExclusionRule {
    const KIND: &'static str = "duty_exclusion";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_round(self.round)
    }
}

/// Value × quantity excluded ÷ quantity is left out. Rounding: the rule's, once; the rest is what
/// remains of the value.
///
/// # Errors
/// No rule, no number, no quantity, no grant, numbers below zero, all at once.
pub(crate) fn reckon(
    facts: &Exclusion,
    rules: &Rules<ExclusionRule>,
) -> Result<ExclusionResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = findings.found(rules.on("quantity", facts.day, "/day"));
    if facts.number.trim().is_empty() {
        findings.add(missing("/number", "排除编号", "number of the exclusion"));
    }
    if facts.quantity <= Exact::ZERO {
        findings.add(missing("/quantity", "数量", "quantity"));
    }
    let granted = findings.needed(facts.granted, "/granted", "准予排除的数量", "quantity that is granted");
    findings.not_negative(granted.unwrap_or_default(), "/granted");
    findings.not_negative(facts.value.exact(), "/value");
    findings.done()?;
    let (Some(rule), Some(granted)) = (rule, granted) else { return Err(Vec::new()) }; // findings
    parts(facts, rule, granted).map_err(|r| vec![r])
}

fn parts(facts: &Exclusion, rule: &Dated<ExclusionRule>, granted: Exact) -> Result<ExclusionResult, Refusal> {
    let mut working = Working::default();
    working.about(&facts.number);
    let (id, value) = (&*rule.id, (Name::Value, facts.value.exact()));
    let quantity = (Name::Quantity, facts.quantity);
    let drawn = working.lowest(Name::Excluded, id, &[quantity, (Name::Granted, granted)])?;
    let factors = [value, (Name::Excluded, drawn)];
    let excluded = working.amount(Name::ExcludedValue, id, &factors, &[quantity], rule.law.round)?;
    let taken = [(Name::ExcludedValue, excluded.exact())];
    let taxed = working.terms(Name::TaxedValue, id, &[value], &taken)?;
    Ok(ExclusionResult { drawn, excluded_value: excluded, taxed_value: money(taxed)?, working })
}
