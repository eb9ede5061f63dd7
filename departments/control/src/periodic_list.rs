//! Lists of periodic declaration 集中申报清单: a form that names a permit is a list. It is a declaration in all
//! but its books: read, checked, assessed, selected, examined and released as one, so that every rule of a
//! clearance holds for it too. Its taxes are reserved on the permit's guarantee, and become books once it is
//! gathered. Source: Order 169/2008, handbook 3.7; CL 24.
//!
//! Decided here, because no text was seen: a list on a bill whose means has yet to enter is refused, as its
//! days begin with entry; a list whose licence is missing is refused, as no guarantee stands for one; it is
//! not amended before it is gathered, but withdrawn and filed anew.
//!
//! Not here: exports, whose lists are due 24 hours before loading (the field norm refuses the number there);
//! the paper list that follows within three days.

use crate::bill::BillRecord;
use crate::clearance::Clearance;
use crate::declaration::Declaration;
use crate::form::Form;
use crate::guarantee;
use crate::guaranteed;
use crate::law::ControlLaw;
use crate::mode;
use crate::periodic::{self, OpenList, PermitCase, no_such, not_now, takes_lists};
use crate::record::DeclarationRecord;
use crate::refusals;
use customhouse_finance::GuaranteeCase as Purpose;
use customhouse_kernel::beats::{Keys, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a list keeps beside what every declaration does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodicList {
    pub permit: String,
    /// The general guarantee that answers for its taxes.
    pub guarantee: String,
    /// What of it is reserved until there are books: all taxes of the list.
    pub reserved: Money,
    /// The last day to gather it.
    pub gather_by: LegalDay,
    /// The month's declaration that it was gathered into.
    pub month: Option<EntryNumber>,
}

impl DeclarationRecord {
    /// Whether it is a list without books yet: neither gathered nor withdrawn.
    pub fn waits_to_be_gathered(&self) -> bool {
        self.periodic.as_ref().is_some_and(|list| list.month.is_none()) && !self.is_withdrawn()
    }
}

/// What must be seen to lodge a form that names a permit.
pub(crate) fn lodge_needs(form: &Form, view: &dyn View, keys: &mut Keys) {
    if let Some(number) = form.head.get("periodic_permit") {
        periodic::decide_needs(number.trim(), view, keys);
    }
}

/// What must be seen to do anything to a list: its permit, and what is reserved for it.
pub(crate) fn needs(body: &DeclarationRecord, keys: &mut Keys) {
    if let Some(list) = &body.periodic {
        periodic::needs(&list.permit, keys);
        guaranteed::needs(&list.guarantee, body.entry_number, keys);
    }
}

/// Why a form that names a permit cannot be filed as a list, as far as that is plain before its taxes are
/// reckoned. Nothing for a declaration.
pub(crate) fn findings(
    declaration: &Declaration,
    bill: Option<&BillRecord>,
    view: &dyn View,
    law: &ControlLaw,
    day: Date,
) -> Vec<Refusal> {
    let number = declaration.periodic_permit.as_str();
    if number.is_empty() {
        return Vec::new();
    }
    let at = |r: Refusal| Refusal { path: "/periodic_permit".to_owned(), ..r };
    let Some(case) = own(number, declaration, view, law) else { return vec![at(no_such(number))] };
    let mut found: Vec<Refusal> = not_in_force(&case, day).into_iter().map(at).collect();
    found.extend(unfit(declaration, &case, law, day));
    found.extend(bill.and_then(|bill| untimely(bill, law, day)));
    found
}

/// The permit, if it is the consignee's.
fn own<'a>(
    number: &str,
    declaration: &Declaration,
    view: &dyn View,
    law: &'a ControlLaw,
) -> Option<PermitCase<'a>> {
    let party = declaration.consignee.credit_code.as_str();
    periodic::load(number, view, law).filter(|case| case.body.party == party)
}

/// Why a permit takes no list on a day: lists of it are overdue, or it is not in force.
fn not_in_force(case: &PermitCase<'_>, day: Date) -> Option<Refusal> {
    if let Some(by) = case.body.overdue(day) {
        let suspended = refusals::PERIODIC_SUSPENDED.at("").with("permit", &case.body.number);
        return Some(suspended.with("due", by.day));
    }
    (!takes_lists(case) || day > case.body.valid_to).then(|| not_now(case))
}

