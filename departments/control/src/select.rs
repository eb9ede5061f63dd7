//! Selection 布控: which channel a declaration goes to. The rules are the pack's; which one chose
//! stays with customs.

use crate::declaration::Declaration;
use crate::law::ControlLaw;
use customhouse_kernel::expression::{Expression, Facts, Schema, Type, Value};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::{CountryCode, Exact, Money, OfficeCode};
use jiff::civil::Date;
use serde::Deserialize;

/// A selection rule, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    rule: Box<str>,
    order: i64,
    when: Expression,
    /// Of ten thousand declarations that meet the condition, how many are chosen; all if absent.
    share: Option<u16>,
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
        ("customs_value", Type::Number),
    ])
}

impl Selection {
    pub fn read(rule: &Rule, schema: &Schema) -> Result<Selection, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            order: i64,
            when: String,
            share: Option<Exact>,
            channel: Box<str>,
        }
        let entry: Entry = rule.read()?;
        let when = rule.expression(&entry.when, schema, Type::Bool, ("条件", "when"))?;
        let bad =
            || rule.fault("share 须为 0% 至 100%，最多四位小数", "share is 0 to 1, with at most four places");
        let share = |share: Exact| {
            share.steps(4).and_then(|s| u16::try_from(s).ok()).filter(|s| *s <= 10_000).ok_or_else(bad)
        };
        Ok(Selection {
            rule: rule.id.clone(),
            order: entry.order,
            when,
            share: entry.share.map(share).transpose()?,
            channel: entry.channel,
            valid: rule.valid,
        })
    }

    pub fn order(&self) -> i64 {
        self.order
    }

    /// Whether the dice choose what meets the condition.
    fn is_drawn(&self, dice: u64) -> bool {
        self.share.is_none_or(|share| mixed(dice ^ self.order as u64) % 10_000 < u64::from(share))
    }
}

/// The channel of a declaration and the rule that chose it; `hold` where no rule decides. Each rule with
/// a share throws its own dice, made from those handed in.
pub(crate) fn select(facts: &SelectionFacts<'_>, law: &ControlLaw, day: Date, dice: u64) -> (String, String) {
    let (channel, rule) = selected(facts, law, day, dice);
    (channel.to_owned(), rule.to_owned())
}

/// The same in the law's own words.
pub(crate) fn selected<'a>(
    facts: &SelectionFacts<'_>,
    law: &'a ControlLaw,
    day: Date,
    dice: u64,
) -> (&'a str, &'a str) {
    let chosen = law
        .selection
        .iter()
        .filter(|rule| rule.valid.covers(day))
        .find(|rule| rule.is_drawn(dice) && matches!(rule.when.evaluate(facts), Ok(Value::Bool(true))));
    chosen.map_or(("hold", ""), |rule| (&rule.channel, &rule.rule))
}

/// One number out of another, evenly spread (the finaliser of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// What selection rules see. What is not declared yet is absent: a rule may ask whether it is there (`has`), and
/// one that asks for what it is chooses nothing.
pub(crate) struct SelectionFacts<'a> {
    pub consignee: &'a str,
    pub entry_office: OfficeCode,
    pub supervision_mode: &'a str,
    pub departure_country: Option<CountryCode>,
    pub lines: usize,
    pub gross_kg: Exact,
    pub customs_value: Option<Money>,
}

impl<'a> SelectionFacts<'a> {
    pub fn of(declaration: &'a Declaration, value: Money) -> SelectionFacts<'a> {
        SelectionFacts {
            consignee: declaration.consignee.credit_code.as_str(),
            entry_office: declaration.entry_office,
            supervision_mode: &declaration.supervision_mode,
            departure_country: Some(declaration.departure_country),
            lines: declaration.lines.len(),
            gross_kg: declaration.gross_kg,
            customs_value: Some(value),
        }
    }
}

impl Facts for SelectionFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let country = self.departure_country.as_ref();
        // in the order of `selection_schema`
        match index {
            0 => Value::Text(self.consignee.into()),
            1 => Value::Text(self.entry_office.as_str().into()),
            2 => Value::Text(self.supervision_mode.into()),
            3 => country.map_or(Value::Absent, |country| Value::Text(country.as_str().into())),
            4 => Value::Number(Exact::from(self.lines as i64)),
            5 => Value::Number(self.gross_kg),
            6 => self.customs_value.map_or(Value::Absent, |value| Value::Number(value.exact())),
            _ => Value::Unknown,
        }
    }
}
