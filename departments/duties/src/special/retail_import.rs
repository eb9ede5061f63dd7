//! Retail import through e-commerce 跨境电子商务零售进口: a simplified list within a limit for one purchase
//! and one for the year owes a share of the taxes; above a limit it does not. Source: handbook 10.6,
//! E14 and E15, invariant 26.
//!
//! Three treatments are kept apart: reduced, retail with the full taxes, and general trade, which
//! `assess` reckons. What is left of the buyer's year is a balance, handed in as a grant. Not here:
//! the match of order, payment and waybill, returns, and collection of many bills together.

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_numbers, unfit_round};
use crate::special::working::{ChargeAmount, Rounded, Working, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetailOrder {
    /// The day whose law applies.
    pub day: Date,
    pub price: Money,
    #[serde(default)]
    pub freight: Money,
    #[serde(default)]
    pub insurance: Money,
    /// The purchase is one article that cannot be divided.
    #[serde(default)]
    pub indivisible: bool,
    /// The goods are on the positive list of the day.
    pub on_positive_list: bool,
    /// What is left of the buyer's limit for the year.
    pub year_left: Option<Money>,
    pub rates: RetailRates,
}

/// The goods' rates, as the tariff has them on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetailRates {
    pub import_duty: Exact,
    /// A rate that the price contains, and an amount by quantity.
    #[serde(default)]
    pub consumption_tax: Exact,
    #[serde(default)]
    pub consumption_tax_fixed: Exact,
    pub vat: Exact,
}

/// How a purchase is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetailTreatment {
    /// Within both limits: the shares of the rule.
    Reduced,
    /// Still retail, with the full taxes.
    RetailFullTax,
    /// Assessed as any import; no charges are given here.
    GeneralTrade,
}

/// What a purchase owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetailResult {
    pub treatment: RetailTreatment,
    pub value: Money,
    pub charges: Vec<ChargeAmount>,
    pub total: Money,
    /// What it draws from the buyer's year.
    pub drawn: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetailRule {
    single_limit: Money,
    #[allow(dead_code)] // the balance that grants begins with it
    year_limit: Money,
    /// Shares of what would be due in full.
    import_duty_share: Exact,
    consumption_tax_share: Exact,
    vat_share: Exact,
    /// What becomes of one indivisible article above the single limit and within the year's.
    indivisible_above: RetailTreatment,
    round: Rounded,
}

impl Law for RetailRule {
    const KIND: &'static str = "retail_import";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        let shares = [self.import_duty_share, self.consumption_tax_share, self.vat_share];
        if shares.iter().any(|s| *s > Exact::ONE) {
            return Some(("征收比例不得大于一", "no share above one"));
        }
        unfit_numbers(shares).or(unfit_round(self.round))
    }
}

/// Value = price + freight + insurance; each charge from exact amounts. Rounding: the rule's, once for
/// each charge.
///
/// # Errors
/// No rule, goods that are not on the positive list, amounts below zero, what is left of the year not
/// given, all at once.
pub(crate) fn reckon(facts: &RetailOrder, rules: &Rules<RetailRule>) -> Result<RetailResult, Vec<Refusal>> {
    let mut findings = Findings::default();
    let rule = findings.found(rules.on("list", facts.day, "/day"));
    let RetailRates { import_duty, consumption_tax, consumption_tax_fixed, vat } = facts.rates;
    for (number, path) in [
        (facts.price.exact(), "/price"),
        (facts.freight.exact(), "/freight"),
        (facts.insurance.exact(), "/insurance"),
        (import_duty, "/rates/import_duty"),
        (consumption_tax, "/rates/consumption_tax"),
        (consumption_tax_fixed, "/rates/consumption_tax_fixed"),
        (vat, "/rates/vat"),
    ] {
        findings.not_negative(number, path);
    }
    if consumption_tax >= Exact::ONE {
        findings.add(refusals::RATE_TAKES_ALL.at("/rates/consumption_tax").with("rate", consumption_tax));
    }
    if !facts.on_positive_list {
        findings.add(refusals::NOT_ON_LIST.at("/on_positive_list"));
    }
    let left =
        findings.needed(facts.year_left, "/year_left", "年度限额余额", "what is left of the year's limit");
    findings.done()?;
    let (Some(rule), Some(left)) = (rule, left) else { return Err(Vec::new()) }; // findings
    order(facts, rule, left).map_err(|r| vec![r])
}

