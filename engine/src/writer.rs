//! The one thread that decides and commits.
//!
//! It drains the queue into a batch, loads what the whole batch must see, decides one command after
//! another over an overlay, commits once, and answers. A command whose keys appear only through an
//! earlier one of its batch moves to the head of the next; a refusal costs its own command only.

use crate::chain::Chain;
use crate::clock::Clock;
use crate::edition::Edition;
use crate::overlay::{Overlay, is_empty};
use crate::receipts::receipt;
use crate::refusals;
use crate::submission::{Command, Outcome, Submission, SubmitError};
use customhouse_control as control;
use customhouse_kernel::beats::{Decision, Keys, View};
use customhouse_kernel::journal::{AttachmentRef, Event, Hash, Head, Secret, Written};
use customhouse_kernel::ledger::{AccountId, Chart, check};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_storage::{Attachment, Batch, Loaded, PlainWrite, Store, StoreError, StoredEvent, Want};
use ed25519_dalek::SigningKey;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::sync::{Arc, RwLock};

/// The second beat of a department.
pub type Decide = fn(
    &control::Command,
    &control::Actor,
    &dyn View,
    &control::ControlLaw,
    &Moment,
    u64,
) -> Result<Decision, Vec<Refusal>>;

/// Called once, after the commit.
pub(crate) type Reply = Box<dyn FnOnce(Result<Outcome, SubmitError>) + Send>;
pub(crate) type PlainReply = Box<dyn FnOnce(Result<(), SubmitError>) + Send>;

/// What the writer is asked to do.
pub(crate) enum Job {
    Submit(Box<Submission>, Reply),
    Plain(Vec<PlainWrite>, PlainReply),
    /// Outgoing messages that need no further delivery.
    Delivered(Vec<String>),
    Stop,
}

/// Most commands in one batch. A batch of 100 keeps the wait near 10 ms (shared/stack.md, section 3).
const MOST: usize = 100;

/// Batches that a command may wait for what it needs. Each earlier command of its batch may show it one
/// more key, so it is moved on; one that asks for ever is a bug of its department.
const MOST_MOVES: u8 = 100;

pub(crate) struct Writer {
    pub store: Box<dyn Store>,
    pub chain: Chain,
    /// The head of a commit that failed, until the store has said whether it is there all the same.
    pub doubt: Option<Head>,
    pub key: SigningKey,
    pub chart: Chart,
    pub decide: Decide,
    pub law: Arc<RwLock<Arc<Edition>>>,
    pub clock: Arc<Clock>,
    pub dice: Dice,
    /// Rung when there is something to deliver.
    pub bell: Sender<()>,
}

/// A submission under way.
pub(crate) struct Waiting {
    submission: Box<Submission>,
    digest: Hash,
    reply: Reply,
    /// How many batches it has been moved on by.
    moved: u8,
    /// What it asked for once everything that it asked for was there; `None` before.
    asked: Option<Keys>,
}

/// Submissions that were answered before, by party and key.
type Known = BTreeMap<(String, String), StoredEvent>;

/// A decision that the ledger has checked, with the balances that it leads to; or why not.
type Checked = Result<(Decision, BTreeMap<AccountId, i64>), Vec<Refusal>>;

/// What was decided on one submission.
struct Decided {
    event: Event,
    secret: Secret,
    findings: Vec<Refusal>,
    reply: Reply,
}

impl Writer {
    /// Runs until told to stop or until nobody can submit any more.
    pub fn run(mut self, jobs: &Receiver<Job>) {
        let mut deferred: VecDeque<Waiting> = VecDeque::new();
        let mut stop = false;
        loop {
            let next = if stop {
                Err(TryRecvError::Empty) // only what was deferred is left to decide
            } else if deferred.is_empty() {
                jobs.recv().map_err(|_| TryRecvError::Disconnected)
            } else {
                jobs.try_recv()
            };
            stop |= self.turn(&mut deferred, next, jobs);
            if stop && deferred.is_empty() {
                return answer_stopped(jobs);
            }
        }
    }

