//! Entry 运输工具申报进境: the carrier of a bill that was filed before its means of transport entered
//! reports the day on which it declared entry, once, and may correct it until goods are out.
//! Source: CL 24, TL 20; handbook 3.7.

use crate::accounts::pair;
use crate::advance;
use crate::bill::{BillRecord, bill_key, declare_by};
use crate::case::Case;
use crate::clearance::Clearance;
use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, declaration_key, version_key};
use crate::refusals;
use crate::step;
use crate::two_step;
use customhouse_kernel::beats::{Decision, Keys, Record, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// That the means of transport of a bill declared entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryReport {
    pub office: OfficeCode,
    pub bill: String,
    /// The day on which the means declared entry.
    pub entered: Date,
    /// The day reported before, which this corrects; none for the first report.
    #[serde(default)]
    pub corrects: Option<Date>,
}

pub(crate) fn needs(report: &EntryReport, view: &dyn View, at: &Moment, keys: &mut Keys) {
    let key = bill_key(report.office, &report.bill);
    for account in pair("bill_released", &key.id) {
        keys.account(account);
    }
    if let Some(entry) = view.record(&key).and_then(Record::read::<BillRecord>).and_then(|b| b.declaration) {
        let key = declaration_key(entry);
        if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
            for version in advance::versions_of(&body) {
                keys.record(version_key(entry, version));
            }
            step::balances_needed(&body, at, keys);
        }
        keys.record(key);
    }
    keys.record(key);
}

/// Sets the day of entry; what was declared in advance follows in the same decision.
pub(crate) fn report(
    report: &EntryReport,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Carrier, "report entry of the means of transport 运输工具申报进境")?;
    let key = bill_key(report.office, &report.bill);
    let none = || vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", &report.bill)];
    let record = view.record(&key).filter(|record| record.owner == actor.party).ok_or_else(none)?;
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", &key)];
    let mut bill: Case<'_, BillRecord> =
        Case::resume(law.bill_procedure_of(Direction::Import), record).ok_or_else(bad)?;
    if bill.body.direction != Direction::Import {
        return Err(vec![refusals::BILL_FIELD.at("/entered").with("field", "entered")]);
    }
    let mut decision = match bill.body.declaration {
        None => {
            enter_bill(&mut bill, report, actor, view, law, at)?;
            let mut decision = Decision::default();
            decision.record(bill.record());
            decision
        }
        Some(entry) => {
            let mut clearance = Clearance::load(entry, view, law)?;
            enter_bill(&mut clearance.bill, report, actor, view, law, at)?;
            clearance.bill_moved = true;
            if clearance.case.body.advance.is_some() {
                if !clearance.case.act("enter_bill", actor, at) {
                    return Err(vec![known(&clearance.bill.body, report)]);
                }
                clearance.case.note(&report.entered.to_string());
                advance::enter(&mut clearance, report.entered, view, law, at)?;
                clearance.go_on(at)?;
            }
            two_step::entered(&mut clearance.case.body, report.entered, law);
            clearance.close()
        }
    };
    let facts = serde_json::json!({
        "bill": key.id,
        "entered": report.entered,
        "corrects": report.corrects,
    });
    decision.tell("bill.entered", &facts);
    decision.answer(&facts);
    Ok(decision)
}

/// The bill's own step.
///
/// # Errors
/// Its day of entry is known already and not the one that is corrected, goods are out, or the day cannot be.
fn enter_bill(
    bill: &mut Case<'_, BillRecord>,
    report: &EntryReport,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &bill.body;
    let key = bill_key(body.office, &body.bill);
    let left = pair("bill_released", &key.id).map(|account| view.balance(&account));
    let some_out = bill.state == "released" && left != body.covered().amounts();
    let repeats = body.entered == Some(report.entered);
    if !body.is_filed_ahead() || body.entered != report.corrects || repeats || some_out {
        return Err(vec![known(body, report)]);
    }
    let filed = body.timeline.first().map_or(at.day(), |m| m.moment.day());
    if report.entered > at.day() || report.entered < filed {
        let wrong = refusals::ENTRY_DAY.at("/entered").with("entered", report.entered);
        return Err(vec![wrong.with("filed", filed).with("today", at.day())]);
    }
    let step = if body.entered.is_none() { "enter" } else { "correct_entry" };
    bill.step(step, actor, at).map_err(|r| vec![r])?;
    bill.note(&report.entered.to_string());
    bill.body.entered = Some(report.entered);
    bill.body.declare_by = declare_by(report.entered, law);
    Ok(())
}

/// The refusal for a day of entry that stands.
fn known(body: &BillRecord, report: &EntryReport) -> Refusal {
    let known = body.entry_day().map_or_else(String::new, |day| day.to_string());
    let refusal = refusals::ENTRY_REPORTED.at("/entered").with("bill", &report.bill);
    refusal.with("known", known).with("entered", report.entered)
}
