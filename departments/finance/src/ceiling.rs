//! Ceilings of guarantees 担保金额上限: the most that customs may ask for, by case.
//! Source: Guarantee Regulations 4 to 8, handbook 4.8.

use crate::guarantee::GuaranteeCase;
use crate::refusals;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a ceiling may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CeilingPart {
    HighestTax,
    GoodsValue,
    Fine,
    IllegalGains,
}

/// Why no guarantee is taken, whatever its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeBar {
    /// The goods are restricted and their licence is missing 限制进出境未取得许可证件
    RestrictedLicenceMissing,
    /// The goods may not cross the border at all 禁止进出境
    ProhibitedGoods,
    /// The goods are evidence 须作为证据
    Evidence,
    /// The goods are to be confiscated by law 依法应予没收
    ToBeConfiscated,
}

impl GuaranteeBar {
    /// The name in rules and refusals.
    pub fn name(self) -> &'static str {
        match self {
            GuaranteeBar::RestrictedLicenceMissing => "restricted_licence_missing",
            GuaranteeBar::ProhibitedGoods => "prohibited_goods",
            GuaranteeBar::Evidence => "evidence",
            GuaranteeBar::ToBeConfiscated => "to_be_confiscated",
        }
    }
}

/// What is known of a case. `None` is not known, which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CeilingFacts {
    /// The highest tax that may come to be owed 可能承担的最高税款总额.
    pub highest_tax: Option<Money>,
    pub goods_value: Option<Money>,
    pub fine: Option<Money>,
    pub illegal_gains: Option<Money>,
    /// The amount that the customs administration has set for the operation, if it has.
    pub set_amount: Option<Money>,
    pub bars: BTreeSet<GuaranteeBar>,
}

/// The most that a guarantee may come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuaranteeCeiling {
    pub case: GuaranteeCase,
    pub amount: Money,
    /// The rule that it was reckoned by.
    pub rule: String,
}

/// The ceilings over all time.
#[derive(Clone, Debug, Default)]
pub struct GuaranteeCeilings {
    rules: Vec<CeilingRule>,
}

#[derive(Clone, Debug)]
struct CeilingRule {
    id: Box<str>,
    valid: Validity,
    case: GuaranteeCase,
    /// The ceiling is their sum.
    sum_of: Vec<CeilingPart>,
    /// Whether an amount that the customs administration has set stands in place of the sum.
    or_set_amount: bool,
    never_for: Vec<GuaranteeBar>,
}

impl GuaranteeCeilings {
    /// # Errors
    /// Each rule of kind `guarantee_ceiling` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<GuaranteeCeilings, Vec<PackFault>> {
        let mut faults = Vec::new();
        let mut rules = Vec::new();
        for rule in rulebook.kind("guarantee_ceiling") {
            match read_rule(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(GuaranteeCeilings { rules }) } else { Err(faults) }
    }

    /// The ceiling of a case by the law of the day on which customs decides.
    ///
    /// Rounding: none, sums of fen.
    ///
    /// # Errors
    /// No rule on the day, a case for which no guarantee is taken, an amount that is not known, or a
    /// sum that does not fit.
    pub fn ceiling(
        &self,
        case: GuaranteeCase,
        facts: &CeilingFacts,
        day: Date,
    ) -> Result<GuaranteeCeiling, Refusal> {
        let rule = self.rules.iter().find(|r| r.case == case && r.valid.covers(day));
        let none = || refusals::NO_GUARANTEE_CEILING.at("").with("case", case.name()).with("date", day);
        let rule = rule.ok_or_else(none)?;
        if let Some(bar) = facts.bars.iter().find(|bar| rule.never_for.contains(bar)) {
            let refusal = refusals::NO_GUARANTEE_TAKEN.at("").with("case", case.name());
            return Err(refusal.with("bar", bar.name()));
        }
        let set = facts.set_amount.filter(|_| rule.or_set_amount);
        let amount = set.map_or_else(|| rule.sum(facts), Ok)?;
        Ok(GuaranteeCeiling { case, amount, rule: rule.id.to_string() })
    }

    /// The ceiling of a case, where an amount asked for is not above it.
    ///
    /// # Errors
    /// Those of [`Self::ceiling`], and an amount above it.
    pub fn check(
        &self,
        case: GuaranteeCase,
        amount: Money,
        facts: &CeilingFacts,
        day: Date,
    ) -> Result<GuaranteeCeiling, Refusal> {
        let ceiling = self.ceiling(case, facts, day)?;
        if amount <= ceiling.amount {
            return Ok(ceiling);
        }
        let refusal = refusals::OVER_CEILING.at("").with("amount", amount).with("case", case.name());
        Err(refusal.with("ceiling", ceiling.amount))
    }
}

impl CeilingRule {
    fn sum(&self, facts: &CeilingFacts) -> Result<Money, Refusal> {
        let mut sum = Money::ZERO;
        for part in &self.sum_of {
            let (name, amount) = match part {
                CeilingPart::HighestTax => ("highest_tax", facts.highest_tax),
                CeilingPart::GoodsValue => ("goods_value", facts.goods_value),
                CeilingPart::Fine => ("fine", facts.fine),
                CeilingPart::IllegalGains => ("illegal_gains", facts.illegal_gains),
            };
            let missing =
                || refusals::CEILING_FACT_MISSING.at("").with("case", self.case.name()).with("fact", name);
            let amount = amount.ok_or_else(missing)?;
            let too_large = || refusals::OUT_OF_RANGE.at("").with("amount", amount);
            sum = sum.checked_add(amount).ok_or_else(too_large)?;
        }
        Ok(sum)
    }
}

