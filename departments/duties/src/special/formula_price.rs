//! Formula prices 公式定价: goods priced by a formula are declared at a provisional price and settled when the
//! formula gives the final one. Both values are assessed under the law of the declaration; what is settled is the
//! difference, charge by charge. Source: Announcement 15/2015, handbook 5.3.
//!
//! Where the conditions are not met or the settlement comes too late, the price is not accepted as formula price:
//! that is said by name, and the value is determined by the methods (`customs_value`).

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Findings, Law, Rules};
use crate::special::working::{Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Goods under a formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormulaPrice {
    /// The day of the declaration, whose law applies.
    pub declared: Date,
    /// When customs recorded the contract; none where it did not.
    #[serde(default)]
    pub recorded: Option<Date>,
    /// The formula was agreed in writing before shipment.
    pub written_before_shipment: bool,
    /// It rests on facts that neither party controls.
    pub beyond_control: bool,
    /// When the final price was settled; none while it is not.
    #[serde(default)]
    pub settled: Option<Date>,
    /// What both values come to; `settled` is left out while the price is provisional.
    pub charges: Vec<SettledCharge>,
}

/// A charge on the provisional and on the final value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettledCharge {
    pub charge: String,
    pub provisional: Money,
    #[serde(default)]
    pub settled: Option<Money>,
}

/// What is still owed or goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormulaPriceResult {
    /// The last day to settle the price.
    pub settle_by: Date,
    /// Whether the price is final.
    pub is_final: bool,
    pub charges: Vec<ChargeSettled>,
    pub to_collect: Money,
    pub refundable: Money,
    pub working: Working,
}

/// What becomes of a charge: one of the two is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeSettled {
    pub charge: String,
    pub to_collect: Money,
    pub refundable: Money,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormulaRule {
    settle_months: i32,
    /// Whether the contract is recorded before the goods are declared.
    recorded_before: bool,
}

impl Law for FormulaRule {
    const KIND: &'static str = "formula_price";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        (self.settle_months <= 0).then_some(("月数须大于零", "months are above zero"))
    }
}

/// Settled less provisional, charge by charge; exact.
///
/// # Errors
/// No rule; a condition that is not met; a price settled too late; amounts below zero or missing.
pub(crate) fn reckon(
    facts: &FormulaPrice,
    rules: &Rules<FormulaRule>,
) -> Result<FormulaPriceResult, Vec<Refusal>> {
    let rule = rules.on("import", facts.declared, "/declared").map_err(|r| vec![r])?;
    let settle_by = facts.declared.checked_add(rule.law.settle_months.months());
    let settle_by = settle_by.map_err(|_| vec![refusals::FACT_MISSING.at("/declared")])?;
    let mut findings = Findings::default();
    let recorded = facts.recorded.is_some_and(|day| day <= facts.declared);
    for (met, path, zh, en) in [
        (
            facts.written_before_shipment,
            "/written_before_shipment",
            "装运前书面约定",
            "agreed in writing before shipment",
        ),
        (
            facts.beyond_control,
            "/beyond_control",
            "取决于双方无法控制的客观条件",
            "on facts that neither party controls",
        ),
        (
            recorded || !rule.law.recorded_before,
            "/recorded",
            "进口前合同已备案",
            "a contract recorded before the import",
        ),
    ] {
        if !met {
            findings.add(not_accepted(path, zh, en));
        }
    }
    if facts.settled.is_some_and(|day| day > settle_by) {
        findings.add(not_accepted("/settled", "在规定期限内结算", "a price settled within the term"));
    }
    if let Some(day) = facts.settled {
        findings.in_order(facts.declared, day, "/settled");
    }
    for (n, charge) in facts.charges.iter().enumerate() {
        findings.not_negative(charge.provisional.exact(), &format!("/charges/{n}/provisional"));
        findings.not_negative(charge.settled.unwrap_or_default().exact(), &format!("/charges/{n}/settled"));
        if charge.settled.is_some() != facts.settled.is_some() {
            let path = format!("/charges/{n}/settled");
            findings.add(crate::special::rules::missing(
                &path,
                "结算税额与结算日期",
                "amount and day of settlement together",
            ));
        }
    }
    findings.done()?;
    settle(facts, &rule.id, settle_by).map_err(|r| vec![r])
}

fn not_accepted(path: &str, zh: &str, en: &str) -> Refusal {
    let mut refusal = refusals::FORMULA_NOT_ACCEPTED.at(path);
    refusal.text.zh = refusal.text.zh.replace("{condition}", zh).into();
    refusal.text.en = refusal.text.en.replace("{condition}", en).into();
    refusal
}

fn settle(facts: &FormulaPrice, rule: &str, settle_by: Date) -> Result<FormulaPriceResult, Refusal> {
    let mut working = Working::default();
    let mut charges = Vec::with_capacity(facts.charges.len());
    for of in &facts.charges {
        working.about(&of.charge);
        let provisional = (Name::ProvisionalAmount, of.provisional.exact());
        let settled = (Name::SettledAmount, of.settled.unwrap_or(of.provisional).exact());
        let kept = working.lowest(Name::Kept, rule, &[provisional, settled])?;
        let kept = (Name::Kept, kept);
        let to_collect = money(working.terms(Name::Shortfall, rule, &[settled], &[kept])?)?;
        let refundable = money(working.terms(Name::Refundable, rule, &[provisional], &[kept])?)?;
        charges.push(ChargeSettled { charge: of.charge.clone(), to_collect, refundable });
    }
    let sum = |of: fn(&ChargeSettled) -> Exact| {
        let sum = charges.iter().try_fold(Exact::ZERO, |sum, charge| sum.add(of(charge)));
        money(sum.ok_or_else(|| refusals::TOO_MANY_DIGITS.at("/charges"))?)
    };
    Ok(FormulaPriceResult {
        settle_by,
        is_final: facts.settled.is_some(),
        to_collect: sum(|charge| charge.to_collect.exact())?,
        refundable: sum(|charge| charge.refundable.exact())?,
        charges,
        working,
    })
}
