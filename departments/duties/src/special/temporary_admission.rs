//! Temporary admission 暂时进境: outside the exempt purposes a share of the full duty and taxes for each
//! month of stay. Source: TL 37 and 38, handbook 10.5, E19, invariant 22.
//!
//! Not here: the guarantee, the carnet, and what follows when goods stay for good (TL 21: the law of
//! the day of the tax formalities).

use crate::refusals;
use crate::special::months::PartMonth;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_divisors, unfit_round};
use crate::special::working::{ChargeAmount, Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Exact;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Goods admitted for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemporaryAdmission {
    /// The purpose, by the pack's name; none outside the exempt ones.
    #[serde(default)]
    pub purpose: Option<String>,
    /// The day of admission, whose law applies.
    pub from: Date,
    /// The day of the goods' going back.
    pub to: Date,
    /// How often the period was extended.
    #[serde(default)]
    pub extensions: u16,
    /// An exception from the longest stay was decided.
    #[serde(default)]
    pub exception: bool,
    /// What the goods would owe if they stayed, by charge.
    pub full: Vec<ChargeAmount>,
}

/// What is due for the stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemporaryAdmissionResult {
    /// Nothing is due for this purpose.
    pub exempt: bool,
    /// Months that the stay counts as.
    pub months: i64,
    pub charges: Vec<ChargeAmount>,
    /// The last day of the period with its extensions.
    pub period_ends: Date,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemporaryRule {
    /// The months over which the full amount is spread.
    months: u16,
    part_month: PartMonth,
    period_months: u16,
    extensions: u16,
    extension_months: u16,
    round: Rounded,
}

/// A purpose for which nothing is due.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurposeRule {
    #[allow(dead_code)] // read by pages through the rule
    name: Text,
}

impl Law for TemporaryRule {
    const KIND: &'static str = "temporary_admission";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_divisors([Exact::from(i64::from(self.months))]).or(unfit_round(self.round))
    }
}

impl Law for PurposeRule {
    const KIND: &'static str = "temporary_purpose";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TemporaryLaw {
    pub rules: Rules<TemporaryRule>,
    pub purposes: Rules<PurposeRule>,
}

impl TemporaryLaw {
    /// Full amount × months ÷ the rule's months, never more than the full amount. Rounding: the rule's,
    /// once for each charge.
    ///
    /// # Errors
    /// A purpose that the pack does not know, days the wrong way round, more extensions than there are,
    /// amounts below zero.
    pub fn reckon(&self, facts: &TemporaryAdmission) -> Result<TemporaryAdmissionResult, Vec<Refusal>> {
        let mut findings = Findings::default();
        let rule = findings.found(self.rules.on("goods", facts.from, "/from"));
        findings.in_order(facts.from, facts.to, "/to");
        let purpose = facts.purpose.as_deref().and_then(|name| {
            findings.found(
                self.purposes
                    .get(name, facts.from)
                    .ok_or_else(|| refusals::NAME_UNKNOWN.at("/purpose").with("name", name)),
            )
        });
        for (n, full) in facts.full.iter().enumerate() {
            findings.not_negative(full.amount.exact(), &format!("/full/{n}/amount"));
        }
        if let Some(rule) = rule.filter(|r| facts.extensions > r.law.extensions && !facts.exception) {
            findings.add(refusals::TOO_MANY_EXTENSIONS.at("/extensions").with("most", rule.law.extensions));
        }
        findings.done()?;
        let Some(rule) = rule else { return Err(Vec::new()) }; // it left a finding
        let mut working = Working::default();
        let months =
            rule.law.part_month.counted(Name::Months, &rule.id, (facts.from, facts.to), &mut working);
        let mut charges = Vec::with_capacity(facts.full.len());
        for full in &facts.full {
            working.about(&full.charge);
            let amount = match purpose {
                Some(purpose) => working.found(Name::Collected, &purpose.id, &*purpose.key, Exact::ZERO),
                None => share(rule, full, months, &mut working).map_err(|r| vec![r])?,
            };
            let amount = money(amount).map_err(|r| vec![r])?;
            charges.push(ChargeAmount { charge: full.charge.clone(), amount });
        }
        let TemporaryRule { period_months, extension_months, .. } = rule.law;
        let stay = i64::from(period_months) + i64::from(extension_months) * i64::from(facts.extensions);
        Ok(TemporaryAdmissionResult {
            exempt: purpose.is_some(),
            months: months.steps(0).unwrap_or(i64::MAX),
            charges,
            period_ends: facts.from.saturating_add(stay.months()),
            working,
        })
    }
}

fn share(
    rule: &Dated<TemporaryRule>,
    full: &ChargeAmount,
    months: Exact,
    working: &mut Working,
) -> Result<Exact, Refusal> {
    let spread = Exact::from(i64::from(rule.law.months));
    let counted =
        working.lowest(Name::Months, &rule.id, &[(Name::Months, months), (Name::MonthsDivisor, spread)])?;
    let factors = [(Name::FullAmount, full.amount.exact()), (Name::Months, counted)];
    let over = [(Name::MonthsDivisor, spread)];
    working.product(Name::Amount, &rule.id, &factors, &over, Some(rule.law.round))
}
