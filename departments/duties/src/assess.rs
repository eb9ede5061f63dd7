//! Assessing: charge by charge over all lines of the lot, since thresholds and bases are facts of
//! the lot (handbook 4.1). Pure: the same consignment under the same edition and date gives the same
//! assessment, to the last step of its trace.

use crate::assessment::{Assessment, ChargeOnLine, ChargeTotal, LineAssessment};
use crate::charge::{Charge, PriceForm};
use crate::choice::Case;
use crate::facts::{Consignment, GoodsItem, QualifiedQuantity, TermValue};
use crate::measure::{Control, Measure, RateText};
use crate::refusals;
use crate::tariff::Tariff;
use crate::trace::{Candidate, Outcome, Step, Unmet, UnmetClause};
use crate::valuation;
use customhouse_kernel::expression::{self, ByLaw, EvaluationFault, Expression, Facts, RateValue, Value};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, CurrencyCode, Exact, Money, Rounding, UnitCode};
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
    assess_supposing(consignment, tariff, day, &BTreeSet::new())
}

/// The same, with the conditions of some measures (by rule id) taken as met: what would be owed if they were.
pub(crate) fn assess_supposing(
    consignment: &Consignment,
    tariff: &Tariff,
    day: Date,
    supposed: &BTreeSet<&str>,
) -> Result<Assessment, Vec<Refusal>> {
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
    let left = consignment.grants.iter().map(|(number, grant)| (number.as_str(), grant.left)).collect();
    let (collected, drawn) = (BTreeMap::new(), BTreeSet::new());
    let mut run = Run { tariff, day, consignment, supposed, lines, trace, collected, left, drawn };
    run.admitted()?;
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
    /// Measures whose conditions are taken as met.
    supposed: &'a BTreeSet<&'a str>,
    lines: Vec<LineAssessment>,
    trace: Vec<Step>,
    /// What earlier charges collect, by charge, one amount a line.
    collected: BTreeMap<&'a str, Vec<Money>>,
    /// What is left of quotas.
    left: BTreeMap<&'a str, Exact>,
    /// The lines, by place, that have drawn on the quota that they ask for: once for all charges.
    drawn: BTreeSet<usize>,
}

