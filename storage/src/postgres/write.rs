//! A batch's writes, within its transaction: one statement a table, whatever the number of rows.

use super::session::Session;
use super::text::kept;
use crate::pack::pack;
use crate::{Attachment, Batch, PlainWrite, StoreError, columns};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::journal::Hash;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const EVENTS: &str = "INSERT INTO events (seq, batch, kind, subject, party, key, salt, payload) \
                      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], \
                      $6::text[], $7::bytea[], $8::text[])";
const HEAD: &str = "INSERT INTO heads (number, body) VALUES ($1, $2)";
const RECORDS: &str = "INSERT INTO records (kind, id, version, state, owner, agent, office, due, schema, body) \
                       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], \
                       $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[]) \
                       ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, \
                       state = excluded.state, owner = excluded.owner, agent = excluded.agent, \
                       office = excluded.office, due = excluded.due, schema = excluded.schema, \
                       body = excluded.body";
const BALANCES: &str = "INSERT INTO balances (account, amount) SELECT * FROM unnest($1::text[], $2::bigint[]) \
                        ON CONFLICT (account) DO UPDATE SET amount = excluded.amount";
const COUNTERS: &str = "INSERT INTO counters (name, value) SELECT * FROM unnest($1::text[], $2::bigint[]) \
                        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const OUTGOING: &str = "INSERT INTO outgoing (id, receiver, body) \
                        SELECT id, receiver, body FROM unnest($1::text[], $2::text[], $3::text[]) \
                        WITH ORDINALITY AS new (id, receiver, body, place) ORDER BY place";
const DELIVERED: &str = "UPDATE outgoing SET delivered = true WHERE id = ANY($1::text[])";
const PLAIN: &str = "INSERT INTO plain (table_name, key, value) \
                     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) \
                     ON CONFLICT (table_name, key) DO UPDATE SET value = excluded.value";
const NO_PLAIN: &str = "DELETE FROM plain USING unnest($1::text[], $2::text[]) AS gone (t, k) \
                        WHERE table_name = gone.t COLLATE \"C\" AND key = gone.k COLLATE \"C\"";
const KNOWN: &str = "SELECT digest FROM attachment_index WHERE digest = ANY($1::bytea[])";
const ATTACHMENTS: &str = "INSERT INTO attachments (body) VALUES ($1) RETURNING batch";
const PLACES: &str = "INSERT INTO attachment_index (digest, batch, start, length) \
                      SELECT digest, $2, start, length \
                      FROM unnest($1::bytea[], $3::bigint[], $4::bigint[]) AS new (digest, start, length)";

/// Writes a batch that was checked.
pub fn write(session: &mut Session, batch: &Batch) -> Result<(), StoreError> {
    journal(session, batch)?;
    records(session, &batch.records)?;
    ledger(session, batch)?;
    outgoing(session, batch)?;
    attachments(session, &batch.attachments)?;
    plain(session, &batch.plain)
}

fn journal(session: &mut Session, batch: &Batch) -> Result<(), StoreError> {
    let events = &batch.events;
    if !events.is_empty() {
        let seqs = numbers(events.iter().map(|e| e.seq))?;
        let batches = numbers(events.iter().map(|e| e.batch))?;
        let salts: Vec<&[u8]> = events.iter().map(|e| &e.salt[..]).collect();
        let [kinds, subjects, parties] =
            [texts(events, |e| &e.kind), texts(events, |e| &e.subject), texts(events, |e| &e.party)];
        let [keys, payloads] = [texts(events, |e| &e.key), texts(events, |e| &e.payload)];
        session.write(EVENTS, &[&seqs, &batches, &kinds, &subjects, &parties, &keys, &salts, &payloads])?;
    }
    if let Some(head) = &batch.head {
        let body = serde_json::to_string(head).map_err(|e| StoreError::Failed(e.to_string()))?;
        session.write(HEAD, &[&number(head.number)?, &kept(&body)])?;
    }
    Ok(())
}

