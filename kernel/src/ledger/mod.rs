//! The ledger 账本: whatever is under customs control is a balance in a unit on an account, and
//! moves by balanced postings. Goods and money use one mechanism.
//!
//! Amounts are integers in the unit's smallest step, debit positive. A class of accounts has a
//! side and perhaps a floor; the floor is checked for a whole posting set at once, so that the
//! order of entries within one decision never matters.

mod chart; // the classes of accounts, and the one check of a posting set
mod fault; // what can be wrong with a posting set, and its table of refusals
#[cfg(test)]
mod tests;

pub use chart::{Chart, DuplicateClass, check};
pub use fault::LedgerFault;

use serde::{Deserialize, Serialize};
use std::fmt;

/// Names an account: its class, its key within the class, and its unit.
/// Written `class/key/unit`; the class and the unit hold no slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId {
    class: Box<str>,
    key: Box<str>,
    unit: Box<str>,
}

impl AccountId {
    pub fn new(class: &str, key: &str, unit: &str) -> AccountId {
        AccountId { class: class.into(), key: key.into(), unit: unit.into() }
    }

    pub fn class(&self) -> &str {
        &self.class
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Reads `class/key/unit`; the key may hold slashes.
    pub fn parse(text: &str) -> Option<AccountId> {
        let (class, rest) = text.split_once('/')?;
        let (key, unit) = rest.rsplit_once('/')?;
        Some(AccountId::new(class, key, unit))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.class, self.key, self.unit)
    }
}

impl Serialize for AccountId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        AccountId::parse(&text).ok_or_else(|| serde::de::Error::custom("account is not class/key/unit"))
    }
}

/// The side on which a class of accounts normally stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Debit,
    Credit,
}

/// One class of accounts in the chart that the departments export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountClass {
    pub name: &'static str,
    pub side: Side,
    /// The least balance, counted on the class's own side; `None` where there is no floor.
    pub floor: Option<i64>,
}

/// One leg of a posting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub account: AccountId,
    /// In the unit's smallest step; debit positive, credit negative.
    pub amount: i64,
}

/// A movement: entries whose sum is zero in every unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// What the movement is, such as `bill.filed`.
    pub memo: String,
    pub entries: Vec<Entry>,
}

impl Posting {
    /// A posting without entries yet.
    ///
    /// ```
    /// use customhouse_kernel::ledger::{AccountId, Posting};
    /// let filed = Posting::new("bill.filed")
    ///     .debit(AccountId::new("bill", "MAEU123", "package"), 40)
    ///     .credit(AccountId::new("arrived", "2225", "package"), 40);
    /// assert_eq!(filed.entries[1].amount, -40);
    /// ```
    pub fn new(memo: &str) -> Posting {
        Posting { memo: memo.to_owned(), entries: Vec::new() }
    }

    /// Adds an entry on the debit side 借.
    #[must_use]
    pub fn debit(mut self, account: AccountId, amount: i64) -> Posting {
        self.entries.push(Entry { account, amount });
        self
    }

    /// Adds an entry on the credit side 贷.
    #[must_use]
    pub fn credit(self, account: AccountId, amount: i64) -> Posting {
        self.debit(account, amount.saturating_neg())
    }
}

/// The posting that undoes another: a correction is a reversal 冲销 and a new posting.
///
/// What [`check`] let through comes back exactly; it refuses the one amount that has no opposite.
pub fn reverse(posting: &Posting) -> Posting {
    let entry = |e: &Entry| Entry { account: e.account.clone(), amount: e.amount.saturating_neg() };
    Posting {
        memo: format!("{}.reversed", posting.memo),
        entries: posting.entries.iter().map(entry).collect(),
    }
}