/// Measures that could apply, and those whose conditions are not met.
struct Candidates<'a> {
    measures: Vec<&'a Measure>,
    unmet: Vec<Unmet>,
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
        let base = self.base(charge, place)?;
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
    fn base(&self, charge: &Charge, place: usize) -> Result<Exact, Refusal> {
        let facts = BaseFacts { run: self, place };
        let path = format!("/items/{place}");
        let why = match charge.base.evaluate(&facts) {
            Ok(Value::Number(base)) => return Ok(base),
            Err(EvaluationFault::Inexact) => return Err(refusals::TOO_MANY_DIGITS.at(path)),
            Err(fault) => fault.text(),
            Ok(_) => needed(&charge.base, &facts),
        };
        let refusal = refusals::BASE_NOT_RECKONED.at(path);
        Err(because(refusal.with("base", charge.base.source()).with("charge", &charge.key), &why))
    }

    /// Every condition without which goods are not admitted.
    fn admitted(&self) -> Result<(), Vec<Refusal>> {
        let mut refused = Vec::new();
        for (place, item) in self.consignment.items.iter().enumerate() {
            let value = self.lines[place].value.exact();
            let facts = ItemFacts::new(self.tariff, self.day, item, value, value);
            let touches = |control: &&Control| {
                self.is_of(control.origin.as_deref(), item)
                    && control.additional_code.as_deref().is_none_or(|code| has_code(item, code))
            };
            for control in self.tariff.controls(item.commodity, self.day).filter(touches) {
                match condition(&control.requires, &control.rule, &facts, &format!("/items/{place}")) {
                    Ok(true) => {}
                    Ok(false) => refused.push(
                        refusals::NOT_ADMITTED
                            .at(format!("/items/{place}/documents"))
                            .with("code", item.commodity)
                            .with("measure", &control.rule)
                            .with("condition", control.requires.source()),
                    ),
                    Err(refusal) => refused.push(refusal),
                }
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused) }
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
        let value = self.lines[place].value.exact();
        let facts = ItemFacts::new(self.tariff, self.day, item, value, base);
        let Candidates { measures: candidates, mut unmet } = self.candidates(charge, item, &facts, place)?;
        if candidates.is_empty() && !charge.required {
            return Ok(None);
        }
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
            self.trace.extend(facts.measured.take().into_values());
            if let Some(order_number) = &won.measure.order_number {
                self.draw(order_number, item, place)?;
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
    fn candidates(
        &mut self,
        charge: &Charge,
        item: &GoodsItem,
        facts: &ItemFacts<'_>,
        place: usize,
    ) -> Result<Candidates<'a>, Refusal> {
        let (tariff, path) = (self.tariff, &format!("/items/{place}"));
        let mut found: Vec<&'a Measure> = Vec::new();
        let mut unmet = Vec::new();
        let mut coded: Vec<&'a Measure> = Vec::new();
        for measure in tariff.measures(item.commodity, self.day).filter(|m| m.charge == charge.key) {
            let taken = found.iter().find(|m| m.tier == measure.tier);
            let rival = taken.filter(|m| m.is_rival(measure) && m.closeness() == measure.closeness());
            if taken.is_some() && rival.is_none() || !self.applies(measure, item) {
                continue;
            }
            if !measure.additional_code.as_deref().is_none_or(|code| has_code(item, code)) {
                coded.push(measure);
                continue;
            }
            let met = match &measure.when {
                Some(when) if !self.supposed.contains(&*measure.rule) => {
                    condition(when, &measure.rule, facts, path)?
                }
                _ => true,
            };
            match (met, rival) {
                (true, Some(first)) => {
                    return Err(refusals::AMBIGUOUS
                        .at(path)
                        .with("first", &first.rule)
                        .with("other", &measure.rule)
                        .with("charge", &charge.key));
                }
                (true, None) if self.is_granted(measure, item, place)? => found.push(measure),
                (true, None) => {}
                (false, _) => {
                    unmet.extend(measure.when.as_ref().map(|when| failed(&measure.rule, when, facts)))
                }
            }
        }
        let uncoded = |m: &&&Measure| !found.iter().any(|f| f.tier == m.tier);
        let mut codes: Vec<&str> =
            coded.iter().filter(uncoded).filter_map(|m| m.additional_code.as_deref()).collect();
        codes.sort_unstable();
        codes.dedup();
        if !codes.is_empty() {
            return Err(refusals::ADDITIONAL_CODE_MISSING
                .at(format!("{path}/additional_codes"))
                .with("code", item.commodity)
                .with("charge", &charge.key)
                .with("codes", codes.join(", ")));
        }
        Ok(Candidates { measures: found, unmet })
    }

    /// Whether a measure is of the goods, whatever its conditions.
    fn applies(&self, measure: &Measure, item: &GoodsItem) -> bool {
        let claimed = item.preference.as_ref().map(|p| p.agreement.as_str());
        let programme = measure.programme.as_deref().is_none_or(|p| claimed == Some(p));
        let quota = measure.order_number.as_deref().is_none_or(|q| item.quota.as_deref() == Some(q));
        programme && quota && self.is_of(measure.origin.as_deref(), item)
    }

    fn is_of(&self, origin: Option<&str>, item: &GoodsItem) -> bool {
        self.tariff.is_of(origin, item.origin, self.day)
    }

    /// Whether the quota of a measure, if it is of one, holds what the line needs. One with nothing left
    /// gives way to the next rate; one with too little is refused, for then the line is of two rates.
    fn is_granted(&mut self, measure: &Measure, item: &GoodsItem, place: usize) -> Result<bool, Refusal> {
        let Some(order_number) = measure.order_number.as_deref() else { return Ok(true) };
        if self.drawn.contains(&place) {
            return Ok(true);
        }
        let path = format!("/items/{place}/quota");
        let Some(left) = self.left.get(order_number).copied() else {
            return Err(refusals::QUOTA_NOT_GIVEN.at(path).with("order", order_number));
        };
        if left <= Exact::ZERO {
            let step = Step::QuotaExhausted { line: item.number, order_number: order_number.to_owned() };
            if !self.trace.contains(&step) {
                self.trace.push(step);
            }
            return Ok(false);
        }
        let needed = self.counted(order_number, item, place)?;
        if needed > left {
            return Err(refusals::QUOTA_TOO_SMALL
                .at(path)
                .with("order", order_number)
                .with("left", left)
                .with("needed", needed));
        }
        Ok(true)
    }

    /// How much of a quota a line needs, in the quota's unit.
    fn counted(&self, order_number: &str, item: &GoodsItem, place: usize) -> Result<Exact, Refusal> {
        let unit = self.consignment.grants.get(order_number).and_then(|grant| grant.unit);
        let Some(unit) = unit else { return Ok(self.lines[place].value.exact()) };
        let units = self.tariff.units();
        let counted = units.quantity(unit, item.quantities.iter().copied());
        counted.map(|(quantity, _)| quantity).ok_or_else(|| {
            refusals::QUOTA_NOT_MEASURED
                .at(format!("/items/{place}/quantities"))
                .with("order", order_number)
                .with("unit", units.symbol(unit))
        })
    }

    /// Takes what a line needs out of its quota.
    fn draw(&mut self, order_number: &str, item: &GoodsItem, place: usize) -> Result<(), Refusal> {
        if !self.drawn.insert(place) {
            return Ok(());
        }
        let drawn = self.counted(order_number, item, place)?;
        let digits = || refusals::TOO_MANY_DIGITS.at(format!("/items/{place}"));
        let Some(left) = self.left.get_mut(order_number) else { return Ok(()) };
        *left = left.sub(drawn).ok_or_else(digits)?;
        let (line, left) = (item.number, *left);
        self.trace.push(Step::Quota { line, order_number: order_number.to_owned(), drawn, left });
        Ok(())
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
        Ok(other) => Err(not_reckoned(&other.text(), measure, expression, path)),
        Err(EvaluationFault::Prohibited) => Err(refusals::PROHIBITED
            .at(format!("{path}/commodity"))
            .with("code", item.commodity)
            .with("charge", &charge.key)),
        Err(fault) => Err(not_reckoned(&fault.text(), measure, expression, path)),
    }
}

