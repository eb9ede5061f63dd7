//! Goods that come back 出境修理、出境加工货物: repaired or processed abroad, valued by what was done there.
//! Source: Duty Regulations 24 and 25, handbook 5.3.
//!
//! The value given here is assessed as any other. Goods that were not declared when they left, or come
//! back late, are valued as any import: that is said by name.

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Findings, Law, Rules, missing, unfit_round};
use crate::special::working::{Rounded, Working};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Goods that went abroad for repair or processing. Costs are in the territory's currency; a part that
/// was free of charge is given as 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutwardProcessing {
    /// `repair` or `processing`, by the pack's name.
    pub operation: String,
    pub declared_on_leaving: bool,
    /// The last day of the term that customs set.
    pub back_by: Date,
    /// The day of the return, whose law applies.
    pub returned: Date,
    #[serde(default)]
    pub repair: Option<Exact>,
    #[serde(default)]
    pub processing: Option<Exact>,
    #[serde(default)]
    pub material: Option<Exact>,
    #[serde(default)]
    pub freight_back: Option<Exact>,
    #[serde(default)]
    pub insurance_back: Option<Exact>,
}

/// The value of the goods on their return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutwardProcessingResult {
    pub value: Money,
    pub working: Working,
}

/// A part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Repair,
    Processing,
    Material,
    FreightBack,
    InsuranceBack,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutwardRule {
    /// What the value is made of; each part is needed.
    parts: Vec<Part>,
    round: Rounded,
}

impl Law for OutwardRule {
    const KIND: &'static str = "outward_processing";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        self.parts
            .is_empty()
            .then_some(("价格须由若干部分组成", "a value has parts"))
            .or(unfit_round(self.round))
    }
}

impl Part {
    fn name(self) -> Name {
        match self {
            Part::Repair => Name::Repair,
            Part::Processing => Name::Processing,
            Part::Material => Name::Material,
            Part::FreightBack => Name::FreightBack,
            Part::InsuranceBack => Name::InsuranceBack,
        }
    }

    /// The fact, and its path.
    fn of(self, facts: &OutwardProcessing) -> (Option<Exact>, &'static str) {
        match self {
            Part::Repair => (facts.repair, "/repair"),
            Part::Processing => (facts.processing, "/processing"),
            Part::Material => (facts.material, "/material"),
            Part::FreightBack => (facts.freight_back, "/freight_back"),
            Part::InsuranceBack => (facts.insurance_back, "/insurance_back"),
        }
    }
}

/// The sum of the parts that the rule names. Rounding: the rule's, once.
///
/// # Errors
/// No rule; parts that are missing or below zero; goods not declared on leaving, or back late.
pub(crate) fn reckon(
    facts: &OutwardProcessing,
    rules: &Rules<OutwardRule>,
) -> Result<OutwardProcessingResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = rules.on(&facts.operation, facts.returned, "/operation").map_err(|r| vec![r])?;
    if !facts.declared_on_leaving {
        findings.add(refusals::NOT_DECLARED_ON_LEAVING.at("/declared_on_leaving"));
    }
    if facts.returned > facts.back_by {
        let late = refusals::BACK_TOO_LATE.at("/returned");
        findings.add(late.with("returned", facts.returned).with("back_by", facts.back_by));
    }
    let mut parts = Vec::new();
    for part in &rule.law.parts {
        let (cost, path) = part.of(facts);
        match cost {
            Some(cost) => {
                findings.not_negative(cost, path);
                parts.push((part.name(), cost));
            }
            None => {
                let name = part.name().text();
                findings.add(missing(path, &name.zh, &name.en));
            }
        }
    }
    findings.done()?;
    let mut working = Working::default();
    let sum = working.terms(Name::Total, &rule.id, &parts, &[]).map_err(|r| vec![r])?;
    let value = working.amount(Name::Value, &rule.id, &[(Name::Total, sum)], &[], rule.law.round);
    Ok(OutwardProcessingResult { value: value.map_err(|r| vec![r])?, working })
}
