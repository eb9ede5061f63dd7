//! Expressions 表达式: the one small language for norms, conditions and rates.
//!
//! A subset of CEL's surface, checked against a [`Schema`] at load, reckoned in exact decimals,
//! without loops, and able to [explain](Expression::explain) every clause. Tariffs of the world
//! spell their rates in many ways; their texts are translated into this language by readers (room
//! `duties`), and the grammar does not grow with them.
//!
//! | written | means |
//! |---|---|
//! | `12`, `0.5`, `'text'`, `"text"`, `true`, `date('2026-01-01')`, `['a', 'b']` | literals; in a text `\\ \' \" \n \r \t` |
//! | `gross_kg`, `line.unit_2` | fields |
//! | `? :`, `\|\|`, `&&`, `== != < <= > >= in`, `+ -`, `* /`, `! -` | loosest first; `/` is exact to 12 places, half up |
//! | `has(field)` | something is declared |
//! | `size(text or list)`, `startsWith(text, start)`, `endsWith`, `contains(text, part)` | size in characters or items |
//! | `shaped(text, '##-AA-[01]')` | character by character: `#` digit, `A` capital, `X` either, `x` in any case, `[01]` one of these |
//! | `listed(text, 'list')` | the code is on a dated list of the pack |
//! | `min(a, b)`, `max(a, b)`, `round(number, places)` | rounding half up, 0 to 12 places |
//! | `days(from, to)`, `month(date)` | whole days, negative when `to` is earlier; 1 to 12 |
//!
//! **Rates.** A rate is a share of the base and a fixed amount in the territory's currency.
//!
//! | written | means |
//! |---|---|
//! | `6.5%` | a share of the base where a rate is wanted, else the number 0.065 |
//! | `2.8 CNY/kg`, `2.8 CNY/100 kg` | quantity ÷ multiple × amount × exchange rate |
//! | `50.7 EUR/100 kg.dry_matter`, `0.9 EUR/hl.vol` | the same of what is measured: see below |
//! | `free`, `suspended` | nothing is due, and the law says so; [`by_law`](Expression::by_law) tells the trace |
//! | `prohibited` | no rate: reckoning refuses by name, whatever stands around it; never zero |
//! | `9% + 27.1 EUR/100 kg - 1%` | sums and differences of rates, from the left |
//! | `duty * 2`, `1% / 3` | a rate times or over a number |
//! | `atMost(rate, cap)`, `atLeast(rate, floor)` | the law's MAX and MIN: the rate, within a bound, by the amount |
//! | `lower(rate, rate)`, `higher(rate, rate)` | alternatives, by the amount; the first when both amount to the same |
//! | `amount(number)` | a reckoned amount in the territory's currency: `amount(5% * price.retail)` is a share of another base |
//! | `value / quantity.kg >= 14 ? 0.28 CNY/kg : 5%` | price bands and entry prices: a choice |
//!
//! A number is never taken for a rate. A reckoned share says so by `* 100%`:
//! `(9.337 / price + 2.77% * price - 1) * 100%`. A formula's constants may be fields that the pack
//! gives a dated value. A tax inside the price is no form of rate: its charge divides.
//!
//! **Associativity.** Infixes of one strength join from the left. Bounds are functions, so there is
//! nothing to guess: `A MIN b MAX c`, which tariffs apply from the left, each to the whole sum
//! before it, is `atMost(atLeast(A, b), c)`; the cap wins where it is below the floor.
//!
//! **Units and qualifiers.** The quantity of an amount is looked up by unit and qualifier
//! ([`Facts::quantity`]). Without a qualifier it is of the goods as they are. A qualifier names what is
//! measured instead: a part (`kg.drained`, `kg.lactic_matter`), a way of weighing (`kg.gross`), or a
//! product with a strength or content in per cent: `hl.vol` is hectolitres × % vol, `kg.sucrose`
//! kilograms × % of sucrose. A multiple stands before the unit (`100 kg`, `1000 piece`). A schema that
//! lists [units](Schema::measuring) refuses others at load, with their place. A quantity that is not
//! declared refuses by name: nothing is converted or presumed.
//!
//! **Absent and unknown.** A field may be absent (nothing declared) or unknown (cannot be known
//! now). Absent is unequal to everything, and on no list; in any other use it gives unknown.
//! Unknown spreads, except that `false && unknown` is false and `true || unknown` is true, in
//! either order. An unknown norm is not violated; the caller reports it as unknown. A rate that
//! needs an absent field refuses by the field's name.
//!
//! **Words.** [`rate_words`] says a rate in Chinese and English. Units, qualifiers and currencies
//! without a word stand as they are written; conditions and formulas stand in canonical text.

mod check; // the schema, and which type everything has
mod evaluate; // facts in, a value out
mod explain; // every clause with its value
mod lexer; // characters to words
mod parser; // words to a tree
mod print; // a tree to canonical text
#[cfg(test)]
mod tests;
mod tree; // what the parser builds
mod truth; // facts in, true, false or unknown out
mod value; // facts and values
mod words; // rates in words, in two languages

pub use check::{Schema, Type};
pub use explain::{Clause, Explanation, Outcome};
pub use value::{ByLaw, EvaluationFault, Facts, RateValue, Value};
pub use words::rate_words;

use crate::text::Text;
use crate::values::Exact;
use std::fmt;
use tree::{Kind, Node, Operator};

/// The longest source, in characters. The canonical text must fit too.
pub const MAX_CHARACTERS: usize = 4_096;
/// The deepest nesting, of brackets as of the tree.
pub const MAX_DEPTH: u8 = 32;
/// The longest list.
pub const MAX_ITEMS: usize = 256;

