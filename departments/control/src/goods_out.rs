//! Goods out 货物提离: the operator of the supervised place reports what left; the bill is written off.

use crate::accounts::{Goods, KG_PLACES, movement, outside, pair};
use crate::bill::{Aside, BillRecord, bill_key};
use crate::case::Case;
use crate::command::{Actor, GoodsOut, Role};
use crate::disposal::{DisposalKind, DisposalRecord};
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, declaration_key};
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, Exact};

pub(crate) fn needs(out: &GoodsOut, actor: &Actor, view: &dyn View, at: &Moment, keys: &mut Keys) {
    let key = bill_key(out.office, &out.bill);
    let outside = outside(out.office, at, &actor.party);
    let classes = ["bill_released", "bill_ordered_out"].map(|class| pair(class, &key.id));
    for account in classes.into_iter().flatten().chain(pair("goods_out", &outside)) {
        keys.account(account);
    }
    if let Some(bill) = view.record(&key).and_then(Record::read::<BillRecord>) {
        for record in bill.declaration.map(declaration_key).into_iter().chain(bill.case) {
            keys.record(record);
        }
    }
    keys.record(key);
}

/// Whether goods are all that is left of the goods of a bill that may leave: on a class of accounts.
///
/// # Errors
/// They are all packages or all the mass, and not both: the rest could never be reported.
pub(crate) fn takes_all(
    goods: Goods,
    class: &str,
    bill: &RecordKey,
    view: &dyn View,
) -> Result<bool, Refusal> {
    let left = pair(class, &bill.id).map(|account| view.balance(&account));
    let taken = goods.amounts();
    let within = left.iter().zip(taken).all(|(left, taken)| taken <= *left);
    if within && left != taken && left.iter().zip(taken).any(|(left, taken)| taken == *left) {
        let stranded = refusals::REST_STRANDED.at("/gross_kg").with("packages", left[0]);
        return Err(stranded.with("kg", Exact::from_steps(left[1], KG_PLACES)));
    }
    Ok(left == taken)
}

/// What left is taken off what is released, or ordered out: more than is there is refused by the ledger.
/// When nothing is left the bill is written off, and the declaration closed or the goods' case ended.
pub(crate) fn report(
    out: &GoodsOut,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Operator, "report goods out 货物提离")?;
    actor.must_serve(out.office, "/office")?;
    let one = |r: Refusal| vec![r];
    let key = bill_key(out.office, &out.bill);
    let none = || vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", &out.bill)];
    let record = view.record(&key).ok_or_else(none)?;
    let bad = |record: &Record| vec![refusals::BAD_RECORD.at("").with("record", &record.key)];
    let mut bill: Case<'_, BillRecord> =
        Case::resume(law.bill_procedure_of(Direction::Import), record).ok_or_else(|| bad(record))?;
    actor.must_keep(&bill.body.place, "/bill")?;
    if bill.body.direction != Direction::Import {
        return Err(vec![refusals::LEAVES_BY_LOADING.at("/bill").with("bill", &out.bill)]);
    }
    let goods = Goods { packages: out.packages, gross_kg: out.gross_kg };
    if !goods.is_reportable() {
        return Err(vec![refusals::NOTHING_REPORTED.at("/gross_kg")]);
    }
    let outside = outside(out.office, at, &actor.party);
    let class = bill.body.aside.map_or("bill_released", |_| Aside::OrderedOut.class());
    let posting = movement("goods.out", (class, &key.id), ("goods_out", &outside), goods)
        .ok_or_else(|| vec![refusals::NOTHING_REPORTED.at("/gross_kg")])?;
    let all_out = takes_all(goods, class, &key, view).map_err(one)?;

    let mut decision = Decision { postings: vec![posting], ..Decision::default() };
    let mut state = record.state.clone();
    if all_out && bill.body.aside.is_some() {
        let step = bill.step_doing("write_off_bill", actor).ok_or_else(|| bad(record))?;
        bill.step(step, actor, at).map_err(one)?;
        state = bill.state.clone();
        decision.records.extend(ended(&bill.body, actor, view, law, at)?);
        decision.record(bill.record());
    } else if all_out {
        bill.step("write_off", actor, at).map_err(one)?;
        let declared = bill.body.declaration.and_then(|entry| view.record(&declaration_key(entry)));
        let declared = declared.ok_or_else(|| bad(record))?;
        let mut case: Case<'_, DeclarationRecord> =
            Case::resume(law.procedure_of(Direction::Import), declared).ok_or_else(|| bad(declared))?;
        // a summary is picked up, a declaration is out
        let step = case.step_doing("write_off_bill", actor).unwrap_or("goods_out");
        case.step(step, actor, at).map_err(one)?;
        while case.next_automatic(&Actor::system(), at).is_some() {}
        state = bill.state.clone();
        decision.record(bill.record());
        decision.record(case.record());
    }
    let facts = serde_json::json!({
        "bill": key.id,
        "packages": out.packages,
        "gross_kg": out.gross_kg,
        "state": state,
    });
    decision.tell("goods.out", &facts);
    decision.answer(&facts);
    Ok(decision)
}

/// The case of goods that went out, where it waited for that.
fn ended(
    bill: &BillRecord,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Option<(RecordKey, Record)>, Vec<Refusal>> {
    let Some(key) = &bill.case else { return Ok(None) };
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", key)];
    let procedure =
        DisposalKind::parse(&key.kind).and_then(|kind| law.disposal_procedure(kind)).ok_or_else(bad)?;
    let record = view.record(key).ok_or_else(bad)?;
    let mut case: Case<'_, DisposalRecord> = Case::resume(procedure, record).ok_or_else(bad)?;
    let ended = case.act("write_off_bill", actor, at);
    Ok(ended.then(|| (key.clone(), case.record())))
}
