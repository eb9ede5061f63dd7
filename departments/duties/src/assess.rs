//! Assessing: charge by charge over all lines of the lot, since thresholds and bases are facts of
//! the lot (handbook 4.1). Pure: the same consignment under the same edition and date gives the same
//! assessment, to the last step of its trace.

use crate::assessment::Assessment;
use crate::charge::{Charge, PriceForm};
use crate::day::{ChargeOfDay, LawOfDay, Said};
use crate::facts::{Consignment, GoodsItem};
use crate::index::{Rival, Touched};
use crate::item_facts::{BaseFacts, ItemFacts, Noted, failed_clauses};
use crate::measure::{Control, Measure, RateText};
use crate::reckoned::{CandidateMark, Mark, OnLine, Places, Reckoned, UnmetMark, UnmetOf};
use crate::refusals;
use crate::tariff::Tariff;
use crate::trace::{Outcome, Step};
use crate::valuation;
use customhouse_kernel::expression::{self, ByLaw, EvaluationFault, Expression, Facts, RateValue, Value};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use std::collections::BTreeSet;

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
    let mut assessor = Assessor::new(tariff);
    Ok(assessor.reckon_supposing(consignment, day, supposed)?.assessment(tariff))
}

/// Reckons one consignment after the other with the same buffers and, as long as the day stays, the same
/// law of the day; see [`Reckoned`].
#[derive(Debug)]
pub struct Assessor<'a> {
    tariff: &'a Tariff,
    law: Option<LawOfDay<'a>>,
    work: Work,
    reckoned: Reckoned,
}

/// What is needed on the way.
#[derive(Debug, Default)]
struct Work {
    items: Vec<ItemNumbers>,
    /// By field of bases, then by line: the value, and what each charge collects.
    amounts: Vec<Money>,
    /// Places, among an item's candidates, of the measures of the set that decides.
    compared: Vec<u32>,
    /// The charges that touch some item.
    touched: Touched,
}

/// What an item's measures are found by.
#[derive(Clone, Copy, Debug)]
struct ItemNumbers {
    /// Place in the index of goods.
    goods: u32,
    /// Place among the origins of the day.
    origin: u16,
    /// The agreement that is claimed; 0 for none.
    programme: u16,
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
        self.reckon_supposing(consignment, day, &BTreeSet::new())
    }

    fn reckon_supposing(
        &mut self,
        consignment: &Consignment,
        day: Date,
        supposed: &BTreeSet<&str>,
    ) -> Result<&Reckoned, Vec<Refusal>> {
        if consignment.items.is_empty() {
            return Err(vec![refusals::NO_ITEMS.at("/items")]);
        }
        let Assessor { tariff, law, work, reckoned: out } = self;
        let is_held = |law: &LawOfDay<'_>| law.day == day && law.direction == consignment.direction;
        if !law.as_ref().is_some_and(is_held) {
            *law = None;
        }
        let law = law.get_or_insert_with(|| LawOfDay::new(tariff, day, consignment.direction));
        out.clear(day);
        work.find(consignment, law)?;
        let lot = valuation::lot(consignment, law, out).map_err(|refusal| vec![refusal])?;
        for (place, item) in consignment.items.iter().enumerate() {
            let value = lot.value(item.total).ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
            out.trace.push(Mark::Value { line: item.number, price: item.total, value });
            out.lines.push((item.number, value));
            work.amounts[place] = value;
        }
        let left = consignment.grants.iter().map(|(number, grant)| (number.as_str(), grant.left)).collect();
        let mut run = Run { law, consignment, supposed, work, out, left, drawn: Vec::new() };
        run.admitted()?;
        for charge in &law.charges {
            run.charge(charge)?;
        }
        if law.charges.is_empty() {
            return Err(vec![refusals::NO_CHARGES.at("").with("date", day)]);
        }
        let total = Money::sum(out.charges.iter().map(|(_, amount)| *amount));
        out.total = total.ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/items")])?;
        Ok(out)
    }
}

