//! Loading 装载: the carrier reports by its loading list what of the released goods is on board. Goods may
//! be loaded in parts; when nothing released is left the bill and its declaration are loaded.

use crate::accounts::Goods;
use crate::command::{Actor, GoodsMoved, Role};
use crate::goods_out::takes_all;
use crate::law::ControlLaw;
use crate::shipment::{Shipment, nothing};
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;

/// What was loaded is taken off the released balance: more than is there is refused by the ledger.
pub(crate) fn report(
    moved: &GoodsMoved,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Carrier, "report loading 装载")?;
    let mut shipment = Shipment::own((moved.office, &moved.bill), actor, view, law)?;
    let goods = Goods { packages: moved.packages, gross_kg: moved.gross_kg };
    if !goods.is_reportable() {
        return Err(nothing());
    }
    let takes_all = takes_all(goods, "bill_released", &shipment.key, view).map_err(|r| vec![r])?;
    shipment.step(if takes_all { "load" } else { "load_part" }, actor, at)?;
    let body = &mut shipment.bill.body;
    body.loaded = Some(body.loaded.unwrap_or_default().and(goods).ok_or_else(nothing)?);
    let key = shipment.key.id.clone();
    shipment.post("goods.loaded", "bill_released", ("bill_loaded", &key), goods)?;
    let facts = serde_json::json!({ "packages": moved.packages, "gross_kg": moved.gross_kg });
    Ok(shipment.close("goods.loaded", facts))
}
