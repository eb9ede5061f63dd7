//! Recovery on goods relieved for a use 减免税货物补税: sold or given up within the supervision period, or
//! diverted for some days. Source: TL 21, handbook 8, E17, invariant 21.
//!
//! After a sale the goods are assessed as any others, from the value given here, under the law of the
//! day of the tax formalities; a diversion owes a share of the full charges.

use crate::special::months::PartMonth;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_divisors, unfit_round};
use crate::special::working::{ChargeAmount, Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Exact, Money};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Relieved goods that leave their use for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliefSale {
    /// Class of goods, by the pack's name: it decides the supervision period.
    pub class: String,
    /// Customs value at import.
    pub value: Money,
    /// The day of release, on which the period began.
    pub released: Date,
    /// The day of the tax formalities.
    pub settled: Date,
}

/// The value that is assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliefSaleResult {
    pub months_used: i64,
    /// Nothing after the period.
    pub value: Money,
    /// The first day that the goods are free of supervision.
    pub period_ends: Date,
    pub working: Working,
}

/// Relieved goods that served something else for some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliefDiversion {
    /// Class of goods, by the pack's name.
    pub class: String,
    pub released: Date,
    /// The first and the last day of the diversion, both counted.
    pub from: Date,
    pub to: Date,
    /// What the goods would owe in full, by charge.
    pub full: Vec<ChargeAmount>,
}

/// What is owed for the diversion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliefDiversionResult {
    pub charges: Vec<ChargeAmount>,
    pub working: Working,
}

/// How long a class of goods stays under supervision; the law of the day of release decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeriodRule {
    #[allow(dead_code)] // read by pages through the rule
    name: Text,
    years: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoveryRule {
    part_month: PartMonth,
    /// Days that a year of the period counts where goods are diverted.
    year_days: u16,
    round: Rounded,
}

impl Law for PeriodRule {
    const KIND: &'static str = "supervision_period";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_divisors([Exact::from(i64::from(self.years))])
    }
}

impl Law for RecoveryRule {
    const KIND: &'static str = "relief_recovery";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_divisors([Exact::from(i64::from(self.year_days))]).or(unfit_round(self.round))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ReliefLaw {
    pub periods: Rules<PeriodRule>,
    pub rules: Rules<RecoveryRule>,
}

impl ReliefLaw {
    /// Value × months not used ÷ months of the period; nothing after it. Rounding: the rule's, once.
    ///
    /// # Errors
    /// No rule or class, days the wrong way round, a value below zero.
    pub fn sale(&self, facts: &ReliefSale) -> Result<ReliefSaleResult, Vec<Refusal>> {
        let mut findings = Findings::default();
        let rule = findings.found(self.rules.on("goods", facts.settled, "/settled"));
        let period = findings.found(self.periods.on(&facts.class, facts.released, "/class"));
        findings.in_order(facts.released, facts.settled, "/settled");
        findings.not_negative(facts.value.exact(), "/value");
        findings.done()?;
        let (Some(rule), Some(period)) = (rule, period) else { return Err(Vec::new()) }; // findings
        let mut working = Working::default();
        recovered(facts, rule, period, &mut working)
            .map(|(months_used, value)| ReliefSaleResult {
                months_used,
                value,
                period_ends: facts.released.saturating_add(i64::from(period.law.years).years()),
                working,
            })
            .map_err(|r| vec![r])
    }

    /// Full charges × days ÷ days of the period, never more than the full charges. Rounding: the rule's,
    /// once for each charge.
    ///
    /// # Errors
    /// No rule or class, days the wrong way round, amounts below zero.
    pub fn diversion(&self, facts: &ReliefDiversion) -> Result<ReliefDiversionResult, Vec<Refusal>> {
        let mut findings = Findings::default();
        let rule = findings.found(self.rules.on("goods", facts.to, "/to"));
        let period = findings.found(self.periods.on(&facts.class, facts.released, "/class"));
        findings.in_order(facts.released, facts.from, "/from");
        findings.in_order(facts.from, facts.to, "/to");
        for (n, full) in facts.full.iter().enumerate() {
            findings.not_negative(full.amount.exact(), &format!("/full/{n}/amount"));
        }
        findings.done()?;
        let (Some(rule), Some(period)) = (rule, period) else { return Err(Vec::new()) }; // findings
        let mut working = Working::default();
        diverted(facts, rule, period, &mut working)
            .map(|charges| ReliefDiversionResult { charges, working })
            .map_err(|r| vec![r])
    }
}

fn recovered(
    facts: &ReliefSale,
    rule: &Dated<RecoveryRule>,
    period: &Dated<PeriodRule>,
    working: &mut Working,
) -> Result<(i64, Money), Refusal> {
    let (id, twelve) = (&*rule.id, Exact::from(12));
    let years =
        working.found(Name::PeriodYears, &period.id, &*period.key, Exact::from(i64::from(period.law.years)));
    let months = working.product(
        Name::PeriodMonths,
        &period.id,
        &[(Name::PeriodYears, years), (Name::Months, twelve)],
        &[],
        None,
    )?;
    let used = rule.law.part_month.counted(Name::MonthsUsed, id, (facts.released, facts.settled), working);
    let counted =
        working.lowest(Name::MonthsUsed, id, &[(Name::MonthsUsed, used), (Name::PeriodMonths, months)])?;
    let left = working.terms(
        Name::ShareLeft,
        id,
        &[(Name::PeriodMonths, months)],
        &[(Name::MonthsUsed, counted)],
    )?;
    let factors = [(Name::OriginalValue, facts.value.exact()), (Name::ShareLeft, left)];
    let value =
        working.amount(Name::TaxedValue, id, &factors, &[(Name::PeriodMonths, months)], rule.law.round)?;
    Ok((used.steps(0).unwrap_or(i64::MAX), value))
}

fn diverted(
    facts: &ReliefDiversion,
    rule: &Dated<RecoveryRule>,
    period: &Dated<PeriodRule>,
    working: &mut Working,
) -> Result<Vec<ChargeAmount>, Refusal> {
    let id = &*rule.id;
    let years =
        working.found(Name::PeriodYears, &period.id, &*period.key, Exact::from(i64::from(period.law.years)));
    let year = Exact::from(i64::from(rule.law.year_days));
    let of_period = working.product(
        Name::DaysOfPeriod,
        id,
        &[(Name::PeriodYears, years), (Name::YearDays, year)],
        &[],
        None,
    )?;
    let days = working.days(id, (facts.from, facts.to), true)?;
    let counted = working.lowest(Name::Days, id, &[(Name::Days, days), (Name::DaysOfPeriod, of_period)])?;
    let mut charges = Vec::with_capacity(facts.full.len());
    for full in &facts.full {
        working.about(&full.charge);
        let factors = [(Name::FullAmount, full.amount.exact()), (Name::Days, counted)];
        let over = [(Name::DaysOfPeriod, of_period)];
        let amount = working.product(Name::Amount, id, &factors, &over, Some(rule.law.round))?;
        charges.push(ChargeAmount { charge: full.charge.clone(), amount: money(amount)? });
    }
    Ok(charges)
}