/// An expression that has been checked: it evaluates to one known type and names real fields.
///
/// ```
/// use customhouse_kernel::expression::{Expression, Facts, Schema, Type, Value};
/// use customhouse_kernel::values::Exact;
///
/// struct Weights(i64, i64);
/// impl Facts for Weights {
///     fn field(&self, index: usize) -> Value<'_> {
///         Value::Number(Exact::from(if index == 0 { self.0 } else { self.1 }))
///     }
/// }
/// let schema = Schema::new(&[("gross_kg", Type::Number), ("net_kg", Type::Number)]);
/// let norm = Expression::parse("gross_kg >= net_kg", &schema, Type::Bool).unwrap();
/// assert_eq!(norm.evaluate(&Weights(12, 10)), Ok(Value::Bool(true)));
/// assert_eq!(norm.evaluate(&Weights(9, 10)), Ok(Value::Bool(false)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    source: Box<str>,
    root: Node,
    wanted: Type,
    fields: Box<[usize]>,
}

impl Expression {
    /// Reads and checks an expression that must give the wanted type.
    /// Errors: the first place where the text is not an expression, or the types do not fit.
    pub fn parse(source: &str, schema: &Schema, wanted: Type) -> Result<Expression, Fault> {
        if source.chars().nth(MAX_CHARACTERS).is_some() {
            return Err(too_long(MAX_CHARACTERS));
        }
        let mut root = parser::parse(source, schema).map_err(|fault| fault.counted_in(source))?;
        check::fit(&mut root, wanted).map_err(|fault| fault.counted_in(source))?;
        let mut fields = Vec::new();
        collect_fields(&root, &mut fields);
        let expression = Expression { source: source.into(), root, wanted, fields: fields.into() };
        if expression.to_string().chars().nth(MAX_CHARACTERS).is_some() {
            return Err(too_long(0));
        }
        Ok(expression)
    }

    /// The value over these facts. An absent truth value is unknown.
    /// Rounding: only `/`, `round` and `/100 kg` round, see the module.
    /// Errors: see [`EvaluationFault`]; a clause that is not needed causes none.
    pub fn evaluate<'a, F: Facts + ?Sized>(&'a self, facts: &'a F) -> Result<Value<'a>, EvaluationFault> {
        evaluate::evaluate(&self.root, self.wanted, facts)
    }

    /// The word of the law (`free`, `suspended`) that a rate comes to over these facts, if it is one
    /// and no figure. Asked only of a rate that came to nothing.
    pub fn by_law<F: Facts + ?Sized>(&self, facts: &F) -> Option<ByLaw> {
        evaluate::by_law(&self.root, facts).ok().flatten()
    }

    /// Every clause with its source and its value, in reading order, and the result.
    /// Literals are left out; a clause comes before the clauses that it is made of.
    pub fn explain<F: Facts + ?Sized>(&self, facts: &F) -> Explanation {
        explain::explain(self, facts)
    }

    /// The fields that it reads, by index in the schema, each once, in reading order.
    pub fn fields(&self) -> impl Iterator<Item = usize> {
        self.fields.iter().copied()
    }

    /// What a rate comes to over any facts, where it is one share of the base (`6.5%`), or the law says that
    /// nothing is due; with the word of the law that says so.
    pub fn constant_rate(&self) -> Option<(RateValue, Option<ByLaw>)> {
        match &self.root.kind {
            Kind::ByLaw(by_law @ (ByLaw::Free | ByLaw::Suspended)) => Some((RateValue::ZERO, Some(*by_law))),
            Kind::Share(inner) => match inner.kind {
                Kind::Percent { share, .. } => Some((RateValue { share, fixed: Exact::ZERO }, None)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The fields that it adds up, if that is all that it does.
    pub fn sum_of_fields(&self) -> Option<Vec<usize>> {
        let mut fields = Vec::new();
        added(&self.root, &mut fields).then_some(fields)
    }

    /// What its value is.
    pub fn wanted(&self) -> Type {
        self.wanted
    }

    /// The text as its author wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in characters from the start of the source, the first being 0.
    pub position: usize,
    /// What was expected there.
    pub text: Text,
}

impl Fault {
    /// Inside this module positions are bytes, until `counted_in`.
    fn at(byte: usize, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { position: byte, text: Text::of(zh, en) }
    }

    fn counted_in(self, source: &str) -> Fault {
        let before = source.get(..self.position).unwrap_or(source);
        Fault { position: before.chars().count(), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.position, self.text.en)
    }
}

impl std::error::Error for Fault {}

fn too_long(position: usize) -> Fault {
    Fault::at(
        position,
        format!("表达式（含规范写法）不得超过 {MAX_CHARACTERS} 个字符"),
        format!("an expression, also in canonical form, has at most {MAX_CHARACTERS} characters"),
    )
}

/// Whether a tree is a sum of fields that are numbers; they are gathered.
fn added(node: &Node, fields: &mut Vec<usize>) -> bool {
    match &node.kind {
        Kind::Field { index, is: Type::Number, .. } => {
            fields.push(*index);
            true
        }
        Kind::Arithmetic(Operator::Add, two) => added(&two[0], fields) && added(&two[1], fields),
        _ => false,
    }
}

fn collect_fields(node: &Node, fields: &mut Vec<usize>) {
    if let Kind::Field { index, .. } | Kind::Has { index, .. } = &node.kind
        && !fields.contains(index)
    {
        fields.push(*index);
    }
    for part in node.parts() {
        collect_fields(part, fields);
    }
}
