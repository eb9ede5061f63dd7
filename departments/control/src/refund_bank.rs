//! What the bank says to an order to pay out a refund: it paid, or it came back. A reference stands for one
//! payment for ever, as for payments that come in.

use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::refund::{Bounced, PaidOut, RefundCase, load, needs, refund_key, told};
use crate::refund_form::{Payout, PayoutBounce, too_long};
use crate::refusals;
use crate::step::NOTE;
use customhouse_finance::refusals as finance;
use customhouse_finance::{pay_out_refund, put_back_refund};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is kept of a payment out, so that the bank's reference stands for one for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutRecord {
    pub payout: Payout,
    pub amount: Money,
    pub refund: String,
    pub on: Date,
}

/// The state of a payment out that stands, and of one whose money came back.
const PAID: &str = "paid_out";
const BOUNCED: &str = "bounced";

/// The key of a payment out.
pub fn payout_key(reference: &str) -> RecordKey {
    RecordKey::new("payout", reference)
}

/// The refund that an order is of.
fn refund_of(order: &str) -> &str {
    order.rsplit_once('/').map_or("", |(refund, _)| refund)
}

pub(crate) fn pay_out_needs(payout: &Payout, view: &dyn View, keys: &mut Keys) {
    keys.record(payout_key(&payout.reference));
    needs(refund_of(&payout.order), view, keys);
}

/// The bank has paid out what was ordered. Any other amount, and an order that is not open, are refused by
/// name: nothing is booked, and the order stays where it is.
pub(crate) fn pay_out(
    payout: &Payout,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Bank, "report a refund paid out 退付")?;
    let amount = checked(payout)?;
    let key = payout_key(&payout.reference);
    if let Some(before) = view.record(&key) {
        return repeated(payout, before);
    }
    let mut case = open(&payout.order, view, law).ok_or_else(|| vec![no_order(&payout.order)])?;
    let ordered = total(&case);
    if amount != ordered {
        let other = finance::OTHER_AMOUNT_PAID_OUT.at("/amount").with("order", &payout.order);
        return Err(vec![other.with("ordered", ordered).with("amount", amount)]);
    }
    if !case.act("pay_out_refund", actor, at) {
        return Err(vec![no_order(&payout.order)]);
    }
    case.body.paid_out = Some(PaidOut { on: at.day(), reference: payout.reference.clone() });
    let mut decision = Decision::default();
    decision.postings.push(pay_out_refund(&case.body.number, amount));
    decision.delivered.push(payout.order.clone());
    let record =
        PayoutRecord { payout: payout.clone(), amount, refund: case.body.number.clone(), on: at.day() };
    decision.record(Record {
        key,
        version: 1,
        state: PAID.to_owned(),
        owner: case.body.payer.clone(),
        office: case.office().to_owned(),
        due: None,
        schema: 1,
        body: serde_json::to_string(&record).expect("our types serialise"),
    });
    told(&case, "refund.paid_out", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

pub(crate) fn bounce_needs(bounce: &PayoutBounce, view: &dyn View, keys: &mut Keys) {
    let refund = refund_of(&bounce.order);
    needs(refund, view, keys);
    let paid = view.record(&refund_key(refund)).and_then(Record::read::<crate::refund::KeptRefund>);
    if let Some(paid) = paid.and_then(|body| body.paid_out) {
        keys.record(payout_key(&paid.reference));
    }
}

/// What the bank was to pay out, or had paid out, came back: all of it, interest too, is refundable again, and
/// the payer names another account. The same word again has no second effect.
pub(crate) fn bounce(
    bounce: &PayoutBounce,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Bank, "report a refund that came back 退付退票")?;
    if bounce.reason.trim().is_empty() {
        return Err(vec![refusals::MISSING.at("/reason").with("field", "reason")]);
    }
    if let Some(long) =
        too_long(&bounce.reason, NOTE, "reason").or_else(|| too_long(&bounce.order, 128, "order"))
    {
        return Err(vec![long]);
    }
    let none = || vec![no_order(&bounce.order)];
    let mut case = load(refund_of(&bounce.order), view, law).ok_or_else(none)?;
    let mut decision = Decision::default();
    decision.delivered.push(bounce.order.clone());
    if case.body.bounces.iter().any(|b| (&b.order, &b.reason) == (&bounce.order, &bounce.reason)) {
        told(&case, "refund.repeated", &mut decision);
        return Ok(decision);
    }
    if case.body.orders == 0 || case.body.order() != bounce.order || !case.act("put_back_refund", actor, at) {
        return Err(none());
    }
    case.note(&bounce.reason);
    let amount = total(&case);
    let paid = case.body.paid_out.take();
    let back = put_back_refund(&case.body.number, &case.body.payer, amount, paid.is_some());
    decision.postings.push(back);
    if let Some(paid) = paid {
        let key = payout_key(&paid.reference);
        let record =
            view.record(&key).ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &key)])?;
        decision.record(Record { version: record.version + 1, state: BOUNCED.to_owned(), ..record.clone() });
    }
    let (order, reason) = (bounce.order.clone(), bounce.reason.clone());
    case.body.bounces.push(Bounced { order, reason, on: at.day() });
    case.body.account.clear();
    told(&case, "refund.bounced", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// The refund whose newest order this is, while the bank has yet to answer it.
fn open<'a>(order: &str, view: &dyn View, law: &'a ControlLaw) -> Option<RefundCase<'a>> {
    let case = load(refund_of(order), view, law)?;
    (case.body.orders > 0 && case.body.order() == order).then_some(case)
}

/// What its order is for: principal and interest.
fn total(case: &RefundCase<'_>) -> Money {
    case.body.granted.as_ref().map_or(Money::ZERO, |granted| granted.total)
}

/// The amount, if what the bank says is in form.
fn checked(payout: &Payout) -> Result<Money, Vec<Refusal>> {
    let mut refused = Vec::new();
    let amount = payout.amount.steps(Money::PLACES).filter(|steps| *steps > 0).map(Money::from_minor);
    if amount.is_none() {
        refused.push(finance::NOT_COLLECTABLE.at("/amount").with("amount", payout.amount));
    }
    let reference = &payout.reference;
    if !(1..=64).contains(&reference.chars().count()) || reference.chars().any(char::is_control) {
        refused.push(refusals::BAD_REFERENCE.at("/reference"));
    }
    refused.extend(too_long(&payout.order, 128, "order"));
    amount.filter(|_| refused.is_empty()).ok_or(refused)
}

/// The answer that a reference got before; the same reference with another content is refused.
fn repeated(payout: &Payout, before: &Record) -> Result<Decision, Vec<Refusal>> {
    let record: PayoutRecord =
        before.read().ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &before.key)])?;
    if record.payout != *payout {
        let reused = refusals::REFERENCE_REUSED.at("/reference");
        return Err(vec![reused.with("reference", &payout.reference)]);
    }
    let mut decision = Decision::default();
    decision.delivered.push(payout.order.clone());
    let facts = serde_json::json!({
        "refund": record.refund,
        "order": payout.order,
        "amount": record.amount,
        "state": before.state,
    });
    decision.tell("refund.repeated", &facts);
    decision.answer(&facts);
    Ok(decision)
}

fn no_order(order: &str) -> Refusal {
    let shown: String = order.chars().filter(|c| !c.is_control()).take(40).collect();
    finance::NO_OPEN_REFUND_ORDER.at("/order").with("order", shown)
}