impl Work {
    /// Finds what each item is found by; every unknown code is refused.
    fn find(&mut self, consignment: &Consignment, law: &mut LawOfDay<'_>) -> Result<(), Vec<Refusal>> {
        self.items.clear();
        self.touched = Touched::default();
        let index = &law.tariff.index;
        for item in &consignment.items {
            let goods = index.find(item.commodity, law.number);
            let goods = goods.ok_or_else(|| unknown_codes(consignment, law))?;
            self.touched = self.touched.and(index.touched(goods));
            let claimed = item.preference.as_ref().map(|p| p.agreement.as_str());
            let programme = claimed.map_or(0, |agreement| index.programme(agreement));
            self.items.push(ItemNumbers { goods, origin: law.origin_of(item), programme });
        }
        self.amounts.clear();
        self.amounts.resize(law.base_fields.len() * consignment.items.len(), Money::ZERO);
        Ok(())
    }
}

fn unknown_codes(consignment: &Consignment, law: &LawOfDay<'_>) -> Vec<Refusal> {
    let unknown = |item: &GoodsItem| law.tariff.commodity(item.commodity, law.day).is_none();
    let items = consignment.items.iter().enumerate().filter(|(_, item)| unknown(item));
    items
        .map(|(n, item)| {
            refusals::UNKNOWN_CODE
                .at(format!("/items/{n}/commodity"))
                .with("code", item.commodity)
                .with("date", law.day)
        })
        .collect()
}

/// A consignment under way.
struct Run<'a> {
    law: &'a LawOfDay<'a>,
    consignment: &'a Consignment,
    /// Measures whose conditions are taken as met.
    supposed: &'a BTreeSet<&'a str>,
    work: &'a mut Work,
    out: &'a mut Reckoned,
    /// What is left of quotas.
    left: Vec<(&'a str, Exact)>,
    /// The lines, by place, that have drawn on the quota that they ask for: once for all charges.
    drawn: Vec<usize>,
}

/// The measure that won, with what it comes to.
struct Won {
    /// With the exact amount on the base that was compared by.
    candidate: CandidateMark,
    rate: RateValue,
    /// Nothing is due because the law says so, not because a figure is zero.
    by_law: Option<ByLaw>,
}

