//! The truth of a condition over facts, in three values. Kept apart from `evaluate` because it is
//! the fast path: risk runs hundreds of conditions a line, and none of this moves a whole value.

use super::evaluate::{Faulty, value};
use super::tree::{Comparison, Function, Kind, Node};
use super::{Facts, Type, Value};
use std::borrow::Cow;

/// True, false, or unknown.
pub(super) type Truth = Option<bool>;

/// The truth of a sub-expression; unknown if it is not one of type `Bool`.
pub(super) fn truth<F: Facts + ?Sized>(node: &Node, facts: &F) -> Faulty<Truth> {
    Ok(match &node.kind {
        Kind::Bool(truth) => Some(*truth),
        Kind::Field { index, .. } => match facts.field(*index) {
            Value::Bool(truth) => Some(truth),
            _ => None,
        },
        Kind::Has { index, .. } => Some(!matches!(facts.field(*index), Value::Absent)),
        Kind::Not(one) => truth(one, facts)?.map(|truth| !truth),
        Kind::All(parts) => until(false, parts, facts)?,
        Kind::Any(parts) => until(true, parts, facts)?,
        Kind::Compare(comparison, two) => {
            compare(*comparison, &operand(&two[0], facts)?, &operand(&two[1], facts)?)
        }
        Kind::In(two) => member(&operand(&two[0], facts)?, &two[1], facts)?,
        Kind::Choice(three) => match truth(&three[0], facts)? {
            Some(true) => truth(&three[1], facts)?,
            Some(false) => truth(&three[2], facts)?,
            None => None,
        },
        Kind::Listed(one, list) => match operand(one, facts)? {
            Value::Text(code) => facts.listed(list, &code),
            _ => None,
        },
        Kind::Call(function, two) => match (operand(&two[0], facts)?, operand(&two[1], facts)?) {
            (Value::Text(text), Value::Text(part)) => call(*function, &text, &part),
            _ => None,
        },
        Kind::ByLaw(_) | Kind::Month(_) | Kind::Total(_) => None,
        Kind::Number(_) | Kind::Percent { .. } | Kind::Amount(_) | Kind::Text(_) | Kind::Date(_) => None,
        Kind::Texts(_) | Kind::Negate(_) | Kind::Arithmetic(..) | Kind::Size(_) => None,
        Kind::Round(..) | Kind::Share(_) => None,
    })
}

/// The value of an operand; the common ones without a call.
#[inline]
fn operand<'a, F: Facts + ?Sized>(node: &'a Node, facts: &'a F) -> Faulty<Value<'a>> {
    match &node.kind {
        Kind::Field { index, is, .. } => Ok(of_type(*is, facts.field(*index))),
        Kind::Number(number) => Ok(Value::Number(*number)),
        Kind::Text(text) => Ok(Value::Text(Cow::Borrowed(text))),
        _ => value(node, facts),
    }
}

/// The value of a field, unknown if it is not of the type that the schema promises.
#[inline]
pub(super) fn of_type(is: Type, found: Value<'_>) -> Value<'_> {
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
fn until<F: Facts + ?Sized>(decisive: bool, parts: &[Node], facts: &F) -> Faulty<Truth> {
    let mut so_far = Some(!decisive);
    for part in parts {
        match truth(part, facts)? {
            Some(truth) if truth == decisive => return Ok(Some(decisive)),
            Some(_) => {}
            None => so_far = None,
        }
    }
    Ok(so_far)
}

fn compare(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> Truth {
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Unknown, _) | (_, Value::Unknown) => return None,
        (Value::Absent, _) | (_, Value::Absent) => return compare_absent(comparison),
        _ => return None,
    };
    Some(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Unequal => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::More => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    })
}

fn compare_absent(comparison: Comparison) -> Truth {
    match comparison {
        Comparison::Equal => Some(false),
        Comparison::Unequal => Some(true),
        Comparison::Less | Comparison::AtMost | Comparison::More | Comparison::AtLeast => None,
    }
}

/// Whether a text is equal to one of a list.
fn member<F: Facts + ?Sized>(text: &Value<'_>, list: &Node, facts: &F) -> Faulty<Truth> {
    let held = |texts: &[Cow<'_, str>]| match text {
        Value::Text(text) => Some(texts.iter().any(|item| item == text)),
        Value::Absent => Some(false),
        _ => None,
    };
    if let Kind::Texts(texts) = &list.kind {
        return Ok(held(texts));
    }
    Ok(match value(list, facts)? {
        Value::Texts(texts) => held(&texts),
        Value::Absent => held(&[]),
        _ => None,
    })
}

fn call(function: Function, text: &str, part: &str) -> Truth {
    match function {
        Function::StartsWith => Some(text.starts_with(part)),
        Function::EndsWith => Some(text.ends_with(part)),
        Function::Contains => Some(text.contains(part)),
        Function::Shaped => Some(is_shaped(text, part)),
        Function::Days | Function::Min | Function::Max => None,
        Function::Lower | Function::Higher | Function::AtMost | Function::AtLeast => None,
    }
}

/// Whether a text has a shape, one character after the other: `#` a digit, `A` a capital letter, `X`
/// either of these, `x` a letter of either case or a digit, `[012]` one of the characters inside;
/// anything else stands for itself.
fn is_shaped(text: &str, shape: &str) -> bool {
    let mut text = text.chars();
    let mut rest = shape;
    while let Some(wanted) = rest.chars().next() {
        let set = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        rest = set.map_or_else(|| &rest[wanted.len_utf8()..], |(_, after)| after);
        let fits = |c: char| match (set, wanted) {
            (Some((inside, _)), _) => inside.contains(c),
            (None, '#') => c.is_ascii_digit(),
            (None, 'A') => c.is_ascii_uppercase(),
            (None, 'X') => c.is_ascii_uppercase() || c.is_ascii_digit(),
            (None, 'x') => c.is_ascii_alphanumeric(),
            (None, itself) => c == itself,
        };
        if !text.next().is_some_and(fits) {
            return false;
        }
    }
    text.next().is_none()
}
