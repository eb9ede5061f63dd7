//! Assessing: charge by charge over all lines of the lot, since thresholds and bases are facts of
//! the lot (handbook 4.1). Pure: the same consignment under the same edition and date gives the same
//! assessment, to the last step of its trace.

use crate::assessment::{Assessment, ChargeOnLine, ChargeTotal, LineAssessment};
use crate::charge::{Charge, PriceForm};
use crate::choice::Case;
use crate::facts::{Consignment, GoodsItem, QualifiedQuantity, TermValue};
use crate::measure::{Measure, RateText};
use crate::refusals;
use crate::tariff::Tariff;
use crate::trace::{Candidate, Outcome, Step, Unmet, UnmetClause};
use crate::valuation;
use customhouse_kernel::expression::{self, ByLaw, EvaluationFault, Expression, Facts, RateValue, Value};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, CurrencyCode, Exact, Money, Rounding};
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What is owed on a consignment under the law of a day.
///
/// Unit: the territory's currency, in hundredths. Rounding: each charge's own rule, per line; sums
/// are not rounded again. Source: the pack's rules of kinds `charge`, `rate_choice`, `measure`,
/// `valuation`, `delivery_terms` and `exchange_rate`.
///
/// # Errors
/// Every goods item that cannot be assessed, each by name; paths are JSON pointers into the
/// consignment (`/items/0`).
pub fn assess(consignment: &Consignment, tariff: &Tariff, day: Date) -> Result<Assessment, Vec<Refusal>> {
    if consignment.items.is_empty() {
        return Err(vec![refusals::NO_ITEMS.at("/items")]);
    }
    let unknown: Vec<Refusal> = unknown_codes(consignment, tariff, day);
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let mut trace = Vec::new();
    let lot = valuation::lot(consignment, tariff, day, &mut trace).map_err(|r| vec![r])?;
    let mut lines = Vec::with_capacity(consignment.items.len());
    for item in &consignment.items {
        let value = lot
            .value(item.number, item.total, &mut trace)
            .ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
        lines.push(LineAssessment { number: item.number, value, charges: Vec::new() });
    }
    let mut run = Run { tariff, day, consignment, lines, trace, collected: BTreeMap::new() };
    let mut charges = Vec::new();
    for charge in tariff.charges(day).filter(|c| c.direction == consignment.direction) {
        charges.push(run.charge(charge)?);
    }
    if charges.is_empty() {
        return Err(vec![refusals::NO_CHARGES.at("").with("date", day)]);
    }
    let total = Money::sum(charges.iter().map(|c| c.amount))
        .ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
    Ok(Assessment {
        law_date: day,
        edition: tariff.edition,
        lines: run.lines,
        charges,
        total,
        trace: run.trace,
    })
}

fn unknown_codes(consignment: &Consignment, tariff: &Tariff, day: Date) -> Vec<Refusal> {
    let unknown = |item: &GoodsItem| tariff.commodity(item.commodity, day).is_none();
    let items = consignment.items.iter().enumerate().filter(|(_, item)| unknown(item));
    items
        .map(|(n, item)| {
            refusals::UNKNOWN_CODE
                .at(format!("/items/{n}/commodity"))
                .with("code", item.commodity)
                .with("date", day)
        })
        .collect()
}

/// An assessment under way.
struct Run<'a> {
    tariff: &'a Tariff,
    day: Date,
    consignment: &'a Consignment,
    lines: Vec<LineAssessment>,
    trace: Vec<Step>,
    /// What earlier charges collect, by charge, one amount a line.
    collected: BTreeMap<&'a str, Vec<Money>>,
}

/// The measure that won, with what it comes to.
struct Won<'a> {
    measure: &'a Measure,
    rate: RateValue,
    /// Nothing is due because the law says so, not because a figure is zero.
    by_law: Option<ByLaw>,
}

/// The measures of a set with the exact amount of each.
type Compared<'a> = Vec<(&'a Measure, Exact)>;

