//! Unclaimed goods 超期未报关货物: three months after the entry of the means of transport without a
//! declaration a case opens by itself, and a declaration closes it as long as customs has not decided to
//! sell. Source: CL 30, handbook 3.1.

use crate::bill::BillRecord;
use crate::case::{Case, CaseBody};
use crate::command::Actor;
use crate::disposal::{Disposal, DisposalKind, DisposalRecord, load_bill, no_procedure, nothing_due};
use crate::law::ControlLaw;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;
use jiff::civil::Date;

/// The last day to declare has passed: the case of a bill's goods opens.
///
/// # Errors
/// The bill was not due on that day, or the day has not passed yet.
pub(crate) fn open(
    key: &RecordKey,
    due: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let bill = view.record(key).and_then(|record| load_bill(record, law));
    let bill = bill.filter(|bill| bill.body.due() == Some(due) && due < at.day());
    let bill = bill.ok_or_else(|| nothing_due(key, due))?;
    let disposal = Disposal::open(DisposalKind::Unclaimed, bill, |_| {}, law, at)?;
    Ok(disposal.close("disposal.opened", "open", "", &[]))
}

/// The case that lodging a declaration of a bill would close.
pub(crate) fn lodge_needs(bill: Option<&Record>, keys: &mut Keys) {
    if let Some(key) = bill.and_then(Record::read::<BillRecord>).and_then(|bill| bill.case) {
        keys.record(key);
    }
}

/// A declaration of a bill closes its case, if it is one of goods that nobody had declared.
///
/// # Errors
/// The case cannot be closed any more, or not be read.
pub(crate) fn close_on_declaration(
    bill: &mut BillRecord,
    entry: EntryNumber,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Option<Record>, Vec<Refusal>> {
    let kind = DisposalKind::Unclaimed;
    let Some(key) = bill.case.take_if(|key| key.kind == kind.name()) else { return Ok(None) };
    let procedure = law.disposal_procedure(kind).ok_or_else(|| vec![no_procedure(kind)])?;
    let case = view.record(&key).and_then(|record| Case::<DisposalRecord>::resume(procedure, record));
    let mut case = case.ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &key)])?;
    case.step("declare", &Actor::system(), at).map_err(|r| vec![r])?;
    case.body.declaration = Some(entry);
    Ok(Some(case.record()))
}
