//! What a line says. A line that does not fit is refused with the place of the member that does not.

use crate::facts::Consignment;
use crate::refusals;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CurrencyCode, Exact, Money};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use std::collections::BTreeMap;

/// Rules by kind, as a pack's files hold them.
pub(super) type Rules = Map<String, Value>;

/// One line.
pub(super) enum Line {
    Law(GivenLaw),
    Scenario(Box<Scenario>),
}

/// A law with a name, for later lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenLaw {
    /// The name.
    pub define: String,
    /// The law that it lies over.
    #[serde(default)]
    pub law: Option<String>,
    #[serde(default)]
    pub territory: Option<Territory>,
    #[serde(default)]
    pub rules: Rules,
}

/// A case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub id: String,
    /// The law that its rules lie over.
    #[serde(default)]
    pub law: Option<String>,
    /// The day whose law applies.
    pub on: Date,
    #[serde(default)]
    pub territory: Option<Territory>,
    #[serde(default)]
    pub rules: Rules,
    pub consignment: Consignment,
    #[serde(default)]
    pub expect: Option<Expect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Territory {
    pub currency: CurrencyCode,
}

/// What the other system says. What is not named is not compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    #[serde(default)]
    pub value: Option<Money>,
    /// Rounded amounts over the lot, by charge.
    #[serde(default)]
    pub charges: BTreeMap<String, Money>,
    #[serde(default)]
    pub total: Option<Money>,
    /// Amounts before rounding, by charge.
    #[serde(default)]
    pub exact: BTreeMap<String, Exact>,
    /// Totals of the options, by what they claim: the programme, the order number, or both with `+`.
    #[serde(default)]
    pub options: BTreeMap<String, Money>,
    /// The line is refused, with these codes.
    #[serde(default)]
    pub refused: Vec<String>,
}

/// A line that is refused: why, and what of it can be read all the same.
pub(super) struct Unread {
    pub id: Option<String>,
    pub expect: Option<Expect>,
    pub refusal: Box<Refusal>,
}

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Line, Unread> {
    let value: Value = serde_json::from_str(line).map_err(|e| {
        let why = (format!("不是 JSON：{e}"), format!("it is not JSON: {e}"));
        Unread { id: None, expect: None, refusal: Box::new(not_read("", why.0, why.1)) }
    })?;
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    let expect = value.get("expect").and_then(|expect| Expect::deserialize(expect).ok());
    let line = if value.get("define").is_some() {
        member(value).map(Line::Law)
    } else {
        member(value).map(|scenario| Line::Scenario(Box::new(scenario)))
    };
    line.map_err(|refusal| Unread { id, expect, refusal })
}

fn member<T: DeserializeOwned>(value: Value) -> Result<T, Box<Refusal>> {
    serde_path_to_error::deserialize(value).map_err(|e| {
        let pointer: String = e.path().iter().filter_map(pointer).collect();
        let why = e.inner();
        Box::new(not_read(&pointer, format!("{pointer} {why}"), format!("{pointer}: {why}")))
    })
}

/// A part of a path as one of a JSON pointer.
fn pointer(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Enum { variant } => Some(format!("/{variant}")),
        Segment::Unknown => None,
    }
}

/// The refusal of a line for a reason.
pub(super) fn not_read(path: &str, zh: impl AsRef<str>, en: impl AsRef<str>) -> Refusal {
    let mut refusal = refusals::SCENARIO_NOT_READ.at(path);
    refusal.text.zh = refusal.text.zh.replace("{why}", zh.as_ref()).into();
    refusal.text.en = refusal.text.en.replace("{why}", en.as_ref()).into();
    refusal
}
