//! A measure 措施: one rate of one charge on some goods of some origin, for a time; or what the goods need
//! to be admitted at all; or both.
//!
//! | field | what it does |
//! |---|---|
//! | `when` | the measure applies only where this holds: a document, a threshold, a season |
//! | `additional_code` | the measure applies only to goods declared with this code |
//! | `order_number` | the measure is a quota's: only for who asks for it, and while something is left |
//! | `requires` | where the measure's goods do not meet this, they are refused by name |
//!
//! A condition that cannot be known, since a quantity or another fact is missing, is refused: it is
//! neither met nor unmet. Of measures of one tier on the same goods one with an additional code stands
//! before one without, and one with a condition before one without.

use customhouse_kernel::expression::{ByLaw, Expression, Facts, Schema, Type, rate_words};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::CommodityCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

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
    pub additional_code: Option<Box<str>>,
    /// The quota that it draws on.
    pub order_number: Option<Box<str>>,
    pub when: Option<Expression>,
    pub rate: RateText,
    pub valid: Validity,
    pub confirmed: bool,
}

/// What goods need to be admitted, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    /// Id of the measure's rule.
    pub rule: Box<str>,
    pub goods: CommodityCode,
    pub origin: Option<Box<str>>,
    pub additional_code: Option<Box<str>>,
    pub requires: Expression,
    pub valid: Validity,
}

/// What one rule says: a rate, a control, or both.
pub(crate) struct MeasureParts {
    pub measure: Option<Measure>,
    pub control: Option<Control>,
}

/// A rate as the law writes it.
#[derive(Clone, Debug)]
pub enum RateText {
    Known(Arc<Rate>),
    /// The pack knows that there is a rate, and not which. Assessing refuses by name.
    Unknown {
        note: Box<str>,
    },
}

/// A rate that is known: its expression, and its words once somebody has asked for them. Measures of one
/// text share it.
#[derive(Debug)]
pub struct Rate {
    expression: Expression,
    zh: OnceLock<Box<str>>,
    en: OnceLock<Box<str>>,
}

impl Deref for Rate {
    type Target = Expression;

    fn deref(&self) -> &Expression {
        &self.expression
    }
}

impl Rate {
    /// The rate in words.
    pub fn words(&self, lang: Lang) -> &str {
        let words = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        words.get_or_init(|| rate_words(&self.expression, lang).into())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    goods: CommodityCode,
    charge: Option<Box<str>>,
    tier: Option<Box<str>>,
    origin: Option<Box<str>>,
    programme: Option<Box<str>>,
    additional_code: Option<Box<str>>,
    order_number: Option<Box<str>>,
    when: Option<Box<str>>,
    requires: Option<Box<str>>,
    rate: Option<Box<str>>,
    note: Option<Box<str>>,
}

/// Rates already parsed, by their text: a tariff has few distinct ones.
pub(crate) type RateCache = BTreeMap<Box<str>, Arc<Rate>>;

impl RateText {
    /// The word of the law that the rate comes to over some facts, if it is one and no figure.
    pub(crate) fn by_law(&self, facts: &dyn Facts) -> Option<ByLaw> {
        match self {
            RateText::Known(expression) => expression.by_law(facts),
            RateText::Unknown { .. } => None,
        }
    }

    /// The rate in words.
    pub fn words(&self, lang: Lang) -> &str {
        match (self, lang) {
            (RateText::Known(rate), _) => rate.words(lang),
            (RateText::Unknown { .. }, Lang::Zh) => "税率不明",
            (RateText::Unknown { .. }, Lang::En) => "rate not known",
        }
    }
}

impl MeasureParts {
    pub fn read(rule: &Rule, schema: &Schema, cache: &mut RateCache) -> Result<MeasureParts, PackFault> {
        let mut row: Row = rule.read()?;
        let condition = |text: Box<str>| rule.expression(&text, schema, Type::Bool, ("条件", "condition"));
        let requires = row.requires.take().map(condition).transpose()?;
        let control = requires.map(|requires| Control {
            rule: rule.id.clone(),
            goods: row.goods,
            origin: row.origin.clone(),
            additional_code: row.additional_code.clone(),
            requires,
            valid: rule.valid,
        });
        if control.is_some() && row.rate.is_none() {
            return Ok(MeasureParts { measure: None, control });
        }
        let when = row.when.take().map(condition).transpose()?;
        let missing = |field: &str| {
            rule.fault(format!("措施缺少 {field}"), format!("a measure needs {field}, or only requires"))
        };
        let text = row.rate.ok_or_else(|| missing("rate"))?;
        let rate = if &*text == "unknown" {
            RateText::Unknown { note: row.note.unwrap_or_default() }
        } else {
            RateText::Known(parse_rate(rule, &text, schema, cache)?)
        };
        let measure = Some(Measure {
            rule: rule.id.clone(),
            goods: row.goods,
            charge: row.charge.ok_or_else(|| missing("charge"))?,
            tier: row.tier.ok_or_else(|| missing("tier"))?,
            origin: row.origin,
            programme: row.programme,
            additional_code: row.additional_code,
            order_number: row.order_number,
            when,
            rate,
            valid: rule.valid,
            confirmed: rule.confirmed,
        });
        Ok(MeasureParts { measure, control })
    }
}

impl Measure {
    /// How closely it describes its goods, beside their code.
    pub(crate) fn closeness(&self) -> u8 {
        2 * u8::from(self.additional_code.is_some()) + u8::from(self.when.is_some())
    }

    /// Whether two rates stand for the same goods of one tier, so that only what is declared of the line
    /// can tell them apart.
    pub(crate) fn is_rival(&self, other: &Measure) -> bool {
        (self.goods, &self.charge, &self.tier) == (other.goods, &other.charge, &other.tier)
            && (&self.origin, &self.programme) == (&other.origin, &other.programme)
            && (&self.additional_code, &self.order_number) == (&other.additional_code, &other.order_number)
            && self.valid.overlaps(&other.valid)
    }
}

fn parse_rate(
    rule: &Rule,
    text: &str,
    schema: &Schema,
    cache: &mut RateCache,
) -> Result<Arc<Rate>, PackFault> {
    if let Some(known) = cache.get(text) {
        return Ok(Arc::clone(known));
    }
    let what = (format!("税率 {text:?} "), format!("rate {text:?}"));
    let expression = rule.expression(text, schema, Type::Rate, (&what.0, &what.1))?;
    let parsed = Arc::new(Rate { expression, zh: OnceLock::new(), en: OnceLock::new() });
    cache.insert(text.into(), Arc::clone(&parsed));
    Ok(parsed)
}
