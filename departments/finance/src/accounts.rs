//! The chart of accounts of money 资金账户. Unit: the territory's currency, in hundredths.

use customhouse_kernel::ledger::{AccountClass, AccountId, Side};

/// The unit of every account here.
pub const UNIT: &str = "money";

/// Classes of accounts of this room.
pub const CHART: &[AccountClass] = &[
    AccountClass { name: "duty_owed", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "duty_assessed", side: Side::Credit, floor: None },
    AccountClass { name: "treasury", side: Side::Debit, floor: None },
    AccountClass { name: "held", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "refundable", side: Side::Credit, floor: Some(0) },
];

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