impl<'a> Run<'a> {
    /// One charge over all lines.
    fn charge(&mut self, of_day: &ChargeOfDay<'_>) -> Result<(), Vec<Refusal>> {
        let charge = of_day.charge;
        if of_day.needs_measures && !self.work.touched.has(of_day.touches) {
            self.out.charges.push((of_day.place, Money::ZERO));
            return Ok(());
        }
        let mut refused = Vec::new();
        let first = self.out.on_lines.len();
        let mut sum = Some(Money::ZERO);
        for place in 0..self.consignment.items.len() {
            match self.on_line(of_day, place) {
                Ok(Some((measure, computed))) => {
                    sum = sum.and_then(|sum| sum.checked_add(computed));
                    let (line, charge) = (place as u32, of_day.place);
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
        let free = sum <= charge.free_up_to;
        if free && !sum.is_zero() {
            self.out.trace.push(Mark::Threshold { charge: of_day.place, sum });
        }
        let row = charge.field as usize * self.consignment.items.len();
        for on in &mut self.out.on_lines[first..] {
            if free {
                on.collected = Money::ZERO;
            }
            self.work.amounts[row + on.line as usize] = on.collected;
        }
        self.out.charges.push((of_day.place, if free { Money::ZERO } else { sum }));
        Ok(())
    }

    /// One charge on one line: the winning measure and the amount, or `None` where the charge does not
    /// touch the goods.
    fn on_line(&mut self, of_day: &ChargeOfDay<'_>, place: usize) -> Result<Option<(u32, Money)>, Refusal> {
        let charge = of_day.charge;
        let base = self.base(of_day, place)?;
        let Some(won) = self.choose(of_day, place, base)? else { return Ok(None) };
        let (base, exact) = match charge.price {
            PriceForm::Exclusive => (base, Some(won.candidate.amount)),
            PriceForm::Inclusive => (base, inclusive(won.rate, base)),
            PriceForm::Deducted => {
                let base = self.deduct(of_day, won.rate, place, base)?;
                (base, won.rate.amount(base).ok())
            }
        };
        let amount = exact.and_then(|exact| Money::rounded(exact, charge.places, charge.rounding));
        let amount = amount.ok_or_else(|| too_many_digits(place))?;
        self.out.trace.push(Mark::Charge {
            line: self.consignment.items[place].number,
            charge: of_day.place,
            measure: won.candidate.measure,
            base,
            rate: won.rate,
            amount,
            by_law: won.by_law,
        });
        Ok(Some((won.candidate.measure, amount)))
    }

    /// Takes a charge out of the price of a line: what is left is the line's customs value.
    fn deduct(
        &mut self,
        of_day: &ChargeOfDay<'_>,
        rate: RateValue,
        place: usize,
        price: Exact,
    ) -> Result<Exact, Refusal> {
        let value = without(of_day.charge, rate, price).ok_or_else(|| too_many_digits(place))?;
        if value <= Money::ZERO {
            return Err(refusals::NO_VALUE.at("/items"));
        }
        let line = &mut self.out.lines[place];
        line.1 = value;
        self.work.amounts[place] = value;
        self.out.trace.push(Mark::Deducted { line: line.0, charge: of_day.place, price, rate, value });
        Ok(value.exact())
    }

    /// The base of a charge on a line: the pack's expression over value and earlier charges.
    fn base(&self, of_day: &ChargeOfDay<'_>, place: usize) -> Result<Exact, Refusal> {
        let lines = self.consignment.items.len();
        let charge = of_day.charge;
        if let Some(fields) = self.law.summed(of_day) {
            let amount = |field: &u32| self.work.amounts[*field as usize * lines + place];
            let sum = Money::sum(fields.iter().map(amount)).map(Money::exact);
            let long = || fields.iter().try_fold(Exact::ZERO, |sum, field| sum.add(amount(field).exact()));
            return sum.or_else(long).ok_or_else(|| too_many_digits(place));
        }
        let item = &self.consignment.items[place];
        let facts =
            BaseFacts { fields: &self.law.base_fields, amounts: &self.work.amounts, lines, place, item };
        let why = match charge.base.evaluate(&facts) {
            Ok(Value::Number(base)) => return Ok(base),
            Err(EvaluationFault::Inexact) => return Err(too_many_digits(place)),
            Err(fault) => fault.text(),
            Ok(_) => needed(&charge.base, &facts),
        };
        let refusal = refusals::BASE_NOT_RECKONED.at(path(place));
        Err(because(refusal.with("base", charge.base.source()).with("charge", &charge.key), &why))
    }

    /// Every condition without which goods are not admitted.
    fn admitted(&self) -> Result<(), Vec<Refusal>> {
        let mut refused = Vec::new();
        for (place, item) in self.consignment.items.iter().enumerate() {
            let on_goods = self.law.tariff.index.controls(self.work.items[place].goods);
            if on_goods.is_empty() {
                continue;
            }
            let value = self.out.lines[place].1.exact();
            let facts = ItemFacts::new(self.law.tariff, self.law.day, item, value, value);
            let touches = |control: &&Control| {
                control.valid.covers(self.law.day)
                    && self.law.tariff.is_of(control.origin.as_deref(), item.origin, self.law.day)
                    && control.additional_code.as_deref().is_none_or(|code| has_code(item, code))
            };
            let controls = on_goods.iter().map(|place| &self.law.tariff.controls[*place as usize]);
            for control in controls.filter(touches) {
                match condition(&control.requires, &control.rule, &facts, place) {
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
        of_day: &ChargeOfDay<'_>,
        place: usize,
        base: Exact,
    ) -> Result<Option<Won>, Refusal> {
        let (law, charge) = (self.law, of_day.charge);
        let item = &self.consignment.items[place];
        let numbers = self.work.items[place];
        let rivals = law.tariff.index.rivals(numbers.goods, charge.field);
        if rivals.is_empty() && !charge.required {
            return Ok(None);
        }
        let mut facts = LazyFacts { law, item, value: self.out.lines[place].1, base, made: None };
        let first_unmet = self.out.unmet.len();
        let first = self.out.candidates.len();
        self.find_candidates(charge, rivals, &mut facts, place)?;
        if self.out.candidates.len() == first && !charge.required {
            self.out.unmet.truncate(first_unmet);
            return Ok(None);
        }
        for number in of_day.cases.clone() {
            let of_case = &law.cases[number];
            let case = of_case.case;
            match law.said(number, numbers.origin, item) {
                Said::Holds => {}
                Said::HoldsNot => continue,
                Said::Open if facts.get().meets(&case.when) => {}
                Said::Open => {
                    if case.claimed.as_ref().is_some_and(|claimed| facts.get().meets(claimed)) {
                        let clauses = failed_clauses(&case.when, facts.get());
                        self.out.unmet.push(UnmetMark { of: UnmetOf::Case(of_case.place), clauses });
                    }
                    continue;
                }
            }
            let candidates = &self.out.candidates[first..];
            if !case.tiers.iter().any(|tiers| complete_set(tiers, candidates, &mut self.work.compared)) {
                if case.claimed.is_some() {
                    let of = UnmetOf::Case(of_case.place);
                    self.out.unmet.push(UnmetMark { of, clauses: Vec::new() });
                }
                continue;
            }
            let won = self.lowest(charge, first, place, &mut facts)?;
            if let Some(made) = &facts.made {
                self.note(made.noted(), place)?;
            }
            if !won.candidate.is_plain
                && let Some(order_number) = &law.tariff.measures[won.candidate.measure as usize].order_number
            {
                self.draw(order_number, item, place)?;
            }
            let candidates = Places::since(first, &self.out.candidates);
            let unmet = Places::since(first_unmet, &self.out.unmet);
            let (line, charge, case) = (item.number, of_day.place, of_case.place);
            self.out.trace.push(Mark::Choice { line, charge, case, unmet, candidates });
            return Ok(Some(won));
        }
        let reason = if of_day.cases.is_empty() { &refusals::NO_CHOICE } else { &refusals::NO_RATE };
        Err(reason
            .at(format!("/items/{place}/commodity"))
            .with("code", item.commodity)
            .with("origin", item.origin)
            .with("date", law.day)
            .with("charge", &charge.key))
    }

    /// What conditions and rates asked for goes to the trace: exchange rates, and quantities that follow.
    fn note(&mut self, noted: Noted, place: usize) -> Result<(), Refusal> {
        for currency in noted.converted {
            let found = self.law.exchange_rate(currency, &path(place))?;
            valuation::mark(found, &mut self.out.trace);
        }
        for (_, step) in noted.measured {
            self.out.tell(step);
        }
        Ok(())
    }

    /// The measures of a charge that could apply to an item: for each tier the closest prefix. Conditions of
    /// measures that are not met are noted.
    fn find_candidates(
        &mut self,
        charge: &Charge,
        rivals: &[Rival],
        facts: &mut LazyFacts<'a>,
        place: usize,
    ) -> Result<(), Refusal> {
        let ItemNumbers { origin, programme, .. } = self.work.items[place];
        let first = self.out.candidates.len();
        let mut coded: Vec<Rival> = Vec::new();
        for rival in rivals {
            let applies = rival.covers(self.law.number)
                && (rival.programme == 0 || rival.programme == programme)
                && self.law.is_of(origin, rival);
            if !applies {
                continue;
            }
            let taken = self.out.candidates[first..].iter().find(|found| found.tier == rival.tier);
            if !rival.is_plain {
                let taken = taken.map(|found| found.measure);
                self.conditional(charge, rival, taken, facts, place, &mut coded)?;
            } else if taken.is_none() {
                self.out.candidates.push(CandidateMark::of(rival));
            }
        }
        if coded.is_empty() { Ok(()) } else { self.codes_missing(charge, &coded, first, place) }
    }

    /// A measure with a condition, an additional code or a quota.
    fn conditional(
        &mut self,
        charge: &Charge,
        rival: &Rival,
        taken: Option<u32>,
        facts: &mut LazyFacts<'a>,
        place: usize,
        coded: &mut Vec<Rival>,
    ) -> Result<(), Refusal> {
        let item = facts.item;
        let of = |measure: u32| &self.law.tariff.measures[measure as usize];
        let measure: &'a Measure = of(rival.measure);
        let equal = |m: &&Measure| m.is_rival(measure) && m.closeness() == measure.closeness();
        let equal = taken.map(of).filter(equal);
        let quota = measure.order_number.as_deref().is_none_or(|q| item.quota.as_deref() == Some(q));
        if taken.is_some() && equal.is_none() || !quota {
            return Ok(());
        }
        if !measure.additional_code.as_deref().is_none_or(|code| has_code(item, code)) {
            coded.push(*rival);
            return Ok(());
        }
        let met = match &measure.when {
            Some(when) if !self.supposed.contains(&*measure.rule) => {
                condition(when, &measure.rule, facts.get(), place)?
            }
            _ => true,
        };
        match (met, equal) {
            (true, Some(first)) => Err(refusals::AMBIGUOUS
                .at(path(place))
                .with("first", &first.rule)
                .with("other", &measure.rule)
                .with("charge", &charge.key)),
            (true, None) => {
                if self.is_granted(measure, item, place)? {
                    self.out.candidates.push(CandidateMark::of(rival));
                }
                Ok(())
            }
            (false, _) => {
                if let Some(when) = &measure.when {
                    let clauses = failed_clauses(when, facts.get());
                    self.out.unmet.push(UnmetMark { of: UnmetOf::Measure(rival.measure), clauses });
                }
                Ok(())
            }
        }
    }

    /// Refuses goods whose rate depends on an additional code that is not declared.
    fn codes_missing(
        &self,
        charge: &Charge,
        coded: &[Rival],
        first: usize,
        place: usize,
    ) -> Result<(), Refusal> {
        let found = &self.out.candidates[first..];
        let uncoded = |rival: &&Rival| !found.iter().any(|found| found.tier == rival.tier);
        let code =
            |rival: &Rival| self.law.tariff.measures[rival.measure as usize].additional_code.as_deref();
        let mut codes: Vec<&str> = coded.iter().filter(uncoded).filter_map(code).collect();
        codes.sort_unstable();
        codes.dedup();
        if codes.is_empty() {
            return Ok(());
        }
        Err(refusals::ADDITIONAL_CODE_MISSING
            .at(format!("/items/{place}/additional_codes"))
            .with("code", self.consignment.items[place].commodity)
            .with("charge", &charge.key)
            .with("codes", codes.join(", ")))
    }

    /// Whether the quota of a measure, if it is of one, holds what the line needs. One with nothing left
    /// gives way to the next rate; one with too little is refused, for then the line is of two rates.
    fn is_granted(&mut self, measure: &Measure, item: &GoodsItem, place: usize) -> Result<bool, Refusal> {
        let Some(order_number) = measure.order_number.as_deref() else { return Ok(true) };
        if self.drawn.contains(&place) {
            return Ok(true);
        }
        let path = format!("/items/{place}/quota");
        let Some((_, left)) = self.left.iter().copied().find(|(number, _)| *number == order_number) else {
            return Err(refusals::QUOTA_NOT_GIVEN.at(path).with("order", order_number));
        };
        if left <= Exact::ZERO {
            let step = Step::QuotaExhausted { line: item.number, order_number: order_number.to_owned() };
            if !self.out.told.contains(&step) {
                self.out.tell(step);
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
        let Some(unit) = unit else { return Ok(self.out.lines[place].1.exact()) };
        let units = self.law.tariff.units();
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
        if self.drawn.contains(&place) {
            return Ok(());
        }
        self.drawn.push(place);
        let drawn = self.counted(order_number, item, place)?;
        let quota = self.left.iter_mut().find(|(number, _)| *number == order_number);
        let Some((_, left)) = quota else { return Ok(()) };
        *left = left.sub(drawn).ok_or_else(|| too_many_digits(place))?;
        let (line, left) = (item.number, *left);
        self.out.tell(Step::Quota { line, order_number: order_number.to_owned(), drawn, left });
        Ok(())
    }

    /// The lowest of the set that is compared. Exact amounts and what became of each go to the candidates,
    /// which begin at a place.
    fn lowest(
        &mut self,
        charge: &Charge,
        first: usize,
        place: usize,
        facts: &mut LazyFacts<'a>,
    ) -> Result<Won, Refusal> {
        let tariff = self.law.tariff;
        let mut best: Option<(usize, RateValue)> = None;
        for compared in &self.work.compared {
            let compared = first + *compared as usize;
            let candidate = self.out.candidates[compared];
            let rate = match tariff.index.constant_rate(candidate.rate) {
                Some(constant) => constant.rate,
                None => rate(charge, &tariff.measures[candidate.measure as usize], place, facts.get())?,
            };
            let amount = rate.amount(facts.base).map_err(|_| too_many_digits(place))?;
            let candidates = &mut self.out.candidates;
            (candidates[compared].amount, candidates[compared].outcome) = (amount, Outcome::NotLower);
            if best.is_none_or(|(lowest, _)| amount < candidates[lowest].amount) {
                best = Some((compared, rate));
            }
        }
        let no_set = || refusals::NO_CHOICE.at(path(place)).with("charge", &charge.key);
        let (lowest, rate) = best.ok_or_else(no_set)?;
        let candidate = &mut self.out.candidates[lowest];
        candidate.outcome = Outcome::Won;
        let mut won = Won { candidate: *candidate, rate, by_law: None };
        if rate.is_zero() {
            won.by_law = match tariff.index.constant_rate(candidate.rate) {
                Some(constant) => constant.by_law,
                None => tariff.measures[candidate.measure as usize].rate.by_law(facts.get()),
            };
        }
        Ok(won)
    }
}

/// Facts of an item that are made when they are first asked for: most goods need none.
struct LazyFacts<'a> {
    law: &'a LawOfDay<'a>,
    item: &'a GoodsItem,
    value: Money,
    base: Exact,
    made: Option<ItemFacts<'a>>,
}

impl<'a> LazyFacts<'a> {
    fn get(&mut self) -> &ItemFacts<'a> {
        let LazyFacts { law, item, value, base, .. } = *self;
        self.made.get_or_insert_with(|| ItemFacts::new(law.tariff, law.day, item, value.exact(), base))
    }
}

fn path(place: usize) -> String {
    format!("/items/{place}")
}

fn too_many_digits(place: usize) -> Refusal {
    refusals::TOO_MANY_DIGITS.at(path(place))
}

/// The exact amount of a charge that its composite price contains: divided once, at the end.
fn inclusive(rate: RateValue, base: Exact) -> Option<Exact> {
    let composite = base.add(rate.fixed)?;
    let rest = Exact::ONE.sub(rate.share)?;
    // 12 places are far beyond the charge's own; only then is the fixed part added
    Exact::product_over(&[composite, rate.share], &[rest], 12, Rounding::HalfUp)?.add(rate.fixed)
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
    let expression = match &measure.rate {
        RateText::Known(expression) => expression,
        RateText::Unknown { note } => {
            return Err(refusals::RATE_UNKNOWN
                .at(format!("/items/{place}/commodity"))
                .with("code", item.commodity)
                .with("charge", &charge.key)
                .with("note", note));
        }
    };
    match expression.evaluate(facts) {
        Ok(Value::Rate(rate)) => Ok(rate),
        Ok(other) => Err(not_reckoned(&other.text(), measure, expression, place)),
        Err(EvaluationFault::Prohibited) => Err(refusals::PROHIBITED
            .at(format!("/items/{place}/commodity"))
            .with("code", item.commodity)
            .with("charge", &charge.key)),
        Err(fault) => Err(not_reckoned(&fault.text(), measure, expression, place)),
    }
}

fn not_reckoned(why: &Text, measure: &Measure, expression: &Expression, place: usize) -> Refusal {
    let refusal = refusals::RATE_NOT_RECKONED
        .at(format!("/items/{place}/quantities"))
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
    place: usize,
) -> Result<bool, Refusal> {
    let why = match expression.evaluate(facts) {
        Ok(Value::Bool(holds)) => return Ok(holds),
        Ok(_) => needed(expression, facts),
        Err(fault) => fault.text(),
    };
    let refusal = refusals::CONDITION_UNKNOWN.at(path(place)).with("measure", measure);
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

/// Takes the places of a set's measures among the candidates, and says whether every tier of it has one.
fn complete_set(tiers: &[u16], candidates: &[CandidateMark], set: &mut Vec<u32>) -> bool {
    set.clear();
    for tier in tiers {
        match candidates.iter().position(|found| found.tier == *tier) {
            Some(place) => set.push(place as u32),
            None => return false,
        }
    }
    true
}
