//! What passes between a department and the engine in the three beats: keys, a view, a decision.
//!
//! A department says with [`Keys`] what it must see, gets a [`View`], and answers with a
//! [`Decision`] or with refusals. It never sees a database.

use crate::ledger::{AccountId, Posting};
use crate::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::{BTreeMap, BTreeSet};

/// Names a record: its kind and its id within the kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    pub kind: String,
    pub id: String,
}

impl RecordKey {
    pub fn new(kind: &str, id: impl Into<String>) -> RecordKey {
        RecordKey { kind: kind.to_owned(), id: id.into() }
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// A record: the truth of now about one thing, with the columns that lists are found by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub key: RecordKey,
    /// Counts from 1; each write adds one.
    pub version: u32,
    /// The state in its procedure.
    pub state: String,
    /// The party that it belongs to (unified social credit code), or empty.
    pub owner: String,
    /// The customs office that answers for it, or empty. Its first two digits are the district.
    pub office: String,
    /// The day by which something must happen, if any.
    pub due: Option<Date>,
    /// Version of the body's own shape.
    pub schema: u16,
    /// JSON.
    pub body: String,
}

impl Record {
    /// The body as a department's type. `None` only if the store holds what no version of this
    /// program wrote.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }
}

/// What a decision must see before it can be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub records: BTreeSet<RecordKey>,
    pub accounts: BTreeSet<AccountId>,
    pub counters: BTreeSet<String>,
}

impl Keys {
    pub fn record(&mut self, key: RecordKey) -> &mut Self {
        self.records.insert(key);
        self
    }

    pub fn account(&mut self, account: AccountId) -> &mut Self {
        self.accounts.insert(account);
        self
    }

    pub fn counter(&mut self, name: impl Into<String>) -> &mut Self {
        self.counters.insert(name.into());
        self
    }
}

/// What a department sees: everything that it named, as of this moment in the batch.
pub trait View {
    fn record(&self, key: &RecordKey) -> Option<&Record>;
    /// The balance in the unit's smallest step; 0 for an account that nothing was posted to.
    fn balance(&self, account: &AccountId) -> i64;
    /// The last number given out under this name; 0 before the first.
    fn counter(&self, name: &str) -> u64;
}

/// A message to be delivered outside after the commit, at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Unique for ever; the receiver uses it to drop repeats.
    pub id: String,
    /// Who takes it, such as `bank`.
    pub to: String,
    /// JSON.
    pub body: String,
}

/// What a department decided. Everything in it is committed together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    pub records: BTreeMap<RecordKey, Record>,
    pub postings: Vec<Posting>,
    pub counters: BTreeMap<String, u64>,
    pub outgoing: Vec<Outgoing>,
    /// Ids of outgoing messages that this decision answers: they need no further delivery.
    pub delivered: Vec<String>,
    /// Files to keep as attachments of the event: media type and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// What the event tells: kind and facts, JSON.
    pub event: Option<(String, Box<RawValue>)>,
    pub warnings: Vec<Refusal>,
    /// What the sender gets, JSON.
    pub answer: Option<Box<RawValue>>,
}

impl Decision {
    /// Adds or replaces a record.
    pub fn record(&mut self, record: Record) {
        self.records.insert(record.key.clone(), record);
    }

    /// Names the event and its facts.
    pub fn tell(&mut self, kind: &str, facts: &impl Serialize) {
        self.event = Some((kind.to_owned(), raw(facts)));
    }

    /// Sets the answer.
    pub fn answer(&mut self, answer: &impl Serialize) {
        self.answer = Some(raw(answer));
    }
}

/// A value of ours as JSON text.
///
/// # Panics
/// Never on input: our types have string keys and no failing `Serialize`.
pub fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("our types serialise")
}