fn not_reckoned(why: &Text, measure: &Measure, expression: &Expression, path: &str) -> Refusal {
    let refusal = refusals::RATE_NOT_RECKONED
        .at(format!("{path}/quantities"))
        .with("measure", &measure.rule)
        .with("rate", expression.source());
    because(refusal, why)
}

/// A refusal with its `{why}`.
fn because(mut refusal: Refusal, why: &Text) -> Refusal {
    refusal.text.zh = refusal.text.zh.replace("{why}", &why.zh).into();
    refusal.text.en = refusal.text.en.replace("{why}", &why.en).into();
    refusal
}

fn has_code(item: &GoodsItem, code: &str) -> bool {
    item.additional_codes.iter().any(|declared| declared == code)
}

/// Whether a condition of a measure holds.
///
/// # Errors
/// It cannot be known: by the clauses for which that is so.
fn condition(
    expression: &Expression,
    measure: &str,
    facts: &ItemFacts<'_>,
    path: &str,
) -> Result<bool, Refusal> {
    let why = match expression.evaluate(facts) {
        Ok(Value::Bool(holds)) => return Ok(holds),
        Ok(_) => needed(expression, facts),
        Err(fault) => fault.text(),
    };
    let refusal = refusals::CONDITION_UNKNOWN.at(path).with("measure", measure);
    Err(because(refusal.with("condition", expression.source()), &why))
}

/// The names that an expression asks for and that are not there.
fn needed<F: Facts>(expression: &Expression, facts: &F) -> Text {
    let absent =
        |clause: &&expression::Clause| matches!(&clause.outcome, expression::Outcome::Value(Value::Absent));
    let clauses = expression.explain(facts).clauses;
    let names: Vec<&str> = clauses.iter().filter(absent).map(|c| &*c.source).collect();
    let names = names.join(", ");
    Text::of(format!("缺少 {names}"), format!("{names} missing"))
}

/// A measure whose condition is not met, with the clauses that failed.
pub(crate) fn failed(measure: &str, when: &Expression, facts: &dyn Facts) -> Unmet {
    Unmet { rule: measure.to_owned(), clauses: failed_clauses(when, facts) }
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
    Unmet { rule: case.rule.to_string(), clauses: failed_clauses(&case.when, facts) }
}

