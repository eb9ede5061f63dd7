//! A batch's writes, within its transaction. Each statement is prepared once and kept.

use super::attachments;
use crate::{Batch, PlainWrite, StoreError};
use rusqlite::Transaction;

const EVENT: &str = "INSERT INTO events (seq, batch, kind, subject, party, key, salt, secret, payload) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const HEAD: &str = "INSERT INTO heads (number, body) VALUES (?1, ?2)";
const RECORD: &str = "INSERT INTO records (kind, id, version, state, owner, office, due, schema, body) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
                      ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state, \
                      owner = excluded.owner, office = excluded.office, due = excluded.due, \
                      schema = excluded.schema, body = excluded.body";
const BALANCE: &str = "INSERT INTO balances (account, amount) VALUES (?1, ?2) \
                       ON CONFLICT DO UPDATE SET amount = excluded.amount";
const COUNTER: &str = "INSERT INTO counters (name, value) VALUES (?1, ?2) \
                       ON CONFLICT DO UPDATE SET value = excluded.value";
const OUTGOING: &str = "INSERT INTO outgoing (id, receiver, body) VALUES (?1, ?2, ?3)";
const DELIVERED: &str = "UPDATE outgoing SET delivered = 1 WHERE id = ?1";
const PLAIN: &str = "INSERT INTO plain (table_name, key, value) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET value = excluded.value";
const NO_PLAIN: &str = "DELETE FROM plain WHERE table_name = ?1 AND key = ?2";

/// Writes a batch that was checked.
pub fn write(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    journal(tx, batch)?;
    records(tx, batch)?;
    ledger(tx, batch)?;
    outgoing(tx, batch)?;
    attachments::write(tx, &batch.attachments)?;
    plain(tx, &batch.plain)
}

fn journal(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(EVENT)?;
    for e in &batch.events {
        let secret = e.secret.to_bytes();
        insert
            .execute((e.seq, e.batch, &e.kind, &e.subject, &e.party, &e.key, &e.salt, secret, &e.payload))?;
    }
    if let Some(head) = &batch.head {
        let body = serde_json::to_string(head).map_err(|e| StoreError::Failed(e.to_string()))?;
        tx.prepare_cached(HEAD)?.execute((head.number, body))?;
    }
    Ok(())
}

fn records(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    let mut upsert = tx.prepare_cached(RECORD)?;
    for r in &batch.records {
        let due = r.due.map(|day| day.to_string());
        upsert.execute((
            &r.key.kind,
            &r.key.id,
            r.version,
            &r.state,
            &r.owner,
            &r.office,
            due,
            r.schema,
            &r.body,
        ))?;
    }
    Ok(())
}

fn ledger(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    let mut upsert = tx.prepare_cached(BALANCE)?;
    for (account, amount) in &batch.balances {
        upsert.execute((account.to_string(), amount))?;
    }
    let mut upsert = tx.prepare_cached(COUNTER)?;
    for counter in &batch.counters {
        upsert.execute(counter)?;
    }
    Ok(())
}

fn outgoing(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(OUTGOING)?;
    for message in &batch.outgoing {
        insert.execute((&message.id, &message.to, &message.body))?;
    }
    let mut update = tx.prepare_cached(DELIVERED)?;
    for id in &batch.delivered {
        update.execute([id])?;
    }
    Ok(())
}

fn plain(tx: &Transaction<'_>, writes: &[PlainWrite]) -> Result<(), StoreError> {
    let mut upsert = tx.prepare_cached(PLAIN)?;
    let mut delete = tx.prepare_cached(NO_PLAIN)?;
    for PlainWrite { table, key, value } in writes {
        match value {
            Some(value) => upsert.execute((table, key, value))?,
            None => delete.execute((table, key))?,
        };
    }
    Ok(())
}
