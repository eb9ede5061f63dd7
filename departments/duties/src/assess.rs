//! Assessing: charge by charge over all lines of the lot, since thresholds and bases are facts of
//! the lot (handbook 4.1). Pure: the same consignment under the same edition and date gives the same
//! assessment, to the last step of its trace.

use crate::assessment::Assessment;
use crate::charge::{Charge, PriceForm};
use crate::choice::Case;
use crate::facts::{Consignment, GoodsItem, QualifiedQuantity, TermValue};
use crate::index::Rival;
use crate::measure::{Measure, RateText};
use crate::reckoned::{CandidateMark, Mark, OnLine, Reckoned, UnmetMark};
use crate::refusals;
use crate::tariff::{ItemField, Tariff};
use crate::trace::{Outcome, UnmetClause};
use crate::valuation;
use customhouse_kernel::expression::{self, ByLaw, EvaluationFault, Expression, Facts, RateValue, Value};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, CurrencyCode, Direction, Exact, Money, Rounding, UnitCode};
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

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
    Ok(Assessor::new(tariff).reckon(consignment, day)?.assessment(tariff))
}

/// Reckons one consignment after the other with the same buffers; see [`Reckoned`].
#[derive(Debug)]
pub struct Assessor<'a> {
    tariff: &'a Tariff,
    law: Option<LawOfDay<'a>>,
    work: Work,
    reckoned: Reckoned,
}

/// The charges of a day on one way of the goods, in their order, each with its cases of choice.
#[derive(Debug)]
struct LawOfDay<'a> {
    day: Date,
    direction: Direction,
    charges: Vec<OnDay<'a>>,
    cases: Vec<(u32, &'a Case)>,
}

/// A charge on a day.
#[derive(Clone, Debug)]
struct OnDay<'a> {
    place: u32,
    charge: &'a Charge,
    /// Places among the cases of the day.
    cases: Range<usize>,
}

/// What is needed on the way.
#[derive(Debug, Default)]
struct Work {
    /// The place of each item's goods in the index.
    goods: Vec<u32>,
    /// By field of bases, then by line: the value, and what each charge collects.
    amounts: Vec<Money>,
    candidates: Vec<Rival>,
    /// Measures of the set that decides, with the exact amount of each once it is reckoned.
    compared: Vec<(u32, Option<Exact>)>,
}

impl<'a> LawOfDay<'a> {
    fn new(tariff: &'a Tariff, day: Date, direction: Direction) -> LawOfDay<'a> {
        let mut law = LawOfDay { day, direction, charges: Vec::new(), cases: Vec::new() };
        let on_day = |charge: &Charge| charge.valid.covers(day) && charge.direction == direction;
        for (place, charge) in tariff.charges.iter().enumerate().filter(|(_, charge)| on_day(charge)) {
            let first = law.cases.len();
            let cases = tariff.cases.iter().enumerate();
            let of_charge = cases.filter(|(_, case)| case.charge == charge.key && case.valid.covers(day));
            law.cases.extend(of_charge.map(|(place, case)| (place as u32, case)));
            law.charges.push(OnDay { place: place as u32, charge, cases: first..law.cases.len() });
        }
        law
    }
}

impl<'a> Assessor<'a> {
    pub fn new(tariff: &'a Tariff) -> Assessor<'a> {
        Assessor { tariff, law: None, work: Work::default(), reckoned: Reckoned::default() }
    }

    /// What is owed on a consignment under the law of a day, as ids and numbers; see [`assess`].
    ///
    /// # Errors
    /// As [`assess`].
    pub fn reckon(&mut self, consignment: &Consignment, day: Date) -> Result<&Reckoned, Vec<Refusal>> {
        if consignment.items.is_empty() {
            return Err(vec![refusals::NO_ITEMS.at("/items")]);
        }
        let Assessor { tariff, law, work, reckoned } = self;
        reckoned.clear(day);
        work.goods.clear();
        for item in &consignment.items {
            let found = tariff.index.find(item.commodity, &tariff.commodities, day);
            work.goods.push(found.ok_or_else(|| unknown_codes(consignment, tariff, day))?);
        }
        work.amounts.clear();
        work.amounts.resize(tariff.base_fields() * consignment.items.len(), Money::ZERO);
        let lot = valuation::lot(consignment, tariff, day, &mut reckoned.trace).map_err(|r| vec![r])?;
        for (place, item) in consignment.items.iter().enumerate() {
            let value = lot
                .value(item.number, item.total, &mut reckoned.trace)
                .ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
            reckoned.lines.push((item.number, value));
            work.amounts[place] = value;
        }
        let held = law.take().filter(|law| law.day == day && law.direction == consignment.direction);
        let law = law.insert(held.unwrap_or_else(|| LawOfDay::new(tariff, day, consignment.direction)));
        if law.charges.is_empty() {
            return Err(vec![refusals::NO_CHARGES.at("").with("date", day)]);
        }
        let mut run = Run { tariff, day, consignment, cases: &law.cases, work, out: reckoned };
        for charge in &law.charges {
            run.charge(charge)?;
        }
        let total = Money::sum(reckoned.charges.iter().map(|(_, amount)| *amount));
        reckoned.total = total.ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
        Ok(reckoned)
    }
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

/// A consignment under way.
struct Run<'a> {
    tariff: &'a Tariff,
    day: Date,
    consignment: &'a Consignment,
    cases: &'a [(u32, &'a Case)],
    work: &'a mut Work,
    out: &'a mut Reckoned,
}

