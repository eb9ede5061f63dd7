//! The journal 日志: what happened, in order, under a chain of signed batch heads.
//!
//! Each batch of events closes a binary Merkle tree (RFC 6962). The batch's [`Head`] names the
//! tree's root and the previous head's hash and is signed. A [`Receipt`] is one event with its
//! path to a signed head: whoever holds it and the public key can check it offline.

mod chain; // heads and events fed one after another, as `customhouse verify` does
mod hash; // SHA-256 and its hexadecimal form
mod head; // what a signature covers, and the key that checks it
mod merkle; // the tree of one batch (RFC 6962)
mod receipt; // what a sender can check offline
mod signed; // a text signed beside the journal

pub use chain::{ChainCheck, ChainFault, Stored};
pub use hash::Hash;
pub use head::{ALGORITHM, PublicKey, SignatureFault};
pub use merkle::{Salt, Tree, leaf, path, root, root_from_path};
pub use receipt::{Checked, ReceiptFault};
pub use signed::Signed;

use crate::beats::{Record, RecordKey};
use crate::ledger::Posting;
use crate::moment::Moment;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What was sent and kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    pub digest: Hash,
    pub media_type: String,
    pub bytes: u64,
}

/// A record that the event wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub key: RecordKey,
    pub version: u32,
    /// SHA-256 of the record as it was written: its columns and its body.
    pub digest: Hash,
}

impl Written {
    /// What an event tells of a record that it writes.
    pub fn of(record: &Record) -> Written {
        Written { key: record.key.clone(), version: record.version, digest: Written::digest(record) }
    }

    /// SHA-256 over the record's JSON text, its fields in their order.
    pub fn digest(record: &Record) -> Hash {
        Hash::of(&serde_json::to_vec(record).expect("a record serialises"))
    }
}

/// One thing that happened. Its JSON text, exactly as stored, is the payload that the tree covers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// Such as `declaration.lodged`; a refused submission keeps its command's kind.
    pub kind: String,
    pub accepted: bool,
    pub moment: Moment,
    /// Edition of the law that it was decided under.
    pub edition: u32,
    /// The randomness that was handed in.
    pub dice: u64,
    /// Who submitted it: the account's name, or `system`.
    pub actor: String,
    /// The party (unified social credit code) or office that the key belongs to.
    pub party: String,
    /// The sender's idempotency key.
    pub key: String,
    /// SHA-256 of the submission, to tell a repeat from another content under the same key.
    pub submission: Hash,
    /// The record that it is about, such as `declaration/222520211000000001`; may be empty.
    pub subject: String,
    pub facts: Option<Box<RawValue>>,
    pub refusals: Vec<Refusal>,
    pub postings: Vec<Posting>,
    pub written: Vec<Written>,
    pub attachments: Vec<AttachmentRef>,
    pub answer: Option<Box<RawValue>>,
}

/// The signed head of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Names the chain: a random id made with the database.
    pub chain: String,
    /// Counts from 1.
    pub number: u64,
    /// Hash of the previous head; zero for the first.
    pub previous: Hash,
    pub root: Hash,
    /// Seq of the first event of the batch.
    pub first_event: u64,
    /// Number of events in the batch.
    pub count: u64,
    pub utc_micros: i64,
    pub key_id: String,
    /// `ed25519`.
    pub algorithm: String,
    /// Hexadecimal; over [`Head::signed_bytes`].
    pub signature: String,
}

/// Proof that an event stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The event's payload, byte for byte.
    pub event: String,
    /// Hexadecimal, 16 bytes.
    pub salt: String,
    /// Place of the event in its batch, from 0.
    pub index: u64,
    /// Sibling hashes from the leaf to the root.
    pub path: Vec<Hash>,
    pub head: Head,
}
