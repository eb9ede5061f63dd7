//! One dated rule.

use crate::expression::{Expression, Schema, Type};
use crate::law::PackFault;
use jiff::civil::Date;
use serde::de::{
    DeserializeOwned, IntoDeserializer, Visitor,
    value::{BorrowedStrDeserializer, MapDeserializer},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The paper that a rule rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Who issued it.
    pub authority: String,
    pub document: String,
    #[serde(default)]
    pub article: String,
}

/// The days on which a rule holds: from the first, to before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    pub from: Date,
    pub to: Option<Date>,
}

impl Validity {
    /// Reads `2026-01-01..` or `2026-01-01..2027-01-01` (half-open).
    pub fn parse(text: &str) -> Option<Validity> {
        let (from, to) = text.split_once("..")?;
        let from = from.parse().ok()?;
        let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
        to.is_none_or(|to| from < to).then_some(Validity { from, to })
    }

    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    pub fn overlaps(&self, other: &Validity) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }
}

impl std::fmt::Display for Validity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}..{to}", self.from),
            None => write!(f, "{}..", self.from),
        }
    }
}

/// What a rule says, in its own fields: a row of a bulk table, or a table that a lawyer wrote.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Cells by column; an empty cell is an absent field.
    Row {
        columns: Arc<[Box<str>]>,
        cells: Box<[Box<str>]>,
    },
    Table(Map<String, Value>),
}

impl Body {
    /// A field as text, if it is there and is a text.
    pub fn get(&self, field: &str) -> Option<&str> {
        match self {
            Body::Row { columns, cells } => {
                let place = columns.iter().position(|c| &**c == field)?;
                Some(&*cells[place]).filter(|cell| !cell.is_empty())
            }
            Body::Table(table) => table.get(field)?.as_str(),
        }
    }

    /// The whole body as a department's type. The type should refuse unknown fields.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match self {
            Body::Row { columns, cells } => {
                let present = columns.iter().zip(cells.iter()).filter(|(_, cell)| !cell.is_empty());
                T::deserialize(MapDeserializer::new(present.map(|(c, v)| (&**c, Cell(v)))))
            }
            Body::Table(table) => T::deserialize(Value::Object(table.clone())),
        }
    }

    /// The fields with their values as text, in the file's order.
    pub fn fields(&self) -> Vec<(&str, Cow<'_, str>)> {
        match self {
            Body::Row { columns, cells } => columns
                .iter()
                .zip(cells.iter())
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(c, v)| (&**c, Cow::Borrowed(&**v)))
                .collect(),
            Body::Table(table) => table
                .iter()
                .map(|(k, v)| {
                    let text = v.as_str().map_or_else(|| Cow::Owned(v.to_string()), Cow::Borrowed);
                    (k.as_str(), text)
                })
                .collect(),
        }
    }
}

/// A cell of a row: a text, and where an option is wanted, one that is there.
struct Cell<'a>(&'a str);

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    /// One word out of a closed set.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Cell<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A dated rule. `id` is stable over editions.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub id: Box<str>,
    pub kind: Arc<str>,
    /// What it is looked up by; several rules may share a key.
    pub key: Box<str>,
    pub valid: Validity,
    pub published: Date,
    pub basis: Arc<Basis>,
    /// Whether the figure was seen in its source. A rule that is not is shown as such everywhere.
    pub confirmed: bool,
    pub body: Body,
    /// Where it stands in the pack.
    pub file: Arc<str>,
    pub line: u32,
}

impl Rule {
    /// A fault at this rule's place in the pack.
    pub fn fault(&self, zh: impl Into<String>, en: impl Into<String>) -> PackFault {
        PackFault::new(&self.file, self.line as usize, zh, en)
    }

    /// The body as a department's type, or the fault that names what does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, PackFault> {
        self.body.read().map_err(|e| {
            self.fault(
                format!("规则 {} 的内容不合格式：{e}", self.id),
                format!("rule {} does not fit its kind: {e}", self.id),
            )
        })
    }

    /// An expression of this rule. `what` names it in the fault: what it is, in both languages.
    ///
    /// # Errors
    /// The fault at this rule's place, with the character at which the text does not fit.
    pub fn expression(
        &self,
        source: &str,
        schema: &Schema,
        wanted: Type,
        what: (&str, &str),
    ) -> Result<Expression, PackFault> {
        Expression::parse(source, schema, wanted).map_err(|fault| {
            let character = fault.position + 1;
            self.fault(
                format!("{}第 {character} 字处：{}", what.0, fault.text.zh),
                format!("{}, character {character}: {}", what.1, fault.text.en),
            )
        })
    }

    /// Whether two rules say the same, wherever they stand.
    pub fn says_the_same(&self, other: &Rule) -> bool {
        self.id == other.id
            && self.kind == other.kind
            && self.key == other.key
            && self.valid == other.valid
            && self.published == other.published
            && self.basis == other.basis
            && self.confirmed == other.confirmed
            && self.body.fields() == other.body.fields()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn validity_is_half_open() {
        let v = Validity::parse("2024-12-01..2026-01-01").unwrap();
        let day = |t: &str| t.parse::<Date>().unwrap();
        for (d, holds) in
            [("2024-11-30", false), ("2024-12-01", true), ("2025-12-31", true), ("2026-01-01", false)]
        {
            assert_eq!(v.covers(day(d)), holds, "{d}");
        }
        for bad in ["", "2024-12-01", "2026-01-01..2026-01-01", "2026-13-01..", ".."] {
            assert!(Validity::parse(bad).is_none(), "{bad}");
        }
    }

    fn validity() -> impl Strategy<Value = Validity> {
        (0i32..400, proptest::option::of(1i32..400)).prop_map(|(from, length)| {
            let start = jiff::civil::date(2024, 1, 1);
            let day = |n: i32| start.saturating_add(jiff::Span::new().days(n));
            Validity { from: day(from), to: length.map(|l| day(from + l)) }
        })
    }

    proptest! {
        #[test]
        fn overlapping_means_a_common_day(a in validity(), b in validity()) {
            let latest_start = a.from.max(b.from);
            prop_assert_eq!(a.overlaps(&b), a.covers(latest_start) && b.covers(latest_start));
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
            prop_assert_eq!(Validity::parse(&a.to_string()), Some(a));
        }
    }
}
