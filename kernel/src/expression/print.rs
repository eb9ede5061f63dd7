//! A tree to canonical text.
//! Canonical: single quotes, one space around infixes, brackets only where they are needed.

use super::Expression;
use super::lexer::Amount;
use super::tree::{Comparison, Kind, Node, Operator};
use crate::values::Exact;
use std::fmt::{self, Display, Formatter, Write};

/// The canonical text: reading it gives the same expression.
impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

/// How strongly an operand must bind to stand without brackets, after `parser`.
fn strength(node: &Node) -> u8 {
    match &node.kind {
        Kind::Choice(_) => 1,
        Kind::Any(_) => 2,
        Kind::All(_) => 3,
        Kind::Compare(..) | Kind::In(_) => 4,
        Kind::Arithmetic(Operator::Add | Operator::Subtract, _) => 5,
        Kind::Arithmetic(Operator::Multiply | Operator::Divide, _) => 6,
        Kind::Not(_) | Kind::Negate(_) => 7,
        Kind::Share(inner) => strength(inner),
        Kind::Bool(_) | Kind::Number(_) | Kind::Percent { .. } | Kind::Amount(_) => 8,
        Kind::Text(_) | Kind::Date(_) | Kind::Texts(_) | Kind::Field { .. } => 8,
        Kind::ByLaw(_) | Kind::Month(_) | Kind::Total(_) => 8,
        Kind::Has { .. } | Kind::Size(_) | Kind::Round(..) | Kind::Listed(..) => 8,
        Kind::Call(..) => 8,
    }
}

/// A node, in brackets if it binds more weakly than its place asks for.
struct Within<'a>(&'a Node, u8);

impl Display for Within<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Within(node, least) = *self;
        if strength(node) < least { write!(f, "({node})") } else { node.fmt(f) }
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let own = strength(self);
        match &self.kind {
            Kind::Bool(truth) => truth.fmt(f),
            Kind::Number(number) => number.fmt(f),
            Kind::Percent { shown, .. } => write!(f, "{shown}%"),
            Kind::Amount(amount) => amount.fmt(f),
            Kind::ByLaw(by_law) => f.write_str(by_law.name()),
            Kind::Text(text) => quoted(f, text),
            Kind::Date(date) => write!(f, "date('{date}')"),
            Kind::Texts(texts) => list(f, texts),
            Kind::Field { name, .. } => f.write_str(name),
            Kind::Has { name, .. } => write!(f, "has({name})"),
            Kind::Not(one) => write!(f, "!{}", Within(one, own)),
            Kind::Negate(one) => write!(f, "-{}", Within(one, own)),
            Kind::All(parts) => joined(f, parts, " && ", own),
            Kind::Any(parts) => joined(f, parts, " || ", own),
            Kind::Compare(comparison, two) => infix(f, two, comparison_sign(*comparison), own),
            Kind::In(two) => infix(f, two, "in", own),
            Kind::Arithmetic(operator, two) => infix(f, two, operator_sign(*operator), own),
            Kind::Choice(three) => {
                let [condition, then, otherwise] = &**three;
                write!(f, "{} ? {} : {otherwise}", Within(condition, 2), Within(then, 2))
            }
            Kind::Size(one) => write!(f, "size({one})"),
            Kind::Month(one) => write!(f, "month({one})"),
            Kind::Total(one) => write!(f, "amount({one})"),
            Kind::Round(number, places) => write!(f, "round({number}, {places})"),
            Kind::Listed(code, name) => {
                write!(f, "listed({code}, ")?;
                quoted(f, name)?;
                f.write_char(')')
            }
            Kind::Call(function, two) => {
                write!(f, "{}({}, {})", function.signature().0, two[0], two[1])
            }
            Kind::Share(inner) => inner.fmt(f),
        }
    }
}

impl Display for Amount {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Amount { amount, currency, per, .. } = self;
        write!(f, "{amount} {currency}/")?;
        if *per != Exact::ONE {
            write!(f, "{per} ")?;
        }
        f.write_str(&self.measured())
    }
}

fn infix(f: &mut Formatter<'_>, two: &[Node; 2], sign: &str, own: u8) -> fmt::Result {
    write!(f, "{} {sign} {}", Within(&two[0], own), Within(&two[1], own + 1))
}

fn joined(f: &mut Formatter<'_>, parts: &[Node], sign: &str, own: u8) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        let sign = if position == 0 { "" } else { sign };
        write!(f, "{sign}{}", Within(part, own + 1))?;
    }
    Ok(())
}

pub(super) fn list(f: &mut impl Write, texts: &[impl AsRef<str>]) -> fmt::Result {
    f.write_char('[')?;
    for (position, text) in texts.iter().enumerate() {
        f.write_str(if position == 0 { "" } else { ", " })?;
        quoted(f, text.as_ref())?;
    }
    f.write_char(']')
}

pub(super) fn quoted(f: &mut impl Write, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for character in text.chars() {
        match character {
            '\\' => f.write_str(r"\\")?,
            '\'' => f.write_str(r"\'")?,
            '\n' => f.write_str(r"\n")?,
            '\r' => f.write_str(r"\r")?,
            '\t' => f.write_str(r"\t")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('\'')
}

fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "==",
        Comparison::Unequal => "!=",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

fn operator_sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}
