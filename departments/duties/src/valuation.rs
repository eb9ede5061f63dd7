//! Customs value 计税价格 of a lot and of its lines.
//!
//! The costs of the head are added as the terms of delivery demand, and the total reaches the lines
//! through one exact coefficient K = lot total ÷ sum of prices (handbook 4.12): each line is
//! price × K, rounded once.

use crate::day::{ExchangeOfDay, LawOfDay};
use crate::facts::{Consignment, Cost, CostMark};
use crate::reckoned::{LotMark, Mark, Reckoned};
use crate::refusals;
use customhouse_kernel::expression::RateValue;
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CurrencyCode, Direction, Exact, Money, Rounding};
use serde::Deserialize;

/// How value is reckoned, for a time.
#[derive(Clone, Debug)]
pub(crate) struct ValuationRule {
    pub rule: Box<str>,
    pub direction: Direction,
    pub valid: Validity,
    pub places: u32,
    pub rounding: Rounding,
    /// Share of price and freight taken where insurance is owed and not declared.
    pub insurance_presumed: Exact,
}

/// What the terms of delivery leave out of the price, or hold too much of: the value of imports is the
/// price at the port of destination, that of exports the price on board (TL 24, 29).
#[derive(Clone, Debug)]
pub(crate) struct DeliveryTerms {
    pub code: Box<str>,
    pub direction: Direction,
    pub valid: Validity,
    freight: Effect,
    insurance: Effect,
}

/// What becomes of a cost of the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// The price holds what the value holds.
    Unused,
    Added,
    Deducted,
}

/// A duty exchange rate 计征汇率.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeRate {
    pub rule: Box<str>,
    pub currency: CurrencyCode,
    pub rate: Exact,
    pub valid: Validity,
}

impl ValuationRule {
    pub fn read(rule: &Rule) -> Result<ValuationRule, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            #[serde(default)]
            direction: Direction,
            places: u32,
            rounding: Rounding,
            apportion: Apportion,
            insurance_presumed: Exact,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Apportion {
            Coefficient,
        }
        let Entry { direction, places, rounding, apportion: Apportion::Coefficient, insurance_presumed } =
            rule.read()?;
        let (rule, valid) = (rule.id.clone(), rule.valid);
        Ok(ValuationRule { rule, direction, valid, places, rounding, insurance_presumed })
    }
}

impl Effect {
    /// A cost with its sign.
    fn on(self, cost: Exact) -> Option<Exact> {
        match self {
            Effect::Unused => Some(Exact::ZERO),
            Effect::Added => Some(cost),
            Effect::Deducted => Exact::ZERO.sub(cost),
        }
    }
}

impl DeliveryTerms {
    pub fn read(rule: &Rule) -> Result<DeliveryTerms, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            /// The terms' own code, where the key says more than that.
            code: Option<Box<str>>,
            #[serde(default)]
            direction: Direction,
            #[serde(default)]
            adds_freight: bool,
            #[serde(default)]
            adds_insurance: bool,
            #[serde(default)]
            deducts_freight: bool,
            #[serde(default)]
            deducts_insurance: bool,
        }
        let entry: Entry = rule.read()?;
        let effect = |adds: bool, deducts: bool| match (adds, deducts) {
            (true, true) => {
                Err(rule.fault("同一费用不能既加又减", "the same cost cannot be both added and deducted"))
            }
            (true, false) => Ok(Effect::Added),
            (false, true) => Ok(Effect::Deducted),
            (false, false) => Ok(Effect::Unused),
        };
        Ok(DeliveryTerms {
            code: entry.code.unwrap_or_else(|| rule.key.clone()),
            direction: entry.direction,
            valid: rule.valid,
            freight: effect(entry.adds_freight, entry.deducts_freight)?,
            insurance: effect(entry.adds_insurance, entry.deducts_insurance)?,
        })
    }
}

impl ExchangeRate {
    pub fn read(rule: &Rule) -> Result<ExchangeRate, PackFault> {
        #[derive(Deserialize)]
        struct Row {
            currency: CurrencyCode,
            rate: Exact,
        }
        let row: Row = rule.read()?;
        if row.rate <= Exact::ZERO {
            return Err(rule.fault("汇率须大于零", "an exchange rate is above zero"));
        }
        Ok(ExchangeRate { rule: rule.id.clone(), currency: row.currency, rate: row.rate, valid: rule.valid })
    }
}

/// The lot's exact value, and what the lines share it by.
pub(crate) struct Lot<'a> {
    rule: &'a ValuationRule,
    lines: usize,
    /// Sum of the line prices, in their currency.
    price: Exact,
    /// Territory currency, exact.
    total: Exact,
}