fn read_rule(rule: &Rule) -> Result<CeilingRule, PackFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        case: GuaranteeCase,
        sum_of: Vec<CeilingPart>,
        or_set_amount: bool,
        never_for: Vec<GuaranteeBar>,
    }
    let Entry { case, sum_of, or_set_amount, never_for } = rule.read()?;
    if sum_of.is_empty() {
        return Err(rule.fault(
            format!("规则 {} 的 sum_of 为空", rule.id),
            format!("rule {}: sum_of is empty", rule.id),
        ));
    }
    Ok(CeilingRule { id: rule.id.clone(), valid: rule.valid, case, sum_of, or_set_amount, never_for })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{china, china_with, day, money};

    #[test]
    fn the_ceilings_of_the_handbook() {
        use GuaranteeCase::*;
        let ceilings = GuaranteeCeilings::compile(&china()).unwrap();
        let known = CeilingFacts {
            highest_tax: Some(money("130.00")),
            goods_value: Some(money("1000.00")),
            fine: Some(money("500.00")),
            illegal_gains: Some(money("70.00")),
            ..CeilingFacts::default()
        };
        let set = CeilingFacts { set_amount: Some(money("20.00")), ..known.clone() };
        let nothing = CeilingFacts::default();
        let barred = |bar| CeilingFacts { bars: BTreeSet::from([bar]), ..known.clone() };
        // case, amount, facts -> ceiling or code
        for (case, amount, facts, outcome, why) in [
            (EarlyRelease, "129.99", &known, "130.00", "a fen below the highest tax"),
            (EarlyRelease, "130.00", &known, "130.00", "the highest tax"),
            (EarlyRelease, "130.01", &known, "FIN-011", "a fen above"),
            (EarlyRelease, "130.00", &set, "130.00", "no amount is set for early release"),
            (SpecialOperation, "130.00", &known, "130.00", "no amount is set for this one"),
            (SpecialOperation, "20.00", &set, "20.00", "an amount is set"),
            (SpecialOperation, "20.01", &set, "FIN-011", "a fen above what is set"),
            (SecurityOrder, "130.01", &known, "FIN-011", "the highest tax again"),
            (InsteadOfSeizure, "1000.00", &known, "1000.00", "GR 7: the value of the goods"),
            (InsteadOfSeizure, "1000.01", &known, "FIN-011", "GR 7: no more"),
            (BeforeDeparture, "1570.00", &known, "1570.00", "GR 8: fine, gains and value"),
            (BeforeDeparture, "1570.01", &known, "FIN-011", "GR 8: no more"),
            (BeforeDeparture, "1.00", &nothing, "FIN-010", "what is not known is not zero"),
            (EarlyRelease, "1.00", &barred(GuaranteeBar::RestrictedLicenceMissing), "FIN-012", "GR 4"),
            (
                EarlyRelease,
                "1.00",
                &barred(GuaranteeBar::Evidence),
                "130.00",
                "GR 7 is not about early release",
            ),
            (InsteadOfSeizure, "1.00", &barred(GuaranteeBar::ProhibitedGoods), "FIN-012", "GR 7"),
            (InsteadOfSeizure, "1.00", &barred(GuaranteeBar::Evidence), "FIN-012", "GR 7"),
            (InsteadOfSeizure, "1.00", &barred(GuaranteeBar::ToBeConfiscated), "FIN-012", "GR 7"),
        ] {
            let found = ceilings.check(case, money(amount), facts, day("2026-03-02"));
            let found = found.map_or_else(|refusal| refusal.code, |ceiling| ceiling.amount.to_string());
            assert_eq!(found, outcome, "{} {amount}: {why}", case.name());
        }
        let early = ceilings.ceiling(EarlyRelease, &known, day("2018-03-18"));
        assert_eq!(early.unwrap_err().code, "FIN-009", "the day before the first rule");
        let first = ceilings.ceiling(EarlyRelease, &known, day("2018-03-19")).unwrap();
        assert_eq!(first.rule, "guarantee_ceiling.early_release");
        let endless = CeilingFacts { fine: Some(Money::from_minor(i64::MAX)), ..known };
        assert_eq!(
            ceilings.ceiling(BeforeDeparture, &endless, day("2026-03-02")).unwrap_err().code,
            "FIN-008"
        );
    }

    #[test]
    fn a_rule_that_does_not_fit_is_named() {
        for body in ["case = \"other\"\nsum_of = [\"fine\"]", "case = \"early_release\"\nsum_of = []"] {
            let text = format!(
                "[[guarantee_ceiling]]\nid = \"x\"\n{body}\nor_set_amount = false\nnever_for = []\n\
                 valid = \"2001-01-01..2002-01-01\"\npublished = \"2000-01-01\"\n\
                 basis = {{ authority = \"国务院\", document = \"D\" }}\n"
            );
            let faults = GuaranteeCeilings::compile(&china_with(&text).unwrap()).unwrap_err();
            assert_eq!((faults.len(), &*faults[0].file), (1, "rules/own.toml"), "{body}");
        }
    }
}
