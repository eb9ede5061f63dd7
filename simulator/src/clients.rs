//! Who asks, and what they were told: a client keeps what it sent until it has an answer, and keeps the answer.

use crate::journal::Journal;
use customhouse_engine::{Outcome, Submission, SubmitError};
use customhouse_kernel::journal::{Event, PublicKey};
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

/// The idempotency key with whom it belongs to.
type Key = (String, String);

/// Why something was asked, and so what follows from the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum For {
    Client,
    /// A deadline that fell.
    Deadline,
    /// The answer to a message.
    Message(String),
    /// The key of something else: it must be refused.
    Mistake,
}

/// Something that was asked and is under way.
pub struct Asked {
    pub submission: Submission,
    pub why: For,
    pub answer: Receiver<Result<Outcome, SubmitError>>,
    /// The client went away: it never sees the answer, and asks again.
    pub is_lost: bool,
}

/// What a client was told.
pub struct Told {
    pub submission: Submission,
    pub seq: u64,
    event: String,
}

#[derive(Default)]
pub struct Clients {
    /// Asked, without an answer: they ask again.
    pub unanswered: Vec<(Submission, For)>,
    /// In the order of their keys.
    told: BTreeMap<Key, Told>,
    order: Vec<Key>,
}

fn key_of(submission: &Submission) -> Key {
    (submission.party().to_owned(), submission.key.clone())
}

impl Clients {
    /// Takes an answer. Errors: it is not what it must be.
    pub fn told(&mut self, submission: Submission, outcome: &Outcome, key: &PublicKey) -> Result<(), String> {
        let id = key_of(&submission);
        let name = format!("{} of {}", id.1, id.0);
        outcome.receipt.check(key).map_err(|fault| format!("the receipt of {name}: {}", fault.text().en))?;
        let event: Event = serde_json::from_str(&outcome.receipt.event).map_err(|e| e.to_string())?;
        let answers = event.answer.as_ref().map(|a| a.get()) == outcome.answer.as_ref().map(|a| a.get());
        let same = (event.seq, event.accepted, event.submission)
            == (outcome.seq, outcome.accepted, submission.digest());
        if !answers || !same || (event.party, event.key) != id || event.refusals != outcome.findings {
            return Err(format!("the answer to {name} is not what its receipt says"));
        }
        let seq = outcome.seq;
        match self.told.get(&id) {
            Some(first) if !outcome.repeated || first.event != outcome.receipt.event => {
                Err(format!("{name} was answered in event {}, and now otherwise in {seq}", first.seq))
            }
            Some(_) => Ok(()),
            None => {
                let event = outcome.receipt.event.clone();
                self.told.insert(id.clone(), Told { submission, seq, event });
                self.order.push(id);
                Ok(())
            }
        }
    }

    /// The n-th that was told something.
    pub fn nth(&self, n: usize) -> Option<&Told> {
        self.told.get(self.order.get(n)?)
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Every answer that a client holds is in the journal. Errors: one is not.
    pub fn all_kept(&self, journal: &Journal) -> Result<(), String> {
        match self.told.values().find(|told| !journal.has(told.seq, &told.event)) {
            None => Ok(()),
            Some(lost) => {
                let (key, kind) = (&lost.submission.key, lost.submission.command.kind());
                Err(format!("what was acknowledged as event {} ({key}, {kind}) is not there", lost.seq))
            }
        }
    }

    /// Forgets what was told and is not in the journal: a disk that lied has lost it.
    pub fn forget_lost(&mut self, journal: &Journal) {
        self.told.retain(|_, told| journal.has(told.seq, &told.event));
        self.order.retain(|id| self.told.contains_key(id));
    }
}
