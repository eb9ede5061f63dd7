//! The law of a day 当日法律: what holds on it for one way of the goods, resolved once and used for one
//! consignment after the other.

use crate::charge::Charge;
use crate::choice::Case;
use crate::facts::GoodsItem;
use crate::index::{DayNumber, Rival, Touched};
use crate::item_facts::ItemFacts;
use crate::refusals;
use crate::tariff::{ItemField, Tariff};
use crate::term::Term;
use crate::valuation::{DeliveryTerms, ValuationRule};
use customhouse_kernel::expression::Expression;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CountryCode, CurrencyCode, Direction, Exact};
use jiff::civil::Date;
use std::ops::Range;

/// What holds on a day for one way of the goods.
#[derive(Debug)]
pub(crate) struct LawOfDay<'a> {
    pub tariff: &'a Tariff,
    pub day: Date,
    pub number: DayNumber,
    pub direction: Direction,
    /// With its place in the tariff.
    pub valuation: Option<(u32, &'a ValuationRule)>,
    terms: Vec<&'a DeliveryTerms>,
    /// In their order.
    pub charges: Vec<ChargeOfDay<'a>>,
    /// Of all charges; each charge knows its own.
    pub cases: Vec<CaseOfDay<'a>>,
    /// What the names in bases stand for.
    pub base_fields: Vec<BaseField<'a>>,
    /// Fields that bases add up; each charge knows its own.
    sums: Vec<u32>,
    /// Rates that were asked for.
    exchange_rates: Vec<ExchangeOfDay>,
    /// Origins that were asked for.
    origins: Vec<OriginOfDay>,
    /// By country, the place among the origins, from 1.
    origin_of: Vec<u16>,
}

/// A charge on a day.
#[derive(Clone, Debug)]
pub(crate) struct ChargeOfDay<'a> {
    pub place: u32,
    pub charge: &'a Charge,
    /// Places among the cases of the day.
    pub cases: Range<usize>,
    /// Places among the sums, for a base that only adds amounts up.
    sum: Option<Range<usize>>,
    pub touches: Touched,
    /// Whether nothing can become of it, and nothing be refused, where no measure touches the goods.
    pub needs_measures: bool,
}

/// A case of choice on a day.
#[derive(Debug)]
pub(crate) struct CaseOfDay<'a> {
    pub place: u32,
    pub case: &'a Case,
    /// Whether origin, claim and day alone decide it.
    is_of_origin: bool,
}

/// What a name in the base of a charge stands for.
#[derive(Debug)]
pub(crate) enum BaseField<'a> {
    /// The value, or what a charge of the day collects.
    Amount,
    Term(&'a Term),
    /// A charge that is not due on this day has collected nothing.
    Nothing,
}

/// The rate of a currency on a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExchangeOfDay {
    currency: CurrencyCode,
    /// Place in the tariff; `None` for the territory's own currency.
    pub place: Option<u32>,
    pub rate: Exact,
    pub carried_forward: bool,
}

/// What the law of a day says of an origin.
#[derive(Debug)]
pub(crate) struct OriginOfDay {
    /// A bit for each country or group that measures name: whether it is or holds the origin.
    is: Vec<u64>,
    /// By case of the day, what it says of goods for which nothing is claimed, where that alone decides it.
    unclaimed: Vec<Said>,
}

/// What is known of a case before it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Holds,
    /// And it is not claimed.
    HoldsNot,
    /// It must be evaluated.
    Open,
}

impl<'a> LawOfDay<'a> {
    pub fn new(tariff: &'a Tariff, day: Date, direction: Direction) -> LawOfDay<'a> {
        let valuation = tariff.valuation.iter().enumerate();
        let valuation = valuation.map(|(place, rule)| (place as u32, rule));
        let mut law = LawOfDay {
            tariff,
            day,
            number: DayNumber::of(day),
            direction,
            valuation: { valuation }.find(|(_, v)| v.direction == direction && v.valid.covers(day)),
            terms: tariff.terms.iter().filter(|t| t.direction == direction && t.valid.covers(day)).collect(),
            charges: Vec::new(),
            cases: Vec::new(),
            base_fields: base_fields(tariff, day, direction),
            sums: Vec::new(),
            exchange_rates: Vec::new(),
            origins: Vec::new(),
            origin_of: vec![0; CountryCode::ALL],
        };
        let of_day = |charge: &Charge| charge.valid.covers(day) && charge.direction == direction;
        for (place, charge) in tariff.charges.iter().enumerate().filter(|(_, charge)| of_day(charge)) {
            law.add(place as u32, charge);
        }
        law
    }

    fn add(&mut self, place: u32, charge: &'a Charge) {
        let first = self.cases.len();
        for (place, case) in self.tariff.cases.iter().enumerate() {
            if case.charge == charge.key && case.valid.covers(self.day) {
                let is_of_origin = [Some(&case.when), case.claimed.as_ref()]
                    .into_iter()
                    .flatten()
                    .all(|condition| is_of_origin(condition, self.tariff));
                self.cases.push(CaseOfDay { place: place as u32, case, is_of_origin });
            }
        }
        let sum = charge.base_sum.as_deref().and_then(|fields| self.sum(fields));
        let (touches, needs_measures) = (Touched::by(charge.field), !charge.required && sum.is_some());
        let cases = first..self.cases.len();
        self.charges.push(ChargeOfDay { place, charge, cases, sum, touches, needs_measures });
    }

    /// Keeps the fields of a sum that are amounts; `None` if one is a term, which may be missing.
    fn sum(&mut self, fields: &[usize]) -> Option<Range<usize>> {
        let first = self.sums.len();
        for field in fields {
            match self.base_fields.get(*field)? {
                BaseField::Amount => self.sums.push(*field as u32),
                BaseField::Nothing => {}
                BaseField::Term(_) => {
                    self.sums.truncate(first);
                    return None;
                }
            }
        }
        Some(first..self.sums.len())
    }

    /// The fields whose amounts the base of a charge adds up, if that is all that it does.
    pub fn summed(&self, charge: &ChargeOfDay<'_>) -> Option<&[u32]> {
        charge.sum.clone().map(|places| &self.sums[places])
    }

    pub fn terms(&self, code: &str) -> Option<&'a DeliveryTerms> {
        self.terms.iter().find(|t| &*t.code == code).copied()
    }

