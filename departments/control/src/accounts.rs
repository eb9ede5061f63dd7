//! The chart of accounts of goods 货物账户: packages and kilograms of a bill of lading move from the
//! manifest to a declaration, to release, and out; those of an export bill are announced before they
//! are there, and between release and departure they are loaded, or shut out. Goods that nobody clears are
//! set aside to be sold, and ordered out once they are sold or may go back.

use customhouse_kernel::ledger::{AccountClass, AccountId, Posting, Side};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::values::{Exact, OfficeCode};
use serde::{Deserialize, Serialize};

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
    AccountClass { name: "bill_announced", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_open", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_declared", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_released", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_loaded", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_shut_out", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_set_aside", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "bill_ordered_out", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "goods_out", side: Side::Debit, floor: None },
    AccountClass { name: LICENCE_ISSUED, side: Side::Credit, floor: Some(0) },
    AccountClass { name: LICENCE_LEFT, side: Side::Debit, floor: Some(0) },
    AccountClass { name: LICENCE_DRAWN, side: Side::Debit, floor: Some(0) },
];

/// Where the goods of a bill can be, in the order in which they go.
pub(crate) const ON_BILL: [&str; 8] = [
    "bill_announced",
    "bill_open",
    "bill_declared",
    "bill_released",
    "bill_loaded",
    "bill_shut_out",
    "bill_set_aside",
    "bill_ordered_out",
];

/// How much of a bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    pub packages: u32,
    pub gross_kg: Exact,
}

impl Goods {
    /// Both together; `None` if that does not fit.
    pub(crate) fn and(self, more: Goods) -> Option<Goods> {
        Some(Goods {
            packages: self.packages.checked_add(more.packages)?,
            gross_kg: self.gross_kg.add(more.gross_kg)?,
        })
    }

    /// This less a part of it; `None` if the part is more.
    pub(crate) fn less(self, part: Goods) -> Option<Goods> {
        let gross_kg = self.gross_kg.sub(part.gross_kg).filter(|rest| *rest >= Exact::ZERO)?;
        Some(Goods { packages: self.packages.checked_sub(part.packages)?, gross_kg })
    }

    /// Packages, and steps of kilograms.
    pub(crate) fn amounts(self) -> [i64; 2] {
        [i64::from(self.packages), self.gross_kg.steps(KG_PLACES).unwrap_or(0)]
    }

    /// Whether there is something of both, in steps that the ledger has.
    pub(crate) fn is_reportable(self) -> bool {
        self.packages > 0 && self.gross_kg > Exact::ZERO && self.gross_kg.steps(KG_PLACES).is_some()
    }
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
