//! What must hold of a batch before a byte of it is written, and of its writer, whatever the store.

use crate::{Batch, StoreError, StoredEvent};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;

/// Where the journal ends: the last head and the last event; 0 before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct End {
    pub head: u64,
    pub seq: u64,
}

impl End {
    /// Where the journal ends with this batch.
    ///
    /// Errors: `Failed` if the batch does not continue the journal, or holds what no store could
    /// give back as it came.
    pub fn after(self, batch: &Batch) -> Result<End, StoreError> {
        let end = match &batch.head {
            Some(head) => self.after_head(head, &batch.events)?,
            None if batch.events.is_empty() => self,
            None => return refuse("events without a head"),
        };
        if let Some(account) = batch.balances.keys().find(|a| !is_readable(a)) {
            return refuse(format!("account {account:?} cannot be read back from its text"));
        }
        if let Some((name, value)) = batch.counters.iter().find(|(_, v)| i64::try_from(**v).is_err()) {
            return refuse(format!("counter {name} is past the range: {value}"));
        }
        if let Some(wrong) = batch.attachments.iter().find(|a| Hash::of(&a.bytes) != a.digest) {
            return refuse(format!("attachment {} has another digest", wrong.digest));
        }
        Ok(end)
    }

    fn after_head(self, head: &Head, events: &[StoredEvent]) -> Result<End, StoreError> {
        let number = self.head + 1;
        if head.number != number {
            return refuse(format!("head {} where {number} is next", head.number));
        }
        if events.is_empty() {
            return refuse(format!("head {number} without events"));
        }
        if head.first_event != self.seq + 1 || head.count != events.len() as u64 {
            return refuse(format!("head {number} covers other events"));
        }
        for (event, seq) in events.iter().zip(head.first_event..) {
            if event.seq != seq || event.batch != number {
                return refuse(format!(
                    "event {} of batch {} where {seq} of {number} is next",
                    event.seq, event.batch
                ));
            }
        }
        Ok(End { head: number, seq: self.seq + head.count })
    }
}

fn is_readable(account: &AccountId) -> bool {
    AccountId::parse(&account.to_string()).as_ref() == Some(account)
}

fn refuse<T>(why: impl Into<String>) -> Result<T, StoreError> {
    Err(StoreError::Failed(why.into()))
}

/// Why a writer can neither read nor write any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// The outcome of a commit is unknown.
    InDoubt,
    /// Another writer has taken over.
    Superseded,
}

impl Over {
    /// What whoever asks is told.
    pub fn error(self) -> StoreError {
        match self {
            Over::InDoubt => {
                StoreError::Failed("an earlier commit is in doubt: open the database again".to_owned())
            }
            Over::Superseded => StoreError::Locked,
        }
    }
}
