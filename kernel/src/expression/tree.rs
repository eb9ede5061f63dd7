//! The tree of an expression. Built by `parser`, settled by `check`, read by the rest.

use super::lexer::Amount;
use super::{ByLaw, Type};
use crate::values::Exact;
use jiff::civil::Date;
use std::borrow::Cow;
use std::slice;

/// A sub-expression and the bytes of the source that it covers, brackets included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub kind: Kind,
    pub from: usize,
    pub to: usize,
    /// Levels under it; none under a literal or a field.
    pub height: u8,
}

/// What a sub-expression does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Bool(bool),
    Number(Exact),
    Percent {
        shown: Exact,
        share: Exact,
    },
    Amount(Box<Amount>),
    ByLaw(ByLaw),
    Text(Box<str>),
    Date(Date),
    Texts(Vec<Cow<'static, str>>),
    Field {
        index: usize,
        name: Box<str>,
        is: Type,
    },
    Has {
        index: usize,
        name: Box<str>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    Arithmetic(Operator, Box<[Node; 2]>),
    Choice(Box<[Node; 3]>),
    Size(Box<Node>),
    Month(Box<Node>),
    /// A number that is an amount in the territory's currency.
    Total(Box<Node>),
    Round(Box<Node>, u32),
    Listed(Box<Node>, Box<str>),
    Call(Function, Box<[Node; 2]>),
    /// A number that is a share of the base; put in by `check`, never written.
    Share(Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The functions of two operands of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    StartsWith,
    EndsWith,
    Contains,
    Shaped,
    Days,
    Min,
    Max,
    Lower,
    Higher,
    AtMost,
    AtLeast,
}

impl Function {
    pub const ALL: [Function; 11] = [
        Function::StartsWith,
        Function::EndsWith,
        Function::Contains,
        Function::Shaped,
        Function::Days,
        Function::Min,
        Function::Max,
        Function::Lower,
        Function::Higher,
        Function::AtMost,
        Function::AtLeast,
    ];

    /// Its name, the type of both operands, and the type of the result.
    pub fn signature(self) -> (&'static str, Type, Type) {
        match self {
            Function::StartsWith => ("startsWith", Type::Text, Type::Bool),
            Function::EndsWith => ("endsWith", Type::Text, Type::Bool),
            Function::Contains => ("contains", Type::Text, Type::Bool),
            Function::Shaped => ("shaped", Type::Text, Type::Bool),
            Function::Days => ("days", Type::Date, Type::Number),
            Function::Min => ("min", Type::Number, Type::Number),
            Function::Max => ("max", Type::Number, Type::Number),
            Function::Lower => ("lower", Type::Rate, Type::Rate),
            Function::Higher => ("higher", Type::Rate, Type::Rate),
            Function::AtMost => ("atMost", Type::Rate, Type::Rate),
            Function::AtLeast => ("atLeast", Type::Rate, Type::Rate),
        }
    }
}

impl Node {
    pub fn new(kind: Kind, from: usize, to: usize) -> Node {
        let mut node = Node { kind, from, to, height: 0 };
        node.height = node.parts().iter().map(|part| part.height).max().map_or(0, |h| h + 1);
        node
    }

    /// The sub-expressions directly under this one, in reading order.
    pub fn parts(&self) -> &[Node] {
        match &self.kind {
            Kind::Bool(_) | Kind::Number(_) | Kind::Percent { .. } | Kind::Amount(_) => &[],
            Kind::Text(_) | Kind::Date(_) | Kind::Texts(_) => &[],
            Kind::ByLaw(_) | Kind::Field { .. } | Kind::Has { .. } => &[],
            Kind::Not(one) | Kind::Negate(one) | Kind::Share(one) => slice::from_ref(one),
            Kind::Size(one) | Kind::Month(one) | Kind::Total(one) => slice::from_ref(one),
            Kind::Round(one, _) | Kind::Listed(one, _) => slice::from_ref(one),
            Kind::All(parts) | Kind::Any(parts) => parts,
            Kind::Compare(_, two) | Kind::Arithmetic(_, two) => two.as_slice(),
            Kind::In(two) | Kind::Call(_, two) => two.as_slice(),
            Kind::Choice(three) => three.as_slice(),
        }
    }

    /// What is written, without the `Share` that `check` may have put around it.
    pub fn written(&self) -> &Node {
        match &self.kind {
            Kind::Share(inner) => inner,
            _ => self,
        }
    }

    /// Makes a number a share of the base.
    pub fn make_share(&mut self) {
        let (from, to) = (self.from, self.to);
        let inner = std::mem::replace(self, Node::new(Kind::Bool(false), from, to));
        self.kind = Kind::Share(Box::new(inner));
    }
}
