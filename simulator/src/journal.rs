//! What the journal adds up to, followed event by event beside the engine.

use crate::case;
use customhouse_control::{CHART, DeclarationRecord, Draw};
use customhouse_engine::KeyHistory;
use customhouse_finance as finance;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::journal::{ChainCheck, Event, Hash, PublicKey, Secret, Stored, Written};
use customhouse_kernel::ledger::{AccountId, Chart};
use customhouse_kernel::values::EntryNumber;
use customhouse_storage::{Reader, StoreError, StoredEvent};
use std::collections::{BTreeMap, BTreeSet};

type Keys = Box<dyn Fn(&str) -> Option<PublicKey>>;

/// The journal as it was followed until now.
pub struct Journal {
    chain: ChainCheck<Keys>,
    chart: Chart,
    heads: u64,
    /// Digest of each event's text; the first is event 1.
    payloads: Vec<Hash>,
    last_micros: i64,
    sums: BTreeMap<AccountId, i64>,
    /// Sums of the accounts of a class.
    classes: BTreeMap<String, i128>,
    written: BTreeMap<RecordKey, Wrote>,
    /// Which event answered which key of which party.
    keys: BTreeMap<(String, String), u64>,
    /// Declarations, with the state that each is in.
    pub cases: BTreeMap<EntryNumber, String>,
    /// What each declaration took off licences.
    draws: BTreeMap<EntryNumber, Vec<Draw>>,
}

/// What an event says of a record.
struct Wrote {
    version: u32,
    /// Says whether a record is what the event wrote.
    is: Box<dyn Fn(&Record) -> bool>,
}

impl Journal {
    pub fn new(history: KeyHistory) -> Result<Journal, String> {
        let classes = [CHART, finance::CHART].concat();
        let keys: Keys = Box::new(move |id| history.find(id));
        Ok(Journal {
            chain: ChainCheck::new(keys),
            chart: Chart::new(&classes).map_err(|e| e.to_string())?,
            heads: 0,
            payloads: Vec::new(),
            last_micros: i64::MIN,
            sums: BTreeMap::new(),
            classes: BTreeMap::new(),
            written: BTreeMap::new(),
            keys: BTreeMap::new(),
            cases: BTreeMap::new(),
            draws: BTreeMap::new(),
        })
    }

    pub fn heads(&self) -> u64 {
        self.heads
    }

    pub fn events(&self) -> u64 {
        self.payloads.len() as u64
    }

    /// Whether an event is there with this text.
    pub fn has(&self, seq: u64, payload: &str) -> bool {
        let place = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        place.and_then(|place| self.payloads.get(place)) == Some(&Hash::of(payload.as_bytes()))
    }

    /// Follows what is new, and checks it.
    ///
    /// Errors: what does not hold.
    pub fn follow(&mut self, reader: &mut dyn Reader) -> Result<(), String> {
        let last = reader.last_head().map_err(told)?.map_or(0, |head| head.number);
        if last < self.heads {
            return Err(format!("the journal went back from head {} to {last}", self.heads));
        }
        let (mut accounts, mut records) = (BTreeSet::new(), BTreeSet::new());
        for number in self.heads + 1..=last {
            let head = reader.head(number).map_err(told)?.ok_or(format!("head {number} is missing"))?;
            let count = usize::try_from(head.count).unwrap_or(0);
            let events = reader.events(head.first_event, count).map_err(told)?;
            let whole: Vec<Stored<'_>> =
                events.iter().map(|e| Stored::Whole { salt: e.salt, payload: &e.payload }).collect();
            let faults = self.chain.feed(&head, &whole);
            if let Some(fault) = faults.first() {
                return Err(format!("head {number}: {}", fault.text().en));
            }
            for event in &events {
                self.event(event, &mut accounts, &mut records)?;
            }
            self.heads = number;
        }
        self.balances(reader, &accounts)?;
        let mut licences = BTreeSet::new();
        records.iter().try_for_each(|key| self.record(reader, key, &mut licences))?;
        self.drawn(&licences)?;
        self.money()
    }