/// What of a list is not as its permit has it.
fn unfit(declaration: &Declaration, case: &PermitCase<'_>, law: &ControlLaw, day: Date) -> Vec<Refusal> {
    let permit = &case.body;
    let Some(goods) = law.periodic.goods(&permit.goods, day).filter(|g| g.direction == declaration.direction)
    else {
        let closed = refusals::PERIODIC_GOODS.at("/periodic_permit").with("goods", &permit.goods);
        return vec![closed.with("date", day)];
    };
    let differs = |field: &str, value: &str, expected: &str| {
        let differs = refusals::LIST_NOT_FIT.at(format!("/{field}")).with("field", field);
        differs.with("value", value).with("expected", expected)
    };
    let mut found = Vec::new();
    let office = declaration.declaration_office;
    if office != permit.office {
        found.push(differs("declaration_office", office.as_str(), permit.office.as_str()));
    }
    let (by, modes) = (declaration.transport_mode.as_str(), &goods.transport_modes);
    if !modes.is_empty() && !modes.iter().any(|mode| mode == by) {
        found.push(differs("transport_mode", by, &modes.join(", ")));
    }
    if let Some(mode) = mode::of(declaration, law, day) {
        found.push(differs("declaration_kind", &mode.prefix, "--"));
    }
    let named = declaration.guarantee.as_str();
    if !named.is_empty() && named != permit.guarantee {
        found.push(differs("guarantee", named, &permit.guarantee));
    }
    // a month is gathered in one currency
    let first = declaration.lines.first().map(|line| line.currency);
    let other = declaration.lines.iter().position(|line| Some(line.currency) != first);
    if let Some((place, first)) = other.zip(first) {
        let currency = declaration.lines[place].currency;
        let unlike = differs("currency", currency.as_str(), first.as_str());
        found.push(Refusal { path: format!("/lines/{place}/currency"), ..unlike });
    }
    found
}

/// Why a list is not filed within its days, which begin with entry of the means.
fn untimely(bill: &BillRecord, law: &ControlLaw, day: Date) -> Option<Refusal> {
    let entered = bill.entry_day()?;
    let last = law.terms_of_procedure.end("periodic_list", entered).day;
    let in_time = bill.has_entered() && (entered..=last).contains(&day);
    let late = || refusals::LIST_LATE.at("/bill").with("entered", entered).with("last", last);
    (!in_time).then(|| late().with("today", day))
}

/// Makes a declaration that is being lodged a list, if it names a permit: its taxes are reserved on the
/// guarantee, and the permit knows that it waits to be gathered.
///
/// # Errors
/// The guarantee does not serve, or too little of it is free.
pub(crate) fn begin(
    clearance: &mut Clearance<'_>,
    declaration: &Declaration,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let number = declaration.periodic_permit.as_str();
    if number.is_empty() {
        return Ok(());
    }
    let there = |r: Refusal| vec![Refusal { path: "/periodic_permit".to_owned(), ..r }];
    let mut permit = own(number, declaration, view, law).ok_or_else(|| there(no_such(number)))?;
    let goods = law.periodic.goods(&permit.body.goods, at.day()).ok_or_else(|| there(not_now(&permit)))?;
    let gather_by = law.periodic.gather_by(goods, at.day());
    let body = &mut clearance.case.body;
    let reserved = body.amounts.computed_total;
    let guarantee = permit.body.guarantee.clone();
    let kept = guarantee::of_party(&guarantee, &permit.body.party, view, law);
    let kept = kept.ok_or_else(|| there(guarantee::no_such(&guarantee)))?;
    if !guarantee::is_in_force(&kept) {
        return Err(there(guarantee::not_in_force(&kept, "")));
    }
    kept.body.given.serves_on(Purpose::EarlyRelease, at.day()).map_err(there)?;
    let posting = if reserved.is_zero() {
        None
    } else {
        let free = kept.body.balances.free;
        Some(
            guaranteed::reserve(
                body.entry_number,
                &kept,
                (reserved, free),
                guaranteed::bars(body),
                law,
                at.day(),
            )
            .map_err(there)?,
        )
    };
    permit.body.lists.push(OpenList {
        entry: body.entry_number,
        accepted: body.completed,
        supervision_mode: declaration.supervision_mode.clone(),
        currency: body.amounts.declared.currency,
        gather_by,
    });
    body.periodic =
        Some(PeriodicList { permit: number.to_owned(), guarantee, reserved, gather_by, month: None });
    posting.into_iter().for_each(|posting| clearance.post(posting));
    clearance.decision.record(permit.record());
    Ok(())
}

/// A list is withdrawn: what was reserved for it is free again, and its permit waits for it no more. Nothing
/// for a list that is gathered, whose books follow as any do.
///
/// # Errors
/// The permit or the guarantee is missing.
pub(crate) fn withdrawn(
    clearance: &mut Clearance<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &clearance.case.body;
    let entry = body.entry_number;
    let Some(list) = body.periodic.clone().filter(|list| list.month.is_none()) else { return Ok(()) };
    let mut permit = periodic::load(&list.permit, view, law).ok_or_else(|| vec![no_such(&list.permit)])?;
    permit.body.lists.retain(|open| open.entry != entry);
    periodic::go_on(&mut permit, at);
    clearance.decision.record(permit.record());
    if !list.reserved.is_zero() {
        let kept = guarantee::load(&list.guarantee, view, law);
        let kept = kept.ok_or_else(|| vec![guarantee::no_such(&list.guarantee)])?;
        clearance.post(kept.body.given.release(entry, list.reserved).map_err(|r| vec![r])?);
    }
    Ok(())
}
