//! Changes 修改和撤销: the declarant asks to amend or to withdraw, customs decides, and the money
//! follows. What was declared first stays beside what is declared now, each a version with its receipt.
//! An amendment is assessed under the law of the declaration's law date: the day on which it was completed,
//! or for one lodged in advance the day of entry.
//! Source: TL 22, handbook 3.6.

use crate::aggregate;
use crate::clearance::Clearance;
use crate::command::Role;
use crate::condition::holds;
use crate::form::Form;
use crate::guaranteed::freed;
use crate::law::ControlLaw;
use crate::licence;
use crate::lodge::{amounts, checked_assessment};
use crate::norm::{BillKnowledge, NormContext};
use crate::periodic_list;
use crate::read::{Reading, read};
use crate::record::{DeclarationVersion, version_key};
use crate::refusals;
use crate::two_step;
use customhouse_duties::Assessment;
use customhouse_finance::{PaymentBook, cancel, refund};
use customhouse_kernel::beats::{Record, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Money;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A change that was asked for, and what customs decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub kind: ChangeKind,
    pub reason: String,
    pub asked: Moment,
    /// By when customs decides.
    pub due: LegalDay,
    /// The version of the document that was proposed; a withdrawal has none.
    pub version: Option<u32>,
    /// Computed total before and after, in the territory's currency.
    pub before: Money,
    pub after: Money,
    pub decided: Option<DecidedChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Amendment,
    Withdrawal,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedChange {
    pub approved: bool,
    pub note: String,
    pub at: Moment,
}

/// What an amendment may not touch: another declaration would be meant.
const FIXED: [&str; 9] = [
    "direction",
    "declaration_office",
    "entry_office",
    "bill",
    "consignee.credit_code",
    "agent.credit_code",
    "declaration_kind",
    "guarantee",
    "periodic_permit",
];

/// The declarant proposes another content. Everything that lodging checks is checked.
///
/// # Errors
/// Every finding at once.
pub(crate) fn propose_amendment(
    clearance: &mut Clearance<'_>,
    form: &Form,
    reason: &str,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &clearance.case.body;
    let entry = body.entry_number;
    if body.waits_to_be_gathered() {
        return Err(vec![refusals::LISTS_OPEN.at("/declaration").with("of", entry)]);
    }
    let current: DeclarationVersion = view
        .record(&version_key(entry, body.document_version))
        .and_then(Record::read)
        .ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", entry)])?;
    let bill = BillKnowledge::Known { bill: Box::new(clearance.bill.body.clone()), open: true };
    let context = NormContext { today: body.completed, bill };
    let Reading { declaration, mut findings } = read(form, law, &context);
    if let Some(proposed) = &declaration {
        let own = &current.declaration;
        let same = [
            own.direction == proposed.direction,
            own.declaration_office == proposed.declaration_office,
            own.entry_office == proposed.entry_office,
            own.bill == proposed.bill,
            own.consignee.credit_code == proposed.consignee.credit_code,
            own.agent.as_ref().map(|a| a.credit_code) == proposed.agent.as_ref().map(|a| a.credit_code),
            own.declaration_kind == proposed.declaration_kind,
            own.guarantee == proposed.guarantee,
            own.periodic_permit == proposed.periodic_permit,
        ];
        for (field, _) in FIXED.iter().zip(same).filter(|(_, same)| !same) {
            let path = format!("/{}", field.replace('.', "/"));
            findings.push(refusals::NOT_AMENDABLE.at(path).with("field", field));
        }
    }
    let (declaration, assessment, warnings) =
        checked_assessment(declaration, findings, law, body.law_date())?;
    if declaration == current.declaration {
        return Err(vec![refusals::NOTHING_CHANGED.at("")]);
    }
    let version = body.last_version() + 1;
    let change = Change {
        kind: ChangeKind::Amendment,
        reason: reason.to_owned(),
        asked: *at,
        due: law.terms_of_procedure.end("change_decision", at.day()),
        version: Some(version),
        before: body.amounts.computed_total,
        after: assessment.total,
        decided: None,
    };
    clearance.case.body.change = Some(change);
    let document = DeclarationVersion { declaration, assessment };
    clearance.decision.record(document.record(entry, version));
    clearance.decision.warnings = warnings;
    Ok(())
}

/// The declarant asks to withdraw.
pub(crate) fn propose_withdrawal(clearance: &mut Clearance<'_>, reason: &str, law: &ControlLaw, at: &Moment) {
    let body = &mut clearance.case.body;
    body.change = Some(Change {
        kind: ChangeKind::Withdrawal,
        reason: reason.to_owned(),
        asked: *at,
        due: law.terms_of_procedure.end("change_decision", at.day()),
        version: None,
        before: body.amounts.computed_total,
        after: Money::ZERO,
        decided: None,
    });
}

/// Withdraws a declaration whose goods are abandoned or go back. What was asked of it before has no object
/// any more.
///
/// # Errors
/// The money cannot follow.
pub(crate) fn withdraw(
    clearance: &mut Clearance<'_>,
    reason: &str,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &mut clearance.case.body;
    if let Some(mut before) = body.change.take() {
        before.decided = Some(DecidedChange { approved: false, note: reason.to_owned(), at: *at });
        body.changes.push(before);
    }
    propose_withdrawal(clearance, reason, law, at);
    decide(clearance, Some(ChangeKind::Withdrawal), reason, view, law, at)
}

/// Customs decides on the change that is open; an approved one takes effect, and the money follows.
///
/// # Errors
/// Nothing of this kind is open, or the money cannot follow.
pub(crate) fn decide(
    clearance: &mut Clearance<'_>,
    approved: Option<ChangeKind>,
    note: &str,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &mut clearance.case.body;
    let change = body.change.take_if(|change| approved.is_none_or(|kind| kind == change.kind));
    let Some(mut change) = change else { return Err(vec![refusals::NO_CHANGE.at("")]) };
    change.decided = Some(DecidedChange { approved: approved.is_some(), note: note.to_owned(), at: *at });
    let version = change.version;
    body.changes.push(change);
    if approved.is_some() {
        body.change_required_by = None;
    }
    match (approved, version) {
        (None, _) => Ok(()),
        (Some(ChangeKind::Withdrawal), _) => {
            let draws = std::mem::take(&mut clearance.case.body.draws);
            clearance.decision.postings.extend(licence::undo(&draws, view));
            periodic_list::withdrawn(clearance, view, law, at)?;
            two_step::free(clearance, view, law)?;
            settle_up(clearance, None, view, law, at)
        }
        (Some(ChangeKind::Amendment), version) => {
            let entry = clearance.case.body.entry_number;
            let version = version.unwrap_or_default();
            let document: DeclarationVersion = view
                .record(&version_key(entry, version))
                .and_then(Record::read)
                .ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", entry)])?;
            let body = &mut clearance.case.body;
            let declaration = &document.declaration;
            body.document_version = version;
            body.edition = document.assessment.edition;
            if let Some(advance) = &mut body.advance {
                advance.assessed_on = document.assessment.law_date;
            }
            body.first_goods = declaration.lines.first().map_or_else(String::new, |l| l.name.clone());
            body.lines = declaration.lines.len() as u32;
            let open = holds(&declaration.goods(), &law.conditions, body.completed);
            let before = std::mem::take(&mut body.draws);
            let licensed = licence::meet(&declaration.goods(), open, &before, view, body.completed);
            // goods that were released stay without an open condition
            let system = [Role::System.name()];
            let release = law.bill_procedure_of(clearance.bill.body.direction).step_doing(
                &clearance.bill.state,
                "release_bill",
                &system,
            );
            if release.is_none() && !licensed.holds.is_empty() {
                return Err(vec![refusals::CONDITIONS_OPEN.at("")]);
            }
            body.holds = licensed.holds;
            body.draws = licensed.draws;
            clearance.decision.postings.extend(licence::undo(&before, view));
            clearance.decision.postings.extend(licensed.postings);
            let body = &mut clearance.case.body;
            body.amounts = amounts(declaration, &document.assessment);
            settle_up(clearance, Some(&charges_of(&document.assessment)), view, law, at)
        }
    }
}

/// What is owed of each charge, with the letter of its books.
pub(crate) type Owed = BTreeMap<String, (String, Money)>;

/// What an assessment says is owed.
pub(crate) fn charges_of(assessment: &Assessment) -> Owed {
    assessment.charges.iter().map(|c| (c.charge.clone(), (c.book.clone(), c.amount))).collect()
}

/// Brings the payment books to what is owed now: books that are open are cancelled, and what of a guarantee
/// they occupy is free again; what is owed above what was paid becomes a new book, which no guarantee
/// answers for unless the declaration is under aggregate payment; and what was paid above it is refundable.
/// Nothing is owed after a withdrawal.
pub(crate) fn settle_up(
    clearance: &mut Clearance<'_>,
    owed: Option<&Owed>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &mut clearance.case.body;
    // what its goods gave back when they went out again rests on the declaration as it stands
    if !body.returned.is_empty() {
        return Err(vec![refusals::NOT_AMENDABLE.at("").with("field", "returned")]);
    }
    let (entry, payer, completed, day) =
        (body.entry_number, body.consignee.clone(), body.completed, at.day());
    let mut charges: Vec<String> = body.books.iter().map(|b| b.charge.clone()).collect();
    charges.extend(owed.iter().flat_map(|owed| owed.keys().cloned()));
    charges.sort();
    charges.dedup();
    let assessed = |charge: &str| owed.is_none_or(|owed| owed.contains_key(charge));
    let mut postings = Vec::new();
    let (mut made, mut free_again) = (Vec::new(), Money::ZERO);
    for charge in charges.iter().filter(|charge| assessed(charge)) {
        let (letter, now) = match owed.and_then(|owed| owed.get(charge.as_str())) {
            Some((letter, amount)) => (letter.as_str(), *amount),
            None => ("", Money::ZERO),
        };
        let stands: Option<Money> =
            Money::sum(body.books.iter().filter(|b| b.charge == *charge).map(PaymentBook::stands_for));
        let out_of_range = || vec![refusals::BAD_RECORD.at("").with("record", entry)];
        let stands = stands.ok_or_else(out_of_range)?;
        if stands == now {
            continue;
        }
        let mut paid = Money::ZERO;
        for book in body.books.iter_mut().filter(|b| b.charge == *charge && b.cancelled.is_none()) {
            if book.paid.is_some() {
                paid = paid.checked_add(book.stands_for()).ok_or_else(out_of_range)?;
            } else {
                if body.aggregate.as_ref().is_some_and(|a| book.guaranteed.as_ref() == Some(&a.guarantee)) {
                    free_again = free_again.checked_add(book.amount).ok_or_else(out_of_range)?;
                }
                postings.extend(freed(book, entry, view, law)?);
                postings.push(cancel(book, &payer));
                book.cancelled = Some(day);
            }
        }
        if now > paid {
            let more = now.checked_sub(paid).ok_or_else(out_of_range)?;
            let number = body.next_book(letter).map_err(|r| vec![r])?;
            let due = law.terms.due(completed, day).map_err(|r| vec![r])?;
            // a supplementary book runs from the day on which it is made
            let due =
                law.terms.due(day, day).map(|from_now| if from_now.day > due.day { from_now } else { due });
            let due = due.map_err(|r| vec![r])?;
            let (book, posting) = PaymentBook::make(number, charge, &payer, more, (completed, day), due);
            made.push(body.books.len());
            body.books.push(book);
            postings.push(posting);
        }
        let mut back = paid.checked_sub(now).filter(|m| *m > Money::ZERO).unwrap_or_default();
        for book in body.books.iter_mut().rev().filter(|b| b.charge == *charge && b.paid.is_some()) {
            let part = back.min(book.stands_for());
            if part.is_zero() {
                continue;
            }
            postings.push(refund(book, part, &payer));
            book.reduced = book.reduced.checked_add(part).ok_or_else(out_of_range)?;
            back = back.checked_sub(part).ok_or_else(out_of_range)?;
        }
    }
    clearance.decision.postings.extend(postings);
    aggregate::follow(clearance, &made, free_again, view, law, at);
    Ok(())
}
