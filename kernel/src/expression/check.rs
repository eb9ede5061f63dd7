//! Which type everything has. A fault here is an author's mistake, found before the law is in force.

use super::Fault;
use super::tree::{Comparison, Function, Kind, Node, Operator};
use std::collections::{BTreeMap, BTreeSet};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    Number,
    Text,
    Date,
    /// A list of texts.
    Texts,
    /// A share of the base and a fixed amount.
    Rate,
}

impl Type {
    fn zh(self) -> &'static str {
        match self {
            Type::Bool => "真假值",
            Type::Number => "数",
            Type::Text => "文本",
            Type::Date => "日期",
            Type::Texts => "文本列表",
            Type::Rate => "税率",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Type::Bool => "a truth value",
            Type::Number => "a number",
            Type::Text => "a text",
            Type::Date => "a date",
            Type::Texts => "a list of texts",
            Type::Rate => "a rate",
        }
    }
}

/// The fields that expressions may read, in the order in which [`Facts`](super::Facts) numbers them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    fields: Vec<(Box<str>, Type)>,
    by_name: BTreeMap<Box<str>, usize>,
    /// `None`: amounts may name any unit, and one that nobody declares is missed in reckoning.
    measures: Option<Measures>,
}

/// The units and qualifiers that an amount may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Measures {
    units: BTreeSet<Box<str>>,
    qualifiers: BTreeSet<Box<str>>,
}

impl Schema {
    /// Names are ASCII letters, digits and `_`, in parts joined by dots; another name could never
    /// be written, and `true`, `false`, `free`, `suspended` and `prohibited` are words of the
    /// language. Of two fields with one name the first is read.
    pub fn new(fields: &[(&str, Type)]) -> Schema {
        let mut schema = Schema::default();
        for (index, (name, is)) in fields.iter().enumerate() {
            schema.fields.push(((*name).into(), *is));
            schema.by_name.entry((*name).into()).or_insert(index);
        }
        schema
    }

    /// The same, with the units and qualifiers that amounts may name: another is a fault of the text.
    #[must_use]
    pub fn measuring<'a>(
        mut self,
        units: impl IntoIterator<Item = &'a str>,
        qualifiers: impl IntoIterator<Item = &'a str>,
    ) -> Schema {
        let units = units.into_iter().map(Box::from).collect();
        let qualifiers = qualifiers.into_iter().map(Box::from).collect();
        self.measures = Some(Measures { units, qualifiers });
        self
    }

    /// Whether an amount may name this unit.
    pub(super) fn knows_unit(&self, unit: &str) -> bool {
        self.measures.as_ref().is_none_or(|measures| measures.units.contains(unit))
    }

    /// Whether an amount may name this qualifier.
    pub(super) fn knows_qualifier(&self, qualifier: &str) -> bool {
        self.measures.as_ref().is_none_or(|measures| measures.qualifiers.contains(qualifier))
    }

    /// How many fields there are.
    #[allow(clippy::len_without_is_empty)] // nobody asks whether there are none
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// The number and the type of a field.
    pub fn index(&self, name: &str) -> Option<(usize, Type)> {
        let index = *self.by_name.get(name)?;
        self.fields.get(index).map(|(_, is)| (index, *is))
    }

    /// How many fields have this name: only the first can be read.
    pub fn times(&self, name: &str) -> usize {
        self.fields.iter().filter(|(field, _)| &**field == name).count()
    }

    /// The name of a field, empty if there is none with this number.
    pub fn name(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", |(name, _)| name)
    }
}

/// What a sub-expression can stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Exactly(Type),
    /// A number that says it is a share: a rate where a rate is wanted, else a number.
    Percent,
}

const BOOL: Shape = Shape::Exactly(Type::Bool);
const NUMBER: Shape = Shape::Exactly(Type::Number);
const RATE: Shape = Shape::Exactly(Type::Rate);

/// Checks a sub-expression that must have the wanted type. What is wanted of a choice is wanted of
/// its branches, and what is wanted of a sum of rates of its terms, so that faults name the place.
pub(super) fn fit(node: &mut Node, wanted: Type) -> Result<(), Fault> {
    match &mut node.kind {
        Kind::Choice(three) => {
            let [condition, then, otherwise] = &mut **three;
            fit(condition, Type::Bool)?;
            fit(then, wanted)?;
            fit(otherwise, wanted)
        }
        Kind::Arithmetic(Operator::Add | Operator::Subtract, two) if wanted == Type::Rate => {
            two.iter_mut().try_for_each(|term| fit(term, Type::Rate))
        }
        _ => {
            let shape = shape(node)?;
            settle(node, shape, wanted)
        }
    }
}

/// Decides what a sub-expression of this shape stands for.
fn settle(node: &mut Node, shape: Shape, wanted: Type) -> Result<(), Fault> {
    match shape {
        Shape::Exactly(is) if is == wanted => Ok(()),
        Shape::Exactly(is) => Err(mismatch(node, is, wanted)),
        Shape::Percent if wanted == Type::Number => Ok(()),
        Shape::Percent if wanted == Type::Rate => {
            node.make_share();
            Ok(())
        }
        Shape::Percent => Err(mismatch(node, Type::Number, wanted)),
    }
}

