//! Departure 离境: the carrier reports the day on which the means of transport left with what was loaded.
//! It is the day of the statistics, and with it the declaration is closed (CL 14, handbook 12).

use crate::accounts::{outside, pair};
use crate::command::{Actor, Departure, Role};
use crate::law::ControlLaw;
use crate::refusals;
use crate::shipment::{self, Shipment};
use customhouse_kernel::beats::{Decision, Keys, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;

pub(crate) fn needs(left: &Departure, actor: &Actor, view: &dyn View, at: &Moment, keys: &mut Keys) {
    for account in pair("goods_out", &outside(left.office, at, &actor.party)) {
        keys.account(account);
    }
    shipment::needs(left.office, &left.bill, view, keys);
}

/// All that was loaded leaves the ledger's control.
pub(crate) fn report(
    left: &Departure,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Carrier, "report departure 离境")?;
    let mut shipment = Shipment::own((left.office, &left.bill), actor, view, law)?;
    let loaded_on = shipment.bill.body.timeline.last().map(|m| m.moment.day());
    if let Some(declared) = &mut shipment.declared {
        declared.body.departed = Some(left.departed);
    }
    shipment.step("depart", actor, at)?;
    if left.departed > at.day() || loaded_on.is_some_and(|loaded| left.departed < loaded) {
        let wrong = refusals::DEPARTURE_DAY.at("/departed").with("departed", left.departed);
        return Err(vec![wrong.with("loaded", loaded_on.unwrap_or(at.day()))]);
    }
    shipment.bill.body.departed = Some(left.departed);
    let goods = shipment.bill.body.loaded.unwrap_or_default();
    let outside = outside(left.office, at, &actor.party);
    shipment.post("goods.departed", "bill_loaded", ("goods_out", &outside), goods)?;
    let facts = serde_json::json!({
        "packages": goods.packages,
        "gross_kg": goods.gross_kg,
        "departed": left.departed,
    });
    Ok(shipment.close("goods.departed", facts))
}
