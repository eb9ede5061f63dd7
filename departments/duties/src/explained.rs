//! A trace as its readers get it 计税说明: every step with the numbers that went into it, the expressions that
//! they went through, and words in both languages. Whoever has it reckons every charge again by hand, and needs
//! neither the declaration nor the law.
//!
//! What is kept with an assessment is the trace alone, as ids and numbers: nothing here is stored, and none of
//! it is part of what a replay compares. It follows from the assessment, the consignment and the edition, which
//! are all kept for good.

use crate::assessment::Assessment;
use crate::charge::Charge;
use crate::facts::{Consignment, Cost, CostMark, GoodsItem, TermValue};
use crate::item_facts::ItemFacts;
use crate::measure::RateText;
use crate::quota;
use crate::tariff::Tariff;
use crate::trace::Step;
use crate::valuation::DeliveryTerms;
use crate::words::{StepWords, step_words};
use customhouse_kernel::expression::{Facts, RateValue, Value};
use customhouse_kernel::law::Rulebook;
use customhouse_kernel::text::{Lang, Text};
use customhouse_kernel::values::{CurrencyCode, Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A step with what it was reckoned from and its words. As JSON it is the step's own object with a few members
/// more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    #[serde(flatten)]
    pub step: Step,
    /// Of the lot: what was declared of it and counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Declared>,
    /// Of a charge: how its base and its rate came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ChargeFrom>,
    pub zh: StepWords,
    pub en: StepWords,
}

/// The same in one language: as JSON the words, and the step with its numbers beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told<'a> {
    #[serde(flatten)]
    words: &'a StepWords,
    step: &'a Step,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<&'a Declared>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a ChargeFrom>,
}

impl Explained {
    pub fn words(&self, lang: Lang) -> &StepWords {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    pub fn told(&self, lang: Lang) -> Told<'_> {
        let (declared, from) = (self.declared.as_ref(), self.from.as_ref());
        Told { words: self.words(lang), step: &self.step, declared, from }
    }
}

/// Prices and costs of a lot, as far as they count. Goods are their price × exchange rate. A cost is a share
/// (of goods; of insurance, of goods with the freight that was added), an amount × exchange rate, or such an
/// amount × gross mass ÷ 1000; a `share_of_whole` is the share of what it would be a share of, over 1 − the share,
/// to 12 places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub currency: CurrencyCode,
    /// `None` where the terms of delivery leave nothing to add or to take out.
    pub freight: Option<Cost>,
    /// The share of the rule where insurance is presumed.
    pub insurance: Option<Cost>,
    pub other: Option<Cost>,
    pub gross_kg: Option<Exact>,
    /// The costs that the price holds too much of: their amounts stand in the step with a minus, and insurance
    /// among them is a share of goods alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_out: Vec<String>,
}

/// How a charge on a line came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeFrom {
    /// The expression that gives the base; of a charge that is taken out of the price it gives that price.
    pub base: String,
    /// The expression that gives share and fixed amount; see `customhouse_kernel::expression`.
    pub rate: String,
    /// Every name that the two of them read, with what it stood for: `value`, an earlier charge (what it
    /// collects), `quantity.kg`, `exchange.USD` and `listed.mfn` (whether the origin is on that list) among
    /// them.
    pub numbers: BTreeMap<String, Given>,
}

/// What a name stood for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// A price or an amount is in the territory's currency.
    Number(Exact),
    /// A share of the base and an amount in the territory's currency.
    Rate {
        share: Exact,
        fixed: Exact,
    },
    Text(String),
    Texts(Vec<String>),
    Day(Date),
    Truth(bool),
    /// Nothing was declared.
    Absent,
}

impl From<TermValue> for Given {
    fn from(value: TermValue) -> Given {
        match value {
            TermValue::Number(number) => Given::Number(number),
            TermValue::Rate { share, fixed } => Given::Rate { share, fixed },
        }
    }
}

impl Given {
    /// `None` for what could not be known: no charge rests on that.
    fn of(value: &Value<'_>) -> Option<Given> {
        Some(match value {
            Value::Absent => Given::Absent,
            Value::Unknown => return None,
            Value::Bool(truth) => Given::Truth(*truth),
            Value::Number(number) => Given::Number(*number),
            Value::Text(text) => Given::Text(text.to_string()),
            Value::Date(day) => Given::Day(*day),
            Value::Texts(texts) => Given::Texts(texts.iter().map(|text| text.to_string()).collect()),
            Value::Rate(rate) => Given::Rate { share: rate.share, fixed: rate.fixed },
        })
    }

