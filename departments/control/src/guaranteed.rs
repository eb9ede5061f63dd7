//! Declarations that a guarantee answers for: their open taxes count as settled, are released from it once
//! paid, and are claimed from it once overdue.
//! Source: CL 66 to 70, TL 60 and following, Guarantee Regulations 4, 19, 20, handbook 4.8.

use crate::clearance::Clearance;
use crate::command::Actor;
use crate::guarantee::{self, end, is_in_force, no_such, not_in_force};
use crate::law::ControlLaw;
use crate::pay::surcharge;
use crate::record::DeclarationRecord;
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{
    CeilingFacts, GuaranteeBar, GuaranteeCase, PaymentBook, guarantee_reserved, is_tax,
};
use customhouse_kernel::beats::{Keys, View};
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What must be seen of the guarantee of this number to use it for a declaration, or of those that
/// answer for its books.
pub(crate) fn needs(number: &str, entry: EntryNumber, keys: &mut Keys) {
    guarantee::needs(number, keys);
    keys.account(guarantee_reserved(number, entry));
}

/// The declarant lets its own guarantee answer for every open tax of the declaration that none answers
/// for yet: early release 提前放行. Fees and surcharges are paid, never guaranteed.
///
/// # Errors
/// No such guarantee of the party's own, not in force, not for this; a licence is missing (GR 4); too
/// little is free; or there is no tax to guarantee.
pub(crate) fn use_guarantee(
    clearance: &mut Clearance<'_>,
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let there = |r: Refusal| Refusal { path: "/guarantee".to_owned(), ..r };
    if number.is_empty() {
        return Err(vec![refusals::MISSING.at("/guarantee").with("field", "guarantee")]);
    }
    let case = guarantee::own(number, actor, view, law).ok_or_else(|| vec![there(no_such(number))])?;
    if !is_in_force(&case) {
        return Err(vec![there(not_in_force(&case, ""))]);
    }
    let body = &clearance.case.body;
    let places: Vec<usize> =
        (0..body.books.len()).filter(|place| can_be_guaranteed(&body.books[*place])).collect();
    if places.is_empty() {
        return Err(vec![there(refusals::NOTHING_TO_GUARANTEE.at("").with("entry", body.entry_number))]);
    }
    answer_for(clearance, &case, case.body.balances.free, &places, law, at).map_err(|r| vec![there(r)])
}

