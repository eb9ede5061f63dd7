//! What conditions, rates and bases may ask of a goods item.

use crate::day::BaseField;
use crate::facts::{GoodsItem, QualifiedQuantity, TermValue};
use crate::tariff::{ItemField, Tariff};
use crate::trace::{Step, Unmet, UnmetClause};
use customhouse_kernel::expression::{self, Expression, Facts, RateValue, Value};
use customhouse_kernel::values::{CountryCode, CurrencyCode, Exact, Money, UnitCode};
use jiff::civil::Date;
use std::cell::RefCell;

/// Facts of an item, for conditions and rates.
pub(crate) struct ItemFacts<'a> {
    tariff: &'a Tariff,
    day: Date,
    pub item: &'a GoodsItem,
    value: Exact,
    pub base: Exact,
    noted: RefCell<Noted>,
}

/// What was asked for and goes to the trace.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// Currencies, whose rates the trace names.
    pub converted: Vec<CurrencyCode>,
    /// Quantities that follow from others, by what the rate calls them.
    pub measured: Vec<(String, Step)>,
}

impl<'a> ItemFacts<'a> {
    pub fn new(
        tariff: &'a Tariff,
        day: Date,
        item: &'a GoodsItem,
        value: Exact,
        base: Exact,
    ) -> ItemFacts<'a> {
        ItemFacts { tariff, day, item, value, base, noted: RefCell::default() }
    }

    /// What was asked for, each once and in order.
    pub fn noted(&self) -> Noted {
        let mut noted = self.noted.take();
        noted.converted.sort_unstable();
        noted.measured.sort_by(|(a, _), (b, _)| a.cmp(b));
        noted
    }

    /// Whether a condition holds; one that cannot be known does not.
    pub fn meets(&self, condition: &Expression) -> bool {
        matches!(condition.evaluate(self), Ok(Value::Bool(true)))
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
        let measured = &mut self.noted.borrow_mut().measured;
        match measured.iter_mut().find(|(known, _)| *known == of) {
            Some((_, known)) => *known = step,
            None => measured.push((of, step)),
        }
    }

    fn exchange_of(&self, currency: CurrencyCode) -> Option<Exact> {
        if self.tariff.currency() == Some(currency) {
            return Some(Exact::ONE);
        }
        let (found, _) = self.tariff.exchange_rate(currency, self.day)?;
        let converted = &mut self.noted.borrow_mut().converted;
        if !converted.contains(&currency) {
            converted.push(currency);
        }
        Some(self.tariff.exchange_rates[found as usize].rate)
    }
}

/// A text that is declared; an empty one is not.
fn text(declared: &str) -> Value<'_> {
    if declared.is_empty() { Value::Absent } else { Value::Text(declared.into()) }
}

fn texts(list: &[String]) -> Value<'_> {
    Value::Texts(list.iter().map(|text| text.as_str().into()).collect())
}

fn number(number: Option<Exact>) -> Value<'static> {
    number.map_or(Value::Absent, Value::Number)
}

fn term_value(value: TermValue) -> Value<'static> {
    match value {
        TermValue::Number(number) => Value::Number(number),
        TermValue::Rate { share, fixed } => Value::Rate(RateValue { share, fixed }),
    }
}

impl Facts for ItemFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let preference = self.item.preference.as_ref();
        match self.tariff.item_fields.get(index).unwrap_or(&ItemField::Unknown) {
            ItemField::Origin => Value::Text(self.item.origin.as_str().into()),
            ItemField::Agreement => preference.map_or(Value::Absent, |p| text(&p.agreement)),
            ItemField::ProofKind => preference.map_or(Value::Absent, |p| text(&p.proof_kind)),
            ItemField::ProofNumber => preference.map_or(Value::Absent, |p| text(&p.proof_number)),
            ItemField::Value => Value::Number(self.value),
            ItemField::LawDate => Value::Date(self.day),
            ItemField::Documents => texts(&self.item.documents),
            ItemField::AdditionalCodes => texts(&self.item.additional_codes),
            ItemField::Quota => self.item.quota.as_deref().map_or(Value::Absent, text),
            ItemField::Term(name) => match self.tariff.term(name, self.day) {
                Some(term) => {
                    let given = term.value.or_else(|| self.item.terms.get(&**name).copied());
                    given.map_or(Value::Absent, term_value)
                }
                None => Value::Unknown,
            },
            ItemField::Quantity(symbol) => number(self.quantity(symbol, None)),
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
        let units = self.tariff.units();
        let (found, of) = match qualifier {
            None => (units.quantity(unit, self.item.quantities.iter().copied()), None),
            Some(qualifier) => {
                let of = |q: &&QualifiedQuantity| q.qualifier == qualifier;
                let declared = self.item.qualified.iter().filter(of).map(|q| (q.unit, q.quantity));
                (units.quantity(unit, declared), Some(qualifier))
            }
        };
        match (found, of) {
            (Some((quantity, None)), _) => Some(quantity),
            (Some((quantity, Some((other, declared)))), of) => {
                let of = of.map_or_else(|| symbol.to_owned(), |of| format!("{symbol}.{of}"));
                self.note(of, quantity, other, declared, None);
                Some(quantity)
            }
            (None, Some(qualifier)) => self.following(symbol, qualifier),
            (None, None) => None,
        }
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        self.exchange_of(CurrencyCode::parse(currency)?)
    }

    fn base(&self) -> Option<Exact> {
        Some(self.base)
    }
}

/// Facts of a charge's base on a line.
pub(crate) struct BaseFacts<'a> {
    pub fields: &'a [BaseField<'a>],
    /// By field, then by line.
    pub amounts: &'a [Money],
    pub lines: usize,
    pub place: usize,
    pub item: &'a GoodsItem,
}

impl Facts for BaseFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        match self.fields.get(index) {
            Some(BaseField::Amount) => {
                let amount = self.amounts.get(index * self.lines + self.place).copied();
                Value::Number(amount.unwrap_or_default().exact())
            }
            Some(BaseField::Term(term)) => {
                let declared = || self.item.terms.get(&*term.key).copied();
                term.value.or_else(declared).map_or(Value::Absent, term_value)
            }
            Some(BaseField::Nothing) | None => Value::Number(Exact::ZERO),
        }
    }
}

/// A measure or a case of choice whose condition is not met, with the clauses that failed.
pub(crate) fn failed(rule: &str, when: &Expression, facts: &dyn Facts) -> Unmet {
    Unmet { rule: rule.to_owned(), clauses: failed_clauses(when, facts) }
}

pub(crate) fn failed_clauses(condition: &Expression, facts: &dyn Facts) -> Vec<UnmetClause> {
    let failed = |clause: &expression::Clause| match &clause.outcome {
        expression::Outcome::Value(value) => matches!(value, Value::Bool(false) | Value::Unknown),
        expression::Outcome::Fault(_) => true,
        expression::Outcome::NotNeeded => false,
    };
    let clauses = condition.explain(facts).clauses;
    let leaves = clauses.iter().filter(|c| failed(c) && !c.source.contains("&&"));
    leaves.map(|c| UnmetClause { clause: c.source.to_string(), value: c.outcome.text() }).collect()
}
