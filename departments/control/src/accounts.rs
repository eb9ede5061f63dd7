//! The chart of accounts of goods 货物账户: packages and kilograms of a bill of lading move from the
//! manifest to a declaration, to release, and out.

use customhouse_kernel::ledger::{AccountClass, AccountId, Posting, Side};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::values::{Exact, OfficeCode};

/// Whole packages.
pub(crate) const PACKAGES: &str = "packages";
/// Kilograms in steps of 0.00001 kg.
pub(crate) const KG: &str = "kg";
pub(crate) const KG_PLACES: u32 = 5;

/// What an authority has licensed, what is left of it, and what declarations have drawn: quantities and
/// uses, under the licence.
pub(crate) const LICENCE_ISSUED: &str = "licence_issued";
pub(crate) const LICENCE_LEFT: &str = "licence_left";
pub(crate) const LICENCE_DRAWN: &str = "licence_drawn";

/// Classes of accounts of this room.
pub const CHART: &[AccountClass] = &[
    AccountClass { name: "manifest", side: Side::Credit, floor: None },
    AccountClass { name: "bill_open", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_declared", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_released", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "goods_out", side: Side::Debit, floor: None },
    AccountClass { name: LICENCE_ISSUED, side: Side::Credit, floor: Some(0) },
    AccountClass { name: LICENCE_LEFT, side: Side::Debit, floor: Some(0) },
    AccountClass { name: LICENCE_DRAWN, side: Side::Debit, floor: Some(0) },
];

/// How much of a bill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goods {
    pub packages: u32,
    pub gross_kg: Exact,
}

/// The key of the accounts that goods come from and go to: an office, a year, and who brings or lets
/// them out. They have no floor and only grow, so nobody fills those of others.
pub(crate) fn outside(office: OfficeCode, at: &Moment, party: &str) -> String {
    format!("{office}/{}/{party}", at.day().year())
}

/// The two accounts of a class under a key.
pub(crate) fn pair(class: &str, key: &str) -> [AccountId; 2] {
    [AccountId::new(class, key, PACKAGES), AccountId::new(class, key, KG)]
}

/// Moves goods from one class of accounts to another; `None` if the mass has more than five places
/// or does not fit.
pub(crate) fn movement(memo: &str, from: (&str, &str), to: (&str, &str), goods: Goods) -> Option<Posting> {
    let kilograms = goods.gross_kg.steps(KG_PLACES)?;
    let (from, to) = (pair(from.0, from.1), pair(to.0, to.1));
    let mut posting = Posting::new(memo);
    for ((from, to), amount) in from.into_iter().zip(to).zip([i64::from(goods.packages), kilograms]) {
        if amount != 0 {
            posting = posting.debit(to, amount).credit(from, amount);
        }
    }
    Some(posting)
}
