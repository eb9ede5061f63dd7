//! Paying 缴税: the declarant orders payment, the bank settles, and a paid declaration is released.

use crate::accounts::pair;
use crate::aggregate;
use crate::authorisation;
use crate::clearance::Clearance;
use crate::command::{Actor, Role, Settlement};
use crate::guaranteed;
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, Milestone, declaration_key, is_order_of};
use crate::refusals;
use crate::step::NOTE;
use customhouse_finance::refusals as finance;
use customhouse_finance::{
    BookNumber, Collection, LATE_PAYMENT, PaymentBook, collect, duty_owed, held, hold, is_tax, refundable,
    treasury,
};
use customhouse_kernel::beats::{Decision, Keys, Outgoing, Record, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::ledger::reverse;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) fn order_needs(entry: EntryNumber, view: &dyn View, keys: &mut Keys) {
    let key = declaration_key(entry);
    if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
        authorisation::needs(&body.consignee, body.agent.as_deref(), keys);
    }
    keys.record(key);
}

/// A declaration's record, if the actor may act on it: its consignee, or its agent while it is authorised.
/// Somebody else's looks like none.
pub(crate) fn own(
    view: &dyn View,
    entry: EntryNumber,
    actor: &Actor,
    day: Date,
) -> Result<(Record, DeclarationRecord), Vec<Refusal>> {
    let none = || vec![refusals::NO_SUCH_DECLARATION.at("").with("entry", entry)];
    let record = view.record(&declaration_key(entry)).ok_or_else(none)?;
    let body: DeclarationRecord =
        record.read().ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &record.key)])?;
    let mine = body.consignee == actor.party || body.agent.as_deref() == Some(actor.party.as_str());
    if !mine {
        return Err(none());
    }
    let parties = (body.consignee.as_str(), actor.party.as_str());
    authorisation::check(parties, (entry.direction(), entry.office()), view, day).map_err(|r| vec![r])?;
    Ok((record.clone(), body))
}

/// The declarant orders payment of every open book that no order is out for; the bank gets one order
/// a book.
pub(crate) fn order(
    entry: EntryNumber,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "order payment 缴税")?;
    let (record, mut body) = own(view, entry, actor, at.day())?;
    if body.open_books().next().is_none() {
        return Err(vec![finance::NOTHING_TO_PAY.at("").with("entry", entry)]);
    }
    let open: Vec<_> = body.books_to_order().cloned().collect();
    if open.is_empty() {
        return Err(vec![finance::ALREADY_ORDERED.at("").with("entry", entry)]);
    }
    body.payment_orders += 1;
    let mut decision = Decision::default();
    for book in &open {
        let id = format!("{}/{}", book.number, body.payment_orders);
        let order = serde_json::json!({ "order": id, "book": book.number, "amount": book.amount, "payer": actor.party });
        body.open_orders.push(id.clone());
        decision.outgoing.push(Outgoing { id, to: "bank".to_owned(), body: order.to_string() });
    }
    let facts = serde_json::json!({
        "entry_number": entry,
        "ordered": open.iter().map(|b| (&b.number, b.amount)).collect::<Vec<_>>(),
        "on": at.day(),
    });
    decision.tell("payment.ordered", &facts);
    decision.answer(&facts);
    decision.record(Record {
        version: record.version + 1,
        body: serde_json::to_string(&body).expect("our types serialise"),
        ..record
    });
    Ok(decision)
}

/// What is kept of a settlement, so that the bank's reference stands for one payment for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementRecord {
    pub settlement: Settlement,
    pub amount: Money,
    pub outcome: Collection,
    pub on: Date,
    /// The declaration and its state afterwards; `None` if no book has this number.
    pub entry_number: Option<EntryNumber>,
    pub state: String,
    /// Who may have the money back, if it fits no book.
    pub payer: String,
    /// The code of the refusal for which the declaration could not take the payment.
    pub because: Option<String>,
    /// What of money that is held a refund took up.
    #[serde(default)]
    pub refunded: Money,
}