fn failed_clauses(condition: &Expression, facts: &dyn Facts) -> Vec<UnmetClause> {
    let failed = |clause: &expression::Clause| match &clause.outcome {
        expression::Outcome::Value(value) => matches!(value, Value::Bool(false) | Value::Unknown),
        expression::Outcome::Fault(_) => true,
        expression::Outcome::NotNeeded => false,
    };
    let clauses = condition.explain(facts).clauses;
    let leaves = clauses.iter().filter(|c| failed(c) && !c.source.contains("&&"));
    leaves.map(|c| UnmetClause { clause: c.source.to_string(), value: c.outcome.text() }).collect()
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
        let name = self.run.tariff.base_name(index);
        let collected = || self.run.collected.get(name).and_then(|lines| lines.get(self.place)).copied();
        let amount = match name {
            "value" => self.run.lines[self.place].value,
            _ if let Some(amount) = collected() => amount,
            _ if let Some(term) = self.run.tariff.term(name, self.run.day) => {
                let declared = self.run.consignment.items[self.place].terms.get(name).copied();
                return term.value.or(declared).map_or(Value::Absent, term_value);
            }
            // a charge that is not due on this day has collected nothing
            _ => Money::ZERO,
        };
        Value::Number(amount.exact())
    }
}

fn texts(list: &[String]) -> Value<'_> {
    Value::Texts(list.iter().map(|text| text.as_str().into()).collect())
}

fn term_value(value: TermValue) -> Value<'static> {
    match value {
        TermValue::Number(number) => Value::Number(number),
        TermValue::Rate { share, fixed } => Value::Rate(RateValue { share, fixed }),
    }
}

/// Facts of an item, for conditions and rates.
pub(crate) struct ItemFacts<'a> {
    tariff: &'a Tariff,
    day: Date,
    item: &'a GoodsItem,
    value: Exact,
    base: Exact,
    /// Currencies that were asked for: the trace names their rates.
    converted: RefCell<BTreeSet<CurrencyCode>>,
    /// Quantities that were asked for and follow from others, by what the rate calls them.
    measured: RefCell<BTreeMap<String, Step>>,
}

impl<'a> ItemFacts<'a> {
    pub fn new(
        tariff: &'a Tariff,
        day: Date,
        item: &'a GoodsItem,
        value: Exact,
        base: Exact,
    ) -> ItemFacts<'a> {
        let (converted, measured) = (RefCell::default(), RefCell::default());
        ItemFacts { tariff, day, item, value, base, converted, measured }
    }

    /// Whether a condition holds; one that cannot be known does not.
    pub fn meets(&self, condition: &Expression) -> bool {
        holds(condition, self)
    }

    /// A quantity that follows: in another unit, or as a product with a strength or content.
    fn following(&self, symbol: &str, qualifier: &str) -> Option<Exact> {
        let derived = self.tariff.derived(qualifier, self.day)?;
        let unit = self.tariff.unit(symbol)?;
        let (of, other) = self.tariff.units().quantity(unit, self.item.quantities.iter().copied())?;
        let term = self.tariff.term(&derived.times, self.day)?;
        let declared = self.item.terms.get(&*derived.times).copied();
        let TermValue::Number(times) = term.value.or(declared)? else { return None };
        let quantity = derived.quantity(of, times)?;
        let (unit, declared) = other.unwrap_or((unit, of));
        self.note(format!("{symbol}.{qualifier}"), quantity, unit, declared, Some(&derived.times));
        Some(quantity)
    }

    fn note(&self, of: String, quantity: Exact, unit: UnitCode, declared: Exact, times: Option<&str>) {
        let (line, unit) = (self.item.number, self.tariff.units().symbol(unit));
        let times = times.map(str::to_owned);
        let step = Step::Measured { line, of: of.clone(), quantity, unit, declared, times };
        self.measured.borrow_mut().insert(of, step);
    }
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
            "documents" => texts(&self.item.documents),
            "additional_codes" => texts(&self.item.additional_codes),
            "quota" => self.item.quota.as_deref().map_or(Value::Absent, text),
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
        let units = self.tariff.units();
        let (found, of) = match qualifier {
            None => (units.quantity(unit, self.item.quantities.iter().copied()), symbol.to_owned()),
            Some(qualifier) => {
                let of = |q: &&QualifiedQuantity| q.qualifier == qualifier;
                let declared = self.item.qualified.iter().filter(of).map(|q| (q.unit, q.quantity));
                (units.quantity(unit, declared), format!("{symbol}.{qualifier}"))
            }
        };
        match (found, qualifier) {
            (Some((quantity, None)), _) => Some(quantity),
            (Some((quantity, Some((other, declared)))), _) => {
                self.note(of, quantity, other, declared, None);
                Some(quantity)
            }
            (None, Some(qualifier)) => self.following(symbol, qualifier),
            (None, None) => None,
        }
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