/// The measure that won, with what it comes to.
struct Won {
    measure: u32,
    rate: RateValue,
    /// Exact, on the base that was compared by.
    amount: Exact,
    /// Nothing is due because the law says so, not because a figure is zero.
    by_law: Option<ByLaw>,
}

impl<'a> Run<'a> {
    /// One charge over all lines.
    fn charge(&mut self, on_day: &OnDay<'a>) -> Result<(), Vec<Refusal>> {
        let mut refused = Vec::new();
        let first = self.out.on_lines.len();
        let mut sum = Some(Money::ZERO);
        for place in 0..self.consignment.items.len() {
            match self.on_line(on_day, place) {
                Ok(Some((measure, computed))) => {
                    sum = sum.and_then(|sum| sum.checked_add(computed));
                    let (line, charge) = (place as u32, on_day.place);
                    self.out.on_lines.push(OnLine { line, charge, measure, computed, collected: computed });
                }
                Ok(None) => {}
                Err(refusal) => refused.push(refusal),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let sum = sum.ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
        let free = sum <= on_day.charge.free_up_to;
        if free && !sum.is_zero() {
            self.out.trace.push(Mark::Threshold { charge: on_day.place, sum });
        }
        let row = on_day.charge.field as usize * self.consignment.items.len();
        for on in &mut self.out.on_lines[first..] {
            if free {
                on.collected = Money::ZERO;
            }
            self.work.amounts[row + on.line as usize] = on.collected;
        }
        self.out.charges.push((on_day.place, if free { Money::ZERO } else { sum }));
        Ok(())
    }

    /// One charge on one line: the winning measure and the amount, or `None` where the charge does not
    /// touch the goods.
    fn on_line(&mut self, on_day: &OnDay<'a>, place: usize) -> Result<Option<(u32, Money)>, Refusal> {
        let charge = on_day.charge;
        let item = &self.consignment.items[place];
        // a sum of amounts has a value: it may wait until it is needed
        let reckoned_base = match charge.base_sum {
            Some(_) => None,
            None => Some(self.base(charge, place).ok_or_else(|| too_many_digits(place))?),
        };
        self.find_candidates(charge, place);
        if self.work.candidates.is_empty() && !charge.required {
            return Ok(None);
        }
        let base = match reckoned_base {
            Some(base) => base,
            None => self.base(charge, place).ok_or_else(|| too_many_digits(place))?,
        };
        let won = self.choose(on_day, place, base)?;
        let (base, exact) = match charge.price {
            PriceForm::Exclusive => (base, Some(won.amount)),
            PriceForm::Inclusive => (base, reckon(charge, won.rate, base)),
            PriceForm::Deducted => {
                let base = self.deduct(on_day, won.rate, place, base)?;
                (base, reckon(charge, won.rate, base))
            }
        };
        let amount = exact.and_then(|exact| Money::rounded(exact, charge.places, charge.rounding));
        let amount = amount.ok_or_else(|| too_many_digits(place))?;
        self.out.trace.push(Mark::Charge {
            line: item.number,
            charge: on_day.place,
            measure: won.measure,
            base,
            rate: won.rate,
            amount,
            by_law: won.by_law,
        });
        Ok(Some((won.measure, amount)))
    }

    /// Takes a charge out of the price of a line: what is left is the line's customs value.
    fn deduct(
        &mut self,
        on_day: &OnDay<'a>,
        rate: RateValue,
        place: usize,
        price: Exact,
    ) -> Result<Exact, Refusal> {
        let value = without(on_day.charge, rate, price).ok_or_else(|| too_many_digits(place))?;
        if value <= Money::ZERO {
            return Err(refusals::NO_VALUE.at("/items"));
        }
        let line = &mut self.out.lines[place];
        line.1 = value;
        self.work.amounts[place] = value;
        self.out.trace.push(Mark::Deducted { line: line.0, charge: on_day.place, price, rate, value });
        Ok(value.exact())
    }

    /// The base of a charge on a line: the pack's expression over value and earlier charges.
    fn base(&self, charge: &Charge, place: usize) -> Option<Exact> {
        let facts = BaseFacts { amounts: &self.work.amounts, lines: self.consignment.items.len(), place };
        if let Some(fields) = &charge.base_sum {
            let steps = fields.iter().map(|field| i128::from(facts.amount(*field).minor())).sum();
            return Exact::from_parts(steps, Money::PLACES);
        }
        match charge.base.evaluate(&facts).ok()? {
            Value::Number(base) => Some(base),
            _ => None,
        }
    }

    /// Which measure of a charge applies to an item.
    fn choose(&mut self, on_day: &OnDay<'a>, place: usize, base: Exact) -> Result<Won, Refusal> {
        let item = &self.consignment.items[place];
        let value = self.out.lines[place].1;
        let converted = RefCell::default();
        let facts = ItemFacts { tariff: self.tariff, day: self.day, item, value, base, converted };
        let first_unmet = self.out.unmet.len() as u32;
        for (case_place, case) in &self.cases[on_day.cases.clone()] {
            if !holds(&case.when, &facts) {
                if case.claimed.as_ref().is_some_and(|claimed| holds(claimed, &facts)) {
                    self.out.unmet.push(why_unmet(*case_place, case, &facts));
                }
                continue;
            }
            let Work { candidates, compared, .. } = &mut *self.work;
            if !case.tiers.iter().any(|tiers| complete_set(tiers, candidates, compared)) {
                if case.claimed.is_some() {
                    self.out.unmet.push(UnmetMark { case: *case_place, clauses: Vec::new() });
                }
                continue;
            }
            let won = self.lowest(on_day.charge, place, &facts)?;
            for currency in facts.converted.take() {
                let path = format!("/items/{place}");
                valuation::exchange(self.tariff, currency, self.day, &path, &mut self.out.trace)?;
            }
            let candidates = self.outcomes(won.measure);
            let unmet = first_unmet..self.out.unmet.len() as u32;
            let (line, charge, case) = (item.number, on_day.place, *case_place);
            self.out.trace.push(Mark::Choice { line, charge, case, unmet, candidates });
            return Ok(won);
        }
        let reason = if on_day.cases.is_empty() { &refusals::NO_CHOICE } else { &refusals::NO_RATE };
        Err(reason
            .at(format!("/items/{place}/commodity"))
            .with("code", item.commodity)
            .with("origin", item.origin)
            .with("date", self.day)
            .with("charge", &on_day.charge.key))
    }

    /// The measures of a charge that could apply to an item: for each tier the closest prefix.
    fn find_candidates(&mut self, charge: &Charge, place: usize) {
        let item = &self.consignment.items[place];
        let Tariff { index, groups, .. } = self.tariff;
        let claim = item.preference.as_ref().map(|p| p.agreement.as_str());
        let found = &mut self.work.candidates;
        found.clear();
        for rival in index.rivals(self.work.goods[place], charge.field) {
            if !found.iter().any(|f| f.tier == rival.tier)
                && index.applies(rival, groups, self.day, item.origin, claim)
            {
                found.push(*rival);
            }
        }
    }

    /// The lowest of the set that is compared; the exact amounts are noted in it.
    fn lowest(&mut self, charge: &Charge, place: usize, facts: &ItemFacts<'_>) -> Result<Won, Refusal> {
        let base = facts.base;
        let mut best: Option<Won> = None;
        for (measure, compared) in &mut self.work.compared {
            let rate = rate(charge, &self.tariff.measures[*measure as usize], place, facts)?;
            let amount =
                rate.amount(base).map_err(|_| refusals::TOO_MANY_DIGITS.at(format!("/items/{place}")))?;
            *compared = Some(amount);
            if best.as_ref().is_none_or(|best| amount < best.amount) {
                best = Some(Won { measure: *measure, rate, amount, by_law: None });
            }
        }
        let mut won = best
            .ok_or_else(|| refusals::NO_CHOICE.at(format!("/items/{place}")).with("charge", &charge.key))?;
        if won.rate.is_zero()
            && let RateText::Known(expression) = &self.tariff.measures[won.measure as usize].rate
        {
            won.by_law = expression.by_law(facts);
        }
        Ok(won)
    }

    /// What became of each candidate.
    fn outcomes(&mut self, won: u32) -> Range<u32> {
        let first = self.out.candidates.len() as u32;
        for Rival { measure, .. } in &self.work.candidates {
            let compared = self.work.compared.iter().find(|(m, _)| m == measure);
            let amount = compared.and_then(|(_, amount)| *amount);
            let outcome = match amount {
                _ if *measure == won => Outcome::Won,
                Some(_) => Outcome::NotLower,
                None => Outcome::NotCompared,
            };
            self.out.candidates.push(CandidateMark { measure: *measure, amount, outcome });
        }
        first..self.out.candidates.len() as u32
    }
}

fn too_many_digits(place: usize) -> Refusal {
    refusals::TOO_MANY_DIGITS.at(format!("/items/{place}"))
}

/// The exact amount of a charge on a base. An inclusive charge divides once, at the end.
fn reckon(charge: &Charge, rate: RateValue, base: Exact) -> Option<Exact> {
    match charge.price {
        PriceForm::Exclusive | PriceForm::Deducted => rate.amount(base).ok(),
        PriceForm::Inclusive => {
            let composite = base.add(rate.fixed)?;
            let rest = Exact::ONE.sub(rate.share)?;
            // 12 places are far beyond the charge's own; only then is the fixed part added
            Exact::product_over(&[composite, rate.share], &[rest], 12, Rounding::HalfUp)?.add(rate.fixed)
        }
    }
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
    place: usize,
    facts: &ItemFacts<'_>,
) -> Result<RateValue, Refusal> {
    let item = facts.item;
    let path = || format!("/items/{place}");
    let expression = match &measure.rate {
        RateText::Known(expression) => expression,
        RateText::Unknown { note } => {
            return Err(refusals::RATE_UNKNOWN
                .at(format!("{}/commodity", path()))
                .with("code", item.commodity)
                .with("charge", &charge.key)
                .with("note", note));
        }
    };
    match expression.evaluate(facts) {
        Ok(Value::Rate(rate)) => Ok(rate),
        Ok(other) => Err(not_reckoned(&other.text(), expression, &path())),
        Err(EvaluationFault::Prohibited) => Err(refusals::PROHIBITED
            .at(format!("{}/commodity", path()))
            .with("code", item.commodity)
            .with("charge", &charge.key)),
        Err(fault) => Err(not_reckoned(&fault.text(), expression, &path())),
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

/// Takes the measures of a set, and says whether every tier of it has one.
fn complete_set(tiers: &[u16], candidates: &[Rival], set: &mut Vec<(u32, Option<Exact>)>) -> bool {
    set.clear();
    for tier in tiers {
        match candidates.iter().find(|rival| rival.tier == *tier) {
            Some(rival) => set.push((rival.measure, None)),
            None => return false,
        }
    }
    true
}

/// The clauses of a claimed case that did not hold.
fn why_unmet(place: u32, case: &Case, facts: &ItemFacts<'_>) -> UnmetMark {
    let failed = |clause: &expression::Clause| match &clause.outcome {
        expression::Outcome::Value(value) => matches!(value, Value::Bool(false) | Value::Unknown),
        expression::Outcome::Fault(_) => true,
        expression::Outcome::NotNeeded => false,
    };
    let clauses = case.when.explain(facts).clauses;
    let leaves = clauses.iter().filter(|c| failed(c) && !c.source.contains("&&"));
    let clause =
        |c: &expression::Clause| UnmetClause { clause: c.source.to_string(), value: c.outcome.text() };
    UnmetMark { case: place, clauses: leaves.map(clause).collect() }
}

/// Facts of a charge's base.
struct BaseFacts<'a> {
    amounts: &'a [Money],
    lines: usize,
    place: usize,
}

impl BaseFacts<'_> {
    /// A charge that is not due on this day has collected nothing.
    fn amount(&self, field: usize) -> Money {
        self.amounts.get(field * self.lines + self.place).copied().unwrap_or(Money::ZERO)
    }
}

impl Facts for BaseFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        Value::Number(self.amount(index).exact())
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
    value: Money,
    base: Exact,
    /// Currencies that were asked for: the trace names their rates.
    converted: RefCell<BTreeSet<CurrencyCode>>,
}

impl ItemFacts<'_> {
    fn quantity_in(&self, unit: UnitCode) -> Option<Exact> {
        self.item.quantities.iter().find(|(u, _)| *u == unit).map(|(_, quantity)| *quantity)
    }

