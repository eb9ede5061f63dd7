//! Samples of trade: fictional firms, real goods, run through the queue of a sample database over the days
//! before its clock. Seeded: the same trade on every machine, but for its days. The plain sample is of
//! fourteen days; `year` makes a year of them.

mod consignment; // one consignment, from bill to goods out
mod dice; // seeded numbers
mod exports; // what goes out
mod firms; // who trades
mod goods; // what is traded
mod officers; // who is on duty, and how they work
mod parties; // authorisations, guarantees, a licence
mod run; // the days, hour by hour
mod year; // a year of trade

pub(crate) use firms::{BROKER, CARRIERS, FIRMS, broker_code, carrier_code, firm_code, operator_code};
pub(crate) use officers::{OFFICERS, appoint};
pub(crate) use run::{Told, trade};
pub(crate) use year::{DECLARATIONS, YearTold, trade as trade_year};

use customhouse_kernel::values::OfficeCode;
use firms::{OFFICES, Office};
use run::DAYS;

/// How much trade a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Fourteen days at a few offices.
    Fortnight,
    /// A year, with so many declarations.
    Year(u32),
}

impl Span {
    /// Days before its end on which its clock starts.
    pub fn days(self) -> i64 {
        match self {
            Span::Fortnight => DAYS,
            // a leap year, and its first day
            Span::Year(_) => 367,
        }
    }

    fn ports(self) -> Vec<&'static Office> {
        match self {
            Span::Fortnight => OFFICES.iter().collect(),
            Span::Year(_) => year::offices().collect(),
        }
    }
}

/// The offices of a sample.
pub(crate) fn offices(span: Span) -> Vec<OfficeCode> {
    span.ports().iter().filter_map(|office| OfficeCode::parse(office.code)).collect()
}

/// The supervised places of a sample, all of one operator.
pub(crate) fn places(span: Span) -> Vec<String> {
    span.ports().iter().map(|office| office.place.to_owned()).collect()
}