impl SettlementRecord {
    /// What of it is held and no refund has taken up; nothing of what paid a book.
    pub fn left_to_refund(&self) -> Money {
        let held = if self.outcome == Collection::Collected { Money::ZERO } else { self.amount };
        held.checked_sub(self.refunded).unwrap_or_default()
    }
}

/// The key of a settlement's record.
pub(crate) fn settlement_key(reference: &str) -> RecordKey {
    RecordKey::new("settlement", reference)
}

pub(crate) fn settle_needs(settlement: &Settlement, view: &dyn View, at: &Moment, keys: &mut Keys) {
    keys.record(settlement_key(&settlement.reference)).account(held());
    let Some(number) = BookNumber::parse(&settlement.book) else { return };
    let key = declaration_key(number.entry());
    keys.account(duty_owed(&settlement.book));
    if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
        if let Some(book) = body.books.iter().find(|b| b.number == settlement.book) {
            keys.account(treasury(&book.charge, at.day().year()));
            if let Some(guarantee) = &book.guaranteed {
                guaranteed::needs(guarantee, number.entry(), keys);
            }
        }
        aggregate::needs(&body, keys);
        keys.account(refundable(&body.consignee)).record(RecordKey::new("bill", &*body.bill));
        for class in ["bill_declared", "bill_released"] {
            for account in pair(class, &body.bill) {
                keys.account(account);
            }
        }
    }
    keys.record(key);
}

/// The bank says what it settled. Exactly what a book owes pays it; when all are paid the goods are
/// released in the same decision. Any other money is held and refundable: what the bank has moved is
/// booked, whatever the declaration says to it. A reference that came before has no second effect.
pub(crate) fn settle(
    settlement: &Settlement,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Bank, "settle a payment 入库")?;
    let amount = checked_amount(settlement)?;
    let key = settlement_key(&settlement.reference);
    if let Some(before) = view.record(&key) {
        return repeated(settlement, before);
    }
    let mut decision = Decision::default();
    let (outcome, entry, state, payer, office, because) = match declaration_of(settlement, view, law) {
        None => {
            let payer = format!("bank/{}", settlement.reference);
            decision.postings.push(hold(amount, &payer));
            (Collection::NoSuchBook, None, String::new(), payer, String::new(), None)
        }
        Some((mut clearance, place)) => {
            let body = &clearance.case.body;
            let (mut outcome, mut posting) =
                collect(&body.books[place], amount, &body.consignee, at.day().year());
            let mut because = None;
            if outcome == Collection::Collected {
                match paid(clearance.clone(), place, actor, view, law, at) {
                    Ok(advanced) => clearance = advanced,
                    Err(refused) => {
                        outcome = Collection::NotTaken;
                        posting = hold(amount, &clearance.case.body.consignee);
                        because = refused.first().map(|r| r.code.clone());
                    }
                }
            }
            clearance.decision.postings.insert(0, posting);
            // an answered order is no longer open, whatever it brought: a book that is still owed can
            // be ordered again
            let answers = is_order_of(&settlement.order, &settlement.book);
            let body = &mut clearance.case.body;
            body.open_orders.retain(|order| *order != settlement.order || !answers);
            let (entry, payer) = (body.entry_number, body.consignee.clone());
            if answers {
                clearance.decision.delivered.push(settlement.order.clone());
            }
            let (state, office) = (clearance.case.state.clone(), clearance.case.office().to_owned());
            decision = clearance.close();
            (outcome, Some(entry), state, payer, office, because)
        }
    };
    let record = SettlementRecord {
        settlement: settlement.clone(),
        amount,
        outcome,
        on: at.day(),
        entry_number: entry,
        state,
        payer,
        because,
        refunded: Money::ZERO,
    };
    decision.tell("payment.settled", &facts(&record));
    decision.answer(&facts(&record));
    decision.record(Record {
        key,
        version: 1,
        state: outcome.name().to_owned(),
        owner: record.payer.clone(),
        office,
        due: None,
        schema: 1,
        body: serde_json::to_string(&record).expect("our types serialise"),
    });
    Ok(decision)
}