impl<'a> Run<'a> {
    /// One charge over all lines.
    fn charge(&mut self, charge: &'a Charge) -> Result<ChargeTotal, Vec<Refusal>> {
        let mut refused = Vec::new();
        let mut computed = Vec::with_capacity(self.lines.len());
        for place in 0..self.lines.len() {
            match self.on_line(charge, place) {
                Ok(amount) => computed.push(amount),
                Err(refusal) => refused.push(refusal),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let digits = || vec![refusals::TOO_MANY_DIGITS.at("/items")];
        let amounts = computed.iter().flatten().map(|(_, amount)| *amount);
        let sum = Money::sum(amounts).ok_or_else(digits)?;
        let free = sum <= charge.free_up_to;
        if free && !sum.is_zero() {
            self.trace.push(Step::Threshold {
                charge: charge.key.to_string(),
                rule: charge.rule.to_string(),
                sum,
                free_up_to: charge.free_up_to,
            });
        }
        let mut collected = Vec::with_capacity(computed.len());
        for (line, result) in self.lines.iter_mut().zip(computed) {
            let amount = result.as_ref().map_or(Money::ZERO, |(_, amount)| *amount);
            let kept = if free { Money::ZERO } else { amount };
            collected.push(kept);
            if let Some((measure, computed)) = result {
                line.charges.push(ChargeOnLine {
                    charge: charge.key.to_string(),
                    computed,
                    collected: kept,
                    measure,
                });
            }
        }
        let amount = if free { Money::ZERO } else { sum };
        self.collected.insert(&charge.key, collected);
        Ok(ChargeTotal { charge: charge.key.to_string(), book: charge.book.to_string(), amount })
    }

    /// One charge on one line: the winning measure's id and the amount, or `None` where the charge
    /// does not touch the goods.
    fn on_line(&mut self, charge: &'a Charge, place: usize) -> Result<Option<(String, Money)>, Refusal> {
        let item = &self.consignment.items[place];
        let path = format!("/items/{place}");
        let base = self.base(charge, place).ok_or_else(|| refusals::TOO_MANY_DIGITS.at(&path))?;
        let Some(won) = self.choose(charge, item, place, base)? else { return Ok(None) };
        let base = match charge.price {
            PriceForm::Exclusive | PriceForm::Inclusive => base,
            PriceForm::Deducted => self.deduct(charge, won.rate, place, base)?,
        };
        let amount = reckon(charge, won.rate, base).ok_or_else(|| refusals::TOO_MANY_DIGITS.at(&path))?;
        self.trace.push(Step::Charge {
            line: item.number,
            charge: charge.key.to_string(),
            rule: charge.rule.to_string(),
            measure: won.measure.rule.to_string(),
            base,
            share: won.rate.share,
            fixed: won.rate.fixed,
            price: charge.price,
            amount,
            places: charge.places,
            rounding: charge.rounding,
            by_law: won.by_law.map(|by_law| by_law.name().to_owned()),
        });
        Ok(Some((won.measure.rule.to_string(), amount)))
    }

    /// Takes a charge out of the price of a line: what is left is the line's customs value.
    fn deduct(
        &mut self,
        charge: &Charge,
        rate: RateValue,
        place: usize,
        price: Exact,
    ) -> Result<Exact, Refusal> {
        let value = without(charge, rate, price)
            .ok_or_else(|| refusals::TOO_MANY_DIGITS.at(format!("/items/{place}")))?;
        if value <= Money::ZERO {
            return Err(refusals::NO_VALUE.at("/items"));
        }
        let line = &mut self.lines[place];
        line.value = value;
        self.trace.push(Step::Deducted {
            line: line.number,
            charge: charge.key.to_string(),
            rule: charge.rule.to_string(),
            price,
            share: rate.share,
            fixed: rate.fixed,
            value,
            places: charge.places,
            rounding: charge.rounding,
        });
        Ok(value.exact())
    }

    /// The base of a charge on a line: the pack's expression over value and earlier charges.
    fn base(&self, charge: &Charge, place: usize) -> Option<Exact> {
        let facts = BaseFacts { run: self, place };
        match charge.base.evaluate(&facts).ok()? {
            Value::Number(base) => Some(base),
            _ => None,
        }
    }

    /// Which measure of a charge applies to an item.
    fn choose(
        &mut self,
        charge: &'a Charge,
        item: &GoodsItem,
        place: usize,
        base: Exact,
    ) -> Result<Option<Won<'a>>, Refusal> {
        let path = &format!("/items/{place}");
        let candidates = self.candidates(charge, item);
        if candidates.is_empty() && !charge.required {
            return Ok(None);
        }
        let value = self.lines[place].value.exact();
        let converted = RefCell::default();
        let facts = ItemFacts { tariff: self.tariff, day: self.day, item, value, base, converted };
        let mut unmet = Vec::new();
        let mut seen_case = false;
        for case in self.tariff.cases(&charge.key, self.day) {
            seen_case = true;
            if !holds(&case.when, &facts) {
                if case.claimed.as_ref().is_some_and(|claimed| holds(claimed, &facts)) {
                    unmet.push(why_unmet(case, &facts));
                }
                continue;
            }
            let Some(set) = case.prefer.iter().find_map(|tiers| complete_set(tiers, &candidates)) else {
                if case.claimed.is_some() {
                    unmet.push(Unmet { rule: case.rule.to_string(), clauses: Vec::new() });
                }
                continue;
            };
            let (won, compared) = self.lowest(charge, item, &set, &facts, path)?;
            for currency in facts.converted.take() {
                valuation::exchange(self.tariff, currency, self.day, path, &mut self.trace)?;
            }
            let candidates = outcomes(&candidates, &compared, won.measure);
            self.trace.push(Step::Choice {
                line: item.number,
                charge: charge.key.to_string(),
                rule: case.rule.to_string(),
                unmet,
                candidates,
            });
            return Ok(Some(won));
        }
        let reason = if seen_case { &refusals::NO_RATE } else { &refusals::NO_CHOICE };
        Err(reason
            .at(format!("{path}/commodity"))
            .with("code", item.commodity)
            .with("origin", item.origin)
            .with("date", self.day)
            .with("charge", &charge.key))
    }

    /// The measures of a charge that could apply to an item: for each tier the closest prefix.
    fn candidates(&self, charge: &Charge, item: &GoodsItem) -> Vec<&'a Measure> {
        let tariff = self.tariff;
        let mut found: Vec<&'a Measure> = Vec::new();
        for measure in tariff.measures(item.commodity, self.day).filter(|m| m.charge == charge.key) {
            let taken = found.iter().any(|m| m.tier == measure.tier);
            if !taken && self.applies(measure, item) {
                found.push(measure);
            }
        }
        found
    }

