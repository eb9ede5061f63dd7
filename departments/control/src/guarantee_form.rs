//! A guarantee as it is lodged: the form, and every finding about it.

use crate::command::Actor;
use crate::law::ControlLaw;
use crate::pay;
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{GuaranteeCase, GuaranteeKind, GuaranteeMeans, GuaranteeRecord};
use customhouse_kernel::beats::View;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Exact, Money, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest name of a guarantor, in characters.
const GUARANTOR: usize = 100;

/// What a declarant lodges 担保申请.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeForm {
    /// The office that decides on it.
    pub office: OfficeCode,
    /// `single` or `general`.
    pub kind: String,
    /// The declaration that a single guarantee is for.
    #[serde(default)]
    pub entry_number: String,
    /// What it consists of: `cash`, `securities`, `bank_letter`, `non_bank_letter`, `group_letter`,
    /// `insurance`.
    pub means: String,
    /// Who answers for it; the party itself for cash.
    pub guarantor: String,
    /// Above zero, at most two places.
    pub amount: Exact,
    /// The first and the last day on which it serves.
    pub valid_from: Date,
    pub valid_to: Date,
    /// What it is given for: names of the cases of GR 4 to 8.
    pub cases: Vec<String>,
}

impl GuaranteeForm {
    /// The declaration that it names.
    pub(crate) fn declaration(&self) -> Option<EntryNumber> {
        EntryNumber::parse(&self.entry_number)
    }

    /// The term within which customs decides.
    pub(crate) fn term(&self) -> &'static str {
        if self.kind == "general" { "guarantee_decision_general" } else { "guarantee_decision" }
    }
}

/// The guarantee that a form gives.
///
/// # Errors
/// Every finding at once.
pub(crate) fn read(
    form: &GuaranteeForm,
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<GuaranteeRecord, Vec<Refusal>> {
    let mut refused = office_findings(form, law, at.day());
    let amount = form.amount.steps(Money::PLACES).filter(|fen| *fen > 0).map(Money::from_minor);
    if amount.is_none() {
        refused.push(finance::NOT_A_GUARANTEE_AMOUNT.at("/amount").with("amount", form.amount));
    }
    let means = GuaranteeMeans::parse(&form.means);
    if means.is_none() {
        refused.push(refusals::GUARANTEE_MEANS.at("/means").with("value", shown(&form.means)));
    }
    refused.extend(guarantor_finding(&form.guarantor));
    if form.valid_to < form.valid_from || form.valid_to < at.day() {
        let days = refusals::GUARANTEE_DAYS.at("/valid_to").with("from", form.valid_from);
        refused.push(days.with("to", form.valid_to));
    }
    let kind = kind(form, actor, view, at.day()).map_err(|r| refused.push(r)).ok();
    let cases = cases(form).map_err(|r| refused.push(r)).ok();
    match (amount, means, kind, cases) {
        (Some(amount), Some(means), Some(kind), Some(cases)) if refused.is_empty() => Ok(GuaranteeRecord {
            number: number.to_owned(),
            party: actor.party.clone(),
            kind,
            means,
            guarantor: form.guarantor.trim().to_owned(),
            amount,
            lodged: at.day(),
            valid_from: form.valid_from,
            valid_to: form.valid_to,
            cases,
        }),
        _ => Err(refused),
    }
}

fn office_findings(form: &GuaranteeForm, law: &ControlLaw, day: Date) -> Vec<Refusal> {
    let mut refused = Vec::new();
    if law.codes.contains("office", form.office.as_str(), day) == Some(false) {
        let listed = refusals::NOT_LISTED.at("/office").with("field", "office").with("value", form.office);
        refused.push(listed.with("date", day));
    }
    if law.codes.has_houses(form.office) {
        refused.push(refusals::DISTRICT_OFFICE.at("/office").with("office", form.office));
    }
    refused
}

fn guarantor_finding(name: &str) -> Option<Refusal> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        return Some(refusals::MISSING.at("/guarantor").with("field", "guarantor"));
    }
    let long = || refusals::TOO_LONG.at("/guarantor").with("field", "guarantor").with("max", GUARANTOR);
    (length > GUARANTOR).then(|| long().with("length", length))
}

/// A single guarantee is for one declaration of the party's own; a general one for none.
fn kind(form: &GuaranteeForm, actor: &Actor, view: &dyn View, day: Date) -> Result<GuaranteeKind, Refusal> {
    match (form.kind.as_str(), form.entry_number.as_str()) {
        ("general", "") => Ok(GuaranteeKind::General),
        ("single", number) => {
            let none = || refusals::NO_SUCH_DECLARATION.at("/entry_number").with("entry", shown(number));
            let entry = EntryNumber::parse(number).ok_or_else(none)?;
            pay::own(view, entry, actor, day).map_err(|_| none())?;
            Ok(GuaranteeKind::Single(entry))
        }
        (other, _) => Err(refusals::GUARANTEE_KIND.at("/kind").with("value", shown(other))),
    }
}

fn cases(form: &GuaranteeForm) -> Result<BTreeSet<GuaranteeCase>, Refusal> {
    let bad = |value: &str| refusals::GUARANTEE_CASES.at("/cases").with("value", shown(value));
    let named: Result<BTreeSet<_>, _> =
        form.cases.iter().map(|name| GuaranteeCase::parse(name).ok_or_else(|| bad(name))).collect();
    named.and_then(|cases| if cases.is_empty() { Err(bad("")) } else { Ok(cases) })
}

/// A value as it is quoted in a finding: short.
fn shown(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(40).collect()
}
