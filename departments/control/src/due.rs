//! Deadlines that fall 到期: what the program does by itself when a day has passed. A system command
//! through the same queue as any other, idempotent by case and day.

use crate::clearance::Clearance;
use crate::command::Actor;
use crate::law::ControlLaw;
use crate::record::Milestone;
use crate::refusals;
use crate::two_step::TwoStep;
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;
use jiff::civil::Date;

/// What the time line says of a book that was not paid in time; its note is the last day to pay.
const OVERDUE: &str = "payment_overdue";
/// What it says of documents that were not checked in time; its note is the last day.
const CHECK_OVERDUE: &str = "document_check_overdue";

/// What the time line says of a summary that was not completed in time; its note is the last day to.
const INCOMPLETE: &str = "full_declaration_overdue";

/// What follows for a declaration when a day on which something was due has passed.
///
/// # Errors
/// Nothing was due on that day, or it has not passed yet.
pub(crate) fn fall(
    entry: EntryNumber,
    due: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let system = Actor::system();
    let mut clearance = Clearance::load(entry, view, law)?;
    let mut fallen = Vec::new();
    let case = &mut clearance.case;
    if due < at.day() {
        // a request lapses also where another step has led the case elsewhere: nobody can answer it there
        if case.body.open_request().is_some_and(|r| r.due.day == due) {
            case.act("lapse_request", &system, at);
            if let Some(request) = case.body.requests.last_mut() {
                request.lapsed = true;
            }
            fallen.push("document_request");
        }
        if case.body.change_required_by.is_some_and(|by| by.day == due)
            && case.act("lapse_required_change", &system, at)
        {
            case.body.change_required_by = None;
            fallen.push("required_change");
        }
        if case.body.change.as_ref().is_some_and(|change| change.due.day == due) {
            fallen.push("change_decision");
        }
        // the case stays where it is: a check that is late is no check that passed
        if case.body.check_by.is_some_and(|by| by.day == due) {
            let late = Milestone { note: due.to_string(), ..Milestone::of(CHECK_OVERDUE, &case.state, at) };
            case.body.timeline.push(late);
            fallen.push("document_check");
        }
        let said = |m: &Milestone| m.step == OVERDUE && m.note == due.to_string();
        if case.body.open_books().any(|book| book.due.day == due) && !case.body.timeline.iter().any(said) {
            let overdue = Milestone { note: due.to_string(), ..Milestone::of(OVERDUE, &case.state, at) };
            case.body.timeline.push(overdue);
            fallen.push("payment");
        }
        let waits = |two: &&mut TwoStep| two.completed.is_none() && !two.overdue && two.due.day == due;
        if let Some(two) = case.body.two_step.as_mut().filter(waits) {
            two.overdue = true;
            let overdue = Milestone { note: due.to_string(), ..Milestone::of(INCOMPLETE, &case.state, at) };
            case.body.timeline.push(overdue);
            fallen.push("full_declaration");
        }
    }
    if fallen.is_empty() {
        return Err(vec![refusals::NOTHING_DUE.at("").with("entry", entry).with("date", due)]);
    }
    let body = &mut clearance.case.body;
    body.worked_off = body.worked_off.max(Some(due));
    clearance.go_on(at)?;
    let facts = serde_json::json!({
        "entry_number": entry,
        "due": due,
        "fallen": fallen,
        "state": clearance.case.state,
    });
    clearance.decision.tell("deadline.fallen", &facts);
    clearance.decision.answer(&facts);
    Ok(clearance.close())
}
