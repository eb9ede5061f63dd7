//! Unproven origin 原产地不明的适用税率: goods that may come from the target of a measure owe the higher of
//! the applicable rate with the highest measure, and the general rate. Source: TL 19, E20.
//!
//! A calculation of its own because `assess` takes the lowest of competing rates of one charge, and
//! here the highest of sums over two charges decides.

use crate::special::names::Name;
use crate::special::rules::{Findings, Law, Rules, missing, unfit_round};
use crate::special::working::{Rounded, Working};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A line whose origin is not proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnprovenOrigin {
    pub day: Date,
    pub value: Money,
    /// The rate that would apply without the measure.
    pub applicable: PlainRate,
    /// The rates under the measures, one for each producer or country.
    pub measures: Vec<PlainRate>,
    pub general: PlainRate,
}

/// A share of the value and an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainRate {
    #[serde(default)]
    pub share: Exact,
    #[serde(default)]
    pub fixed: Exact,
}

/// Which of the two decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HigherRate {
    WithMeasure,
    General,
}

/// What is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnprovenOriginResult {
    pub higher: HigherRate,
    /// The rate that decided.
    pub rate: PlainRate,
    pub amount: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnprovenRule {
    round: Rounded,
}

impl Law for UnprovenRule {
    const KIND: &'static str = "unproven_origin";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_round(self.round)
    }
}

/// Compares what the rates come to on the line, so that rates of different forms compare. On equal
/// amounts the measure stands. Rounding: the rule's, once, at the end.
///
/// # Errors
/// No rule, no measure, numbers below zero, all at once.
pub(crate) fn reckon(
    facts: &UnprovenOrigin,
    rules: &Rules<UnprovenRule>,
) -> Result<UnprovenOriginResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = findings.found(rules.on("goods", facts.day, "/day"));
    findings.not_negative(facts.value.exact(), "/value");
    if facts.measures.is_empty() {
        findings.add(missing("/measures", "贸易措施税率", "rates of the measure"));
    }
    let measures = facts.measures.iter().enumerate().map(|(n, rate)| (rate, format!("/measures/{n}")));
    let others = [(&facts.applicable, "/applicable".to_owned()), (&facts.general, "/general".to_owned())];
    for (rate, path) in others.into_iter().chain(measures) {
        findings.not_negative(rate.share, &format!("{path}/share"));
        findings.not_negative(rate.fixed, &format!("{path}/fixed"));
    }
    findings.done()?;
    let Some(rule) = rule else { return Err(Vec::new()) }; // it left a finding
    higher(facts, &rule.id, rule.law.round).map_err(|r| vec![r])
}

fn higher(facts: &UnprovenOrigin, id: &str, round: Rounded) -> Result<UnprovenOriginResult, Refusal> {
    let mut working = Working::default();
    let mut on = |name: Name, rate: &PlainRate| -> Result<(Name, Exact), Refusal> {
        let factors = [(Name::Value, facts.value.exact()), (Name::Rate, rate.share)];
        let by_value = working.product(name, id, &factors, &[], None)?;
        if rate.fixed.is_zero() {
            return Ok((name, by_value));
        }
        Ok((name, working.terms(name, id, &[(name, by_value), (Name::FixedPart, rate.fixed)], &[])?))
    };
    let applicable = on(Name::ApplicableAmount, &facts.applicable)?;
    let mut measures = Vec::with_capacity(facts.measures.len());
    for rate in &facts.measures {
        measures.push(on(Name::MeasureAmount, rate)?);
    }
    let general = on(Name::GeneralAmount, &facts.general)?;
    let highest = working.highest(Name::HighestMeasure, id, &measures)?;
    let with = working.terms(Name::WithMeasure, id, &[applicable, (Name::HighestMeasure, highest)], &[])?;
    let amount = working.highest(Name::Amount, id, &[(Name::WithMeasure, with), general])?;
    let collected = working.amount(Name::Collected, id, &[(Name::Amount, amount)], &[], round)?;
    let measure = measures.iter().zip(&facts.measures).find(|((_, amount), _)| *amount == highest);
    let measure = measure.map_or(PlainRate::default(), |(_, rate)| *rate);
    let (higher, rate) = if with >= general.1 {
        let sum = |a: Exact, b: Exact| a.add(b).ok_or_else(crate::special::working::digits);
        let PlainRate { share, fixed } = facts.applicable;
        let both = PlainRate { share: sum(share, measure.share)?, fixed: sum(fixed, measure.fixed)? };
        (HigherRate::WithMeasure, both)
    } else {
        (HigherRate::General, facts.general)
    };
    Ok(UnprovenOriginResult { higher, rate, amount: collected, working })
}