fn shape(node: &mut Node) -> Result<Shape, Fault> {
    Ok(match &mut node.kind {
        Kind::Bool(_) | Kind::Has { .. } => BOOL,
        Kind::Number(_) => NUMBER,
        Kind::Percent { .. } => Shape::Percent,
        Kind::Amount(_) | Kind::ByLaw(_) | Kind::Share(_) => RATE,
        Kind::Text(_) => Shape::Exactly(Type::Text),
        Kind::Date(_) => Shape::Exactly(Type::Date),
        Kind::Texts(_) => Shape::Exactly(Type::Texts),
        Kind::Field { is, .. } => Shape::Exactly(*is),
        Kind::Not(one) => {
            fit(one, Type::Bool)?;
            BOOL
        }
        Kind::Negate(one) => quantity(one)?,
        Kind::All(parts) | Kind::Any(parts) => {
            parts.iter_mut().try_for_each(|part| fit(part, Type::Bool))?;
            BOOL
        }
        Kind::Compare(comparison, two) => compare(*comparison, two)?,
        Kind::In(two) => {
            let [text, list] = &mut **two;
            fit(text, Type::Text)?;
            fit(list, Type::Texts)?;
            BOOL
        }
        Kind::Arithmetic(operator, two) => arithmetic(*operator, two)?,
        Kind::Choice(three) => {
            let [condition, then, otherwise] = &mut **three;
            fit(condition, Type::Bool)?;
            same(then, otherwise)?
        }
        Kind::Size(one) => size(one)?,
        Kind::Month(one) => {
            fit(one, Type::Date)?;
            NUMBER
        }
        Kind::Total(one) => {
            fit(one, Type::Number)?;
            RATE
        }
        Kind::Round(number, _) => {
            fit(number, Type::Number)?;
            NUMBER
        }
        Kind::Listed(text, _) => {
            fit(text, Type::Text)?;
            BOOL
        }
        Kind::Call(function, two) => call(*function, two)?,
    })
}

/// Gives two sub-expressions one shape.
fn same(left: &mut Node, right: &mut Node) -> Result<Shape, Fault> {
    match (shape(left)?, shape(right)?) {
        (Shape::Percent, Shape::Percent) => Ok(Shape::Percent),
        (Shape::Percent, Shape::Exactly(is)) => {
            settle(left, Shape::Percent, is)?;
            Ok(Shape::Exactly(is))
        }
        (Shape::Exactly(is), right_shape) => {
            settle(right, right_shape, is)?;
            Ok(Shape::Exactly(is))
        }
    }
}

fn compare(comparison: Comparison, two: &mut [Node; 2]) -> Result<Shape, Fault> {
    let [left, right] = two;
    let is_order = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
    match same(left, right)? {
        Shape::Percent | Shape::Exactly(Type::Number | Type::Text | Type::Date) => Ok(BOOL),
        Shape::Exactly(Type::Bool) if !is_order => Ok(BOOL),
        Shape::Exactly(is @ (Type::Bool | Type::Texts | Type::Rate)) => Err(Fault::at(
            left.from,
            format!("{}不能这样比较", is.zh()),
            format!("{} cannot be compared like this", is.en()),
        )),
    }
}

fn arithmetic(operator: Operator, two: &mut [Node; 2]) -> Result<Shape, Fault> {
    let [left, right] = two;
    if matches!(operator, Operator::Add | Operator::Subtract) {
        let both = same(left, right)?;
        return reckonable(left, both);
    }
    let first = quantity(left)?;
    let second = quantity(right)?;
    if second == RATE && (first == RATE || operator == Operator::Divide) {
        return Err(mismatch(right, Type::Rate, Type::Number));
    }
    Ok(match (operator, first, second) {
        (Operator::Divide, first, second) if first == second && first != RATE => NUMBER,
        (Operator::Divide, first, _) => first,
        (_, RATE, _) | (_, _, RATE) => RATE,
        (_, Shape::Percent, _) | (_, _, Shape::Percent) => Shape::Percent,
        (_, Shape::Exactly(_), Shape::Exactly(_)) => NUMBER,
    })
}

/// A sub-expression that can be reckoned with: a number, a share or a rate.
fn quantity(node: &mut Node) -> Result<Shape, Fault> {
    let shape = shape(node)?;
    reckonable(node, shape)
}

fn reckonable(node: &Node, shape: Shape) -> Result<Shape, Fault> {
    match shape {
        Shape::Percent | Shape::Exactly(Type::Number | Type::Rate) => Ok(shape),
        Shape::Exactly(is) => Err(mismatch(node, is, Type::Number)),
    }
}

fn size(node: &mut Node) -> Result<Shape, Fault> {
    match shape(node)? {
        Shape::Exactly(Type::Texts) => Ok(NUMBER),
        other => settle(node, other, Type::Text).map(|()| NUMBER),
    }
}

fn call(function: Function, two: &mut [Node; 2]) -> Result<Shape, Fault> {
    let (_, operand, result) = function.signature();
    two.iter_mut().try_for_each(|node| fit(node, operand))?;
    Ok(Shape::Exactly(result))
}

fn mismatch(node: &Node, is: Type, wanted: Type) -> Fault {
    Fault::at(
        node.from,
        format!("此处应为{}，而不是{}", wanted.zh(), is.zh()),
        format!("{} is expected here, not {}", wanted.en(), is.en()),
    )
}