fn order(facts: &RetailOrder, rule: &Dated<RetailRule>, left: Money) -> Result<RetailResult, Refusal> {
    let mut working = Working::default();
    let parts = [
        (Name::Price, facts.price.exact()),
        (Name::Freight, facts.freight.exact()),
        (Name::Insurance, facts.insurance.exact()),
    ];
    let value = money(working.terms(Name::Value, &rule.id, &parts, &[])?)?;
    let treatment = treatment(facts, rule, value, left, &mut working)?;
    let law = &rule.law;
    let (shares, drawn) = match treatment {
        RetailTreatment::Reduced => {
            ([law.import_duty_share, law.consumption_tax_share, law.vat_share], value)
        }
        RetailTreatment::RetailFullTax => ([Exact::ONE; 3], value),
        RetailTreatment::GeneralTrade => {
            let (charges, total, drawn) = (Vec::new(), Money::ZERO, Money::ZERO);
            return Ok(RetailResult { treatment, value, charges, total, drawn, working });
        }
    };
    let charges = charges(facts, rule, value.exact(), shares, &mut working)?;
    let total = Money::sum(charges.iter().map(|c| c.amount)).ok_or_else(crate::special::working::digits)?;
    Ok(RetailResult { treatment, value, charges, total, drawn, working })
}

fn treatment(
    facts: &RetailOrder,
    rule: &Dated<RetailRule>,
    value: Money,
    left: Money,
    working: &mut Working,
) -> Result<RetailTreatment, Refusal> {
    let single = working.found(Name::SingleLimit, &rule.id, &*rule.key, rule.law.single_limit.exact());
    let year = working.found(Name::YearLeft, &rule.id, "/year_left", left.exact());
    let limits = [(Name::SingleLimit, single), (Name::YearLeft, year)];
    let limit = working.lowest(Name::SingleLimit, &rule.id, &limits)?;
    Ok(match value.exact() {
        value if value <= limit => RetailTreatment::Reduced,
        value if facts.indivisible && value <= year => rule.law.indivisible_above,
        _ => RetailTreatment::GeneralTrade,
    })
}

/// Duty; consumption tax that the price contains; value added tax on the composite price, which is
/// (value + duty + fixed part) ÷ (1 − rate). Duty enters the composite price with its share.
fn charges(
    facts: &RetailOrder,
    rule: &Dated<RetailRule>,
    value: Exact,
    [duty_share, consumption_share, vat_share]: [Exact; 3],
    working: &mut Working,
) -> Result<Vec<ChargeAmount>, Refusal> {
    let (id, round, rates) = (&*rule.id, rule.law.round, &facts.rates);
    let mut charges = Vec::with_capacity(3);
    let mut keep = |charge: &str, amount: Exact| -> Result<(), Refusal> {
        charges.push(ChargeAmount { charge: charge.to_owned(), amount: money(amount)? });
        Ok(())
    };
    working.about("import_duty");
    let factors = [(Name::Value, value), (Name::Rate, rates.import_duty), (Name::ShareDue, duty_share)];
    let duty = working.product(Name::Amount, id, &factors, &[], Some(round))?;
    keep("import_duty", duty)?;
    working.about("consumption_tax");
    let fixed = rates.consumption_tax_fixed;
    let parts = [(Name::Value, value), (Name::DutyAmount, duty), (Name::FixedPart, fixed)];
    let base = working.terms(Name::Total, id, &parts, &[])?;
    let rest = working.terms(
        Name::RestOfPrice,
        id,
        &[(Name::One, Exact::ONE)],
        &[(Name::RateInPrice, rates.consumption_tax)],
    )?;
    let over = [(Name::RestOfPrice, rest)];
    let factors = [
        (Name::Total, base),
        (Name::RateInPrice, rates.consumption_tax),
        (Name::ShareDue, consumption_share),
    ];
    let amount = if fixed.is_zero() {
        working.product(Name::Amount, id, &factors, &over, Some(round))?
    } else {
        // 12 places are far beyond the charge's own; only then is the fixed part added
        let fine = Rounded { places: 12, rounding: Rounding::HalfUp };
        let by_value = working.product(Name::CompositePart, id, &factors, &over, Some(fine))?;
        let factors = [(Name::FixedPart, fixed), (Name::ShareDue, consumption_share)];
        let by_quantity = working.product(Name::FixedPart, id, &factors, &[], None)?;
        let both = [(Name::CompositePart, by_value), (Name::FixedPart, by_quantity)];
        let sum = working.terms(Name::Total, id, &both, &[])?;
        working.product(Name::Amount, id, &[(Name::Total, sum)], &[], Some(round))?
    };
    keep("consumption_tax", amount)?;
    working.about("vat");
    let factors = [(Name::Total, base), (Name::Rate, rates.vat), (Name::ShareDue, vat_share)];
    let vat = working.product(Name::Amount, id, &factors, &over, Some(round))?;
    keep("vat", vat)?;
    Ok(charges)
}
