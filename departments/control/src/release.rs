//! Release 放行: the goods may leave.

use crate::accounts::{Goods, movement};
use crate::bill::BillRecord;
use crate::case::Case;
use crate::command::Role;
use crate::record::DeclarationRecord;
use crate::refusals;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;

/// Releases a paid declaration and its bill; gives the movement of the goods.
/// Source: CL 29, handbook invariant 23.
pub(crate) fn release(
    case: &mut Case<'_, DeclarationRecord>,
    bill: &mut Case<'_, BillRecord>,
    at: &Moment,
) -> Result<Posting, Vec<Refusal>> {
    let one = |r: Refusal| vec![r];
    debug_assert!(case.body.holds.is_empty() && case.body.books.iter().all(|b| b.paid.is_some()));
    case.step("release", Role::System.name(), at).map_err(one)?;
    bill.step("release", Role::System.name(), at).map_err(one)?;
    let key = case.body.bill.clone();
    let goods = Goods { packages: bill.body.packages, gross_kg: bill.body.gross_kg };
    movement("bill.released", ("bill_declared", &key), ("bill_released", &key), goods)
        .ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", key)])
}
