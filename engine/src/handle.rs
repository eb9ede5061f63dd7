//! The engine as its users see it: start, submit, read, stop.

use crate::chain::Chain;
use crate::clock::{Clock, ClockError};
use crate::due;
use crate::edition::{Edition, EditionRecord, LawError, PackFiles, pack_bytes, pack_files};
use crate::key::{KeyFile, KeyHistory};
use crate::outbox::{self, Deliver};
use crate::receipts::receipt_of;
use crate::submission::{Outcome, Submission, SubmitError};
use crate::writer::{Dice, Job, Reply, Writer};
use customhouse_control::direction_of;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::journal::{AttachmentRef, Event, Hash, PublicKey, Receipt, Signed, Written};
use customhouse_kernel::law::PackFault;
use customhouse_kernel::ledger::Chart;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::values::Direction;
use customhouse_storage::{Attachment, Batch, PlainWrite, Query, Reader, Store, StoreError, each_record};
use ed25519_dalek::SigningKey;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

/// What an engine starts with.
pub struct Settings {
    pub store: Box<dyn Store>,
    pub keys: KeyFile,
    /// The pack to run by, and where it comes from (`embedded`, or a folder). Without one the
    /// database's own newest edition is used.
    pub pack: Option<(PackFiles, String)>,
    /// Makes a new database a sample database. An existing one stays what it is.
    pub sample: bool,
    /// Sets the clock of a sample database, in microseconds since 1970 UTC.
    pub clock: Option<i64>,
    pub dice: Dice,
    /// Who takes outgoing messages, by name.
    pub outlets: BTreeMap<String, Box<dyn Deliver>>,
}

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Law(#[from] LawError),
    #[error("a new database needs a pack")]
    NoPack,
    #[error("the pack's time zone {0:?} does not exist")]
    NoZone(String),
    #[error("only a sample database has a clock that can be set")]
    ClockOnRealDatabase,
    #[error("only a sample database has dice that can be fixed")]
    DiceOnRealDatabase,
    #[error("the machine gives no random bytes: {0}")]
    NoRandomness(String),
}

/// A running engine. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: SyncSender<Job>,
    readers: Mutex<Vec<Box<dyn Reader>>>,
    returned: Condvar,
    law: Arc<RwLock<Arc<Edition>>>,
    past: Mutex<BTreeMap<u32, Arc<Edition>>>,
    clock: Arc<Clock>,
    history: KeyHistory,
    /// Signs what stands beside the journal; the writer has it for heads.
    signing: SigningKey,
    sample: bool,
    stopping: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Commands that may wait; beyond that a submission is answered `Busy`.
const QUEUE: usize = 10_000;
/// Readers at once.
const READERS: usize = 8;

impl Engine {
    /// Opens a database, or makes it, loads the law, and starts the threads.
    ///
    /// # Errors
    /// The store, the pack or the clock does not allow it; nothing is left running.
    pub fn start(settings: Settings) -> Result<Engine, StartError> {
        let Settings { mut store, keys, pack, sample, clock, dice, outlets } = settings;
        let opened = open(&mut *store, &keys, pack, sample, (clock, dice))?;
        let zone = &opened.edition.manifest.territory.time_zone;
        let clock = Clock::new(zone, opened.clock).ok_or_else(|| StartError::NoZone(zone.clone()))?;
        let behind = opened.last_micros.saturating_sub(clock.now().utc_micros);
        if behind > 0 && opened.clock.is_none() {
            tracing::warn!(seconds = behind / 1_000_000, "the machine's clock is behind the last event");
        }
        clock.not_before(opened.last_micros);
        let clock = Arc::new(clock);
        let readers = (0..READERS).map(|_| store.reader()).collect::<Result<Vec<_>, _>>()?;
        let law = Arc::new(RwLock::new(Arc::clone(&opened.edition)));
        let (jobs, queue) = sync_channel(QUEUE);
        let (bell, rings) = channel();
        let inner = Inner {
            jobs,
            readers: Mutex::new(readers),
            returned: Condvar::new(),
            law: Arc::clone(&law),
            past: Mutex::new(BTreeMap::from([(opened.edition.number, opened.edition)])),
            clock: Arc::clone(&clock),
            signing: keys.signing.clone(),
            history: keys.history,
            sample: opened.sample,
            stopping: AtomicBool::new(false),
            threads: Mutex::new(Vec::new()),
        };
        let engine = Engine { inner: Arc::new(inner) };
        let chart = chart();
        let writer = Writer {
            store,
            chain: opened.chain,
            doubt: None,
            key: keys.signing,
            chart,
            law,
            clock,
            dice,
            bell,
        };
        let writer = std::thread::spawn(move || writer.run(&queue));
        let postman = engine.clone();
        let outbox = std::thread::spawn(move || outbox::run(&postman, outlets, &rings));
        let clerk = engine.clone();
        let due = std::thread::spawn(move || due::run(&clerk));
        lock(&engine.inner.threads).extend([writer, outbox, due]);
        Ok(engine)
    }