/// The amount, if the settlement is in form.
fn checked_amount(settlement: &Settlement) -> Result<Money, Vec<Refusal>> {
    let mut refused = Vec::new();
    let amount = settlement.amount.steps(Money::PLACES).filter(|steps| *steps > 0).map(Money::from_minor);
    if amount.is_none() {
        refused.push(finance::NOT_COLLECTABLE.at("/amount").with("amount", settlement.amount));
    }
    let reference = &settlement.reference;
    if !(1..=64).contains(&reference.chars().count()) || reference.chars().any(char::is_control) {
        refused.push(refusals::BAD_REFERENCE.at("/reference"));
    }
    for (text, max, path) in [(&settlement.book, 64, "/book"), (&settlement.order, 128, "/order")] {
        refused.extend(too_long(text, max, path));
    }
    amount.filter(|_| refused.is_empty()).ok_or(refused)
}

/// A refusal for a text that is longer than what is kept of it.
fn too_long(text: &str, max: usize, path: &str) -> Option<Refusal> {
    let length = text.chars().count();
    let long = || refusals::TOO_LONG.at(path).with("field", &path[1..]).with("max", max);
    (length > max).then(|| long().with("length", length))
}

/// The answer that a reference got before; the same reference with another content is refused.
fn repeated(settlement: &Settlement, before: &Record) -> Result<Decision, Vec<Refusal>> {
    let record: SettlementRecord =
        before.read().ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &before.key)])?;
    if record.settlement != *settlement {
        let reused = refusals::REFERENCE_REUSED.at("/reference");
        return Err(vec![reused.with("reference", &settlement.reference)]);
    }
    let mut decision = Decision::default();
    if is_order_of(&settlement.order, &settlement.book) {
        decision.delivered.push(settlement.order.clone());
    }
    decision.tell("payment.repeated", &facts(&record));
    decision.answer(&facts(&record));
    Ok(decision)
}

fn facts(record: &SettlementRecord) -> serde_json::Value {
    serde_json::json!({
        "entry_number": record.entry_number,
        "book": record.settlement.book,
        "amount": record.amount,
        "reference": record.settlement.reference,
        "outcome": record.outcome,
        "state": record.state,
        "because": record.because,
    })
}

/// The clearance that a settlement's book belongs to, with the book's place; `None` if there is no such
/// book or its records cannot be read.
fn declaration_of<'a>(
    settlement: &Settlement,
    view: &dyn View,
    law: &'a ControlLaw,
) -> Option<(Clearance<'a>, usize)> {
    let entry = BookNumber::parse(&settlement.book)?.entry();
    let clearance = Clearance::load(entry, view, law).ok()?;
    let place = clearance.case.body.books.iter().position(|b| b.number == settlement.book)?;
    Some((clearance, place))
}

/// What follows for a declaration when a book is paid: its part of a guarantee is free again; a surcharge
/// if it was paid late; with the last one, the procedure's step that collects, and what is automatic from
/// there.
fn paid<'a>(
    mut clearance: Clearance<'a>,
    place: usize,
    actor: &Actor,
    view: &dyn View,
    law: &'a ControlLaw,
    at: &Moment,
) -> Result<Clearance<'a>, Vec<Refusal>> {
    let not_now = |entry: EntryNumber| vec![refusals::NOT_PAYABLE.at("").with("entry", entry)];
    let body = &mut clearance.case.body;
    let entry = body.entry_number;
    let freed = guaranteed::freed(&body.books[place], entry, view, law)?;
    body.books[place].paid = Some(at.day());
    clearance.decision.postings.extend(freed);
    surcharge(&mut clearance, place, law, at)?;
    let case = &mut clearance.case;
    if !case.can("collect", actor) {
        return Err(not_now(entry));
    }
    if case.act("collect", actor, at) {
        clearance.go_on(at)?;
    }
    Ok(clearance)
}

