//! Facts in, a value out: one match over the tree, no allocation for numbers, texts and dates.

use super::lexer::Amount;
use super::tree::{Function, Kind, Node, Operator};
use super::truth::{Truth, of_type, truth};
use super::{ByLaw, EvaluationFault, Facts, RateValue, Type, Value};
use crate::values::{Exact, Rounding};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What `/` keeps, half up.
const DIVISION_PLACES: u32 = 12;

/// A value, or why there is none.
pub(super) type Faulty<T> = Result<T, EvaluationFault>;

/// The value of a whole expression.
pub(super) fn evaluate<'a, F: Facts + ?Sized>(
    root: &'a Node,
    wanted: Type,
    facts: &'a F,
) -> Faulty<Value<'a>> {
    if wanted == Type::Bool {
        return truth(root, facts).map(truth_value);
    }
    match value(root, facts)? {
        Value::Absent | Value::Unknown if wanted == Type::Rate => match absent_field(root, facts)? {
            Some(name) => Err(EvaluationFault::MissingField { name: name.to_owned() }),
            None => Ok(Value::Unknown),
        },
        found => Ok(found),
    }
}

fn truth_value(truth: Truth) -> Value<'static> {
    truth.map_or(Value::Unknown, Value::Bool)
}

/// The value of a sub-expression.
pub(super) fn value<'a, F: Facts + ?Sized>(node: &'a Node, facts: &'a F) -> Faulty<Value<'a>> {
    Ok(match &node.kind {
        Kind::Bool(_) | Kind::Has { .. } | Kind::Not(_) | Kind::All(_) | Kind::Any(_) => {
            truth_value(truth(node, facts)?)
        }
        Kind::Compare(..) | Kind::In(_) | Kind::Listed(..) => truth_value(truth(node, facts)?),
        Kind::Call(function, _) if function.signature().2 == Type::Bool => truth_value(truth(node, facts)?),
        Kind::Number(number) => Value::Number(*number),
        Kind::Percent { share, .. } => Value::Number(*share),
        Kind::Amount(amount) => Value::Rate(fixed(amount, facts)?),
        Kind::ByLaw(ByLaw::Prohibited) => return Err(EvaluationFault::Prohibited),
        Kind::ByLaw(ByLaw::Free | ByLaw::Suspended) => Value::Rate(RateValue::ZERO),
        Kind::Text(text) => Value::Text(Cow::Borrowed(text)),
        Kind::Date(date) => Value::Date(*date),
        Kind::Texts(texts) => Value::Texts(texts.clone()),
        Kind::Field { index, is, .. } => of_type(*is, facts.field(*index)),
        Kind::Negate(one) => {
            arithmetic(Operator::Multiply, &value(one, facts)?, &Value::Number(Exact::from(-1)))?
        }
        Kind::Arithmetic(operator, two) => {
            arithmetic(*operator, &value(&two[0], facts)?, &value(&two[1], facts)?)?
        }
        Kind::Choice(three) => match truth(&three[0], facts)? {
            Some(true) => value(&three[1], facts)?,
            Some(false) => value(&three[2], facts)?,
            None => Value::Unknown,
        },
        Kind::Size(one) => size(&value(one, facts)?),
        Kind::Month(one) => match value(one, facts)? {
            Value::Date(date) => Value::Number(Exact::from(i64::from(date.month()))),
            _ => Value::Unknown,
        },
        Kind::Total(one) => match value(one, facts)? {
            Value::Number(fixed) => Value::Rate(RateValue { share: Exact::ZERO, fixed }),
            _ => Value::Unknown,
        },
        Kind::Round(one, places) => match value(one, facts)? {
            Value::Number(number) => Value::Number(number.round(*places, Rounding::HalfUp)),
            _ => Value::Unknown,
        },
        Kind::Call(function, two) => {
            call(*function, &value(&two[0], facts)?, &value(&two[1], facts)?, facts)?
        }
        Kind::Share(one) => match value(one, facts)? {
            Value::Number(share) => Value::Rate(RateValue { share, fixed: Exact::ZERO }),
            _ => Value::Unknown,
        },
    })
}