    /// Submits a command; `reply` is called once, after the commit or when there is none.
    pub fn submit(&self, submission: Submission, reply: Reply) {
        if self.is_stopping() {
            return reply(Err(SubmitError::Stopped));
        }
        match self.inner.jobs.try_send(Job::Submit(Box::new(submission), reply)) {
            Ok(()) => {}
            Err(TrySendError::Full(Job::Submit(_, reply))) => reply(Err(SubmitError::Busy)),
            Err(TrySendError::Disconnected(Job::Submit(_, reply))) => reply(Err(SubmitError::Stopped)),
            Err(_) => {}
        }
    }

    /// Submits a command; the answer comes through the receiver.
    pub fn submit_later(&self, submission: Submission) -> Receiver<Result<Outcome, SubmitError>> {
        let (answer, answered) = channel();
        self.submit(submission, Box::new(move |outcome| drop(answer.send(outcome))));
        answered
    }

    /// Submits a command and waits. Not for async code.
    ///
    /// # Errors
    /// There is no outcome, and nothing was written.
    pub fn submit_and_wait(&self, submission: Submission) -> Result<Outcome, SubmitError> {
        self.submit_later(submission).recv().unwrap_or(Err(SubmitError::Stopped))
    }

    /// Reads from the store with a reader of its own. Blocking; not for async code.
    ///
    /// # Errors
    /// The store's.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&mut dyn Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut readers = lock(&self.inner.readers);
        let reader = loop {
            match readers.pop() {
                Some(reader) => break reader,
                None => readers = self.inner.returned.wait(readers).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(readers);
        let mut lent = Lent { inner: &self.inner, reader: Some(reader) };
        match &mut lent.reader {
            Some(reader) => read(&mut **reader),
            None => Err(StoreError::Failed("no reader".to_owned())),
        }
    }

    /// The law of now.
    pub fn law(&self) -> Arc<Edition> {
        Arc::clone(&self.inner.law.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// An edition of the law, out of the database if it is not at hand. Blocking.
    pub fn law_of(&self, edition: u32) -> Option<Arc<Edition>> {
        if let Some(found) = lock(&self.inner.past).get(&edition) {
            return Some(Arc::clone(found));
        }
        let found = self.read(|reader| load_edition(reader, edition)).ok()??;
        lock(&self.inner.past).insert(edition, Arc::clone(&found));
        Some(found)
    }

    /// The moment of now.
    pub fn now(&self) -> Moment {
        self.inner.clock.now()
    }

    /// Sets the clock of a sample database forward; it is kept over a restart. Blocking.
    ///
    /// # Errors
    /// It is no sample database, or the time is earlier than now; or it cannot be kept.
    pub fn set_clock(&self, utc_micros: i64) -> Result<Moment, ClockError> {
        let moment = self.move_clock(utc_micros)?;
        let kept = self.write_plain(vec![setting("clock", utc_micros.to_string())]);
        kept.map(|()| moment).map_err(|e| ClockError::NotKept(e.to_string()))
    }

    /// Sets the clock of a sample database forward without keeping it: for a trade whose next event
    /// carries the time anyway.
    ///
    /// # Errors
    /// It is no sample database, or the time is earlier than now.
    pub fn move_clock(&self, utc_micros: i64) -> Result<Moment, ClockError> {
        if self.inner.sample { self.inner.clock.set(utc_micros) } else { Err(ClockError::NotASample) }
    }

    /// Whether this is a sample database: a demonstration, never an authority's service.
    pub fn is_sample(&self) -> bool {
        self.inner.sample
    }

    /// The key that signs now.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.inner.signing)
    }

    /// Every key that ever signed.
    pub fn key_history(&self) -> KeyHistory {
        self.inner.history.clone()
    }

    /// Signs a text that stands beside the journal, such as a quote. Nothing of it is kept.
    pub fn sign(&self, kind: &str, text: String) -> Signed {
        Signed::sign(kind, text, &self.inner.signing)
    }

    /// The digest of an edition's files, as the event that loaded it names it; `None` if there is no such
    /// edition. Blocking.
    ///
    /// # Errors
    /// The store's.
    pub fn law_digest(&self, edition: u32) -> Result<Option<Hash>, StoreError> {
        let record = self.read(|reader| reader.record(&edition_key(edition)))?;
        Ok(record.and_then(|record| record.read::<EditionRecord>()).map(|record| record.files))
    }

    /// The receipt of an event. Blocking.
    ///
    /// # Errors
    /// The store's.
    pub fn receipt(&self, seq: u64) -> Result<Option<Receipt>, StoreError> {
        self.read(|reader| receipt_of(reader, seq))
    }

    /// Writes to plain tables (sign-in, sessions, tokens). Blocking.
    ///
    /// # Errors
    /// Nothing was written.
    pub fn write_plain(&self, writes: Vec<PlainWrite>) -> Result<(), SubmitError> {
        let (answer, answered) = channel();
        let job = Job::Plain(writes, Box::new(move |done| drop(answer.send(done))));
        self.inner.jobs.send(job).map_err(|_| SubmitError::Stopped)?;
        answered.recv().unwrap_or(Err(SubmitError::Stopped))
    }

    pub(crate) fn delivered(&self, ids: Vec<String>) {
        let _ = self.inner.jobs.send(Job::Delivered(ids));
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.inner.stopping.load(Ordering::Acquire)
    }

    /// Decides what is queued, then stops the threads. Later submissions are answered `Stopped`.
    pub fn stop(&self) {
        self.inner.stopping.store(true, Ordering::Release);
        let _ = self.inner.jobs.send(Job::Stop);
        let threads = std::mem::take(&mut *lock(&self.inner.threads));
        for thread in threads {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// A reader on loan; it goes back even if the reading panics.
struct Lent<'a> {
    inner: &'a Inner,
    reader: Option<Box<dyn Reader>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            lock(&self.inner.readers).push(reader);
            self.inner.returned.notify_one();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The chart of accounts of all departments.
pub(crate) fn chart() -> Chart {
    let classes = [customhouse_control::CHART, customhouse_finance::CHART].concat();
    Chart::new(&classes).expect("no two departments have a class of the same name")
}

/// A database as found or made.
struct Opened {
    edition: Arc<Edition>,
    chain: Chain,
    sample: bool,
    last_micros: i64,
    /// Where a clock that was set starts.
    clock: Option<i64>,
}

/// A plain setting of the engine's own.
fn setting(key: &str, value: String) -> PlainWrite {
    PlainWrite { table: "settings".to_owned(), key: key.to_owned(), value: Some(value) }
}

fn open(
    store: &mut dyn Store,
    keys: &KeyFile,
    pack: Option<(PackFiles, String)>,
    sample: bool,
    (clock, dice): (Option<i64>, Dice),
) -> Result<Opened, StartError> {
    let mut reader = store.reader()?;
    let last = reader.last_head()?;
    let sample = match &last {
        Some(_) => reader.plain("settings", "sample")?.as_deref() == Some("true"),
        None => sample,
    };
    if clock.is_some() && !sample {
        return Err(StartError::ClockOnRealDatabase);
    }
    if !matches!(dice, Dice::Machine) && !sample {
        return Err(StartError::DiceOnRealDatabase);
    }
    let kept: Option<i64> = reader.plain("settings", "clock")?.and_then(|text| text.parse().ok());
    let clock = clock.max(kept).filter(|_| sample);
    let newest = newest_edition(&mut *reader)?;
    let (chain, last_micros) = match &last {
        Some(head) => {
            let next_seq = head.first_event + head.count;
            let chain = Chain { id: head.chain.clone(), head: head.number, previous: head.hash(), next_seq };
            (chain, head.utc_micros)
        }
        None => (Chain { id: chain_id()?, head: 0, previous: Hash::ZERO, next_seq: 1 }, 0),
    };
    let edition = Arc::new(first_of(&mut *reader, &newest, &pack)?);
    let known = newest.as_ref().map_or(0, |n| n.number);
    if edition.number > known {
        states_in_use(&mut *reader, &edition)?;
    }
    drop(reader);
    let mut opened = Opened { edition, chain, sample, last_micros, clock };
    if opened.edition.number > known {
        let (files, origin) = pack.ok_or(StartError::NoPack)?;
        write_edition(store, keys, &mut opened, &files, origin)?;
    }
    Ok(opened)
}

/// Whether a new edition's procedures still have every state that a case is in: a case without its
/// state could never move again.
fn states_in_use(reader: &mut dyn Reader, edition: &Edition) -> Result<(), StartError> {
    let mut lost = Vec::new();
    for (way, procedure) in edition.control.procedures() {
        for state in reader.count_by_state(&procedure.record)?.into_keys() {
            if procedure.state(&state).is_some() {
                continue;
            }
            let cases = cases_in(reader, &procedure.record, &state, way)?;
            if cases > 0 {
                lost.push(PackFault::new(
                    &procedure.file,
                    0,
                    format!("状态 {state} 尚有 {cases} 件，不能删除"),
                    format!("state {state} is gone, and {cases} cases are in it"),
                ));
            }
        }
    }
    if lost.is_empty() { Ok(()) } else { Err(LawError::Faults(lost).into()) }
}

/// How many cases of a direction are in a state.
fn cases_in(reader: &mut dyn Reader, kind: &str, state: &str, way: Direction) -> Result<usize, StoreError> {
    let query = Query { kind: kind.to_owned(), state: Some(state.to_owned()), ..Query::default() };
    let mut cases = 0;
    each_record(reader, query, |record| {
        cases += usize::from(direction_of(record).is_none_or(|own| own == way));
    })?;
    Ok(cases)
}

/// The edition to run by: the database's newest, or a newer one if the pack says something else.
fn first_of(
    reader: &mut dyn Reader,
    newest: &Option<EditionRecord>,
    pack: &Option<(PackFiles, String)>,
) -> Result<Edition, StartError> {
    let known = match newest {
        Some(record) => Some(compile_kept(reader, record)?),
        None => None,
    };
    match (known, pack) {
        (None, None) => Err(StartError::NoPack),
        (None, Some((files, _))) => Ok(Edition::compile(1, files).map_err(LawError::Faults)?),
        (Some(known), None) => Ok(known),
        // the embedded pack never overrides one that an operator chose
        (Some(known), Some((_, origin)))
            if origin == "embedded" && newest.as_ref().is_some_and(|n| n.origin != "embedded") =>
        {
            Ok(known)
        }
        (Some(known), Some((files, _))) => {
            if newest.as_ref().is_some_and(|n| n.files == Hash::of(&pack_bytes(files))) {
                return Ok(known);
            }
            let newer = Edition::compile(known.number + 1, files).map_err(LawError::Faults)?;
            let vanished = known.control.rulebook.compare(&newer.control.rulebook).vanished_faults();
            if !vanished.is_empty() {
                return Err(LawError::Faults(vanished).into());
            }
            Ok(if known.says_the_same(&newer) { known } else { newer })
        }
    }
}

fn newest_edition(reader: &mut dyn Reader) -> Result<Option<EditionRecord>, StoreError> {
    let query = Query { kind: "edition".to_owned(), newest_first: true, limit: 1, ..Query::default() };
    let records = reader.records(&query)?;
    let damaged = || StoreError::Damaged("the newest edition cannot be read".to_owned());
    records.first().map(|r| r.read::<EditionRecord>().ok_or_else(damaged)).transpose()
}

fn edition_key(number: u32) -> RecordKey {
    RecordKey::new("edition", format!("{number:06}"))
}

fn compile_kept(reader: &mut dyn Reader, record: &EditionRecord) -> Result<Edition, LawError> {
    let missing = || LawError::Missing(record.number);
    let bytes = reader.attachment(&record.files).map_err(|_| missing())?.ok_or_else(missing)?;
    let files = pack_files(&bytes).ok_or_else(missing)?;
    Edition::compile(record.number, &files).map_err(LawError::Faults)
}

/// An edition out of the store; `None` if there is none with this number.
pub(crate) fn load_edition(reader: &mut dyn Reader, number: u32) -> Result<Option<Arc<Edition>>, StoreError> {
    let Some(record) = reader.record(&edition_key(number))? else { return Ok(None) };
    let damaged = |why: &dyn std::fmt::Display| StoreError::Damaged(format!("edition {number}: {why}"));
    let record: EditionRecord = record.read().ok_or_else(|| damaged(&"its record cannot be read"))?;
    let edition = compile_kept(reader, &record).map_err(|e| damaged(&e))?;
    Ok(Some(Arc::new(edition)))
}

/// The newest edition; `None` if the database holds none.
pub(crate) fn newest_law(reader: &mut dyn Reader) -> Result<Option<Arc<Edition>>, StoreError> {
    match newest_edition(reader)? {
        Some(record) => load_edition(reader, record.number),
        None => Ok(None),
    }
}

/// The files of the newest edition, with its number; `None` if the database holds none. It only reads.
///
/// # Errors
/// The store fails, or the files are not there.
pub fn newest_pack(reader: &mut dyn Reader) -> Result<Option<(u32, PackFiles)>, StoreError> {
    let Some(record) = newest_edition(reader)? else { return Ok(None) };
    let damaged = || StoreError::Damaged(format!("the files of edition {} are missing", record.number));
    let bytes = reader.attachment(&record.files)?.ok_or_else(damaged)?;
    let files = pack_files(&bytes).ok_or_else(damaged)?;
    Ok(Some((record.number, files)))
}

/// Commits a new edition as an event of its own.
fn write_edition(
    store: &mut dyn Store,
    keys: &KeyFile,
    opened: &mut Opened,
    files: &PackFiles,
    origin: String,
) -> Result<(), StartError> {
    let edition = Arc::clone(&opened.edition);
    let zone = &edition.manifest.territory.time_zone;
    let clock = Clock::new(zone, opened.clock).ok_or_else(|| StartError::NoZone(zone.clone()))?;
    clock.not_before(opened.last_micros);
    let moment = clock.now();
    let first = edition.number == 1;
    let bytes = pack_bytes(files);
    let digest = Hash::of(&bytes);
    let record = EditionRecord {
        number: edition.number,
        files: digest,
        origin,
        rules: edition.control.rulebook.rules().len(),
    };
    let key = edition_key(edition.number);
    let stored = Record {
        key: key.clone(),
        version: 1,
        state: "loaded".to_owned(),
        owner: String::new(),
        office: String::new(),
        due: None,
        schema: 1,
        body: serde_json::to_string(&record).expect("our types serialise"),
    };
    let facts = serde_json::json!({ "edition": edition.number, "files": digest, "rules": record.rules });
    let event = Event {
        seq: opened.chain.next_seq,
        kind: "edition.loaded".to_owned(),
        accepted: true,
        moment,
        edition: edition.number,
        dice: 0,
        actor: "system".to_owned(),
        party: "system".to_owned(),
        key: key.to_string(),
        submission: digest,
        subject: key.to_string(),
        facts: Some(customhouse_kernel::beats::raw(&facts)),
        refusals: Vec::new(),
        postings: Vec::new(),
        written: vec![Written::of(&stored)],
        attachments: vec![AttachmentRef {
            digest,
            media_type: "application/json".to_owned(),
            bytes: bytes.len() as u64,
        }],
        answer: None,
    };
    let closed = opened.chain.close(std::iter::once(&event), &moment, &keys.signing);
    let sample = setting("sample", opened.sample.to_string());
    opened.chain.advance(&closed.head);
    opened.last_micros = moment.utc_micros;
    let batch = Batch {
        events: closed.events,
        records: vec![stored],
        attachments: vec![Attachment { digest, bytes }],
        head: Some(closed.head),
        plain: if first { vec![sample] } else { Vec::new() },
        ..Batch::default()
    };
    store.commit(&batch)?;
    Ok(())
}

fn chain_id() -> Result<String, StartError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| StartError::NoRandomness(e.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

impl From<Vec<PackFault>> for LawError {
    fn from(faults: Vec<PackFault>) -> LawError {
        LawError::Faults(faults)
    }
}
