//! Every clause with its value, for the person who must believe the result.

use super::evaluate::{evaluate, needed_parts, value};
use super::tree::{Kind, Node};
use super::{EvaluationFault, Expression, Facts, Value};
use crate::text::{Lang, Text};

/// The clauses of an expression over some facts, and the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// In reading order; a clause before those that it is made of.
    pub clauses: Vec<Clause>,
    pub result: Outcome,
}

/// A sub-expression that is not a literal.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// As written, brackets included.
    pub source: String,
    /// How deep it stands under the whole expression, which is 0.
    pub depth: usize,
    pub outcome: Outcome,
}

/// What a clause came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Value(Value<'static>),
    Fault(EvaluationFault),
    /// Another clause had decided already.
    NotNeeded,
}

impl Outcome {
    /// In words, in both languages.
    pub fn text(&self) -> Text {
        match self {
            Outcome::Value(value) => value.text(),
            Outcome::Fault(fault) => fault.text(),
            Outcome::NotNeeded => Text::fixed("无需判断", "not needed"),
        }
    }

    fn of(found: Result<Value<'_>, EvaluationFault>) -> Outcome {
        match found {
            Ok(value) => Outcome::Value(value.into_owned()),
            Err(fault) => Outcome::Fault(fault),
        }
    }
}

impl Explanation {
    /// One line a clause, indented by depth: `gross_kg >= net_kg: false`.
    pub fn as_text(&self, lang: Lang) -> String {
        let line = |clause: &Clause| {
            let indent = "  ".repeat(clause.depth);
            format!("{indent}{}: {}\n", clause.source, clause.outcome.text().get(lang))
        };
        self.clauses.iter().map(line).collect()
    }
}

pub(super) fn explain<F: Facts + ?Sized>(expression: &Expression, facts: &F) -> Explanation {
    let mut walk = Walk { source: &expression.source, facts, clauses: Vec::new() };
    walk.visit(&expression.root, true, 0);
    let result = Outcome::of(evaluate(&expression.root, expression.wanted, facts));
    Explanation { clauses: walk.clauses, result }
}

struct Walk<'a, F: ?Sized> {
    source: &'a str,
    facts: &'a F,
    clauses: Vec<Clause>,
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    fn visit(&mut self, node: &'a Node, is_needed: bool, depth: usize) {
        let written = node.written();
        if !is_literal(written) {
            let outcome = if is_needed { Outcome::of(value(node, self.facts)) } else { Outcome::NotNeeded };
            let source = self.source.get(node.from..node.to).unwrap_or_default().to_owned();
            self.clauses.push(Clause { source, depth, outcome });
        }
        let needed = needed_parts(written, self.facts);
        for part in written.parts() {
            let part_is_needed = needed.iter().any(|needed| std::ptr::eq(*needed, part));
            self.visit(part, is_needed && part_is_needed, depth + 1);
        }
    }
}

/// Whether a value stands in the source itself.
fn is_literal(node: &Node) -> bool {
    match &node.kind {
        Kind::Bool(_) | Kind::Number(_) | Kind::Percent { .. } | Kind::Text(_) => true,
        Kind::Date(_) | Kind::Texts(_) | Kind::ByLaw(_) => true,
        Kind::Negate(one) => is_literal(one),
        Kind::Amount(_) | Kind::Field { .. } | Kind::Has { .. } | Kind::Not(_) => false,
        Kind::All(_) | Kind::Any(_) | Kind::Compare(..) | Kind::In(_) => false,
        Kind::Arithmetic(..) | Kind::Choice(_) | Kind::Size(_) | Kind::Round(..) => false,
        Kind::Month(_) | Kind::Total(_) => false,
        Kind::Listed(..) | Kind::Call(..) | Kind::Share(_) => false,
    }
}
