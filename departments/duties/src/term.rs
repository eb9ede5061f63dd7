//! A term 计税要素: a name that rates use beside quantities and exchange rates. Its value is either law
//! (a constant of a formula, with its dates and basis) or a fact of the line, which the consignment
//! gives: a retail price, a component by content that another table of the law gives.
//! A fact that is not given is absent, never zero: the rate refuses by the term's name.

use crate::facts::TermValue;
use customhouse_kernel::expression::Type;
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Exact;
use serde::Deserialize;

/// A term, for a time.
#[derive(Clone, Debug)]
pub struct Term {
    /// Id of the rule.
    pub rule: Box<str>,
    /// As rates write it, such as `price.retail`.
    pub key: Box<str>,
    pub name: Text,
    pub is: TermType,
    /// A constant of law; `None` where the consignment gives it.
    pub value: Option<TermValue>,
    pub valid: Validity,
}

/// What the value of a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermType {
    Number,
    Rate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Text,
    is: TermType,
    value: Option<Exact>,
}

impl Term {
    pub(crate) fn read(rule: &Rule) -> Result<Term, PackFault> {
        let entry: Entry = rule.read()?;
        if entry.is == TermType::Rate && entry.value.is_some() {
            let (zh, en) = ("税率类要素不能是常数", "a term that is a rate is no constant");
            return Err(rule.fault(zh.to_owned(), en.to_owned()));
        }
        Ok(Term {
            rule: rule.id.clone(),
            key: rule.key.clone(),
            name: entry.name,
            is: entry.is,
            value: entry.value.map(TermValue::Number),
            valid: rule.valid,
        })
    }

    /// Its type in expressions.
    pub(crate) fn expression_type(&self) -> Type {
        match self.is {
            TermType::Number => Type::Number,
            TermType::Rate => Type::Rate,
        }
    }
}
