//! Messages that must get out: delivered after the commit, at least once, until answered.

use crate::handle::Engine;
use crate::submission::{Command, Outcome, Sent, Submission, SubmitError};
use customhouse_control as control;
use customhouse_kernel::beats::Outgoing;
use customhouse_kernel::values::Exact;
use customhouse_storage::StoreError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Someone outside who takes messages.
pub trait Deliver: Send {
    /// Delivers a message; an answer comes back as a submission. Called again until it is answered,
    /// so the other side must drop repeats by the message's id.
    ///
    /// # Errors
    /// It cannot be delivered now; it is tried again.
    fn deliver(&mut self, message: &Outgoing) -> Result<Option<Submission>, Undeliverable>;
}

/// A message could not be delivered now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Undeliverable(pub String);

/// How long a message waits before it is tried again: a second at first, twice as long each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Messages that could not be delivered or whose answer was refused, by id. It lives in memory: after a
/// restart all are tried at once.
#[derive(Default)]
struct Delayed(BTreeMap<String, (Instant, Duration)>);

impl Delayed {
    fn is_due(&self, id: &str) -> bool {
        self.0.get(id).is_none_or(|(due, _)| *due <= Instant::now())
    }

    fn again(&mut self, id: &str) {
        let wait = self.0.get(id).map_or(FIRST_WAIT, |(_, wait)| (*wait * 2).min(LONGEST_WAIT));
        self.0.insert(id.to_owned(), (Instant::now() + wait, wait));
    }
}

/// Delivers until the bell's other end is gone.
pub(crate) fn run(engine: &Engine, mut outlets: BTreeMap<String, Box<dyn Deliver>>, bell: &Receiver<()>) {
    const PAUSE: Duration = Duration::from_secs(1);
    let mut delayed = Delayed::default();
    loop {
        match bell.recv_timeout(PAUSE) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while bell.try_recv().is_ok() {}
        if engine.is_stopping() {
            return;
        }
        if let Err(error) = round(engine, &mut outlets, &mut delayed) {
            tracing::warn!(%error, "the outbox is tried again");
        }
    }
}

/// Tries every message that is due, oldest first; one that fails holds up none behind it.
fn round(
    engine: &Engine,
    outlets: &mut BTreeMap<String, Box<dyn Deliver>>,
    delayed: &mut Delayed,
) -> Result<(), StoreError> {
    const AT_ONCE: usize = 200;
    let mut skip = 0;
    loop {
        let messages = engine.read(|reader| reader.undelivered(skip, AT_ONCE))?;
        let last = messages.len() < AT_ONCE;
        let mut answers = Vec::new();
        for message in messages {
            let due = delayed.is_due(&message.id);
            let Some(outlet) = outlets.get_mut(&message.to).filter(|_| due) else {
                skip += 1;
                continue;
            };
            match outlet.deliver(&message) {
                Ok(Some(answer)) => answers.push((message.id, engine.submit_later(answer))),
                // it was taken; the answer comes by itself, and until then it is offered again
                Ok(None) => {
                    skip += 1;
                    delayed.again(&message.id);
                }
                Err(error) => {
                    tracing::warn!(message = message.id, %error, "a message could not be delivered");
                    skip += 1;
                    delayed.again(&message.id);
                }
            }
        }
        for (id, answer) in answers {
            if is_answered(engine, &id, answer.recv().unwrap_or(Err(SubmitError::Stopped))) {
                delayed.0.remove(&id);
            } else {
                skip += 1;
                delayed.again(&id);
            }
        }
        if last || engine.is_stopping() {
            return Ok(());
        }
    }
}

/// Whether a message needs no further delivery.
pub(crate) fn is_answered(engine: &Engine, id: &str, answer: Result<Outcome, SubmitError>) -> bool {
    match answer {
        // an accepted answer has marked the message itself
        Ok(outcome) if outcome.accepted && !outcome.repeated => true,
        Ok(outcome) if outcome.accepted => {
            engine.delivered(vec![id.to_owned()]);
            true
        }
        // it stays undelivered and visible: money may have moved that is not booked
        Ok(outcome) => {
            let codes: Vec<&str> = outcome.findings.iter().map(|f| f.code.as_str()).collect();
            tracing::error!(message = id, ?codes, "the answer to a message was refused");
            false
        }
        Err(error) => {
            tracing::warn!(message = id, %error, "the answer to a message was not taken");
            false
        }
    }
}

/// A bank that settles every order at once, and pays out every refund, for exactly its amount. It stands in
/// for the real one on sample databases.
#[derive(Debug, Default)]
pub struct SimulatedBank;

/// What the bank is ordered to do: take what a book owes, or pay out a refund.
#[derive(Deserialize)]
struct Order {
    order: String,
    amount: Exact,
    /// Empty for a refund.
    #[serde(default)]
    book: String,
    /// Empty for a book.
    #[serde(default)]
    refund: String,
}

impl Deliver for SimulatedBank {
    fn deliver(&mut self, message: &Outgoing) -> Result<Option<Submission>, Undeliverable> {
        let order: Order = serde_json::from_str(&message.body)
            .map_err(|e| Undeliverable(format!("order {}: {e}", message.id)))?;
        let Order { order, amount, book, refund } = order;
        let reference = format!("SIM-{}", message.id);
        let (command, bytes) = if refund.is_empty() {
            let settlement = control::Settlement { book, amount, order, reference };
            let bytes = serde_json::to_vec(&settlement);
            (control::Command::Settle(settlement), bytes)
        } else {
            let payout = control::Payout { order, amount, reference };
            let bytes = serde_json::to_vec(&payout);
            (control::Command::PayOutRefund(payout), bytes)
        };
        let bytes = bytes.map_err(|e| Undeliverable(e.to_string()))?;
        Ok(Some(Submission {
            actor: bank(),
            key: message.id.clone(),
            command: Command::Control(command),
            sent: Sent { media_type: "application/json".to_owned(), bytes, keep: false },
        }))
    }
}

/// The bank as an actor.
fn bank() -> control::Actor {
    control::Actor {
        name: "bank".to_owned(),
        role: control::Role::Bank,
        party: String::new(),
        offices: Vec::new(),
        places: Vec::new(),
        posts: Vec::new(),
    }
}
