//! Fields of a summary declaration 概要申报项目: which fields of the form the first of two steps has, and when.
//! The pack's. What is asked for is asked for as in any declaration; what is not may stay away, and what is
//! given all the same is checked.
//! Source: Announcement 127/2019, handbook 3.7: nine items, two more for goods under inspection, five for
//! taxable goods; which ones they are is from no source that was read.

use crate::field_norm::{Demand, place_of};
use crate::form::{Form, Part};
use crate::law::ControlLaw;
use customhouse_duties::RateText;
use customhouse_kernel::expression::{Facts, RateValue, Value};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::{CommodityCode, Direction};
use jiff::civil::Date;
use serde::Deserialize;

/// A field that a summary has, for a time.
#[derive(Clone, Debug)]
pub(crate) struct SummaryField {
    part: Part,
    place: usize,
    asked: When,
    valid: Validity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Always,
    /// For goods that are inspected or quarantined.
    Inspected,
    /// For goods on which something may be owed.
    Taxable,
}

impl SummaryField {
    pub fn read(rule: &Rule) -> Result<SummaryField, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Row {
            field: String,
            asked: When,
            #[allow(dead_code)] // for who reads the table
            item: Option<String>,
        }
        let Row { field, asked, .. } = rule.read()?;
        let (part, place) = place_of(&field).ok_or_else(|| {
            rule.fault(format!("报关单没有字段 {field}"), format!("a declaration has no field {field}"))
        })?;
        Ok(SummaryField { part, place, asked, valid: rule.valid })
    }

    /// Whether it is a field's, on a day.
    pub fn is_of(&self, part: Part, place: usize, day: Date) -> bool {
        self.part == part && self.place == place && self.valid.covers(day)
    }
}

/// What one summary is asked for, by its goods.
pub(crate) struct Asked<'a> {
    fields: &'a [SummaryField],
    day: Date,
    inspected: bool,
    pub taxable: bool,
}

impl<'a> Asked<'a> {
    /// By the codes that the form gives: one that is not in form has a finding of its own.
    pub fn of(form: &Form, law: &'a ControlLaw, day: Date) -> Asked<'a> {
        let codes = || form.lines.iter().filter_map(|l| CommodityCode::parse(l.get("commodity_code")?));
        let looked_at = |code| {
            law.conditions.iter().any(|c| ["inspection", "quarantine"].iter().any(|n| c.asks(code, n, day)))
        };
        Asked {
            fields: &law.summary_fields,
            day,
            inspected: codes().any(looked_at),
            taxable: codes().any(|code| is_taxable(code, law, day)),
        }
    }

    /// What the summary asks of a field, of which a whole declaration asks `ordinary`.
    pub fn demand(&self, part: Part, place: usize, ordinary: Demand) -> Demand {
        match self.fields.iter().find(|field| field.is_of(part, place, self.day)).map(|field| field.asked) {
            _ if ordinary == Demand::Absent => Demand::Absent,
            Some(When::Always) => ordinary,
            Some(When::Inspected) if self.inspected => Demand::Required,
            Some(When::Taxable) if self.taxable => Demand::Required,
            Some(When::Inspected | When::Taxable) | None => Demand::Free,
        }
    }

    /// Whether the summary has the field at all: then norms speak of it even where it is not given.
    pub fn has(&self, part: Part, place: usize) -> bool {
        self.fields.iter().any(|field| {
            field.is_of(part, place, self.day)
                && match field.asked {
                    When::Always => true,
                    When::Inspected => self.inspected,
                    When::Taxable => self.taxable,
                }
        })
    }
}

/// Whether something may be owed on goods that come in, whatever their origin: a charge has a rate for them
/// that is not free, or none where it must have one.
fn is_taxable(code: CommodityCode, law: &ControlLaw, day: Date) -> bool {
    law.tariff.charges(day).filter(|charge| charge.direction == Direction::Import).any(|charge| {
        let mut own = law.tariff.measures(code, day).filter(|m| m.charge == charge.key).peekable();
        (charge.required && own.peek().is_none()) || own.any(|measure| !is_free(&measure.rate))
    })
}

fn is_free(rate: &RateText) -> bool {
    match rate {
        RateText::Unknown { .. } => false,
        RateText::Known(rate) => {
            matches!(rate.evaluate(&Nothing), Ok(Value::Rate(rate)) if rate == RateValue::ZERO)
        }
    }
}

/// No facts: a rate that needs one is not plainly free.
struct Nothing;

impl Facts for Nothing {
    fn field(&self, _: usize) -> Value<'_> {
        Value::Unknown
    }
}