    fn event(
        &mut self,
        stored: &StoredEvent,
        accounts: &mut BTreeSet<AccountId>,
        records: &mut BTreeSet<RecordKey>,
    ) -> Result<(), String> {
        let seq = stored.seq;
        let event: Event = serde_json::from_str(&stored.payload).map_err(|e| format!("event {seq}: {e}"))?;
        if seq != self.events() + 1 || event.seq != seq {
            return Err(format!("event {seq} stands where {} is next", self.events() + 1));
        }
        self.payloads.push(Hash::of(stored.payload.as_bytes()));
        if event.moment.utc_micros < self.last_micros {
            return Err(format!("event {seq} is earlier than the one before it"));
        }
        self.last_micros = event.moment.utc_micros;
        if let Some(first) = self.keys.insert((event.party.clone(), event.key.clone()), seq) {
            let (key, party) = (&event.key, &event.party);
            return Err(format!("key {key} of {party} has two effects, in events {first} and {seq}"));
        }
        if let Some(refusal) = event.refusals.iter().find(|refusal| refusal.code.starts_with("ENG-")) {
            return Err(format!("event {seq}, {}: the program failed: {}", event.kind, refusal.code));
        }
        let changes = !event.postings.is_empty() || !event.written.is_empty();
        if !event.accepted && changes {
            return Err(format!("event {seq} is refused and changes something"));
        }
        for posting in &event.postings {
            let mut units = BTreeMap::<&str, i128>::new();
            for entry in &posting.entries {
                *units.entry(entry.account.unit()).or_default() += i128::from(entry.amount);
                *self.sums.entry(entry.account.clone()).or_default() += entry.amount;
                let class = self.classes.entry(entry.account.class().to_owned()).or_default();
                *class += i128::from(entry.amount);
                accounts.insert(entry.account.clone());
            }
            if units.values().any(|sum| *sum != 0) {
                return Err(format!("event {seq}: {} does not balance", posting.memo));
            }
        }
        for written in event.written {
            let before = self.written.get(&written.key).map_or(0, |wrote| wrote.version);
            if written.version != before + 1 {
                let (key, now) = (&written.key, written.version);
                return Err(format!("event {seq} writes version {now} of {key} behind {before}"));
            }
            if event.kind == "declaration.lodged" && written.key.kind == "declaration" && before != 0 {
                return Err(format!("event {seq} gives the number of {} a second time", written.key));
            }
            records.insert(written.key.clone());
            self.written.insert(written.key.clone(), Wrote::of(written, stored.secret));
        }
        Ok(())
    }

    fn balances(&self, reader: &mut dyn Reader, accounts: &BTreeSet<AccountId>) -> Result<(), String> {
        for account in accounts {
            let sum = self.sums.get(account).copied().unwrap_or(0);
            let kept = reader.balance(account).map_err(told)?;
            if kept != sum {
                return Err(format!("{account} holds {kept}, and its postings add up to {sum}"));
            }
            let class = self.chart.class(account.class()).ok_or(format!("{account}: unknown class"))?;
            if class.floor.is_some_and(|floor| class.on_own_side(kept) < i128::from(floor)) {
                return Err(format!("{account} is below its floor with {kept}"));
            }
        }
        Ok(())
    }

    fn record(
        &mut self,
        reader: &mut dyn Reader,
        key: &RecordKey,
        licences: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        let wrote = self.written.get(key).ok_or(format!("nothing wrote {key}"))?;
        let record = reader.record(key).map_err(told)?.ok_or(format!("{key} is not there"))?;
        if record.version != wrote.version || !(wrote.is)(&record) {
            return Err(format!("{key} is not what its event wrote"));
        }
        let Some(entry) = EntryNumber::parse(&key.id).filter(|_| key.kind == "declaration") else {
            return Ok(());
        };
        let body: DeclarationRecord = record.read().ok_or(format!("{key} cannot be read"))?;
        case::holds(&record, &body)?;
        let before = self.draws.insert(entry, body.draws.clone()).unwrap_or_default();
        licences.extend(before.into_iter().chain(body.draws).map(|draw| draw.licence));
        self.cases.insert(entry, record.state);
        Ok(())
    }

    /// What declarations took off a licence is what the licence says was drawn.
    fn drawn(&self, licences: &BTreeSet<String>) -> Result<(), String> {
        for licence in licences {
            let of = |draws: &&Vec<Draw>| draws.iter().any(|draw| draw.licence == *licence);
            let drawing: Vec<&Vec<Draw>> = self.draws.values().filter(of).collect();
            let draws = drawing.iter().flat_map(|draws| draws.iter()).filter(|d| d.licence == *licence);
            let (quantity, uses) = (draws.map(|draw| draw.steps).sum::<i64>(), drawing.len() as i64);
            for (unit, drawn) in [("quantity", quantity), ("uses", uses)] {
                let account = AccountId::new("licence_drawn", licence, unit);
                let sum = self.sums.get(&account).copied().unwrap_or(0);
                if sum != drawn {
                    return Err(format!("{account} says {sum}, and declarations drew {drawn}"));
                }
            }
        }
        Ok(())
    }

    /// Money held is money owed back; what was assessed is owed or collected.
    fn money(&self) -> Result<(), String> {
        let total = |class: &str| self.classes.get(class).copied().unwrap_or(0);
        if total("held") != -total("refundable") - total("refund_ordered") {
            return Err("money held is not what is owed back".to_owned());
        }
        if total("duty_owed") + total("treasury") != -total("duty_assessed") {
            return Err("owed and collected are not what was assessed".to_owned());
        }
        Ok(())
    }
}

impl Wrote {
    fn of(written: Written, secret: Secret) -> Wrote {
        let digest = written.digest;
        Wrote { version: written.version, is: Box::new(move |record| secret.digest(record) == digest) }
    }
}

/// A store's failure in words.
pub fn told(error: StoreError) -> String {
    format!("the store could not be read: {error}")
}
