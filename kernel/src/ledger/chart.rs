//! The chart of accounts 会计科目表, and the one check that every posting set passes.

use super::{AccountClass, AccountId, LedgerFault, Posting, Side};
use std::collections::BTreeMap;

/// Two departments export a class of the same name: a fault of the program, found at start-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateClass(pub &'static str);

impl std::fmt::Display for DuplicateClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "account class `{}` is exported twice", self.0)
    }
}

impl std::error::Error for DuplicateClass {}

/// All classes of accounts that the departments export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart(BTreeMap<&'static str, AccountClass>);

impl Chart {
    /// Errors: [`DuplicateClass`] when two classes have one name.
    pub fn new(classes: &[AccountClass]) -> Result<Chart, DuplicateClass> {
        let mut chart = BTreeMap::new();
        for class in classes {
            if chart.insert(class.name, *class).is_some() {
                return Err(DuplicateClass(class.name));
            }
        }
        Ok(Chart(chart))
    }

    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<&AccountClass> {
        self.0.get(name)
    }

    /// Every class, in order of name.
    pub fn classes(&self) -> impl Iterator<Item = &AccountClass> {
        self.0.values()
    }
}

impl AccountClass {
    /// A balance counted on this class's own side: what is there.
    pub fn on_own_side(&self, amount: i64) -> i128 {
        match self.side {
            Side::Debit => i128::from(amount),
            Side::Credit => -i128::from(amount),
        }
    }
}

/// Checks a posting set as a whole and gives the new balance of every account that it touches.
///
/// Each posting balances in every unit; afterwards, and only then, every floored account of the
/// set is at or above its floor. So neither the order of entries nor that of postings matters.
///
/// Errors: the first [`LedgerFault`], postings in their order, then accounts in theirs.
pub fn check(
    postings: &[Posting],
    chart: &Chart,
    balance: impl Fn(&AccountId) -> i64,
) -> Result<BTreeMap<AccountId, i64>, LedgerFault> {
    let mut changes: BTreeMap<&AccountId, i128> = BTreeMap::new();
    for posting in postings {
        balances_per_unit(posting)?;
        for entry in &posting.entries {
            *changes.entry(&entry.account).or_default() += i128::from(entry.amount);
        }
    }
    changes
        .into_iter()
        .map(|(account, change)| {
            let class = chart
                .class(account.class())
                .ok_or_else(|| LedgerFault::UnknownClass { account: account.clone() })?;
            let after = above_floor(account, class, balance(account), change)?;
            Ok((account.clone(), after))
        })
        .collect()
}

fn balances_per_unit(posting: &Posting) -> Result<(), LedgerFault> {
    let memo = || posting.memo.clone();
    if posting.entries.is_empty() || posting.entries.iter().any(|e| e.amount == 0) {
        return Err(LedgerFault::EmptyPosting { memo: memo() });
    }
    let irreversible = posting.entries.iter().filter(|e| e.amount == i64::MIN);
    if let Some(account) = irreversible.map(|e| &e.account).min() {
        return Err(LedgerFault::Overflow { account: account.clone() });
    }
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for entry in &posting.entries {
        *sums.entry(entry.account.unit()).or_default() += i128::from(entry.amount);
    }
    match sums.into_iter().find(|(_, sum)| *sum != 0) {
        Some((unit, sum)) => Err(LedgerFault::Unbalanced { memo: memo(), unit: unit.to_owned(), sum }),
        None => Ok(()),
    }
}

/// The balance after the change, if it fits and stands at or above the floor.
fn above_floor(
    account: &AccountId,
    class: &AccountClass,
    before: i64,
    change: i128,
) -> Result<i64, LedgerFault> {
    let overflow = || LedgerFault::Overflow { account: account.clone() };
    let after = i64::try_from(i128::from(before) + change).map_err(|_| overflow())?;
    match class.floor {
        Some(floor) if class.on_own_side(after) < i128::from(floor) => Err(LedgerFault::BelowFloor {
            account: account.clone(),
            balance_before: class.on_own_side(before),
            change: class.on_own_side(after) - class.on_own_side(before),
            floor,
        }),
        Some(_) | None => Ok(after),
    }
}
