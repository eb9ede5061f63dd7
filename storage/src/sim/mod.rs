//! The second store: in memory, on a simulated disk. For tests and simulation.

mod disk;
mod frame;
mod state;

use crate::{Batch, Loaded, Query, Reader, Store, StoreError, StoredEvent, Want};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;
pub use disk::{Fault, SimDisk};
use state::State;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The writer on a simulated disk.
pub struct Sim {
    disk: SimDisk,
    state: Arc<Mutex<State>>,
}

impl Sim {
    /// Opens a disk: replays its log, without a torn end.
    ///
    /// Errors: `Locked` if another is open on it; `Damaged` if the log is not what was written;
    /// `Failed` if power is gone.
    pub fn open(disk: &SimDisk) -> Result<Sim, StoreError> {
        let batches = disk.open()?;
        let sim = Sim { disk: disk.clone(), state: Arc::default() };
        let mut state = lock(&sim.state);
        for batch in batches {
            let end = state.check(&batch).map_err(|e| StoreError::Damaged(e.to_string()))?;
            state.apply(&batch, end);
        }
        drop(state);
        Ok(sim)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.disk.close();
    }
}

impl Store for Sim {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        self.disk.load()?;
        Ok(lock(&self.state).load(want))
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut state = lock(&self.state);
        let end = state.check(batch)?;
        self.disk.append(&frame::encode(batch)?)?;
        state.apply(batch, end);
        Ok(())
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        self.reader()?.last_head()
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.disk.powered()?;
        Ok(Box::new(SimReader { disk: self.disk.clone(), state: self.state.clone(), pinned: None }))
    }
}

/// A reader beside a [`Sim`]. It fails once power is gone.
pub struct SimReader {
    disk: SimDisk,
    state: Arc<Mutex<State>>,
    pinned: Option<Mutex<State>>,
}

impl SimReader {
    fn see(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        self.disk.powered()?;
        Ok(lock(self.pinned.as_ref().unwrap_or(&self.state)))
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reader for SimReader {
    fn pin(&mut self) -> Result<(), StoreError> {
        let now = self.see()?.clone();
        self.pinned = Some(Mutex::new(now));
        Ok(())
    }

    fn unpin(&mut self) -> Result<(), StoreError> {
        self.pinned = None;
        Ok(())
    }

    fn record(&mut self, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        Ok(self.see()?.records.get(key).cloned())
    }

    fn records(&mut self, query: &Query) -> Result<Vec<Record>, StoreError> {
        Ok(self.see()?.records(query))
    }

    fn count_by_state(&mut self, kind: &str) -> Result<BTreeMap<String, u64>, StoreError> {
        Ok(self.see()?.count_by_state(kind))
    }

    fn kinds(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        Ok(self.see()?.kinds())
    }

    fn event(&mut self, seq: u64) -> Result<Option<StoredEvent>, StoreError> {
        Ok(self.see()?.events.get(&seq).cloned())
    }

    fn events(&mut self, from: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(self.see()?.events.range(from..).take(limit).map(|(_, e)| e.clone()).collect())
    }

    fn events_about(&mut self, subject: &str) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(self.see()?.events_about(subject))
    }

    fn submission(&mut self, party: &str, key: &str) -> Result<Option<StoredEvent>, StoreError> {
        Ok(self.see()?.submission(party, key).cloned())
    }

    fn head(&mut self, number: u64) -> Result<Option<Head>, StoreError> {
        Ok(self.see()?.heads.get(&number).cloned())
    }

    fn last_head(&mut self) -> Result<Option<Head>, StoreError> {
        Ok(self.see()?.heads.values().next_back().cloned())
    }

    fn balance(&mut self, account: &AccountId) -> Result<i64, StoreError> {
        Ok(self.see()?.balances.get(&account.to_string()).map_or(0, |(_, amount)| *amount))
    }

    fn balances(
        &mut self,
        after: Option<&AccountId>,
        limit: usize,
    ) -> Result<Vec<(AccountId, i64)>, StoreError> {
        let after = after.map(AccountId::to_string).unwrap_or_default();
        let state = self.see()?;
        let rest = state.balances.iter().skip_while(|(text, _)| **text <= after);
        Ok(rest.take(limit).map(|(_, balance)| balance.clone()).collect())
    }

    fn counters(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        Ok(self.see()?.counters.clone())
    }

    fn undelivered(&mut self, skip: usize, limit: usize) -> Result<Vec<Outgoing>, StoreError> {
        Ok(self.see()?.undelivered.values().skip(skip).take(limit).cloned().collect())
    }

    fn attachment(&mut self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.see()?.attachments.get(digest).cloned())
    }

    fn plain(&mut self, table: &str, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.see()?.plain.get(&(table.to_owned(), key.to_owned())).cloned())
    }

    fn plain_all(&mut self, table: &str) -> Result<Vec<(String, String)>, StoreError> {
        let state = self.see()?;
        let rows = state.plain.iter().filter(|((t, _), _)| t == table);
        Ok(rows.map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }
}