    /// One batch of what was deferred, of what comes next, and of what else is queued. Whether to stop.
    pub fn turn(
        &mut self,
        deferred: &mut VecDeque<Waiting>,
        mut next: Result<Job, TryRecvError>,
        jobs: &Receiver<Job>,
    ) -> bool {
        let mut waiting: Vec<Waiting> = deferred.drain(..).collect();
        let mut plain = Vec::new();
        let mut delivered = Vec::new();
        let mut stop = false;
        loop {
            match next {
                Ok(Job::Submit(submission, reply)) => {
                    let digest = submission.digest();
                    waiting.push(Waiting { submission, digest, reply, moved: 0, asked: None });
                }
                Ok(Job::Plain(writes, reply)) => plain.push((writes, reply)),
                Ok(Job::Delivered(ids)) => delivered.extend(ids),
                Ok(Job::Stop) | Err(TryRecvError::Disconnected) => {
                    stop = true;
                    break;
                }
                Err(TryRecvError::Empty) => break,
            }
            if waiting.len() >= MOST {
                break;
            }
            next = jobs.try_recv();
        }
        *deferred = self.batch(waiting, plain, delivered);
        stop
    }

    /// One batch; gives back the commands that must move to the next.
    fn batch(
        &mut self,
        mut waiting: Vec<Waiting>,
        plain: Vec<(Vec<PlainWrite>, PlainReply)>,
        delivered: Vec<String>,
    ) -> VecDeque<Waiting> {
        if waiting.is_empty() && plain.is_empty() && delivered.is_empty() {
            return VecDeque::new();
        }
        let law = Arc::clone(&self.law.read().unwrap_or_else(std::sync::PoisonError::into_inner));
        let moment = self.clock.now();
        let loaded = match self.load(&mut waiting, &moment) {
            Err(_) if self.recover() => self.load(&mut waiting, &moment),
            loaded => loaded,
        };
        let (mut overlay, known) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return fail(waiting, plain, &error),
        };
        let mut deferred = VecDeque::new();
        let mut decided: Vec<Decided> = Vec::new();
        let mut repeats: Vec<(usize, Reply)> = Vec::new();
        let mut answered: Vec<(Reply, StoredEvent)> = Vec::new();
        let mut batch = Batch { delivered, ..Batch::default() };
        let mut seen: BTreeMap<(String, String), (Hash, usize)> = BTreeMap::new();
        for one in waiting {
            let id = (one.submission.party().to_owned(), one.submission.key.clone());
            if let Some(stored) = known.get(&id) {
                match serde_json::from_str::<Event>(&stored.payload) {
                    Ok(event) if event.submission == one.digest => answered.push((one.reply, stored.clone())),
                    _ => (one.reply)(Err(SubmitError::KeyReused)),
                }
                continue;
            }
            if let Some((digest, place)) = seen.get(&id) {
                if *digest == one.digest {
                    repeats.push((*place, one.reply));
                } else {
                    (one.reply)(Err(SubmitError::KeyReused));
                }
                continue;
            }
            let unseen = unseen(&one, &overlay, &moment);
            if unseen && one.moved < MOST_MOVES {
                deferred.push_back(Waiting { moved: one.moved + 1, ..one });
                continue;
            }
            let secret = Secret { dice: self.dice.throw(&one.submission), salt: self.chain.salts.throw() };
            let decision = if unseen {
                tracing::error!(kind = one.submission.command.kind(), "a command never knows all it needs");
                Ok(Err(vec![refusals::INTERNAL.at("")]))
            } else {
                self.decision(&one.submission, &law, &moment, secret.dice, &mut overlay)
            };
            let decision = match decision {
                Ok(decision) => decision,
                Err(error) => {
                    (one.reply)(Err(SubmitError::Store(error.to_string())));
                    continue;
                }
            };
            seen.insert(id, (one.digest, decided.len()));
            let seq = self.chain.next_seq + decided.len() as u64;
            decided.push(record(one, decision, (seq, secret), &law, &moment, &mut overlay, &mut batch));
        }
        batch.records = overlay.records.into_values().collect();
        batch.balances = overlay.balances;
        batch.counters = overlay.counters;
        batch.plain = plain.iter().flat_map(|(writes, _)| writes.iter().cloned()).collect();
        self.commit(batch, decided, repeats, plain, &moment);
        for (reply, stored) in answered {
            reply(self.again(&stored));
        }
        deferred
    }

    /// First beat: asks until nothing new comes, three rounds at most.
    fn load(&mut self, waiting: &mut [Waiting], moment: &Moment) -> Result<(Overlay, Known), StoreError> {
        let mut overlay = Overlay::default();
        waiting.iter_mut().for_each(|one| one.asked = None);
        let submissions =
            waiting.iter().map(|w| (w.submission.party().to_owned(), w.submission.key.clone())).collect();
        let mut want = Want { keys: Keys::default(), submissions };
        let mut known = BTreeMap::new();
        for round in 0..3 {
            want.keys = Keys::default();
            for one in waiting.iter_mut().filter(|one| one.asked.is_none()) {
                let keys = needs(&one.submission, &overlay, moment);
                let missing = overlay.missing(&keys);
                if is_empty(&missing) {
                    one.asked = Some(keys);
                } else {
                    want.keys.records.extend(missing.records);
                    want.keys.accounts.extend(missing.accounts);
                    want.keys.counters.extend(missing.counters);
                }
            }
            if round > 0 && is_empty(&want.keys) {
                break;
            }
            let mut loaded: Loaded = self.store.load(&want)?;
            known.append(&mut loaded.submissions);
            want.submissions.clear();
            overlay.take(std::mem::take(&mut want.keys), loaded);
        }
        Ok((overlay, known))
    }

    /// Second beat: the department's decision, checked by the ledger. A bug in a department refuses
    /// its command and stops nothing else.
    ///
    /// # Errors
    /// The store cannot say how the accounts stand.
    fn decision(
        &mut self,
        submission: &Submission,
        law: &Edition,
        moment: &Moment,
        dice: u64,
        overlay: &mut Overlay,
    ) -> Result<Checked, StoreError> {
        let command = match &submission.command {
            Command::Control(command) => command,
            Command::Unreadable { findings, .. } => return Ok(Err(findings.clone())),
        };
        let decide = || (self.decide)(command, &submission.actor, &*overlay, &law.control, moment, dice);
        let decision = catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| {
            tracing::error!(kind = command.kind(), "a decision panicked; the submission is refused");
            Err(vec![refusals::INTERNAL.at("")])
        });
        let decision = match decision {
            Ok(decision) => decision,
            Err(findings) => return Ok(Err(findings)),
        };
        self.load_accounts(&decision, overlay)?;
        let balances = check(&decision.postings, &self.chart, |account| overlay.balance(account));
        Ok(balances.map(|balances| (decision, balances)).map_err(|fault| vec![Refusal::from(fault)]))
    }

    /// Loads the accounts that a decision moves and that nobody asked for: no balance is ever
    /// reckoned from a guess.
    fn load_accounts(&mut self, decision: &Decision, overlay: &mut Overlay) -> Result<(), StoreError> {
        let moved = decision.postings.iter().flat_map(|p| p.entries.iter().map(|e| e.account.clone()));
        let keys = overlay.missing(&Keys { accounts: moved.collect(), ..Keys::default() });
        if !is_empty(&keys) {
            let loaded = self.store.load(&Want { keys: keys.clone(), submissions: Vec::new() })?;
            overlay.take(keys, loaded);
        }
        Ok(())
    }

    /// Third beat: one durable transaction, then the answers.
    fn commit(
        &mut self,
        mut batch: Batch,
        decided: Vec<Decided>,
        repeats: Vec<(usize, Reply)>,
        plain: Vec<(Vec<PlainWrite>, PlainReply)>,
        moment: &Moment,
    ) {
        let events = decided.iter().map(|d| (&d.event, d.secret));
        let closed = (!decided.is_empty()).then(|| self.chain.close(events, moment, &self.key));
        let tree = closed.map(|closed| {
            batch.events = closed.events;
            batch.head = Some(closed.head);
            closed.tree
        });
        if let Err(error) = self.store.commit(&batch) {
            self.doubt = batch.head;
            let recovered = self.recover();
            tracing::error!(%error, recovered, "a commit failed; whoever asks again is told what became of it");
            let error = SubmitError::Store(error.to_string());
            for (_, reply) in repeats {
                reply(Err(error.clone()));
            }
            for one in decided {
                (one.reply)(Err(error.clone()));
            }
            for (_, reply) in plain {
                reply(Err(error.clone()));
            }
            return;
        }
        if !batch.outgoing.is_empty() {
            let _ = self.bell.send(());
        }
        for (_, reply) in plain {
            reply(Ok(()));
        }
        let (Some(head), Some(tree)) = (&batch.head, tree) else { return };
        self.chain.advance(head);
        let outcome = |place: usize, event: &Event, findings: &[Refusal], repeated: bool| Outcome {
            accepted: event.accepted,
            answer: event.answer.clone(),
            findings: findings.to_vec(),
            seq: event.seq,
            receipt: receipt(&batch.events[place], place as u64, &tree, head),
            repeated,
        };
        for (place, reply) in repeats {
            let first = &decided[place];
            reply(Ok(outcome(place, &first.event, &first.findings, true)));
        }
        for (place, one) in decided.into_iter().enumerate() {
            let answer = outcome(place, &one.event, &one.findings, false);
            (one.reply)(Ok(answer));
        }
    }

    /// Makes sure of the store after a failure: a commit in doubt is there, then the chain goes on from it, or
    /// it will never be. Whoever asks again with the same key gets the answer that was lost. Whether the
    /// chain is the store's.
    fn recover(&mut self) -> bool {
        let last = match self.store.recover() {
            Ok(last) => last,
            Err(error) => {
                tracing::error!(%error, "the store is not back");
                return false;
            }
        };
        if let (Some(head), Some(last)) = (self.doubt.take(), &last)
            && head == *last
        {
            self.chain.advance(&head);
        }
        let (number, hash) = last.as_ref().map_or((0, Hash::ZERO), |head| (head.number, head.hash()));
        let ours = (number, hash) == (self.chain.head, self.chain.previous);
        if !ours {
            tracing::error!(
                number,
                "the journal was continued by somebody else: nothing is written any more"
            );
        }
        ours
    }

    /// The answer that was given before.
    fn again(&self, stored: &StoredEvent) -> Result<Outcome, SubmitError> {
        let store = |error: StoreError| SubmitError::Store(error.to_string());
        let mut reader = self.store.reader().map_err(store)?;
        outcome_of(&mut *reader, stored).map_err(store)
    }
}

