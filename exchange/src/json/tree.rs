//! JSON to a plain tree. Unlike `serde_json::Value` it keeps members that come twice, marks numbers
//! that would lose digits, and has limits.

use crate::limits::Limits;
use crate::refusals;
use crate::text::BYTE_ORDER_MARK;
use customhouse_kernel::refusal::Refusal;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// A JSON value.
#[derive(Debug)]
pub(super) enum Node {
    Null,
    Boolean,
    /// A string, or a whole number in its digits.
    Text(String),
    /// A number with a fraction or an exponent, or one too large to be held exactly.
    Inexact,
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Reads a document.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Node, Refusal> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let budget = Budget { limits, values: Cell::new(0), exceeded: Cell::new(None) };
    let mut reader = serde_json::Deserializer::from_str(text);
    let root = Seed { budget: &budget, depth: 0 }.deserialize(&mut reader);
    root.and_then(|root| reader.end().map(|()| root)).map_err(|e| match budget.exceeded.get() {
        Some(Exceeded::Depth) => refusals::TOO_DEEP.at("").with("limit", limits.depth),
        Some(Exceeded::Values) => refusals::TOO_MANY_ELEMENTS.at("").with("limit", limits.elements),
        Some(Exceeded::Name) => refusals::NAME_TOO_LONG.at("").with("limit", limits.name_bytes),
        None => refusals::MALFORMED_JSON.at("").with("line", e.line()).with("column", e.column()),
    })
}

/// A limit that was passed.
#[derive(Clone, Copy)]
enum Exceeded {
    Depth,
    Values,
    Name,
}

/// What one reading may still use.
struct Budget<'l> {
    limits: &'l Limits,
    values: Cell<usize>,
    exceeded: Cell<Option<Exceeded>>,
}

impl Budget<'_> {
    fn exceed<E: Error>(&self, what: Exceeded) -> E {
        self.exceeded.set(Some(what));
        E::custom("limit")
    }
}

/// Reads one value at a depth.
#[derive(Clone, Copy)]
struct Seed<'b> {
    budget: &'b Budget<'b>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Node, D::Error> {
        let count = self.budget.values.get() + 1;
        self.budget.values.set(count);
        if count > self.budget.limits.elements {
            return Err(self.budget.exceed(Exceeded::Values));
        }
        reader.deserialize_any(self)
    }
}

impl Seed<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= self.budget.limits.depth {
            return Err(self.budget.exceed(Exceeded::Depth));
        }
        Ok(Seed { depth: self.depth + 1, ..self })
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Boolean)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    // The number is never used: only that JSON had one which is not whole.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Inexact)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let seed = self.deeper()?;
        let mut array = Vec::new();
        while let Some(entry) = entries.next_element_seed(seed)? {
            array.push(entry);
        }
        Ok(Node::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let seed = self.deeper()?;
        let mut object = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.len() > self.budget.limits.name_bytes {
                return Err(self.budget.exceed(Exceeded::Name));
            }
            object.push((name, members.next_value_seed(seed)?));
        }
        Ok(Node::Object(object))
    }
}