/// A book that was paid after its last day brings a book for the surcharge, which is due at once.
pub(crate) fn surcharge(
    clearance: &mut Clearance<'_>,
    place: usize,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &mut clearance.case.body;
    let book = &body.books[place];
    if !is_tax(&book.charge) {
        return Ok(());
    }
    let late = law.late_payment.surcharge(&book.charge, book.amount, book.due, at.day());
    let Some(late) = late.map_err(|r| vec![r])? else { return Ok(()) };
    let letter = BookNumber::parse(&book.number).map(|n| n.letter().to_owned()).unwrap_or_default();
    let number = body.next_book(&letter).map_err(|r| vec![r])?;
    let (payer, days) = (body.consignee.clone(), (body.completed, at.day()));
    let due = LegalDay { day: at.day(), provisional: false };
    let (book, posting) = PaymentBook::make(number, LATE_PAYMENT, &payer, late.amount, days, due);
    body.books.push(book);
    body.late_payment.push(late);
    clearance.post(posting);
    Ok(())
}

/// The bank says that a payment which it settled did not hold 退票.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounce {
    /// The reference of the settlement.
    pub reference: String,
    pub reason: String,
}

pub(crate) fn bounce_needs(bounce: &Bounce, view: &dyn View, at: &Moment, keys: &mut Keys) {
    let key = settlement_key(&bounce.reference);
    if let Some(record) = view.record(&key).and_then(Record::read::<SettlementRecord>) {
        keys.account(refundable(&record.payer));
        settle_needs(&record.settlement, view, at, keys);
        if let Some(entry) = record.entry_number {
            let body = view.record(&declaration_key(entry)).and_then(Record::read::<DeclarationRecord>);
            let books = body.map(|b| b.books).unwrap_or_default();
            if let Some(book) = books.iter().find(|b| b.number == record.settlement.book) {
                keys.account(treasury(&book.charge, record.on.year()));
            }
        }
    }
    keys.record(key);
}

/// Takes back what a settlement booked: a book that it paid is owed again, money that was held is not.
/// What has been released stays so; the declaration is not closed before the book is paid.
///
/// # Errors
/// No settlement has this reference, or it bounced before; or the ledger refuses, because the money was
/// given back already.
pub(crate) fn bounce(
    bounce: &Bounce,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Bank, "report a bounced payment 退票")?;
    if let Some(long) = too_long(&bounce.reason, NOTE, "/reason") {
        return Err(vec![long]);
    }
    let key = settlement_key(&bounce.reference);
    let none = || vec![finance::NOTHING_TO_BOUNCE.at("/reference").with("reference", &bounce.reference)];
    let record = view.record(&key).filter(|record| record.state != BOUNCED).ok_or_else(none)?;
    let settled: SettlementRecord =
        record.read().ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &key)])?;
    let mut decision = Decision::default();
    let mut state = settled.state.clone();
    if settled.outcome == Collection::Collected {
        let (mut clearance, place) = declaration_of(&settled.settlement, view, law).ok_or_else(none)?;
        let book = &mut clearance.case.body.books[place];
        let posting =
            collect(&PaymentBook { paid: None, ..book.clone() }, book.amount, "", settled.on.year()).1;
        book.paid = None;
        let again = guaranteed::taken_again(book, clearance.case.body.entry_number, view, law, at.day());
        clearance.decision.postings.extend(again);
        clearance.post(reverse(&posting));
        let note =
            Milestone { note: bounce.reason.clone(), ..Milestone::of(BOUNCED, &clearance.case.state, at) };
        clearance.case.body.timeline.push(note);
        state.clone_from(&clearance.case.state);
        decision = clearance.close();
    } else {
        decision.postings.push(reverse(&hold(settled.amount, &settled.payer)));
    }
    let facts = serde_json::json!({
        "reference": bounce.reference,
        "reason": bounce.reason,
        "book": settled.settlement.book,
        "amount": settled.amount,
        "entry_number": settled.entry_number,
        "state": state,
    });
    decision.tell("payment.bounced", &facts);
    decision.answer(&facts);
    decision.record(Record { version: record.version + 1, state: BOUNCED.to_owned(), ..record.clone() });
    Ok(decision)
}

/// The state of a settlement that bounced, and the milestone of its declaration.
pub(crate) const BOUNCED: &str = "bounced";
