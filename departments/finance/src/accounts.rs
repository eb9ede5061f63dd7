//! The chart of accounts of money 资金账户. Unit: the territory's currency, in hundredths.

use customhouse_kernel::ledger::{AccountClass, AccountId, Side};
use customhouse_kernel::values::{EntryNumber, OfficeCode};

/// The unit of every account here.
pub const UNIT: &str = "money";

/// Classes of accounts of this room.
pub const CHART: &[AccountClass] = &[
    AccountClass { name: "duty_owed", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "duty_assessed", side: Side::Credit, floor: None },
    AccountClass { name: "treasury", side: Side::Debit, floor: None },
    AccountClass { name: "held", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "refundable", side: Side::Credit, floor: Some(0) },
    AccountClass { name: "refund_ordered", side: Side::Credit, floor: Some(0) },
    AccountClass { name: "guarantee_given", side: Side::Credit, floor: Some(0) },
    AccountClass { name: "guarantee_free", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "guarantee_reserved", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "guarantee_claimed", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "guarantee_returned", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "sale_realised", side: Side::Credit, floor: Some(0) },
    AccountClass { name: "sale_proceeds", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "sale_costs", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "sale_treasury", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "sale_surplus", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "sale_refunded", side: Side::Debit, floor: Some(0) },
];

/// The charge of a book for declaring late 滞报金: a fee, not a tax.
pub const LATE_DECLARATION: &str = "late_declaration_fee";
/// The charge of a book for paying late 滞纳金.
pub const LATE_PAYMENT: &str = "late_payment_surcharge";

/// What the treasury's account of interest on refunds 退税利息 is kept under: what it gives, it does not collect.
pub const REFUND_INTEREST: &str = "refund_interest";

/// Whether a book's charge is a tax: surcharges are reckoned on taxes alone, never on surcharges or fees.
pub fn is_tax(charge: &str) -> bool {
    charge != LATE_DECLARATION && charge != LATE_PAYMENT
}

/// What is still owed on a payment book.
pub fn duty_owed(book: &str) -> AccountId {
    AccountId::new("duty_owed", book, UNIT)
}

/// What has been assessed of a charge for a party in a year. It has no floor and only grows, so it is
/// kept small: nobody's declarations can fill the account that others' are posted to.
pub fn duty_assessed(charge: &str, party: &str, year: i16) -> AccountId {
    AccountId::new("duty_assessed", &format!("{charge}/{year}/{party}"), UNIT)
}

/// What has been collected of a charge in a year and credited to the treasury.
pub fn treasury(charge: &str, year: i16) -> AccountId {
    AccountId::new("treasury", &format!("{charge}/{year}"), UNIT)
}

/// Money that came in and fits no book.
pub fn held() -> AccountId {
    AccountId::new("held", "bank", UNIT)
}

/// What a party may have back.
pub fn refundable(party: &str) -> AccountId {
    AccountId::new("refundable", party, UNIT)
}

/// What the bank is ordered to pay out on a refund, until it has.
pub fn refund_ordered(refund: &str) -> AccountId {
    AccountId::new("refund_ordered", refund, UNIT)
}

/// What a party has given in guarantees in a year: the counter-account of the four below.
pub fn guarantee_given(party: &str, year: i16) -> AccountId {
    AccountId::new("guarantee_given", &format!("{party}/{year}"), UNIT)
}

/// What of a guarantee is free for a declaration, or to be given back.
pub fn guarantee_free(guarantee: &str) -> AccountId {
    AccountId::new("guarantee_free", guarantee, UNIT)
}

/// What of a guarantee a declaration occupies.
pub fn guarantee_reserved(guarantee: &str, entry: EntryNumber) -> AccountId {
    AccountId::new("guarantee_reserved", &format!("{guarantee}/{entry}"), UNIT)
}

/// What of a guarantee went to the treasury.
pub fn guarantee_claimed(guarantee: &str) -> AccountId {
    AccountId::new("guarantee_claimed", guarantee, UNIT)
}

/// What of a guarantee was given back.
pub fn guarantee_returned(guarantee: &str) -> AccountId {
    AccountId::new("guarantee_returned", guarantee, UNIT)
}

/// What sales of an office brought in in a year: the counter-account of the five below.
pub fn sale_realised(office: OfficeCode, year: i16) -> AccountId {
    AccountId::new("sale_realised", &format!("{office}/{year}"), UNIT)
}

/// What of the proceeds of a case's sale is yet to be distributed.
pub fn sale_proceeds(case: &str) -> AccountId {
    AccountId::new("sale_proceeds", case, UNIT)
}

/// What of it paid for the sale, transport, handling and storage.
pub fn sale_costs(case: &str) -> AccountId {
    AccountId::new("sale_costs", case, UNIT)
}

/// What of it went to the treasury, as taxes, as the fee, or as a surplus.
pub fn sale_treasury(case: &str) -> AccountId {
    AccountId::new("sale_treasury", case, UNIT)
}

/// What of it is held for the consignee.
pub fn sale_surplus(case: &str) -> AccountId {
    AccountId::new("sale_surplus", case, UNIT)
}

/// What of it became refundable.
pub fn sale_refunded(case: &str) -> AccountId {
    AccountId::new("sale_refunded", case, UNIT)
}
