//! Facts and values: what goes into an expression and what comes out.

use super::print::{list, quoted};
use crate::text::Text;
use crate::values::Exact;
use jiff::civil::Date;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// A value of a field or of a sub-expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing is declared.
    Absent,
    /// It cannot be known now.
    Unknown,
    Bool(bool),
    Number(Exact),
    Text(Cow<'a, str>),
    Date(Date),
    Texts(Vec<Cow<'a, str>>),
    Rate(RateValue),
}

/// What a rate comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateValue {
    /// Of the base: 10% is 0.1.
    pub share: Exact,
    /// Unit: the territory's currency.
    pub fixed: Exact,
}

/// What the law says instead of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByLaw {
    /// 免税: nothing is due, and the law says so.
    Free,
    /// 暂停征收: a duty that exists and is not levied for now.
    Suspended,
    /// 禁止: no rate at all; evaluating refuses.
    Prohibited,
}

impl ByLaw {
    pub(super) const ALL: [ByLaw; 3] = [ByLaw::Free, ByLaw::Suspended, ByLaw::Prohibited];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            ByLaw::Free => "free",
            ByLaw::Suspended => "suspended",
            ByLaw::Prohibited => "prohibited",
        }
    }

    pub(super) fn named(name: &str) -> Option<ByLaw> {
        ByLaw::ALL.into_iter().find(|by_law| by_law.name() == name)
    }

    /// In words, in both languages.
    pub fn text(self) -> Text {
        match self {
            ByLaw::Free => Text::fixed("依法免税", "free by law"),
            ByLaw::Suspended => Text::fixed("暂停征收", "suspended by law"),
            ByLaw::Prohibited => Text::fixed("禁止进出境", "prohibited"),
        }
    }
}

/// What an expression is evaluated over.
pub trait Facts {
    /// A field by its number in the schema. A value of another type than the schema's is unknown.
    fn field(&self, index: usize) -> Value<'_>;

    /// Whether a code is on a dated list of the pack. `None`: no such list, which gives unknown.
    fn listed(&self, _list: &str, _code: &str) -> Option<bool> {
        None
    }

    /// How much of the goods there is, in a unit that a rate names: of the goods as they are, or of
    /// what the qualifier names (`kg`, `drained`). `None`: not declared.
    fn quantity(&self, _unit: &str, _qualifier: Option<&str>) -> Option<Exact> {
        None
    }

    /// The territory's currency for one unit of a currency; one for its own.
    fn exchange(&self, _currency: &str) -> Option<Exact> {
        None
    }

    /// What a share is a share of. Only `lower`, `higher`, `atMost` and `atLeast` ask.
    fn base(&self) -> Option<Exact> {
        None
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationFault {
    DivisionByZero,
    /// The exact result has more digits than a decimal holds.
    Inexact,
    /// A rate needs the goods in this unit.
    MissingQuantity {
        unit: String,
    },
    /// There is no exchange rate.
    UnknownCurrency {
        currency: String,
    },
    /// A rate needs a field that is absent. Other expressions are unknown then.
    MissingField {
        name: String,
    },
    /// Rates are compared, and the base is not known.
    MissingBase,
    /// The law admits no such goods: there is no rate, and none is zero.
    Prohibited,
}

impl EvaluationFault {
    /// What is wrong, in both languages.
    pub fn text(&self) -> Text {
        match self {
            EvaluationFault::DivisionByZero => Text::fixed("除数为零", "division by zero"),
            EvaluationFault::Inexact => {
                Text::fixed("结果位数过多，无法精确表示", "the exact result has too many digits")
            }
            EvaluationFault::MissingQuantity { unit } => {
                Text::fixed("缺少以 {unit} 计的数量", "the quantity in {unit} is missing").fill("unit", unit)
            }
            EvaluationFault::UnknownCurrency { currency } => {
                Text::fixed("没有 {currency} 的汇率", "there is no exchange rate for {currency}")
                    .fill("currency", currency)
            }
            EvaluationFault::MissingField { name } => {
                Text::fixed("缺少字段 {name}", "the field {name} is missing").fill("name", name)
            }
            EvaluationFault::MissingBase => Text::fixed("缺少计税基数", "the base is missing"),
            EvaluationFault::Prohibited => Text::fixed("禁止进出境", "the goods are prohibited"),
        }
    }
}

impl Display for EvaluationFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for EvaluationFault {}

impl Value<'_> {
    /// The same, independent of the facts.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Absent => Value::Absent,
            Value::Unknown => Value::Unknown,
            Value::Bool(truth) => Value::Bool(truth),
            Value::Number(number) => Value::Number(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Date(date) => Value::Date(date),
            Value::Texts(texts) => {
                Value::Texts(texts.into_iter().map(|text| Cow::Owned(text.into_owned())).collect())
            }
            Value::Rate(rate) => Value::Rate(rate),
        }
    }

    /// In words, in both languages.
    pub fn text(&self) -> Text {
        match self {
            Value::Absent => Text::fixed("未申报", "not declared"),
            Value::Unknown => Text::fixed("未知", "unknown"),
            Value::Bool(true) => Text::fixed("是", "true"),
            Value::Bool(false) => Text::fixed("否", "false"),
            Value::Number(number) => Text::same(number.to_string()),
            Value::Text(text) => Text::same(in_text(|out| quoted(out, text))),
            Value::Date(date) => Text::same(date.to_string()),
            Value::Texts(texts) => Text::same(in_text(|out| list(out, texts))),
            Value::Rate(rate) => Text::same(rate.to_string()),
        }
    }
}

impl RateValue {
    pub const ZERO: RateValue = RateValue { share: Exact::ZERO, fixed: Exact::ZERO };

    pub fn is_zero(self) -> bool {
        self.share.is_zero() && self.fixed.is_zero()
    }

    /// The amount on a base. Unit: the territory's currency. Rounding: none.
    /// Errors: `Inexact`.
    pub fn amount(self, base: Exact) -> Result<Exact, EvaluationFault> {
        let on_base = self.share.mul(base).ok_or(EvaluationFault::Inexact)?;
        on_base.add(self.fixed).ok_or(EvaluationFault::Inexact)
    }
}

/// `10%`, `28`, or `10% + 28`; the amount is in the territory's currency.
impl Display for RateValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let RateValue { share, fixed } = *self;
        let percent = share.mul(Exact::HUNDRED);
        match percent {
            _ if share.is_zero() && !fixed.is_zero() => return fixed.fmt(f),
            Some(percent) => write!(f, "{percent}%")?,
            None => write!(f, "{share} × 100%")?,
        }
        if fixed.is_zero() { Ok(()) } else { write!(f, " + {fixed}") }
    }
}

fn in_text(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    write(&mut out).expect("a String takes every write");
    out
}
