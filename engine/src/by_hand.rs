//! The engine without its threads: what happens is moved step by step, and follows from a seed.
//!
//! It is the same writer, the same clerk for deadlines and the same bookkeeping of messages; only who turns
//! them is another. For simulations, on sample databases.

use crate::chain::Salts;
use crate::due;
use crate::handle::{Engine, Parts, chart};
use crate::outbox;
use crate::submission::{Outcome, Submission, SubmitError};
use crate::writer::{Decide, Job, Waiting, Writer};
use customhouse_kernel::beats::Outgoing;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::ledger::Chart;
use customhouse_storage::StoreError;
use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{Receiver, TryRecvError};

/// What an engine that is moved by hand starts with.
pub struct ByHand {
    /// Salts and the chain's id follow from it.
    pub seed: u64,
    /// The second beat; [`ByHand::new`] gives the departments'.
    pub decide: Decide,
    /// The accounts that the ledger checks by; [`ByHand::new`] gives the departments'.
    pub chart: Chart,
}

impl ByHand {
    /// The program as it is.
    pub fn new(seed: u64) -> ByHand {
        ByHand { seed, decide: customhouse_control::decide, chart: chart() }
    }

    pub(crate) fn salts(&self) -> Salts {
        Salts::Seeded(Hash::of(&self.seed.to_le_bytes()))
    }
}

/// What the threads of an engine would do, turned by hand. Dropping it is the end of the process: what is
/// queued is lost.
pub struct Hand {
    engine: Engine,
    writer: Writer,
    queue: Receiver<Job>,
    /// The bell of the outbox; nobody listens.
    _rings: Receiver<()>,
    deferred: VecDeque<Waiting>,
    /// Deadlines that were submitted.
    done: BTreeSet<String>,
}

impl Hand {
    pub(crate) fn of(parts: Parts) -> Hand {
        let Parts { engine, writer, queue, rings, .. } = parts;
        Hand { engine, writer, queue, _rings: rings, deferred: VecDeque::new(), done: BTreeSet::new() }
    }

    /// One batch of what is queued: decided, committed, answered. Whether commands were moved on to the next.
    pub fn batch(&mut self) -> bool {
        let next = self.queue.try_recv().map_err(|_| TryRecvError::Empty);
        self.writer.turn(&mut self.deferred, next, &self.queue);
        !self.deferred.is_empty()
    }

    /// The deadlines that have fallen by now and were not submitted yet, as the clerk submits them.
    ///
    /// # Errors
    /// The store's.
    pub fn deadlines(&mut self) -> Result<Vec<Submission>, StoreError> {
        due::all_fallen(&self.engine, self.engine.now().day(), &mut self.done)
    }

    /// What came of a deadline that was submitted: without an answer it falls again.
    pub fn worked_off(&mut self, key: &str, answer: &Result<Outcome, SubmitError>) {
        due::worked_off(&mut self.done, key, answer);
    }

    /// Messages that wait to be delivered, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn undelivered(&self, limit: usize) -> Result<Vec<Outgoing>, StoreError> {
        self.engine.read(|reader| reader.undelivered(0, limit))
    }

    /// What came of the answer to a message. Whether the message needs no further delivery.
    pub fn answered(&self, id: &str, answer: Result<Outcome, SubmitError>) -> bool {
        outbox::is_answered(&self.engine, id, answer)
    }

    /// What the machine's clock reads from now on, in microseconds since 1970 UTC; also earlier than before.
    pub fn clock_reads(&self, utc_micros: i64) {
        self.writer.clock.reads(utc_micros);
    }
}