    fn applies(&self, measure: &Measure, item: &GoodsItem) -> bool {
        let claimed = item.preference.as_ref().map(|p| p.agreement.as_str());
        let programme = measure.programme.as_deref().is_none_or(|p| claimed == Some(p));
        let origin = measure.origin.as_deref().is_none_or(|origin| {
            origin == item.origin.as_str()
                || self.tariff.in_group(origin, item.origin, self.day) == Some(true)
        });
        programme && origin
    }

    /// The lowest of a set, with the exact amount of each.
    fn lowest(
        &self,
        charge: &Charge,
        item: &GoodsItem,
        set: &[&'a Measure],
        facts: &ItemFacts<'_>,
        path: &str,
    ) -> Result<(Won<'a>, Compared<'a>), Refusal> {
        let base = facts.base;
        let mut compared = Vec::with_capacity(set.len());
        let mut best: Option<(Won<'a>, Exact)> = None;
        for measure in set {
            let rate = rate(charge, measure, item, facts, path)?;
            let amount = rate.amount(base).map_err(|_| refusals::TOO_MANY_DIGITS.at(path))?;
            compared.push((*measure, amount));
            if best.as_ref().is_none_or(|(_, lowest)| amount < *lowest) {
                best = Some((Won { measure, rate, by_law: None }, amount));
            }
        }
        let (mut won, _) = best.ok_or_else(|| refusals::NO_CHOICE.at(path).with("charge", &charge.key))?;
        if let (RateText::Known(expression), true) = (&won.measure.rate, won.rate.is_zero()) {
            won.by_law = expression.by_law(facts);
        }
        Ok((won, compared))
    }
}

/// Rounding: the charge's own rule, once. An inclusive charge divides once, at the end.
fn reckon(charge: &Charge, rate: RateValue, base: Exact) -> Option<Money> {
    let exact = match charge.price {
        // the base of a deducted charge is what is left of the price
        PriceForm::Exclusive | PriceForm::Deducted => rate.amount(base).ok()?,
        PriceForm::Inclusive => {
            let composite = base.add(rate.fixed)?;
            let rest = Exact::ONE.sub(rate.share)?;
            // 12 places are far beyond the charge's own; only then is the fixed part added
            Exact::product_over(&[composite, rate.share], &[rest], 12, Rounding::HalfUp)?.add(rate.fixed)?
        }
    };
    Money::rounded(exact, charge.places, charge.rounding)
}

/// A price less the charge in it: (price − fixed) ÷ (1 + share). Rounding: the charge's own rule, once.
fn without(charge: &Charge, rate: RateValue, price: Exact) -> Option<Money> {
    let divisor = Exact::ONE.add(rate.share)?;
    let value = price.sub(rate.fixed)?.div(divisor, charge.places, charge.rounding)?;
    Money::rounded(value, charge.places, charge.rounding)
}

/// What a measure's rate comes to on an item.
fn rate(
    charge: &Charge,
    measure: &Measure,
    item: &GoodsItem,
    facts: &ItemFacts<'_>,
    path: &str,
) -> Result<RateValue, Refusal> {
    let expression = match &measure.rate {
        RateText::Known(expression) => expression,
        RateText::Unknown { note } => {
            return Err(refusals::RATE_UNKNOWN
                .at(format!("{path}/commodity"))
                .with("code", item.commodity)
                .with("charge", &charge.key)
                .with("note", note));
        }
    };
    match expression.evaluate(facts) {
        Ok(Value::Rate(rate)) => Ok(rate),
        Ok(other) => Err(not_reckoned(&other.text(), expression, path)),
        Err(EvaluationFault::Prohibited) => Err(refusals::PROHIBITED
            .at(format!("{path}/commodity"))
            .with("code", item.commodity)
            .with("charge", &charge.key)),
        Err(fault) => Err(not_reckoned(&fault.text(), expression, path)),
    }
}

fn not_reckoned(why: &Text, expression: &Expression, path: &str) -> Refusal {
    let mut refusal =
        refusals::RATE_NOT_RECKONED.at(format!("{path}/quantities")).with("rate", expression.source());
    refusal.text.zh = refusal.text.zh.replace("{why}", &why.zh).into();
    refusal.text.en = refusal.text.en.replace("{why}", &why.en).into();
    refusal
}

fn holds(condition: &Expression, facts: &ItemFacts<'_>) -> bool {
    matches!(condition.evaluate(facts), Ok(Value::Bool(true)))
}

/// The measures of a set, if every tier of it has one.
fn complete_set<'a>(tiers: &[Box<str>], candidates: &[&'a Measure]) -> Option<Vec<&'a Measure>> {
    tiers.iter().map(|tier| candidates.iter().find(|m| m.tier == *tier).copied()).collect()
}