/// Reckons the lot. What it is made of goes to the trace.
pub(crate) fn lot<'a>(
    consignment: &Consignment,
    law: &mut LawOfDay<'a>,
    out: &mut Reckoned,
) -> Result<Lot<'a>, Refusal> {
    let digits = || refusals::TOO_MANY_DIGITS.at("");
    let first = consignment.items.first().ok_or_else(|| refusals::NO_ITEMS.at("/items"))?;
    if let Some((n, other)) = consignment.items.iter().enumerate().find(|(_, i)| i.currency != first.currency)
    {
        return Err(refusals::MIXED_CURRENCIES
            .at(format!("/items/{n}/currency"))
            .with("first", first.currency)
            .with("other", other.currency));
    }
    let no_rule = || refusals::NO_CHARGES.at("").with("date", law.day);
    let (valuation, rule) = law.valuation.ok_or_else(no_rule)?;
    let terms = law
        .terms(&consignment.terms)
        .ok_or_else(|| refusals::UNKNOWN_TERMS.at("/terms").with("terms", &consignment.terms))?;
    let rest = &consignment.items[1..];
    let price = rest.iter().try_fold(first.total, |sum, i| sum.add(i.total)).ok_or_else(digits)?;
    if !price.is_positive() {
        return Err(refusals::NO_VALUE.at("/items"));
    }
    let exchange = law.exchange(first.currency, "/items/0/currency")?;
    mark(exchange, &mut out.trace);
    let goods = price.mul(exchange.rate).ok_or_else(digits)?;
    let mut costs = Costs { law, gross_kg: consignment.gross_kg, trace: &mut out.trace };
    let freight = match &consignment.freight {
        _ if terms.freight == Effect::Unused => Exact::ZERO,
        Some(cost) => costs.amount(cost, goods, "/freight")?,
        None => return Err(refusals::FREIGHT_MISSING.at("/freight").with("terms", &consignment.terms)),
    };
    let freight = terms.freight.on(freight).ok_or_else(digits)?;
    let with_freight = goods.add(freight).ok_or_else(digits)?;
    // what is insured is the price with its freight: a price that holds the insurance holds that too
    let insured = if terms.insurance == Effect::Deducted { goods } else { with_freight };
    let (insurance, insurance_presumed) = match &consignment.insurance {
        _ if terms.insurance == Effect::Unused => (Exact::ZERO, false),
        Some(cost) => (costs.amount(cost, insured, "/insurance")?, false),
        None => (insured.mul(rule.insurance_presumed).ok_or_else(digits)?, true),
    };
    let insurance = terms.insurance.on(insurance).ok_or_else(digits)?;
    let other = match &consignment.other {
        Some(cost) => costs.amount(cost, goods, "/other")?,
        None => Exact::ZERO,
    };
    let total = with_freight.add(insurance).and_then(|t| t.add(other)).ok_or_else(digits)?;
    if !total.is_positive() {
        return Err(refusals::NO_VALUE.at("/other"));
    }
    out.lot = LotMark { valuation, price, goods, freight, insurance, other, total, insurance_presumed };
    out.trace.push(Mark::Lot);
    Ok(Lot { rule, lines: consignment.items.len(), price, total })
}

impl Lot<'_> {
    /// The customs value of a line.
    /// Rounding: the valuation rule's, once; the coefficient itself is never rounded.
    pub fn value(&self, price: Exact) -> Option<Money> {
        let ValuationRule { places, rounding, .. } = *self.rule;
        let value = match self.lines {
            1 => self.total, // the line's share is the whole
            _ => Exact::product_over(&[price, self.total], &[self.price], places, rounding)?,
        };
        Money::rounded(value, places, rounding)
    }
}

/// Notes an exchange rate in the trace, once. The territory's own currency has none.
pub(crate) fn mark(exchange: ExchangeOfDay, trace: &mut Vec<Mark>) {
    let Some(rate) = exchange.place else { return };
    // a day has one rate of a currency
    let seen = |mark: &Mark| matches!(mark, Mark::Exchange { rate: known, .. } if *known == rate);
    if !trace.iter().any(seen) {
        trace.push(Mark::Exchange { rate, carried_forward: exchange.carried_forward });
    }
}

struct Costs<'a, 'b> {
    law: &'b mut LawOfDay<'a>,
    gross_kg: Option<Exact>,
    trace: &'b mut Vec<Mark>,
}

impl Costs<'_, '_> {
    /// A cost in the territory's currency; `base` is what a share is a share of.
    fn amount(&mut self, cost: &Cost, base: Exact, path: &str) -> Result<Exact, Refusal> {
        let digits = || refusals::TOO_MANY_DIGITS.at(path);
        if cost.mark == CostMark::Share {
            let share = RateValue { share: cost.rate, fixed: Exact::ZERO };
            return share.amount(base).map_err(|_| digits());
        }
        let currency = cost.currency.ok_or_else(|| refusals::COST_NEEDS_CURRENCY.at(path))?;
        let exchange = self.law.exchange(currency, path)?;
        mark(exchange, self.trace);
        let amount = cost.rate.mul(exchange.rate).ok_or_else(digits)?;
        if cost.mark == CostMark::Total {
            return Ok(amount);
        }
        let gross = self.gross_kg.ok_or_else(|| refusals::COST_NEEDS_WEIGHT.at("/gross_kg"))?;
        let tonnes = gross.mul(Exact::from_steps(1, 3)).ok_or_else(digits)?;
        amount.mul(tonnes).ok_or_else(digits)
    }
}
