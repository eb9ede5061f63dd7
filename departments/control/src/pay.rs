//! Paying 缴税: the declarant orders payment, the bank settles, and a paid declaration is released.

use crate::accounts::pair;
use crate::bill::BillRecord;
use crate::case::Case;
use crate::command::{Actor, Role, Settlement};
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, declaration_key, is_order_of};
use crate::refusals;
use crate::release::release;
use customhouse_finance::refusals as finance;
use customhouse_finance::{BookNumber, Collection, collect, duty_owed, held, refundable, treasury};
use customhouse_kernel::beats::{Decision, Keys, Outgoing, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Exact, Money};

pub(crate) fn order_needs(entry: EntryNumber, keys: &mut Keys) {
    keys.record(declaration_key(entry));
}

/// A declaration's record, if the actor may act on it. Somebody else's looks like none.
pub(crate) fn own(
    view: &dyn View,
    entry: EntryNumber,
    actor: &Actor,
) -> Result<(Record, DeclarationRecord), Vec<Refusal>> {
    let none = || vec![refusals::NO_SUCH_DECLARATION.at("").with("entry", entry)];
    let record = view.record(&declaration_key(entry)).ok_or_else(none)?;
    let body: DeclarationRecord =
        record.read().ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &record.key)])?;
    let mine = body.consignee == actor.party || body.agent.as_deref() == Some(actor.party.as_str());
    if mine { Ok((record.clone(), body)) } else { Err(none()) }
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
    let (record, mut body) = own(view, entry, actor)?;
    if body.books.iter().all(|b| b.paid.is_some()) {
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

pub(crate) fn settle_needs(settlement: &Settlement, view: &dyn View, keys: &mut Keys) {
    let Some(number) = BookNumber::parse(&settlement.book) else { return };
    let key = declaration_key(number.entry());
    keys.account(duty_owed(&settlement.book)).account(held());
    if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
        if let Some(book) = body.books.iter().find(|b| b.number == settlement.book) {
            keys.account(treasury(&book.charge));
        }
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
/// released in the same decision. Any other money is held and refundable.
pub(crate) fn settle(
    settlement: &Settlement,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Bank, "settle a payment 入库")?;
    let one = |r: Refusal| vec![r];
    let no_book = || vec![finance::NO_SUCH_BOOK.at("/book").with("book", &settlement.book)];
    let amount = settlement.amount.steps(Money::PLACES).map(Money::from_minor);
    let amount = amount
        .filter(|_| settlement.amount > Exact::ZERO)
        .ok_or_else(|| vec![finance::NOT_COLLECTABLE.at("/amount").with("amount", settlement.amount)])?;
    let entry = BookNumber::parse(&settlement.book).ok_or_else(no_book)?.entry();
    let record = view.record(&declaration_key(entry)).ok_or_else(no_book)?;
    let bad = |key: &RecordKey| vec![refusals::BAD_RECORD.at("").with("record", key)];
    let mut case: Case<'_, DeclarationRecord> =
        Case::resume(&law.declaration_procedure, record).ok_or_else(|| bad(&record.key))?;
    let place = case.body.books.iter().position(|b| b.number == settlement.book).ok_or_else(no_book)?;
    let (outcome, posting) = collect(&case.body.books[place], amount, &case.body.consignee);
    let mut decision = Decision { postings: vec![posting], ..Decision::default() };
    let answers = is_order_of(&settlement.order, &settlement.book);
    if outcome == Collection::Collected {
        case.body.books[place].paid = Some(at.day());
    }
    // an answered order is no longer open, whatever it brought: a book that is still owed can be
    // ordered again
    case.body.open_orders.retain(|order| *order != settlement.order || !answers);
    if outcome == Collection::Collected && case.body.books.iter().all(|b| b.paid.is_some()) {
        let step = if case.state == "held" { "pay_while_held" } else { "pay" };
        case.step(step, actor.role.name(), at).map_err(one)?;
        if case.state == "paid" {
            let key = RecordKey::new("bill", &*case.body.bill);
            let bill_record = view.record(&key).ok_or_else(|| bad(&key))?;
            let mut bill: Case<'_, BillRecord> =
                Case::resume(&law.bill_procedure, bill_record).ok_or_else(|| bad(&key))?;
            decision.postings.push(release(&mut case, &mut bill, at)?);
            decision.record(bill.record());
        }
    }
    if answers {
        decision.delivered.push(settlement.order.clone());
    }
    let facts = serde_json::json!({
        "entry_number": entry,
        "book": settlement.book,
        "amount": amount,
        "reference": settlement.reference,
        "outcome": outcome,
        "state": case.state,
    });
    decision.tell("payment.settled", &facts);
    decision.answer(&facts);
    decision.record(case.record());
    Ok(decision)
}
