//! Goods out 货物提离: the operator of the supervised place reports what left; the bill is written off.

use crate::accounts::{Goods, KG_PLACES, movement, outside, pair};
use crate::bill::{BillRecord, bill_key};
use crate::case::Case;
use crate::command::{Actor, GoodsOut, Role};
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, declaration_key};
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Exact;

pub(crate) fn needs(out: &GoodsOut, actor: &Actor, view: &dyn View, at: &Moment, keys: &mut Keys) {
    let key = bill_key(out.office, &out.bill);
    let outside = outside(out.office, at, &actor.party);
    for account in pair("bill_released", &key.id).into_iter().chain(pair("goods_out", &outside)) {
        keys.account(account);
    }
    if let Some(entry) = view.record(&key).and_then(Record::read::<BillRecord>).and_then(|b| b.declaration) {
        keys.record(declaration_key(entry));
    }
    keys.record(key);
}

/// What left is taken off the released balance: more than is there is refused by the ledger. When
/// nothing is left the bill is written off and the declaration closed.
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
        Case::resume(&law.bill_procedure, record).ok_or_else(|| bad(record))?;
    actor.must_keep(&bill.body.place, "/bill")?;
    if out.packages == 0 || out.gross_kg <= Exact::ZERO || out.gross_kg.steps(KG_PLACES).is_none() {
        return Err(vec![refusals::NOTHING_REPORTED.at("/gross_kg")]);
    }
    let goods = Goods { packages: out.packages, gross_kg: out.gross_kg };
    let outside = outside(out.office, at, &actor.party);
    let posting = movement("goods.out", ("bill_released", &key.id), ("goods_out", &outside), goods)
            .ok_or_else(|| vec![refusals::NOTHING_REPORTED.at("/gross_kg")])?;
    let left = pair("bill_released", &key.id).map(|account| view.balance(&account));
    let out_now = [i64::from(out.packages), out.gross_kg.steps(KG_PLACES).unwrap_or(0)];
    let all_out = left == out_now;
    let within = left.iter().zip(out_now).all(|(left, out)| out <= *left);
    if within && !all_out && left.iter().zip(out_now).any(|(left, out)| out == *left) {
        // the rest could never be reported: neither packages nor mass leave alone
        let stranded = refusals::REST_STRANDED.at("/gross_kg").with("packages", left[0]);
        return Err(vec![stranded.with("kg", Exact::from_steps(left[1], KG_PLACES))]);
    }

    let mut decision = Decision { postings: vec![posting], ..Decision::default() };
    let mut state = record.state.clone();
    if all_out {
        bill.step("write_off", actor, at).map_err(one)?;
        let declared = bill.body.declaration.and_then(|entry| view.record(&declaration_key(entry)));
        let declared = declared.ok_or_else(|| bad(record))?;
        let mut case: Case<'_, DeclarationRecord> =
            Case::resume(&law.declaration_procedure, declared).ok_or_else(|| bad(declared))?;
        case.step("goods_out", actor, at).map_err(one)?;
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
