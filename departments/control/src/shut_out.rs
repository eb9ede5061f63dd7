//! Shut-out 退关: the carrier reports what of the released goods is not loaded. They are no longer
//! released; the declaration is to follow, by withdrawal if it is all of them, by amendment if a part.
//! Source: handbook 3.6, reason 1.

use crate::accounts::Goods;
use crate::command::{Actor, Role, ShutOut};
use crate::goods_out::takes_all;
use crate::law::ControlLaw;
use crate::refusals;
use crate::shipment::{Shipment, nothing};
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;

/// What was shut out is taken off the released balance: more than is there is refused by the ledger.
pub(crate) fn report(
    shut: &ShutOut,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Carrier, "report a shut-out 退关")?;
    let mut shipment = Shipment::own((shut.office, &shut.bill), actor, view, law)?;
    let goods = Goods { packages: shut.packages, gross_kg: shut.gross_kg };
    if !goods.is_reportable() {
        return Err(nothing());
    }
    if let Some(loading) = shut.loading.filter(|loading| *loading <= at.local) {
        return Err(vec![refusals::LOADING_PAST.at("/loading").with("loading", loading)]);
    }
    let step = match (
        takes_all(goods, "bill_released", &shipment.key, view).map_err(|r| vec![r])?,
        shipment.bill.body.loaded,
    ) {
        (false, _) => "shut_out_part",
        (true, Some(_)) => "shut_out_rest",
        (true, None) => "shut_out",
    };
    shipment.step(step, actor, at)?;
    if let Some(declared) = &mut shipment.declared {
        declared.body.shut_out = Some(declared.body.document_version);
    }
    let body = &mut shipment.bill.body;
    body.shut_out = Some(body.shut_out.unwrap_or_default().and(goods).ok_or_else(nothing)?);
    body.loading = shut.loading.or(body.loading);
    let key = shipment.key.id.clone();
    shipment.post("goods.shut_out", "bill_released", ("bill_shut_out", &key), goods)?;
    let facts = serde_json::json!({
        "packages": shut.packages,
        "gross_kg": shut.gross_kg,
        "loading": shut.loading,
    });
    Ok(shipment.close("goods.shut_out", facts))
}
