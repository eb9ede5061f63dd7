//! A provisional deposit against the duty finally fixed 临时反倾销、反补贴保证金转税: the deposit becomes duty up
//! to the final amount, the excess goes back, and a shortfall is collected only where the rule says so.
//! Source: Anti-dumping Regulations 43, Countervailing Regulations 44 (numbers from memory).

use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_round};
use crate::special::working::{Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A line on which a deposit was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalDuty {
    /// The measure, by the pack's name.
    pub measure: String,
    /// The day from which the final decision holds; its law applies.
    pub day: Date,
    /// Customs value of the line.
    pub value: Money,
    pub deposit: Money,
    /// The rate finally fixed for the producer; none where no duty was imposed.
    pub final_rate: Option<Exact>,
}

/// What becomes of the deposit: what turns into duty and what goes back are together the deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionalDutyResult {
    pub final_amount: Money,
    pub to_duty: Money,
    pub refundable: Money,
    /// By how much the final amount is above the deposit.
    pub shortfall: Money,
    /// What of the shortfall is collected.
    pub to_collect: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProvisionalRule {
    shortfall_collected: bool,
    round: Rounded,
}

impl Law for ProvisionalRule {
    const KIND: &'static str = "provisional_duty";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_round(self.round)
    }
}

/// Final amount = value × final rate. Rounding: the rule's, once.
///
/// # Errors
/// No rule for the measure, amounts or a rate below zero, all at once.
pub(crate) fn reckon(
    facts: &ProvisionalDuty,
    rules: &Rules<ProvisionalRule>,
) -> Result<ProvisionalDutyResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = findings.found(rules.on(&facts.measure, facts.day, "/measure"));
    findings.not_negative(facts.value.exact(), "/value");
    findings.not_negative(facts.deposit.exact(), "/deposit");
    findings.not_negative(facts.final_rate.unwrap_or_default(), "/final_rate");
    findings.done()?;
    let Some(rule) = rule else { return Err(Vec::new()) }; // it left a finding
    settle(facts, rule).map_err(|r| vec![r])
}

fn settle(facts: &ProvisionalDuty, rule: &Dated<ProvisionalRule>) -> Result<ProvisionalDutyResult, Refusal> {
    let mut working = Working::default();
    let id = &*rule.id;
    let deposit = (Name::Deposit, facts.deposit.exact());
    let factors =
        [(Name::Value, facts.value.exact()), (Name::FinalRate, facts.final_rate.unwrap_or(Exact::ZERO))];
    let fixed = working.amount(Name::FinalAmount, id, &factors, &[], rule.law.round)?;
    let fixed = (Name::FinalAmount, fixed.exact());
    let to_duty = working.lowest(Name::ToDuty, id, &[deposit, fixed])?;
    let refundable = working.terms(Name::Refundable, id, &[deposit], &[(Name::ToDuty, to_duty)])?;
    let shortfall = working.terms(Name::Shortfall, id, &[fixed], &[(Name::ToDuty, to_duty)])?;
    let shortfall = money(shortfall)?;
    Ok(ProvisionalDutyResult {
        final_amount: money(fixed.1)?,
        to_duty: money(to_duty)?,
        refundable: money(refundable)?,
        shortfall,
        to_collect: if rule.law.shortfall_collected { shortfall } else { Money::ZERO },
        working,
    })
}