/// The outcome of an event that is in the store.
fn outcome_of(
    reader: &mut dyn customhouse_storage::Reader,
    stored: &StoredEvent,
) -> Result<Outcome, StoreError> {
    let damaged = || StoreError::Damaged(format!("event {}", stored.seq));
    let event: Event = serde_json::from_str(&stored.payload).map_err(|_| damaged())?;
    let receipt = crate::receipts::receipt_of(reader, stored.seq)?.ok_or_else(damaged)?;
    Ok(Outcome {
        accepted: event.accepted,
        answer: event.answer,
        findings: event.refusals,
        seq: event.seq,
        receipt,
        repeated: true,
    })
}

/// Answers what came in behind the word to stop.
fn answer_stopped(jobs: &Receiver<Job>) {
    for job in jobs.try_iter() {
        match job {
            Job::Submit(_, reply) => reply(Err(SubmitError::Stopped)),
            Job::Plain(_, reply) => reply(Err(SubmitError::Stopped)),
            Job::Delivered(_) | Job::Stop => {}
        }
    }
}

/// Whether a command needs what was not loaded: then it waits for the next batch. What it asks for follows from
/// the records and counters that it asked for, so it is asked again only where one of them has changed since.
fn unseen(one: &Waiting, overlay: &Overlay, moment: &Moment) -> bool {
    let asks = || !is_empty(&overlay.missing(&needs(&one.submission, overlay, moment)));
    match &one.asked {
        Some(keys) if !overlay.changes(keys) => {
            debug_assert!(
                !asks(),
                "what {} needs follows from what it asked for",
                one.submission.command.kind()
            );
            false
        }
        _ => asks(),
    }
}