    fn exchange_of(&self, currency: CurrencyCode) -> Option<Exact> {
        if self.tariff.currency() == Some(currency) {
            return Some(Exact::ONE);
        }
        let (found, _) = self.tariff.exchange_rate(currency, self.day)?;
        self.converted.borrow_mut().insert(currency);
        Some(self.tariff.exchange_rates[found as usize].rate)
    }
}

/// A text that is declared; an empty one is not.
fn text(declared: &str) -> Value<'_> {
    if declared.is_empty() { Value::Absent } else { Value::Text(declared.into()) }
}

impl Facts for ItemFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let preference = self.item.preference.as_ref();
        let number = |number: Option<Exact>| number.map_or(Value::Absent, Value::Number);
        match self.tariff.item_fields.get(index).unwrap_or(&ItemField::Unknown) {
            ItemField::Origin => Value::Text(self.item.origin.as_str().into()),
            ItemField::Agreement => preference.map_or(Value::Absent, |p| text(&p.agreement)),
            ItemField::ProofKind => preference.map_or(Value::Absent, |p| text(&p.proof_kind)),
            ItemField::ProofNumber => preference.map_or(Value::Absent, |p| text(&p.proof_number)),
            ItemField::Value => Value::Number(self.value.exact()),
            ItemField::LawDate => Value::Date(self.day),
            ItemField::Term(name) => match self.tariff.term(name, self.day) {
                Some(term) => {
                    let given = term.value.or_else(|| self.item.terms.get(&**name).copied());
                    given.map_or(Value::Absent, term_value)
                }
                None => Value::Unknown,
            },
            ItemField::Quantity(unit) => number(self.quantity_in(*unit)),
            ItemField::Exchange(currency) => number(self.exchange_of(*currency)),
            ItemField::Absent => Value::Absent,
            ItemField::Unknown => Value::Unknown,
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
        self.quantity_in(unit)
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        self.exchange_of(CurrencyCode::parse(currency)?)
    }

    fn base(&self) -> Option<Exact> {
        Some(self.base)
    }
}
