//! Which of competing rates wins 税率适用. The pack's rules say so; this file only follows them.
//!
//! The cases of a charge are tried in order; the first whose condition holds applies. A case names
//! sets of tiers; the first set in which every tier has a measure decides, and within it the
//! measure with the lowest amount on the line wins (on equal amounts the one named first).

use crate::term::Term;
use customhouse_kernel::expression::{Expression, Schema, Type};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use serde::Deserialize;

/// One case of the choice, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub rule: Box<str>,
    pub charge: Box<str>,
    pub order: i64,
    /// Whether the declarant asks for this case; then not getting it is said in the trace.
    pub claimed: Option<Expression>,
    pub when: Expression,
    pub prefer: Vec<Vec<Box<str>>>,
    /// The same by the numbers of the tiers: set when the tariff is indexed.
    pub tiers: Vec<Vec<u16>>,
    pub valid: Validity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    order: i64,
    claimed: Option<String>,
    when: String,
    prefer: Vec<Vec<Box<str>>>,
}

/// What a case's conditions and a rate may always use.
const ITEM: [(&str, Type); 9] = [
    ("origin", Type::Text),
    ("preference.agreement", Type::Text),
    ("preference.proof_kind", Type::Text),
    ("preference.proof_number", Type::Text),
    ("value", Type::Number),
    ("law_date", Type::Date),
    ("documents", Type::Texts),
    ("additional_codes", Type::Texts),
    ("quota", Type::Text),
];

/// The names that a case's conditions and a rate may use: those of every item, `quantity.kg` for each
/// symbol of a unit, `exchange.USD` for each currency with a rate, and the pack's terms. So a price
/// step or a sliding rate is `value / quantity.kg >= 14 ? …`. Amounts may name these units, of the goods
/// or of what the pack's list `quantity_qualifier` names.
pub(crate) fn item_schema<'a>(
    symbols: impl Iterator<Item = &'a str> + Clone,
    qualifiers: impl Iterator<Item = &'a str>,
    currencies: impl Iterator<Item = &'a str>,
    terms: &'a [Term],
) -> Schema {
    let units = symbols.clone();
    let quantities = symbols.map(|symbol| format!("quantity.{symbol}"));
    let rates = currencies.map(|currency| format!("exchange.{currency}"));
    let named: Vec<String> = quantities.chain(rates).collect();
    let fields = ITEM.into_iter().chain(named.iter().map(|name| (name.as_str(), Type::Number)));
    let terms = terms.iter().map(|term| (&*term.key, term.expression_type()));
    Schema::new(&fields.chain(terms).collect::<Vec<_>>()).measuring(units, qualifiers)
}

impl Case {
    pub fn read(rule: &Rule, schema: &Schema) -> Result<Case, PackFault> {
        let entry: Entry = rule.read()?;
        let condition = |text: &str| rule.expression(text, schema, Type::Bool, ("条件", "condition"));
        Ok(Case {
            rule: rule.id.clone(),
            charge: rule.key.clone(),
            order: entry.order,
            claimed: entry.claimed.as_deref().map(condition).transpose()?,
            when: condition(&entry.when)?,
            prefer: entry.prefer,
            tiers: Vec::new(),
            valid: rule.valid,
        })
    }
}
