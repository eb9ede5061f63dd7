//! What a batch sees while it is decided: what the store had, and over it what earlier commands of
//! the batch changed.

use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::Loaded;
use std::collections::BTreeMap;

/// The view of a batch.
#[derive(Default)]
pub(crate) struct Overlay {
    loaded: Loaded,
    /// Everything that was asked of the store, found or not.
    asked: Keys,
    pub records: BTreeMap<RecordKey, Record>,
    pub balances: BTreeMap<AccountId, i64>,
    pub counters: BTreeMap<String, u64>,
}

impl Overlay {
    /// Which keys have not been asked of the store yet.
    pub fn missing(&self, keys: &Keys) -> Keys {
        Keys {
            records: keys.records.difference(&self.asked.records).cloned().collect(),
            accounts: keys.accounts.difference(&self.asked.accounts).cloned().collect(),
            counters: keys.counters.difference(&self.asked.counters).cloned().collect(),
        }
    }

    /// Takes what the store had for these keys.
    pub fn take(&mut self, asked: Keys, loaded: Loaded) {
        self.asked.records.extend(asked.records);
        self.asked.accounts.extend(asked.accounts);
        self.asked.counters.extend(asked.counters);
        self.loaded.records.extend(loaded.records);
        self.loaded.balances.extend(loaded.balances);
        self.loaded.counters.extend(loaded.counters);
    }

    /// Whether an earlier command of the batch changed one of these records or counters.
    pub fn changes(&self, keys: &Keys) -> bool {
        keys.records.iter().any(|key| self.records.contains_key(key))
            || keys.counters.iter().any(|name| self.counters.contains_key(name))
    }

    /// Takes over what a decision changes, with the balances that the ledger reckoned.
    pub fn apply(&mut self, decision: &Decision, balances: BTreeMap<AccountId, i64>) {
        for (key, record) in &decision.records {
            let before = self.record(key).map_or(0, |r| r.version);
            assert_eq!(record.version, before + 1, "a write of {key} adds one to its version");
            self.records.insert(key.clone(), record.clone());
        }
        self.balances.extend(balances);
        self.counters.extend(decision.counters.clone());
    }
}

pub(crate) fn is_empty(keys: &Keys) -> bool {
    keys.records.is_empty() && keys.accounts.is_empty() && keys.counters.is_empty()
}

impl View for Overlay {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key).or_else(|| self.loaded.records.get(key))
    }

    fn balance(&self, account: &AccountId) -> i64 {
        let changed = self.balances.get(account).or_else(|| self.loaded.balances.get(account));
        changed.copied().unwrap_or(0)
    }

    fn counter(&self, name: &str) -> u64 {
        self.counters.get(name).or_else(|| self.loaded.counters.get(name)).copied().unwrap_or(0)
    }
}
