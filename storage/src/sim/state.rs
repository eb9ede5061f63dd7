//! What the batches of a log add up to, in memory.

use crate::check::End;
use crate::{Batch, Loaded, Query, StoreError, StoredEvent, Want, columns};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Default)]
pub struct State {
    end: End,
    pub events: BTreeMap<u64, StoredEvent>,
    pub heads: BTreeMap<u64, Head>,
    pub records: BTreeMap<RecordKey, Record>,
    /// By the account's text, which is their order.
    pub balances: BTreeMap<String, (AccountId, i64)>,
    pub counters: BTreeMap<String, u64>,
    pub undelivered: BTreeMap<u64, Outgoing>,
    pub attachments: BTreeMap<Hash, Vec<u8>>,
    pub plain: BTreeMap<(String, String), String>,
    /// Seq by (party, key).
    submissions: BTreeMap<(String, String), u64>,
    /// Number by id, of every message ever.
    outgoing: BTreeMap<String, u64>,
    subjects: BTreeMap<String, Vec<u64>>,
}

impl State {
    /// Checks that a batch can be applied; answers where the journal ends then.
    pub fn check(&self, batch: &Batch) -> Result<End, StoreError> {
        let end = self.end.after(batch)?;
        let mut new = BTreeSet::new();
        for event in batch.events.iter().filter(|e| !e.key.is_empty()) {
            let pair = (event.party.clone(), event.key.clone());
            if self.submissions.contains_key(&pair) || !new.insert(pair) {
                return Err(StoreError::Failed(format!("key {:?} of {:?} is taken", event.key, event.party)));
            }
        }
        let mut new = BTreeSet::new();
        for message in &batch.outgoing {
            if self.outgoing.contains_key(&message.id) || !new.insert(&message.id) {
                return Err(StoreError::Failed(format!("outgoing {:?} is taken", message.id)));
            }
        }
        Ok(end)
    }

    /// Applies a batch that was checked.
    pub fn apply(&mut self, batch: &Batch, end: End) {
        self.end = end;
        batch.events.iter().for_each(|event| self.event(event));
        self.heads.extend(batch.head.iter().map(|h| (h.number, h.clone())));
        self.records.extend(batch.records.iter().map(|r| (r.key.clone(), r.clone())));
        self.balances.extend(batch.balances.iter().map(|(a, n)| (a.to_string(), (a.clone(), *n))));
        self.counters.extend(batch.counters.iter().map(|(name, n)| (name.clone(), *n)));
        for message in &batch.outgoing {
            let number = self.outgoing.len() as u64;
            self.outgoing.insert(message.id.clone(), number);
            self.undelivered.insert(number, message.clone());
        }
        for number in batch.delivered.iter().filter_map(|id| self.outgoing.get(id)) {
            self.undelivered.remove(number);
        }
        self.attachments.extend(batch.attachments.iter().map(|a| (a.digest, a.bytes.clone())));
        for write in &batch.plain {
            let place = (write.table.clone(), write.key.clone());
            match &write.value {
                Some(value) => self.plain.insert(place, value.clone()),
                None => self.plain.remove(&place),
            };
        }
    }

    fn event(&mut self, event: &StoredEvent) {
        if !event.key.is_empty() {
            self.submissions.insert((event.party.clone(), event.key.clone()), event.seq);
        }
        if !event.subject.is_empty() {
            self.subjects.entry(event.subject.clone()).or_default().push(event.seq);
        }
        self.events.insert(event.seq, event.clone());
    }

    pub fn load(&self, want: &Want) -> Loaded {
        let keys = &want.keys;
        let submissions = want.submissions.iter().filter_map(|(p, k)| self.submission(p, k));
        Loaded {
            records: keys
                .records
                .iter()
                .filter_map(|k| Some((k.clone(), self.records.get(k)?.clone())))
                .collect(),
            balances: keys
                .accounts
                .iter()
                .filter_map(|a| self.balances.get(&a.to_string()).cloned())
                .collect(),
            counters: keys
                .counters
                .iter()
                .filter_map(|n| Some((n.clone(), *self.counters.get(n)?)))
                .collect(),
            submissions: submissions.map(|e| ((e.party.clone(), e.key.clone()), e.clone())).collect(),
        }
    }

    pub fn submission(&self, party: &str, key: &str) -> Option<&StoredEvent> {
        self.events.get(self.submissions.get(&(party.to_owned(), key.to_owned()))?)
    }

    pub fn events_about(&self, subject: &str) -> Vec<StoredEvent> {
        let seqs = self.subjects.get(subject).into_iter().flatten();
        seqs.filter_map(|seq| self.events.get(seq).cloned()).collect()
    }

    pub fn records(&self, query: &Query) -> Vec<Record> {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|w| w == found);
        let is_past = |id: &str| match query.after.as_deref() {
            None => true,
            Some(after) if query.newest_first => id < after,
            Some(after) => id > after,
        };
        let mut found: Vec<&Record> = (self.records.values())
            .filter(|r| query.kind.is_empty() || query.kind == r.key.kind)
            .filter(|r| {
                is(&query.owner, &r.owner)
                    && query
                        .agent
                        .as_ref()
                        .is_none_or(|agent| columns::agent(&r.key, &r.body).as_ref() == Some(agent))
                    && is(&query.office, &r.office)
                    && is(&query.state, &r.state)
            })
            .filter(|r| query.due_before.is_none_or(|day| r.due.is_some_and(|due| due < day)))
            .filter(|r| !query.with_due || r.due.is_some())
            .filter(|r| is_past(&r.key.id))
            .collect();
        found.sort_by_key(|r| (&r.key.id, &r.key.kind));
        if query.newest_first {
            found.reverse();
        }
        found.into_iter().take(query.limit).cloned().collect()
    }

    pub fn kinds(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for key in self.records.keys() {
            *counts.entry(key.kind.clone()).or_default() += 1;
        }
        counts
    }

    pub fn count_by_state(&self, kind: &str) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for record in self.records.values().filter(|r| r.key.kind == kind) {
            *counts.entry(record.state.clone()).or_default() += 1;
        }
        counts
    }
}
