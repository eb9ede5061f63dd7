//! A measure 措施: one rate of one charge on some goods of some origin, for a time.

use customhouse_kernel::expression::{Expression, Schema, Type, rate_words};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::CommodityCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One rate on some goods. What tiers there are (such as `mfn`) is the pack's.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Id of the rule.
    pub rule: Box<str>,
    /// The goods: a code or a prefix of codes.
    pub goods: CommodityCode,
    pub charge: Box<str>,
    pub tier: Box<str>,
    /// A country or a group of countries; `None` for any origin.
    pub origin: Option<Box<str>>,
    /// The agreement that must be claimed; `None` for none.
    pub programme: Option<Box<str>>,
    pub rate: RateText,
    pub valid: Validity,
    pub confirmed: bool,
}

/// A rate as the law writes it.
#[derive(Clone, Debug)]
pub enum RateText {
    Known(Arc<Expression>),
    /// The pack knows that there is a rate, and not which. Assessing refuses by name.
    Unknown {
        note: Box<str>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    goods: CommodityCode,
    charge: Box<str>,
    tier: Box<str>,
    origin: Option<Box<str>>,
    programme: Option<Box<str>>,
    rate: Box<str>,
    note: Option<Box<str>>,
}

/// Rates already parsed, by their text: a tariff has few distinct ones.
pub(crate) type RateCache = BTreeMap<Box<str>, Arc<Expression>>;

impl RateText {
    /// The rate in words.
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (RateText::Known(expression), _) => rate_words(expression, lang),
            (RateText::Unknown { .. }, Lang::Zh) => "税率不明".to_owned(),
            (RateText::Unknown { .. }, Lang::En) => "rate not known".to_owned(),
        }
    }
}

impl Measure {
    pub(crate) fn read(rule: &Rule, schema: &Schema, cache: &mut RateCache) -> Result<Measure, PackFault> {
        let row: Row = rule.read()?;
        let rate = if &*row.rate == "unknown" {
            RateText::Unknown { note: row.note.unwrap_or_default() }
        } else {
            RateText::Known(parse_rate(rule, &row.rate, schema, cache)?)
        };
        Ok(Measure {
            rule: rule.id.clone(),
            goods: row.goods,
            charge: row.charge,
            tier: row.tier,
            origin: row.origin,
            programme: row.programme,
            rate,
            valid: rule.valid,
            confirmed: rule.confirmed,
        })
    }
}

fn parse_rate(
    rule: &Rule,
    text: &str,
    schema: &Schema,
    cache: &mut RateCache,
) -> Result<Arc<Expression>, PackFault> {
    if let Some(known) = cache.get(text) {
        return Ok(Arc::clone(known));
    }
    let what = (format!("税率 {text:?} "), format!("rate {text:?}"));
    let parsed = Arc::new(rule.expression(text, schema, Type::Rate, (&what.0, &what.1))?);
    cache.insert(text.into(), Arc::clone(&parsed));
    Ok(parsed)
}
