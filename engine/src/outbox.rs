//! Messages that must get out: delivered after the commit, at least once, until answered.

use crate::handle::Engine;
use crate::submission::{Command, Sent, Submission};
use customhouse_control as control;
use customhouse_kernel::beats::Outgoing;
use customhouse_kernel::values::Exact;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

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

/// Delivers until the bell's other end is gone.
pub(crate) fn run(engine: &Engine, mut outlets: BTreeMap<String, Box<dyn Deliver>>, bell: &Receiver<()>) {
    const PAUSE: Duration = Duration::from_secs(1);
    loop {
        match bell.recv_timeout(PAUSE) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while bell.try_recv().is_ok() {}
        if engine.is_stopping() {
            return;
        }
        if let Err(error) = round(engine, &mut outlets) {
            tracing::warn!(%error, "the outbox is tried again");
        }
    }
}

fn round(engine: &Engine, outlets: &mut BTreeMap<String, Box<dyn Deliver>>) -> Result<(), Undeliverable> {
    const AT_ONCE: usize = 200;
    let failed = |error: &dyn std::fmt::Display| Undeliverable(error.to_string());
    let messages = engine.read(|reader| reader.undelivered(AT_ONCE)).map_err(|e| failed(&e))?;
    let mut answers = Vec::new();
    for message in messages {
        let Some(outlet) = outlets.get_mut(&message.to) else { continue };
        if let Some(answer) = outlet.deliver(&message)? {
            answers.push((message.id, engine.submit_later(answer)));
        }
    }
    for (id, answer) in answers {
        match answer.recv() {
            // an accepted answer has marked the message itself
            Ok(Ok(outcome)) if outcome.accepted && !outcome.repeated => {}
            Ok(Ok(outcome)) if outcome.accepted => engine.delivered(vec![id]),
            // it stays undelivered and visible: money may have moved that is not booked
            Ok(Ok(_)) => tracing::error!(message = id, "the answer to a message was refused"),
            Ok(Err(error)) => return Err(failed(&error)),
            Err(error) => return Err(failed(&error)),
        }
    }
    Ok(())
}

/// A bank that settles every order at once, for exactly its amount. It stands in for the real one
/// on sample databases.
#[derive(Debug, Default)]
pub struct SimulatedBank;

#[derive(Deserialize)]
struct Order {
    order: String,
    book: String,
    amount: Exact,
}

impl Deliver for SimulatedBank {
    fn deliver(&mut self, message: &Outgoing) -> Result<Option<Submission>, Undeliverable> {
        let order: Order = serde_json::from_str(&message.body)
            .map_err(|e| Undeliverable(format!("order {}: {e}", message.id)))?;
        let settlement = control::Settlement {
            book: order.book,
            amount: order.amount,
            order: order.order,
            reference: format!("SIM-{}", message.id),
        };
        let bytes = serde_json::to_vec(&settlement).map_err(|e| Undeliverable(e.to_string()))?;
        Ok(Some(Submission {
            actor: bank(),
            key: message.id.clone(),
            command: Command::Control(control::Command::Settle(settlement)),
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
    }
}
