//! A charge 税种: what its base includes, how it is rounded, up to what it is not collected.

use customhouse_kernel::expression::{Expression, Schema, Type};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Direction, Money, Rounding};
use serde::{Deserialize, Serialize};

/// A charge, for a time. Charges follow each other in `order`; each one's base may use the value
/// and what earlier charges collect.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Id of the rule.
    pub rule: Box<str>,
    /// Its name in measures and bases, such as `import_duty`.
    pub key: Box<str>,
    pub name: Text,
    /// On which way of the goods it is levied.
    pub direction: Direction,
    pub order: i64,
    pub base: Expression,
    /// The fields of the base where it only adds fields up.
    pub(crate) base_sum: Option<Vec<usize>>,
    /// Its own field in the bases of later charges: set when the tariff is indexed.
    pub(crate) field: u32,
    pub price: PriceForm,
    pub places: u32,
    pub rounding: Rounding,
    /// The greatest sum over the lot that is not collected.
    pub free_up_to: Money,
    /// Whether goods without a measure of this charge are refused.
    pub required: bool,
    /// The letter of its payment book.
    pub book: Box<str>,
    pub valid: Validity,
}

/// Whether the base already holds the charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceForm {
    /// Amount = base × share + fixed. 价外税
    Exclusive,
    /// The composite price contains the charge: (base + fixed) ÷ (1 − share) × share + fixed. 价内税
    Inclusive,
    /// The base is a price that the charge was taken out of, and the customs value is what is left:
    /// value = (base − fixed) ÷ (1 + share), rounded as the charge is; then value × share + fixed.
    /// Export duty is of this form (TL 29: export duty is no part of the value).
    Deducted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Text,
    #[serde(default)]
    direction: Direction,
    order: i64,
    base: String,
    price: PriceForm,
    places: u32,
    rounding: Rounding,
    free_up_to: Money,
    required: bool,
    book: Box<str>,
}

impl Charge {
    pub(crate) fn read(rule: &Rule, schema: &Schema) -> Result<Charge, PackFault> {
        let entry: Entry = rule.read()?;
        if entry.places > Money::PLACES {
            let (zh, en) = ("金额最多两位小数", "an amount of money has at most two places");
            return Err(rule.fault(format!("places: {zh}"), format!("places: {en}")));
        }
        let base = rule.expression(&entry.base, schema, Type::Number, ("计税基数", "base"))?;
        Ok(Charge {
            rule: rule.id.clone(),
            key: rule.key.clone(),
            name: entry.name,
            direction: entry.direction,
            order: entry.order,
            base_sum: base.sum_of_fields(),
            field: u32::MAX,
            base,
            price: entry.price,
            places: entry.places,
            rounding: entry.rounding,
            free_up_to: entry.free_up_to,
            required: entry.required,
            book: entry.book,
            valid: rule.valid,
        })
    }
}