fn records(session: &mut Session, records: &[Record]) -> Result<(), StoreError> {
    // a row can be written once only: the last of a key is the newest
    let newest: BTreeMap<&RecordKey, &Record> = records.iter().map(|r| (&r.key, r)).collect();
    if newest.is_empty() {
        return Ok(());
    }
    let all: Vec<&Record> = newest.into_values().collect();
    let [kinds, ids, states] =
        [texts(&all, |r| &r.key.kind), texts(&all, |r| &r.key.id), texts(&all, |r| &r.state)];
    let [owners, offices, bodies] =
        [texts(&all, |r| &r.owner), texts(&all, |r| &r.office), texts(&all, |r| &r.body)];
    let versions: Vec<i64> = all.iter().map(|r| r.version.into()).collect();
    let schemas: Vec<i64> = all.iter().map(|r| r.schema.into()).collect();
    let dues: Vec<Option<String>> = all.iter().map(|r| r.due.map(|day| day.to_string())).collect();
    let agents: Vec<Option<String>> =
        all.iter().map(|r| columns::agent(&r.key, &r.body).map(|agent| kept(&agent).into_owned())).collect();
    let params: [&(dyn postgres::types::ToSql + Sync); 10] =
        [&kinds, &ids, &versions, &states, &owners, &agents, &offices, &dues, &schemas, &bodies];
    session.write(RECORDS, &params).map(drop)
}

fn ledger(session: &mut Session, batch: &Batch) -> Result<(), StoreError> {
    if !batch.balances.is_empty() {
        let names: Vec<String> = batch.balances.keys().map(|a| kept(&a.to_string()).into_owned()).collect();
        let amounts: Vec<i64> = batch.balances.values().copied().collect();
        session.write(BALANCES, &[&names, &amounts])?;
    }
    if !batch.counters.is_empty() {
        let names: Vec<Cow<'_, str>> = batch.counters.keys().map(|name| kept(name)).collect();
        session.write(COUNTERS, &[&names, &numbers(batch.counters.values().copied())?])?;
    }
    Ok(())
}

fn outgoing(session: &mut Session, batch: &Batch) -> Result<(), StoreError> {
    let new = &batch.outgoing;
    if !new.is_empty() {
        let [ids, receivers, bodies] =
            [texts(new, |m| &m.id), texts(new, |m| &m.to), texts(new, |m| &m.body)];
        session.write(OUTGOING, &[&ids, &receivers, &bodies])?;
    }
    if !batch.delivered.is_empty() {
        session.write(DELIVERED, &[&texts(&batch.delivered, |id| id)])?;
    }
    Ok(())
}

fn attachments(session: &mut Session, attachments: &[Attachment]) -> Result<(), StoreError> {
    if attachments.is_empty() {
        return Ok(());
    }
    let digests: Vec<&[u8]> = attachments.iter().map(|a| &a.digest.0[..]).collect();
    let rows = session.query(KNOWN, &[&digests])?;
    let known = rows.iter().map(|row| row.try_get(0)).collect::<Result<BTreeSet<Vec<u8>>, _>>()?;
    let packed = pack(attachments, &|digest: &Hash| known.contains(&digest.0[..]));
    let Some(packed) = packed.map_err(|e| StoreError::Failed(e.to_string()))? else {
        return Ok(());
    };
    let rows = session.query(ATTACHMENTS, &[&packed.body])?;
    let row = rows.first().ok_or_else(|| StoreError::Failed("PostgreSQL numbered no row".into()))?;
    let batch: i64 = row.try_get(0)?;
    let digests: Vec<&[u8]> = packed.places.iter().map(|(digest, ..)| &digest.0[..]).collect();
    let starts = numbers(packed.places.iter().map(|(_, start, _)| *start))?;
    let lengths = numbers(packed.places.iter().map(|(.., length)| *length))?;
    session.write(PLACES, &[&digests, &batch, &starts, &lengths]).map(drop)
}

fn plain(session: &mut Session, writes: &[PlainWrite]) -> Result<(), StoreError> {
    let last: BTreeMap<(&str, &str), Option<&str>> =
        writes.iter().map(|w| ((&w.table[..], &w.key[..]), w.value.as_deref())).collect();
    let (mut set, mut gone) = (Vec::new(), Vec::new());
    for (place, value) in last {
        match value {
            Some(value) => set.push((place, value)),
            None => gone.push(place),
        }
    }
    if !set.is_empty() {
        let [tables, keys, values] = [texts(&set, |w| w.0.0), texts(&set, |w| w.0.1), texts(&set, |w| w.1)];
        session.write(PLAIN, &[&tables, &keys, &values])?;
    }
    if !gone.is_empty() {
        session.write(NO_PLAIN, &[&texts(&gone, |w| w.0), &texts(&gone, |w| w.1)])?;
    }
    Ok(())
}

/// A column of texts.
fn texts<'a, T>(rows: &'a [T], column: impl Fn(&'a T) -> &'a str) -> Vec<Cow<'a, str>> {
    rows.iter().map(|row| kept(column(row))).collect()
}

/// A column of numbers.
fn numbers(column: impl Iterator<Item = u64>) -> Result<Vec<i64>, StoreError> {
    column.map(number).collect()
}

fn number(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Failed(format!("{number} is past the range")))
}