/// The clauses of a claimed case that did not hold.
fn why_unmet(case: &Case, facts: &ItemFacts<'_>) -> Unmet {
    let failed = |clause: &expression::Clause| match &clause.outcome {
        expression::Outcome::Value(value) => matches!(value, Value::Bool(false) | Value::Unknown),
        expression::Outcome::Fault(_) => true,
        expression::Outcome::NotNeeded => false,
    };
    let clauses = case.when.explain(facts).clauses;
    let leaves = clauses.iter().filter(|c| failed(c) && !c.source.contains("&&"));
    Unmet {
        rule: case.rule.to_string(),
        clauses: leaves
            .map(|c| UnmetClause { clause: c.source.to_string(), value: c.outcome.text() })
            .collect(),
    }
}

fn outcomes(candidates: &[&Measure], compared: &[(&Measure, Exact)], won: &Measure) -> Vec<Candidate> {
    let candidate = |measure: &&Measure| {
        let amount = compared.iter().find(|(m, _)| m.rule == measure.rule).map(|(_, amount)| *amount);
        let outcome = match amount {
            _ if measure.rule == won.rule => Outcome::Won,
            Some(_) => Outcome::NotLower,
            None => Outcome::NotCompared,
        };
        Candidate { measure: measure.rule.to_string(), tier: measure.tier.to_string(), amount, outcome }
    };
    candidates.iter().map(candidate).collect()
}