/// A guarantee answers for the taxes at these places: what it covers of them is reserved. `free` is what of
/// it is free once all else that is decided has happened.
///
/// # Errors
/// Nothing is owed on them, or it does not fit; a licence is missing (GR 4); the guarantee is not for this,
/// or not on this day; too little of it is free.
pub(crate) fn answer_for(
    clearance: &mut Clearance<'_>,
    case: &guarantee::GuaranteeCase<'_>,
    free: Money,
    places: &[usize],
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Refusal> {
    let body = &mut clearance.case.body;
    let given = &case.body.given;
    let sum = Money::sum(places.iter().map(|place| body.books[*place].amount));
    let sum = sum.ok_or_else(|| finance::OUT_OF_RANGE.at("").with("amount", given.amount))?;
    let posting = reserve(body.entry_number, case, (sum, free), bars(body), law, at.day())?;
    for place in places {
        body.books[*place].guaranteed = Some(given.number.clone());
    }
    clearance.post(posting);
    Ok(())
}

/// Reserves a sum of a guarantee for a declaration; `free` is what of it is free.
///
/// # Errors
/// A bar (GR 4); the guarantee is not for this, or not on this day; too little of it is free.
pub(crate) fn reserve(
    entry: EntryNumber,
    case: &guarantee::GuaranteeCase<'_>,
    (sum, free): (Money, Money),
    bars: BTreeSet<GuaranteeBar>,
    law: &ControlLaw,
    day: Date,
) -> Result<Posting, Refusal> {
    let given = &case.body.given;
    let facts = CeilingFacts { highest_tax: Some(sum), bars, ..CeilingFacts::default() };
    let purpose = GuaranteeCase::EarlyRelease;
    law.guarantee_ceilings.check(purpose, sum, &facts, day)?;
    let posting = given.reserve(entry, purpose, sum, day)?;
    if sum > free {
        let little = finance::TOO_LITTLE_FREE.at("").with("number", &given.number).with("free", free);
        return Err(little.with("amount", sum));
    }
    Ok(posting)
}

fn can_be_guaranteed(book: &PaymentBook) -> bool {
    book.is_open() && book.guaranteed.is_none() && is_tax(&book.charge)
}

/// Why no guarantee is taken: a restricted goods' licence is missing (GR 4).
pub(crate) fn bars(body: &DeclarationRecord) -> BTreeSet<GuaranteeBar> {
    let licence = body.holds.iter().any(|hold| hold.nature == "licence");
    let prohibited = body.holds.iter().any(|hold| hold.nature == "prohibition");
    let bars =
        [(licence, GuaranteeBar::RestrictedLicenceMissing), (prohibited, GuaranteeBar::ProhibitedGoods)];
    bars.into_iter().filter_map(|(holds, bar)| holds.then_some(bar)).collect()
}

/// Frees the part of a guarantee that a book occupies, because it is paid or cancelled; `None` for a book
/// that no guarantee answers for.
///
/// # Errors
/// The guarantee's record is missing.
pub(crate) fn freed(
    book: &PaymentBook,
    entry: EntryNumber,
    view: &dyn View,
    law: &ControlLaw,
) -> Result<Option<Posting>, Vec<Refusal>> {
    let Some(number) = &book.guaranteed else { return Ok(None) };
    let case = guarantee::load(number, view, law).ok_or_else(|| vec![no_such(number)])?;
    case.body.given.release(entry, book.amount).map(Some).map_err(|r| vec![r])
}

/// A payment of a guaranteed book did not hold: its part, which was freed, is taken of the guarantee again
/// where that still has room and serves; otherwise nothing answers for the book any more.
pub(crate) fn taken_again(
    book: &mut PaymentBook,
    entry: EntryNumber,
    view: &dyn View,
    law: &ControlLaw,
    day: Date,
) -> Option<Posting> {
    let number = book.guaranteed.take()?;
    let case = guarantee::load(&number, view, law).filter(is_in_force)?;
    let room = book.amount <= case.body.balances.free;
    let given = &case.body.given;
    let posting =
        given.reserve(entry, GuaranteeCase::EarlyRelease, book.amount, day).ok().filter(|_| room)?;
    book.guaranteed = Some(number);
    Some(posting)
}

/// Customs claims the guaranteed books that are past their last day: each is paid out of its guarantee,
/// with the surcharge for paying late that any payer owes (TL 43).
///
/// # Errors
/// No guaranteed book is overdue.
pub(crate) fn claim(
    clearance: &mut Clearance<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let overdue = overdue(&clearance.case.body, at.day());
    if overdue.is_empty() {
        let entry = clearance.case.body.entry_number;
        return Err(vec![refusals::NOTHING_TO_CLAIM.at("").with("entry", entry)]);
    }
    for (number, places) in overdue {
        claim_one(clearance, &number, &places, view, law, at)?;
        for place in places {
            surcharge(clearance, place, law, at)?;
        }
    }
    Ok(())
}

/// The places of the guaranteed books whose last day is over, by guarantee.
fn overdue(body: &DeclarationRecord, day: Date) -> BTreeMap<String, Vec<usize>> {
    let mut overdue: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, book) in body.books.iter().enumerate().filter(|(_, b)| b.is_open() && b.due.day < day) {
        if let Some(number) = &book.guaranteed {
            overdue.entry(number.clone()).or_default().push(place);
        }
    }
    overdue
}

fn claim_one(
    clearance: &mut Clearance<'_>,
    number: &str,
    places: &[usize],
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let one = |r: Refusal| vec![r];
    let mut case = guarantee::load(number, view, law).ok_or_else(|| vec![no_such(number)])?;
    let body = &mut clearance.case.body;
    let books: Vec<&PaymentBook> = places.iter().map(|place| &body.books[*place]).collect();
    let posting = case.body.given.claim(body.entry_number, &books, at.day()).map_err(one)?;
    let sum = Money::sum(books.iter().map(|book| book.amount)).unwrap_or_default();
    if !case.act("claim_on_guarantee", &Actor::system(), at) {
        return Err(vec![not_in_force(&case, "")]);
    }
    case.note(&body.entry_number.to_string());
    let balances = &mut case.body.balances;
    balances.reserved = balances.reserved.checked_sub(sum).unwrap_or_default();
    balances.claimed = balances.claimed.checked_add(sum).unwrap_or(balances.claimed);
    end(&mut case, at);
    for place in places {
        body.books[*place].paid = Some(at.day());
        body.books[*place].claimed = true;
    }
    clearance.post(posting);
    clearance.decision.record(case.record());
    Ok(())
}
