//! Advance declarations 提前申报: lodged once the manifest is filed and before the means of transport
//! declares entry. Law date, rate date and exchange-rate date are the day of entry (TL 20): it is assessed
//! under the law of the planned day first, and again under that of the reported day, and the books follow.
//!
//! A day of entry that lies ahead is itself the mark; no element of the message says it. The declaration is
//! completed when it is lodged: the 15 days to pay run from there, since TL 20 itself sets the day of entry
//! beside that of completion and TL 43 names completion alone. Supervision conditions and licences are those
//! of the day of lodging. Where entry turns out to have been before lodging, it was no advance declaration:
//! the law is that of completion, and a late-declaration fee may be owed.
//! Source: TL 20, 43; CL 24; handbook 1.2, 3.7. How far ahead is a norm of the pack.

use crate::bill::BillRecord;
use crate::change::{charges_of, settle_up};
use crate::clearance::Clearance;
use crate::declaration::Declaration;
use crate::law::ControlLaw;
use crate::lodge::amounts;
use crate::record::{DeclarationRecord, DeclarationVersion, version_key};
use crate::refusals;
use customhouse_duties::{Assessment, assess};
use customhouse_finance::LATE_DECLARATION;
use customhouse_kernel::beats::{Record, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is kept of a declaration that was lodged in advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advance {
    /// The day of entry as it was planned when it was lodged.
    pub planned: Date,
    /// The day on which the means of transport declared entry, once the carrier has reported it.
    pub entered: Option<Date>,
    /// The day under whose law the newest version was assessed.
    pub assessed_on: Date,
}

impl Advance {
    /// What to keep of a declaration on a bill whose means has not declared entry; `None` otherwise.
    pub(crate) fn of(declaration: &Declaration, assessment: &Assessment, bill: &Record) -> Option<Advance> {
        let bill = bill.read::<BillRecord>().filter(|bill| !bill.has_entered())?;
        let planned = declaration.entry_date.filter(|_| bill.direction == Direction::Import)?;
        Some(Advance { planned, entered: None, assessed_on: assessment.law_date })
    }

    /// Whether the means has entered, and the law of that day has been applied.
    pub(crate) fn is_settled(&self, completed: Date) -> bool {
        self.entered.is_some_and(|entered| law_date(Some(entered), completed) == self.assessed_on)
    }
}

/// The day whose law is applied (TL 20): entry, if it lies after completion; otherwise completion.
pub(crate) fn law_date(entry: Option<Date>, completed: Date) -> Date {
    entry.map_or(completed, |entry| entry.max(completed))
}

impl DeclarationRecord {
    /// The day whose law its versions are assessed under from now on.
    pub fn law_date(&self) -> Date {
        if let Some(day) = self.two_step.as_ref().and_then(|two| two.law_date) {
            return day;
        }
        let entry = self.advance.as_ref().map(|advance| advance.entered.unwrap_or(advance.planned));
        law_date(entry, self.completed)
    }
}

/// What follows for the declaration of a bill whose means declared entry on a day: it is assessed under the
/// law of that day, as a new version where that gives another one; the books follow; and so does an
/// amendment that customs has yet to decide on. What cannot be assessed then must be changed.
///
/// # Errors
/// A record is missing, or the money cannot follow.
pub(crate) fn enter(
    clearance: &mut Clearance<'_>,
    day: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &mut clearance.case.body;
    let (entry, completed, version) = (body.entry_number, body.completed, body.document_version);
    let (mut next, law_day) = (body.last_version() + 1, law_date(Some(day), completed));
    let Some(advance) = &mut body.advance else { return Ok(()) };
    advance.entered = Some(day);
    let current = document(entry, version, view)?;
    let Some(again) = assessed_again(&current, day, law_day, law) else {
        body.change_required_by = Some(law.terms_of_procedure.end("required_change", at.day()));
        return Ok(());
    };
    advance.assessed_on = law_day;
    if again != current {
        body.document_version = next;
        next += 1;
    }
    body.edition = again.assessment.edition;
    body.amounts = amounts(&again.declaration, &again.assessment);
    if let Some(change) = &mut body.change {
        change.before = again.assessment.total;
    }
    let late = law.late_declaration.fee(day, completed, again.assessment.value()).map_err(|r| vec![r])?;
    let mut owed = charges_of(&again.assessment);
    let fee = late.as_ref().map_or(Money::ZERO, |fee| fee.amount);
    owed.insert(LATE_DECLARATION.to_owned(), ("F".to_owned(), fee));
    body.late_declaration = late;
    settle_up(clearance, Some(&owed), view, law, at)?;
    if again != current {
        let version = clearance.case.body.document_version;
        clearance.decision.record(again.record(entry, version));
    }
    proposal(clearance, next, (day, law_day), view, law)
}

/// The amendment that is open, assessed again as well; one that cannot be keeps its law date, and the
/// guards of release see that.
fn proposal(
    clearance: &mut Clearance<'_>,
    next: u32,
    (day, law_day): (Date, Date),
    view: &dyn View,
    law: &ControlLaw,
) -> Result<(), Vec<Refusal>> {
    let entry = clearance.case.body.entry_number;
    let Some(change) = &mut clearance.case.body.change else { return Ok(()) };
    let Some(version) = change.version else { return Ok(()) };
    let proposed = document(entry, version, view)?;
    if let Some(again) = assessed_again(&proposed, day, law_day, law) {
        change.version = Some(next);
        change.after = again.assessment.total;
        clearance.decision.record(again.record(entry, next));
    }
    Ok(())
}

fn document(entry: EntryNumber, version: u32, view: &dyn View) -> Result<DeclarationVersion, Vec<Refusal>> {
    let key = version_key(entry, version);
    let found = view.record(&key).and_then(Record::read);
    found.ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", key)])
}

/// The same declaration with its day of entry, under the law of a day; `None` if that law cannot be applied.
fn assessed_again(
    document: &DeclarationVersion,
    day: Date,
    law_day: Date,
    law: &ControlLaw,
) -> Option<DeclarationVersion> {
    let declaration = Declaration { entry_date: Some(day), ..document.declaration.clone() };
    let assessment = assess(&declaration.consignment(), &law.tariff, law_day).ok()?;
    Some(DeclarationVersion { declaration, assessment })
}

/// The versions that a report of entry reads or may write.
pub(crate) fn versions_of(body: &DeclarationRecord) -> impl Iterator<Item = u32> {
    let proposed = body.change.as_ref().and_then(|change| change.version);
    [body.document_version, body.last_version() + 1, body.last_version() + 2].into_iter().chain(proposed)
}