fn needs(submission: &Submission, view: &dyn View, moment: &Moment) -> Keys {
    match &submission.command {
        Command::Control(command) => control::needs(command, &submission.actor, view, moment),
        Command::Unreadable { .. } => Keys::default(),
    }
}

/// What became of a submission, as the event that the journal keeps.
fn record(
    one: Waiting,
    decision: Checked,
    (seq, secret): (u64, Secret),
    law: &Edition,
    moment: &Moment,
    overlay: &mut Overlay,
    batch: &mut Batch,
) -> Decided {
    let Waiting { submission, digest, reply, .. } = one;
    let mut event = Event {
        seq,
        kind: submission.command.kind().to_owned(),
        accepted: decision.is_ok(),
        moment: *moment,
        edition: law.number,
        dice: secret.commitment(),
        actor: submission.actor.name.clone(),
        party: submission.party().to_owned(),
        key: submission.key.clone(),
        submission: digest,
        subject: String::new(),
        facts: None,
        refusals: Vec::new(),
        postings: Vec::new(),
        written: Vec::new(),
        attachments: Vec::new(),
        answer: None,
    };
    if submission.sent.keep && !submission.sent.bytes.is_empty() {
        event.attachments.push(attach(
            submission.sent.bytes.clone(),
            submission.sent.media_type.clone(),
            batch,
        ));
    }
    let findings = match decision {
        Ok(decision) => accept(decision, &mut event, &secret, overlay, batch),
        Err(findings) => {
            event.refusals.clone_from(&findings);
            findings
        }
    };
    Decided { event, secret, findings, reply }
}

