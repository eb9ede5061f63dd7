//! Batches to commit.

use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head, Secret};
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::{Attachment, Batch, PlainWrite, StoredEvent};

/// Numbers events and heads, so that one batch follows another.
#[derive(Clone, Default)]
pub struct Clerk {
    pub head: u64,
    pub seq: u64,
}

impl Clerk {
    /// A batch of these events under the next head.
    pub fn batch(&mut self, mut events: Vec<StoredEvent>) -> Batch {
        self.head += 1;
        let first_event = self.seq + 1;
        for event in &mut events {
            self.seq += 1;
            (event.seq, event.batch) = (self.seq, self.head);
        }
        let head = Head {
            chain: "test".into(),
            number: self.head,
            previous: Hash::default(),
            root: Hash::of(b"root"),
            first_event,
            count: events.len() as u64,
            utc_micros: 1_772_409_600_000_000,
            key_id: "k1".into(),
            algorithm: "ed25519".into(),
            signature: "00".repeat(64),
        };
        Batch { events, head: Some(head), ..Batch::default() }
    }
}

pub fn event(party: &str, key: &str, subject: &str) -> StoredEvent {
    StoredEvent {
        seq: 0,
        batch: 0,
        salt: *b"sixteen bytes ok",
        secret: Secret { dice: u64::MAX, salt: *b"kept for customs" },
        payload: format!("{{\"key\":{key:?}}}"),
        kind: "declaration.lodged".into(),
        subject: subject.into(),
        party: party.into(),
        key: key.into(),
    }
}

pub fn record(kind: &str, id: &str) -> Record {
    Record {
        key: RecordKey::new(kind, id),
        version: 1,
        state: "lodged".into(),
        owner: String::new(),
        office: String::new(),
        due: None,
        schema: 1,
        body: format!("{{\"id\":{id:?}}}"),
    }
}

pub fn account(key: &str) -> AccountId {
    AccountId::new("duty_owed", key, "CNY")
}

pub fn message(id: &str) -> Outgoing {
    Outgoing { id: id.into(), to: "bank".into(), body: "{\"付款\":1}".into() }
}

pub fn attachment(bytes: impl Into<Vec<u8>>) -> Attachment {
    let bytes = bytes.into();
    Attachment { digest: Hash::of(&bytes), bytes }
}

pub fn plain(table: &str, key: &str, value: Option<&str>) -> PlainWrite {
    PlainWrite { table: table.into(), key: key.into(), value: value.map(str::to_owned) }
}
