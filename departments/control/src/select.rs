//! Selection 布控: which channel a declaration goes to. The rules are the pack's; which one chose
//! stays with customs.

use crate::declaration::Declaration;
use crate::law::ControlLaw;
use customhouse_kernel::expression::{Expression, Facts, Schema, Type, Value};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::Exact;
use jiff::civil::Date;
use serde::Deserialize;

/// A selection rule, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    rule: Box<str>,
    order: i64,
    when: Expression,
    channel: Box<str>,
    valid: Validity,
}

/// The names that a selection rule may use.
pub(crate) fn selection_schema() -> Schema {
    Schema::new(&[
        ("consignee", Type::Text),
        ("entry_office", Type::Text),
        ("supervision_mode", Type::Text),
        ("departure_country", Type::Text),
        ("lines", Type::Number),
        ("gross_kg", Type::Number),
    ])
}

impl Selection {
    pub fn read(rule: &Rule, schema: &Schema) -> Result<Selection, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            order: i64,
            when: String,
            channel: Box<str>,
        }
        let entry: Entry = rule.read()?;
        let when = rule.expression(&entry.when, schema, Type::Bool, ("条件", "when"))?;
        Ok(Selection {
            rule: rule.id.clone(),
            order: entry.order,
            when,
            channel: entry.channel,
            valid: rule.valid,
        })
    }

    pub fn order(&self) -> i64 {
        self.order
    }
}

/// The channel of a declaration and the rule that chose it; `hold` where no rule decides.
pub(crate) fn select(declaration: &Declaration, law: &ControlLaw, day: Date) -> (String, String) {
    let facts = SelectionFacts(declaration);
    let chosen = law
        .selection
        .iter()
        .find(|rule| rule.valid.covers(day) && matches!(rule.when.evaluate(&facts), Ok(Value::Bool(true))));
    match chosen {
        Some(rule) => (rule.channel.to_string(), rule.rule.to_string()),
        None => ("hold".to_owned(), String::new()),
    }
}

struct SelectionFacts<'a>(&'a Declaration);

impl Facts for SelectionFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let d = self.0;
        // in the order of `selection_schema`
        match index {
            0 => Value::Text(d.consignee.credit_code.as_str().into()),
            1 => Value::Text(d.entry_office.as_str().into()),
            2 => Value::Text(d.supervision_mode.as_str().into()),
            3 => Value::Text(d.departure_country.as_str().into()),
            4 => Value::Number(Exact::from(d.lines.len() as i64)),
            5 => Value::Number(d.gross_kg),
            _ => Value::Unknown,
        }
    }
}
