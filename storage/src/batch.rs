//! What goes into a store and comes out of it.

use crate::StoreError;
use customhouse_kernel::beats::{Keys, Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An event as it is stored: the payload's exact bytes, its salt, and the columns to find it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    pub seq: u64,
    /// Number of the head that covers it.
    pub batch: u64,
    pub salt: [u8; 16],
    pub payload: String,
    pub kind: String,
    /// `kind/id` of the record that it is about; may be empty.
    pub subject: String,
    /// The idempotency key: (party, key) is unique.
    pub party: String,
    pub key: String,
}

/// What was sent, kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub digest: Hash,
    #[serde(with = "as_text")]
    pub bytes: Vec<u8>,
}

/// A write to a plain table (sign-in, sessions, tokens): no customs, no journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainWrite {
    pub table: String,
    pub key: String,
    /// `None` deletes.
    pub value: Option<String>,
}

/// One durable transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub events: Vec<StoredEvent>,
    /// Newest version of each record that changed.
    pub records: Vec<Record>,
    /// New balance of each account that moved, debit positive.
    pub balances: BTreeMap<AccountId, i64>,
    pub counters: BTreeMap<String, u64>,
    pub outgoing: Vec<Outgoing>,
    /// Ids of outgoing messages that need no further delivery.
    pub delivered: Vec<String>,
    /// Kept compressed, one row a batch.
    pub attachments: Vec<Attachment>,
    /// Present exactly when there are events.
    pub head: Option<Head>,
    pub plain: Vec<PlainWrite>,
}

/// What a batch of commands must see.
#[derive(Clone, Debug, Default)]
pub struct Want {
    pub keys: Keys,
    /// (party, key) of each submission, to find repeats.
    pub submissions: Vec<(String, String)>,
}

/// What was found; what is not there is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    pub records: BTreeMap<RecordKey, Record>,
    pub balances: BTreeMap<AccountId, i64>,
    pub counters: BTreeMap<String, u64>,
    pub submissions: BTreeMap<(String, String), StoredEvent>,
}

/// Which records a list shows. Empty or `None` means any.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub kind: String,
    pub owner: Option<String>,
    /// Whoever acts for the owner: the agent that the record's body names.
    pub agent: Option<String>,
    pub office: Option<String>,
    pub state: Option<String>,
    /// Only records whose due day is before this one.
    pub due_before: Option<Date>,
    /// Only what has a day by which something must happen.
    pub with_due: bool,
    /// Only ids after (or, newest first, before) this one.
    pub after: Option<String>,
    pub newest_first: bool,
    pub limit: usize,
}

/// The writer's side. There is one writer per database.
pub trait Store: Send {
    /// Finds what a batch must see, in a few queries.
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError>;

    /// Commits durably: after `Ok` the batch survives a power loss; after `Err` nothing of it is there.
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// After a failure: makes sure of what is there, on a new connection where the old one is of no use, and
    /// answers the last head. A commit that was in doubt is then there or will never be.
    ///
    /// Errors: the store still fails, or another writer has it (`Locked`). A head that the caller did not commit
    /// tells that another writer has had it since.
    fn recover(&mut self) -> Result<Option<Head>, StoreError>;

    /// Opens a reader that sees every committed batch.
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;
}

/// A reader's side; any number at once. A reader sees whole batches only.
pub trait Reader: Send {
    /// From here on every read sees the database as it stands now, until [`Reader::unpin`]: what takes
    /// many reads sees one state.
    fn pin(&mut self) -> Result<(), StoreError>;
    /// Sees every committed batch again.
    fn unpin(&mut self) -> Result<(), StoreError>;
    fn record(&mut self, key: &RecordKey) -> Result<Option<Record>, StoreError>;
    fn records(&mut self, query: &Query) -> Result<Vec<Record>, StoreError>;
    /// Number of records of a kind in each state.
    fn count_by_state(&mut self, kind: &str) -> Result<BTreeMap<String, u64>, StoreError>;
    /// Number of records of each kind.
    fn kinds(&mut self) -> Result<BTreeMap<String, u64>, StoreError>;
    fn event(&mut self, seq: u64) -> Result<Option<StoredEvent>, StoreError>;
    /// Events from a seq on, in order.
    fn events(&mut self, from: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;
    /// Events about one record, in order.
    fn events_about(&mut self, subject: &str) -> Result<Vec<StoredEvent>, StoreError>;
    fn submission(&mut self, party: &str, key: &str) -> Result<Option<StoredEvent>, StoreError>;
    fn head(&mut self, number: u64) -> Result<Option<Head>, StoreError>;
    fn last_head(&mut self) -> Result<Option<Head>, StoreError>;
    /// The balance of one account; 0 if nothing was ever posted to it.
    fn balance(&mut self, account: &AccountId) -> Result<i64, StoreError>;
    /// Accounts after one, in order of their text.
    fn balances(
        &mut self,
        after: Option<&AccountId>,
        limit: usize,
    ) -> Result<Vec<(AccountId, i64)>, StoreError>;
    fn counters(&mut self) -> Result<BTreeMap<String, u64>, StoreError>;
    /// Outgoing messages that are not delivered, oldest first, without the first few.
    fn undelivered(&mut self, skip: usize, limit: usize) -> Result<Vec<Outgoing>, StoreError>;
    /// An attachment by its digest.
    fn attachment(&mut self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError>;
    fn plain(&mut self, table: &str, key: &str) -> Result<Option<String>, StoreError>;
    fn plain_all(&mut self, table: &str) -> Result<Vec<(String, String)>, StoreError>;
}

/// Bytes as JSON text, one character (U+0000 to U+00FF) a byte.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&bytes.iter().copied().map(char::from).collect::<String>())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        text.chars().map(u8::try_from).collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}