    fn value(&self) -> Value<'_> {
        match self {
            Given::Number(number) => Value::Number(*number),
            Given::Rate { share, fixed } => Value::Rate(RateValue { share: *share, fixed: *fixed }),
            Given::Text(text) => Value::Text(text.as_str().into()),
            Given::Texts(texts) => Value::Texts(texts.iter().map(|text| text.as_str().into()).collect()),
            Given::Day(day) => Value::Date(*day),
            Given::Truth(truth) => Value::Bool(*truth),
            Given::Absent => Value::Absent,
        }
    }
}

/// Explains an assessment of a consignment. `rulebook` and `tariff` are those of its edition.
pub fn explain(
    assessment: &Assessment,
    consignment: &Consignment,
    rulebook: &Rulebook,
    tariff: &Tariff,
) -> Vec<Explained> {
    let parted = quota::parted(consignment, &assessment.trace);
    let consignment = parted.as_ref().unwrap_or(consignment);
    let mut walk = Walk { assessment, consignment, tariff, lines: BTreeMap::new() };
    let explained = |step: &Step| {
        let (declared, from) = walk.step(step);
        let words = |lang| {
            let mut words = step_words(step, rulebook, tariff, assessment.law_date, lang);
            let remarks = from.iter().flat_map(|from| walk.remarks(from, lang));
            words.remarks.splice(0..0, remarks);
            words
        };
        Explained { step: step.clone(), zh: words(Lang::Zh), en: words(Lang::En), declared, from }
    };
    assessment.trace.iter().map(explained).collect()
}

/// What is known of a line while the trace is read.
#[derive(Clone, Copy, Debug, Default)]
struct OnLine {
    value: Money,
    /// What the charge under way is reckoned from: the value as it was when the rate was chosen, and the price
    /// that it was taken out of.
    chosen: Money,
    price: Option<Exact>,
}

struct Walk<'a> {
    assessment: &'a Assessment,
    consignment: &'a Consignment,
    tariff: &'a Tariff,
    lines: BTreeMap<u32, OnLine>,
}

