//! What goes into the engine, and what comes out.

use customhouse_control as control;
use customhouse_kernel::journal::{Hash, Receipt};
use customhouse_kernel::refusal::Refusal;
use serde_json::value::RawValue;

/// A command with its sender.
#[derive(Clone, Debug)]
pub struct Submission {
    pub actor: control::Actor,
    /// The sender's idempotency key, unique within the actor's party (or, without a party, within
    /// its name). The same key with the same content gives the same answer; with another content it
    /// is refused.
    pub key: String,
    pub command: Command,
    /// What was sent, byte for byte; kept as an attachment. The digest tells a repeat from another
    /// content under the same key.
    pub sent: Sent,
}

/// Bytes as they came.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub media_type: String,
    pub bytes: Vec<u8>,
    /// Whether the bytes are kept (a declaration's document) or only their digest (a small form).
    pub keep: bool,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Command {
    Control(control::Command),
    /// Something came that could not be read: it is refused with these findings, and kept.
    Unreadable {
        kind: &'static str,
        findings: Vec<Refusal>,
    },
}

impl Command {
    /// The kind of its event.
    pub fn kind(&self) -> &'static str {
        match self {
            Command::Control(command) => command.kind(),
            Command::Unreadable { kind, .. } => kind,
        }
    }
}

/// What became of a submission. It is durable by the time anyone sees it.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub accepted: bool,
    /// JSON; present when accepted.
    pub answer: Option<Box<RawValue>>,
    /// Errors when refused, else warnings.
    pub findings: Vec<Refusal>,
    pub seq: u64,
    pub receipt: Receipt,
    /// The submission had been answered before; this is that answer.
    pub repeated: bool,
}

/// Why there is no outcome. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    #[error("this key was used for another content")]
    KeyReused,
    #[error("the queue is full")]
    Busy,
    #[error("the engine has stopped")]
    Stopped,
    #[error("the store failed: {0}")]
    Store(String),
}

impl Submission {
    /// Who the idempotency key belongs to.
    pub fn party(&self) -> &str {
        if self.actor.party.is_empty() { &self.actor.name } else { &self.actor.party }
    }

    /// Digest of kind and content.
    pub fn digest(&self) -> Hash {
        let mut bytes = self.command.kind().as_bytes().to_vec();
        bytes.push(0);
        bytes.extend_from_slice(&self.sent.bytes);
        Hash::of(&bytes)
    }
}
