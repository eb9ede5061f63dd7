//! A year of trade: fictional firms of very different size, real goods of the pack, seasons, partners, prices
//! that move; imports and exports, run through the queue of a sample database like any other submission.
//! Seeded: the same trade on every machine, but for its days.

mod countries; // partners, currencies, agreements
mod market; // what of it the pack knows
mod parcel; // one consignment: its bill and its declaration
mod ports; // where goods enter and leave
mod run; // the year, a few hours at a time
mod seasons; // when there is trade
mod traders; // who trades
mod wares; // what is traded

pub(crate) use run::{DECLARATIONS, YearTold, trade};

use super::firms::Office;

/// The offices of the year.
pub(super) fn offices() -> impl Iterator<Item = &'static Office> {
    ports::PORTS.iter().map(|port| &port.office)
}