/// What an event is about: of the records that it wrote the first of these kinds, else the first of all.
const SUBJECTS: [&str; 5] = ["refund", "declaration", "unclaimed", "abandonment", "direct_return"];

/// Takes a decision over into the event, the overlay and the batch; gives the warnings.
fn accept(
    (decision, balances): (Decision, BTreeMap<AccountId, i64>),
    event: &mut Event,
    secret: &Secret,
    overlay: &mut Overlay,
    batch: &mut Batch,
) -> Vec<Refusal> {
    overlay.apply(&decision, balances);
    event.written = decision.records.values().map(|record| Written::of(record, secret)).collect();
    event.subject = decision
        .records
        .keys()
        .min_by_key(|key| SUBJECTS.iter().position(|kind| *kind == key.kind).unwrap_or(SUBJECTS.len()))
        .map_or_else(String::new, ToString::to_string);
    if let Some((kind, facts)) = decision.event {
        event.kind = kind;
        event.facts = Some(facts);
    }
    for (media_type, bytes) in decision.files {
        event.attachments.push(attach(bytes, media_type, batch));
    }
    event.postings = decision.postings;
    event.answer = decision.answer;
    event.refusals.clone_from(&decision.warnings);
    batch.outgoing.extend(decision.outgoing);
    batch.delivered.extend(decision.delivered);
    decision.warnings
}

/// Keeps bytes with an event; the same bytes are kept once a batch.
fn attach(bytes: Vec<u8>, media_type: String, batch: &mut Batch) -> AttachmentRef {
    let reference = AttachmentRef { digest: Hash::of(&bytes), media_type, bytes: bytes.len() as u64 };
    if !batch.attachments.iter().any(|a| a.digest == reference.digest) {
        batch.attachments.push(Attachment { digest: reference.digest, bytes });
    }
    reference
}

fn fail(
    waiting: Vec<Waiting>,
    plain: Vec<(Vec<PlainWrite>, PlainReply)>,
    error: &StoreError,
) -> VecDeque<Waiting> {
    tracing::error!(%error, "loading failed");
    for one in waiting {
        (one.reply)(Err(SubmitError::Store(error.to_string())));
    }
    for (_, reply) in plain {
        reply(Err(SubmitError::Store(error.to_string())));
    }
    VecDeque::new()
}

/// Where the randomness of decisions comes from. Each throw is kept beside its event, which commits to it.
#[derive(Clone, Copy, Debug, Default)]
pub enum Dice {
    /// The machine's random bytes.
    #[default]
    Machine,
    /// The same throw for ever, so that a test knows what is selected. For sample databases only.
    Fixed(u64),
    /// A throw made of this number, the party and its key: the same submissions fall alike, in whatever
    /// order they come. For sample databases only.
    Seeded(u64),
}

impl Dice {
    fn throw(self, submission: &Submission) -> u64 {
        match self {
            Dice::Machine => {
                let mut dice = [0; 8];
                getrandom::fill(&mut dice).expect("the machine gives random bytes");
                u64::from_le_bytes(dice)
            }
            Dice::Fixed(throw) => throw,
            Dice::Seeded(seed) => {
                let of = format!("{seed}/{}/{}", submission.party(), submission.key);
                let Hash(bytes) = Hash::of(of.as_bytes());
                u64::from_le_bytes(std::array::from_fn(|place| bytes[place]))
            }
        }
    }
}