    /// The exchange rate of a currency; the territory's own counts one.
    pub fn exchange(&mut self, currency: CurrencyCode, path: &str) -> Result<ExchangeOfDay, Refusal> {
        if let Some(known) = self.exchange_rates.iter().find(|rate| rate.currency == currency) {
            return Ok(*known);
        }
        let found = self.exchange_rate(currency, path)?;
        self.exchange_rates.push(found);
        Ok(found)
    }

    /// The same, looked up anew.
    pub fn exchange_rate(&self, currency: CurrencyCode, path: &str) -> Result<ExchangeOfDay, Refusal> {
        if self.tariff.currency() == Some(currency) {
            return Ok(ExchangeOfDay { currency, place: None, rate: Exact::ONE, carried_forward: false });
        }
        let (place, carried_forward) = self.tariff.exchange_rate(currency, self.day).ok_or_else(|| {
            refusals::NO_EXCHANGE_RATE.at(path).with("currency", currency).with("date", self.day)
        })?;
        let rate = self.tariff.exchange_rates[place as usize].rate;
        Ok(ExchangeOfDay { currency, place: Some(place), rate, carried_forward })
    }

    /// The place of what the law says of an item's origin.
    pub fn origin_of(&mut self, item: &GoodsItem) -> u16 {
        let known = self.origin_of[item.origin.place()];
        if known == 0 {
            let origin = self.resolve(item);
            self.origins.push(origin);
            self.origin_of[item.origin.place()] = self.origins.len() as u16;
        }
        self.origin_of[item.origin.place()] - 1
    }

    fn resolve(&self, item: &GoodsItem) -> OriginOfDay {
        let named = self.tariff.index.origins();
        let mut is = vec![0; named.len().div_ceil(64)];
        for (place, origin) in named.iter().enumerate() {
            if self.tariff.is_of(Some(origin), item.origin, self.day) {
                is[place / 64] |= 1 << (place % 64);
            }
        }
        let unclaimed = GoodsItem { preference: None, ..item.clone() };
        let facts = ItemFacts::new(self.tariff, self.day, &unclaimed, Exact::ZERO, Exact::ZERO);
        let said = |of_day: &CaseOfDay<'_>| {
            let is_claimed = || of_day.case.claimed.as_ref().is_some_and(|claimed| facts.meets(claimed));
            match of_day.is_of_origin {
                true if facts.meets(&of_day.case.when) => Said::Holds,
                true if !is_claimed() => Said::HoldsNot,
                _ => Said::Open,
            }
        };
        OriginOfDay { is, unclaimed: self.cases.iter().map(said).collect() }
    }

    /// Whether a measure's goods are of an origin.
    pub fn is_of(&self, origin: u16, rival: &Rival) -> bool {
        let Some(place) = usize::from(rival.origin).checked_sub(1) else { return true };
        self.origins[usize::from(origin)].is[place / 64] >> (place % 64) & 1 == 1
    }

    /// What a case says of goods of an origin, before it is evaluated.
    pub fn said(&self, case: usize, origin: u16, item: &GoodsItem) -> Said {
        if item.preference.is_some() { Said::Open } else { self.origins[usize::from(origin)].unclaimed[case] }
    }
}

/// What the names in bases stand for on a day.
fn base_fields(tariff: &Tariff, day: Date, direction: Direction) -> Vec<BaseField<'_>> {
    let is_due = |name: &str| {
        let of_day = |c: &&Charge| c.valid.covers(day) && c.direction == direction;
        tariff.charges.iter().filter(of_day).any(|c| &*c.key == name)
    };
    let field = |name: &str| match name {
        "value" => BaseField::Amount,
        name if is_due(name) => BaseField::Amount,
        name => tariff.term(name, day).map_or(BaseField::Nothing, BaseField::Term),
    };
    let names = (0..tariff.bases().len()).map(|index| tariff.bases().name(index));
    names.map(field).collect()
}

/// Whether origin, claim and day alone decide a condition.
fn is_of_origin(condition: &Expression, tariff: &Tariff) -> bool {
    use ItemField::{Agreement, LawDate, Origin, ProofKind, ProofNumber};
    let of = |field: usize| tariff.item_fields.get(field);
    let known = |field| matches!(of(field), Some(Origin | LawDate | Agreement | ProofKind | ProofNumber));
    condition.fields().all(known)
}
