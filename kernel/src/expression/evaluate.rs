//! Facts in, a value out: one match over the tree, no allocation for numbers, texts and dates.

use super::lexer::Amount;
use super::tree::{Comparison, Function, Kind, Node, Operator};
use super::{EvaluationFault, Facts, RateValue, Type, Value};
use crate::values::{Exact, Rounding};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What `/` keeps, half up.
const DIVISION_PLACES: u32 = 12;

type Evaluated<'a> = Result<Value<'a>, EvaluationFault>;

/// The value of a whole expression.
pub(super) fn evaluate<'a, F: Facts + ?Sized>(root: &'a Node, wanted: Type, facts: &'a F) -> Evaluated<'a> {
    let found = value(root, facts)?;
    match (wanted, &found) {
        (Type::Bool, Value::Absent) => Ok(Value::Unknown),
        (Type::Rate, Value::Absent | Value::Unknown) => match absent_field(root, facts)? {
            Some(name) => Err(EvaluationFault::MissingField { name: name.to_owned() }),
            None => Ok(Value::Unknown),
        },
        _ => Ok(found),
    }
}

/// The value of a sub-expression.
pub(super) fn value<'a, F: Facts + ?Sized>(node: &'a Node, facts: &'a F) -> Evaluated<'a> {
    Ok(match &node.kind {
        Kind::Bool(truth) => Value::Bool(*truth),
        Kind::Number(number) => Value::Number(*number),
        Kind::Percent { share, .. } => Value::Number(*share),
        Kind::Amount(amount) => Value::Rate(fixed(amount, facts)?),
        Kind::Text(text) => Value::Text(Cow::Borrowed(text)),
        Kind::Date(date) => Value::Date(*date),
        Kind::Texts(texts) => Value::Texts(texts.clone()),
        Kind::Field { index, is, .. } => of_type(*is, facts.field(*index)),
        Kind::Has { index, .. } => Value::Bool(!matches!(facts.field(*index), Value::Absent)),
        Kind::Not(one) => match value(one, facts)? {
            Value::Bool(truth) => Value::Bool(!truth),
            _ => Value::Unknown,
        },
        Kind::Negate(one) => {
            arithmetic(Operator::Multiply, &value(one, facts)?, &Value::Number(Exact::from(-1)))?
        }
        Kind::All(parts) => until(false, parts, facts)?,
        Kind::Any(parts) => until(true, parts, facts)?,
        Kind::Compare(comparison, two) => {
            compare(*comparison, &value(&two[0], facts)?, &value(&two[1], facts)?)
        }
        Kind::In(two) => member(&value(&two[0], facts)?, &two[1], facts)?,
        Kind::Arithmetic(operator, two) => {
            arithmetic(*operator, &value(&two[0], facts)?, &value(&two[1], facts)?)?
        }
        Kind::Choice(three) => match value(&three[0], facts)? {
            Value::Bool(true) => value(&three[1], facts)?,
            Value::Bool(false) => value(&three[2], facts)?,
            _ => Value::Unknown,
        },
        Kind::Size(one) => size(&value(one, facts)?),
        Kind::Round(one, places) => match value(one, facts)? {
            Value::Number(number) => Value::Number(number.round(*places, Rounding::HalfUp)),
            _ => Value::Unknown,
        },
        Kind::Listed(one, list) => match value(one, facts)? {
            Value::Text(code) => facts.listed(list, &code).map_or(Value::Unknown, Value::Bool),
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

/// The value of a field, unknown if it is not of the type that the schema promises.
fn of_type(is: Type, found: Value<'_>) -> Value<'_> {
    match (is, &found) {
        (_, Value::Absent | Value::Unknown)
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::Text, Value::Text(_))
        | (Type::Date, Value::Date(_))
        | (Type::Texts, Value::Texts(_))
        | (Type::Rate, Value::Rate(_)) => found,
        _ => Value::Unknown,
    }
}

/// All of (any of) the parts: the first that is false (true) decides, else one unknown does.
fn until<'a, F: Facts + ?Sized>(decisive: bool, parts: &'a [Node], facts: &'a F) -> Evaluated<'a> {
    let mut so_far = Value::Bool(!decisive);
    for part in parts {
        match value(part, facts)? {
            Value::Bool(truth) if truth == decisive => return Ok(Value::Bool(decisive)),
            Value::Bool(_) => {}
            _ => so_far = Value::Unknown,
        }
    }
    Ok(so_far)
}

fn compare(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    let order = match (left, right) {
        (Value::Unknown, _) | (_, Value::Unknown) => return Value::Unknown,
        (Value::Absent, _) | (_, Value::Absent) => return compare_absent(comparison),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => return Value::Unknown,
    };
    Value::Bool(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Unequal => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::More => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    })
}

fn compare_absent(comparison: Comparison) -> Value<'static> {
    match comparison {
        Comparison::Equal => Value::Bool(false),
        Comparison::Unequal => Value::Bool(true),
        Comparison::Less | Comparison::AtMost | Comparison::More | Comparison::AtLeast => Value::Unknown,
    }
}

/// Whether a text is equal to one of a list.
fn member<'a, F: Facts + ?Sized>(text: &Value<'_>, list: &'a Node, facts: &'a F) -> Evaluated<'a> {
    let held = |texts: &[Cow<'_, str>]| match text {
        Value::Text(text) => Value::Bool(texts.iter().any(|item| item == text)),
        Value::Absent => Value::Bool(false),
        _ => Value::Unknown,
    };
    if let Kind::Texts(texts) = &list.kind {
        return Ok(held(texts));
    }
    Ok(match value(list, facts)? {
        Value::Texts(texts) => held(&texts),
        Value::Absent => held(&[]),
        _ => Value::Unknown,
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

fn arithmetic(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Evaluated<'static> {
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

fn number(operator: Operator, left: Exact, right: Exact) -> Result<Exact, EvaluationFault> {
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
fn fixed<F: Facts + ?Sized>(rate: &Amount, facts: &F) -> Result<RateValue, EvaluationFault> {
    let Amount { amount, currency, per, unit } = rate;
    let quantity =
        facts.quantity(unit).ok_or_else(|| EvaluationFault::MissingQuantity { unit: unit.to_string() })?;
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
) -> Evaluated<'static> {
    Ok(match (left, right) {
        (Value::Text(left), Value::Text(right)) => call_texts(function, left, right),
        (Value::Date(from), Value::Date(to)) => {
            Value::Number(Exact::from(to.duration_since(*from).as_hours() / 24))
        }
        (Value::Number(left), Value::Number(right)) => match function {
            Function::Min => Value::Number(*left.min(right)),
            Function::Max => Value::Number(*left.max(right)),
            _ => Value::Unknown,
        },
        (Value::Rate(left), Value::Rate(right)) => match function {
            Function::Lower => Value::Rate(pick(Ordering::Greater, *left, *right, facts)?),
            Function::Higher => Value::Rate(pick(Ordering::Less, *left, *right, facts)?),
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    })
}

fn call_texts(function: Function, left: &str, right: &str) -> Value<'static> {
    match function {
        Function::StartsWith => Value::Bool(left.starts_with(right)),
        Function::EndsWith => Value::Bool(left.ends_with(right)),
        Function::Contains => Value::Bool(left.contains(right)),
        _ => Value::Unknown,
    }
}

/// The second rate if the first stands so against it, else the first.
fn pick<F: Facts + ?Sized>(
    worse: Ordering,
    left: RateValue,
    right: RateValue,
    facts: &F,
) -> Result<RateValue, EvaluationFault> {
    let order = if left.share == right.share {
        left.fixed.cmp(&right.fixed)
    } else {
        let base = facts.base().ok_or(EvaluationFault::MissingBase)?;
        left.amount(base)?.cmp(&right.amount(base)?)
    };
    Ok(if order == worse { right } else { left })
}

/// The absent field for which a sub-expression is unknown, if that is why.
fn absent_field<'a, F: Facts + ?Sized>(
    node: &'a Node,
    facts: &'a F,
) -> Result<Option<&'a str>, EvaluationFault> {
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