impl Walk<'_> {
    fn step(&mut self, step: &Step) -> (Option<Declared>, Option<ChargeFrom>) {
        match step {
            Step::Lot { rule, freight, insurance, other, insurance_presumed, .. } => {
                (self.declared(rule, [freight, insurance, other], *insurance_presumed), None)
            }
            Step::Value { line, value, .. } => {
                self.lines.insert(*line, OnLine { value: *value, chosen: *value, price: None });
                (None, None)
            }
            Step::Choice { line, .. } => {
                let on = self.lines.entry(*line).or_default();
                (on.chosen, on.price) = (on.value, None);
                (None, None)
            }
            Step::Deducted { line, price, value, .. } => {
                let on = self.lines.entry(*line).or_default();
                (on.value, on.price) = (*value, Some(*price));
                (None, None)
            }
            Step::Charge { line, rule, measure, base, .. } => {
                (None, self.charge(*line, (rule, measure), *base))
            }
            Step::Exchange { .. }
            | Step::Measured { .. }
            | Step::Split { .. }
            | Step::Quota { .. }
            | Step::QuotaExhausted { .. }
            | Step::Threshold { .. } => (None, None),
        }
    }

    fn declared(&self, rule: &str, amounts: [&Exact; 3], insurance_presumed: bool) -> Option<Declared> {
        let of = self.consignment;
        // what the terms of delivery leave alone came to nothing
        let counts = |cost: &Option<Cost>, amount: &Exact| cost.clone().filter(|_| !amount.is_zero());
        let [freight, insurance, other] = amounts;
        let presumed = self.tariff.valuation.iter().find(|known| *known.rule == *rule);
        let presumed = presumed.filter(|_| insurance_presumed).map(|rule| Cost {
            mark: CostMark::Share,
            currency: None,
            rate: rule.insurance_presumed,
        });
        Some(Declared {
            currency: of.items.first()?.currency,
            freight: counts(&of.freight, freight),
            insurance: presumed.or_else(|| counts(&of.insurance, insurance)),
            other: counts(&of.other, other),
            gross_kg: of.gross_kg,
            taken_out: self.terms().map_or_else(Vec::new, DeliveryTerms::taken_out),
        })
    }

    fn terms(&self) -> Option<&DeliveryTerms> {
        let (of, day) = (self.consignment, self.assessment.law_date);
        let holds = |terms: &&DeliveryTerms| {
            *terms.code == *of.terms && terms.direction == of.direction && terms.valid.covers(day)
        };
        self.tariff.terms.iter().find(holds)
    }

    fn charge(&self, line: u32, (rule, measure): (&str, &str), base: Exact) -> Option<ChargeFrom> {
        let charge = self.tariff.charges.iter().find(|known| *known.rule == *rule)?;
        let RateText::Known(rate) = &self.tariff.measure(measure)?.rate else { return None };
        let item = self.consignment.items.iter().find(|item| item.number == line)?;
        let on = self.lines.get(&line).copied().unwrap_or_default();
        let mut numbers = self.base_numbers(charge, item, on.chosen);
        let base = on.price.unwrap_or(base);
        let facts = ItemFacts::new(self.tariff, self.assessment.law_date, item, on.chosen.exact(), base);
        let reader = Reader { facts: &facts, tariff: self.tariff, read: RefCell::default() };
        // it was reckoned once, so it can be again
        let _ = rate.evaluate(&reader);
        numbers.extend(reader.read.into_inner());
        Some(ChargeFrom { base: charge.base.source().to_owned(), rate: rate.source().to_owned(), numbers })
    }

    /// What the names in the base of a charge stand for on a line.
    fn base_numbers(&self, charge: &Charge, item: &GoodsItem, value: Money) -> BTreeMap<String, Given> {
        let (tariff, day) = (self.tariff, self.assessment.law_date);
        let given = |field: usize| {
            let name = tariff.bases().name(field);
            let given = match (name, tariff.term(name, day)) {
                ("value", _) => Given::Number(value.exact()),
                (_, Some(term)) => {
                    let given = term.value.or_else(|| item.terms.get(name).copied());
                    given.map_or(Given::Absent, |value| value.into())
                }
                (charge, None) => Given::Number(self.assessment.collected(item.number, charge).exact()),
            };
            (name.to_owned(), given)
        };
        charge.base.fields().map(given).collect()
    }

    /// The numbers that went into a charge, in words, where they do not stand in its sum.
    fn remarks(&self, from: &ChargeFrom, lang: Lang) -> Vec<String> {
        let numbers = from.numbers.iter();
        let read = numbers.filter(|(name, _)| {
            let is_plain = *name == "value" && from.base == "value" && !from.rate.contains("value");
            !is_plain && !name.starts_with("exchange.")
        });
        let words = read.map(|(name, given)| {
            let is = given.value().text();
            format!("{} = {}", self.name(name).get(lang), is.get(lang))
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() {
            return Vec::new();
        }
        let from = Text::fixed("依据：", "from ");
        let between = Text::fixed("，", ", ");
        vec![format!("{}{}", from.get(lang), words.join(between.get(lang)))]
    }

    /// What a name is called.
    fn name(&self, name: &str) -> Text {
        let day = self.assessment.law_date;
        let charge = || self.tariff.charge(name, day).map(|charge| charge.name.clone());
        let term = || self.tariff.term(name, day).map(|term| term.name.clone());
        match name.strip_prefix("quantity.") {
            Some(unit) => Text::of(format!("数量（{unit}）"), format!("quantity in {unit}")),
            None if name == "value" => Text::fixed("完税价格", "customs value"),
            None => charge().or_else(term).unwrap_or_else(|| Text::same(name)),
        }
    }
}

/// Facts of an item, and which of them were read.
struct Reader<'a> {
    facts: &'a ItemFacts<'a>,
    tariff: &'a Tariff,
    read: RefCell<BTreeMap<String, Given>>,
}

impl Reader<'_> {
    fn note(&self, name: String, value: &Value<'_>) {
        if let Some(given) = Given::of(value) {
            self.read.borrow_mut().insert(name, given);
        }
    }

    fn number(&self, name: String, number: Option<Exact>) -> Option<Exact> {
        self.note(name, &number.map_or(Value::Absent, Value::Number));
        number
    }
}

impl Facts for Reader<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let value = self.facts.field(index);
        self.note(self.tariff.item_names().name(index).to_owned(), &value);
        value
    }

    fn listed(&self, list: &str, code: &str) -> Option<bool> {
        let listed = self.facts.listed(list, code)?;
        self.note(format!("listed.{list}"), &Value::Bool(listed));
        Some(listed)
    }

    fn quantity(&self, unit: &str, qualifier: Option<&str>) -> Option<Exact> {
        let name = [Some("quantity"), Some(unit), qualifier];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(".");
        self.number(name, self.facts.quantity(unit, qualifier))
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        self.number(format!("exchange.{currency}"), self.facts.exchange(currency))
    }

    fn base(&self) -> Option<Exact> {
        self.facts.base()
    }
}
