//! A small sample of trade: fictional firms, real goods, run through the queue of a sample database
//! over the fourteen days before its clock. Seeded: the same trade on every machine, but for its days.

mod consignment; // one consignment, from bill to goods out
mod dice; // seeded numbers
mod exports; // what goes out
mod firms; // who trades
mod goods; // what is traded
mod officers; // who is on duty, and how they work
mod parties; // authorisations, guarantees, a licence
mod run; // the days, hour by hour

pub(crate) use firms::{BROKER, CARRIERS, FIRMS, broker_code, carrier_code, firm_code, operator_code};
pub(crate) use officers::{OFFICERS, appoint};
pub(crate) use run::{DAYS, offices, places, trade};