/// Facts of a charge's base.
struct BaseFacts<'a, 'b> {
    run: &'b Run<'a>,
    place: usize,
}

impl Facts for BaseFacts<'_, '_> {
    fn field(&self, index: usize) -> Value<'_> {
        let amount = match self.run.tariff.base_name(index) {
            "value" => Some(self.run.lines[self.place].value),
            charge => self.run.collected.get(charge).and_then(|lines| lines.get(self.place)).copied(),
        };
        // a charge that is not due on this day has collected nothing
        Value::Number(amount.unwrap_or(Money::ZERO).exact())
    }
}

fn term_value(value: TermValue) -> Value<'static> {
    match value {
        TermValue::Number(number) => Value::Number(number),
        TermValue::Rate { share, fixed } => Value::Rate(RateValue { share, fixed }),
    }
}

/// Facts of an item, for conditions and rates.
struct ItemFacts<'a> {
    tariff: &'a Tariff,
    day: Date,
    item: &'a GoodsItem,
    value: Exact,
    base: Exact,
    /// Currencies that were asked for: the trace names their rates.
    converted: RefCell<BTreeSet<CurrencyCode>>,
}

impl Facts for ItemFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let text = |t: &'_ str| if t.is_empty() { Value::Absent } else { Value::Text(t.to_owned().into()) };
        let preference = self.item.preference.as_ref();
        let number = |number: Option<Exact>| number.map_or(Value::Absent, Value::Number);
        match self.tariff.item_name(index) {
            "origin" => Value::Text(self.item.origin.as_str().into()),
            "preference.agreement" => preference.map_or(Value::Absent, |p| text(&p.agreement)),
            "preference.proof_kind" => preference.map_or(Value::Absent, |p| text(&p.proof_kind)),
            "preference.proof_number" => preference.map_or(Value::Absent, |p| text(&p.proof_number)),
            "value" => Value::Number(self.value),
            "law_date" => Value::Date(self.day),
            name if let Some(term) = self.tariff.term(name, self.day) => {
                term.value.or_else(|| self.item.terms.get(name).copied()).map_or(Value::Absent, term_value)
            }
            name => match name.split_once('.') {
                Some(("quantity", symbol)) => number(self.quantity(symbol, None)),
                Some(("exchange", currency)) => number(self.exchange(currency)),
                _ => Value::Unknown,
            },
        }
    }

    fn listed(&self, list: &str, code: &str) -> Option<bool> {
        self.tariff.in_group(list, CountryCode::parse(code)?, self.day)
    }

    fn quantity(&self, symbol: &str, qualifier: Option<&str>) -> Option<Exact> {
        let unit = self.tariff.unit(symbol)?;
        if let Some(qualifier) = qualifier {
            let of = |q: &&QualifiedQuantity| q.unit == unit && q.qualifier == qualifier;
            return self.item.qualified.iter().find(of).map(|q| q.quantity);
        }
        self.item.quantities.iter().find(|(u, _)| *u == unit).map(|(_, quantity)| *quantity)
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        let currency = CurrencyCode::parse(currency)?;
        if self.tariff.currency() == Some(currency) {
            return Some(Exact::ONE);
        }
        let (found, _) = self.tariff.exchange_rate(currency, self.day)?;
        self.converted.borrow_mut().insert(currency);
        Some(found.rate)
    }

    fn base(&self) -> Option<Exact> {
        Some(self.base)
    }
}