fn size(of: &Value<'_>) -> Value<'static> {
    let count = match of {
        Value::Text(text) => text.chars().count(),
        Value::Texts(texts) => texts.len(),
        _ => return Value::Unknown,
    };
    i64::try_from(count).map_or(Value::Unknown, |count| Value::Number(Exact::from(count)))
}

fn arithmetic(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Faulty<Value<'static>> {
    Ok(match (left, right) {
        (Value::Number(left), Value::Number(right)) => Value::Number(number(operator, *left, *right)?),
        (Value::Rate(left), Value::Rate(right)) => Value::Rate(RateValue {
            share: number(operator, left.share, right.share)?,
            fixed: number(operator, left.fixed, right.fixed)?,
        }),
        (Value::Rate(rate), Value::Number(factor)) | (Value::Number(factor), Value::Rate(rate)) => {
            Value::Rate(RateValue {
                share: number(operator, rate.share, *factor)?,
                fixed: number(operator, rate.fixed, *factor)?,
            })
        }
        _ => Value::Unknown,
    })
}

fn number(operator: Operator, left: Exact, right: Exact) -> Faulty<Exact> {
    let exact = match operator {
        Operator::Add => left.add(right),
        Operator::Subtract => left.sub(right),
        Operator::Multiply => left.mul(right),
        Operator::Divide if right.is_zero() => return Err(EvaluationFault::DivisionByZero),
        Operator::Divide => left.div(right, DIVISION_PLACES, Rounding::HalfUp),
    };
    exact.ok_or(EvaluationFault::Inexact)
}

/// What a literal such as `2.8 CNY/100 kg` comes to.
fn fixed<F: Facts + ?Sized>(rate: &Amount, facts: &F) -> Faulty<RateValue> {
    let Amount { amount, currency, per, unit, qualifier } = rate;
    let quantity = facts
        .quantity(unit, qualifier.as_deref())
        .ok_or_else(|| EvaluationFault::MissingQuantity { unit: rate.measured().into_owned() })?;
    let exchange = facts
        .exchange(currency)
        .ok_or_else(|| EvaluationFault::UnknownCurrency { currency: currency.to_string() })?;
    let whole = number(Operator::Multiply, quantity, *amount)?;
    let whole = number(Operator::Multiply, whole, exchange)?;
    let fixed = if *per == Exact::ONE { whole } else { number(Operator::Divide, whole, *per)? };
    Ok(RateValue { share: Exact::ZERO, fixed })
}

fn call<F: Facts + ?Sized>(
    function: Function,
    left: &Value<'_>,
    right: &Value<'_>,
    facts: &F,
) -> Faulty<Value<'static>> {
    Ok(match (function, left, right) {
        (Function::Days, Value::Date(from), Value::Date(to)) => {
            Value::Number(Exact::from(to.duration_since(*from).as_hours() / 24))
        }
        (Function::Min, Value::Number(left), Value::Number(right)) => Value::Number(*left.min(right)),
        (Function::Max, Value::Number(left), Value::Number(right)) => Value::Number(*left.max(right)),
        (Function::Lower | Function::AtMost, Value::Rate(left), Value::Rate(right)) => {
            Value::Rate(pick(Ordering::Greater, *left, *right, facts)?)
        }
        (Function::Higher | Function::AtLeast, Value::Rate(left), Value::Rate(right)) => {
            Value::Rate(pick(Ordering::Less, *left, *right, facts)?)
        }
        _ => Value::Unknown,
    })
}

/// The second rate if the first stands so against it, else the first.
fn pick<F: Facts + ?Sized>(
    worse: Ordering,
    left: RateValue,
    right: RateValue,
    facts: &F,
) -> Faulty<RateValue> {
    let order = if left.share == right.share {
        left.fixed.cmp(&right.fixed)
    } else {
        let base = facts.base().ok_or(EvaluationFault::MissingBase)?;
        left.amount(base)?.cmp(&right.amount(base)?)
    };
    Ok(if order == worse { right } else { left })
}

/// The word of the law that a rate comes to over these facts: the branch that is taken is one.
pub(super) fn by_law<F: Facts + ?Sized>(node: &Node, facts: &F) -> Faulty<Option<ByLaw>> {
    match &node.kind {
        Kind::ByLaw(by_law) => Ok(Some(*by_law)),
        Kind::Choice(three) => match truth(&three[0], facts)? {
            Some(true) => by_law(&three[1], facts),
            Some(false) => by_law(&three[2], facts),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The absent field for which a sub-expression is unknown, if that is why.
fn absent_field<'a, F: Facts + ?Sized>(node: &'a Node, facts: &'a F) -> Faulty<Option<&'a str>> {
    let found = value(node, facts)?;
    match (&node.kind, found) {
        (Kind::Field { name, .. }, Value::Absent) => return Ok(Some(name)),
        (_, Value::Absent | Value::Unknown) => {}
        _ => return Ok(None),
    }
    for part in needed_parts(node, facts) {
        if let Some(name) = absent_field(part, facts)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The parts that the value of a sub-expression rests on: those before the decisive one, the
/// branch that is taken.
pub(super) fn needed_parts<'a, F: Facts + ?Sized>(node: &'a Node, facts: &'a F) -> Vec<&'a Node> {
    let decides = |part: &&Node| match (&node.kind, value(part, facts)) {
        (Kind::All(_), Ok(found)) => found == Value::Bool(false),
        (Kind::Any(_), Ok(found)) => found == Value::Bool(true),
        (_, found) => found.is_err(),
    };
    let parts = node.parts();
    if let Kind::Choice(three) = &node.kind {
        let [condition, then, otherwise] = &**three;
        return match value(condition, facts) {
            Ok(Value::Bool(true)) => vec![condition, then],
            Ok(Value::Bool(false)) => vec![condition, otherwise],
            _ => vec![condition],
        };
    }
    let last = parts.iter().position(|part| decides(&part)).unwrap_or(parts.len());
    parts.iter().take(last + 1).collect()
}
