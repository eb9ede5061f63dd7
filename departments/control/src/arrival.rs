//! Arrival 运抵报告: the operator of the supervised place reports what came in of an outbound bill. From
//! then on it is under control and can be declared (CL 24). Goods may come in parts.

use crate::accounts::Goods;
use crate::command::{Actor, GoodsMoved, Role};
use crate::law::ControlLaw;
use crate::shipment::{Shipment, nothing};
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;

/// What arrived moves from the announced balance: more than was filed is refused by the ledger.
pub(crate) fn report(
    moved: &GoodsMoved,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Operator, "report arrival 运抵报告")?;
    actor.must_serve(moved.office, "/office")?;
    let mut shipment = Shipment::load((moved.office, &moved.bill), |_| true, view, law)?;
    actor.must_keep(&shipment.bill.body.place, "/bill")?;
    let goods = Goods { packages: moved.packages, gross_kg: moved.gross_kg };
    if !goods.is_reportable() {
        return Err(nothing());
    }
    shipment.step("arrive", actor, at)?;
    let body = &mut shipment.bill.body;
    body.arrived = Some(body.arrived.unwrap_or_default().and(goods).ok_or_else(nothing)?);
    let key = shipment.key.id.clone();
    shipment.post("goods.arrived", "bill_announced", ("bill_open", &key), goods)?;
    let facts = serde_json::json!({ "packages": moved.packages, "gross_kg": moved.gross_kg });
    Ok(shipment.close("goods.arrived", facts))
}
